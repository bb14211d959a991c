import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { SCHEMA_FOLDER } from '../engine/schemas.cts';
import { MAX_PACKED_BYTES, packPackage, readManifest, sha256, unpack } from './pack.cts';
import { ROOT } from './paths.cts';
import { Problem, runMain } from './problem.cts';

/** `npm run verify`: would n8n take the package as a verified one, and is in the tarball what should be? */

interface Analysis {
	passed: boolean;
	message?: string;
	details?: string;
}

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(folder: string, patterns: string[]): Promise<Analysis>;
}

/** A reviewer reads what is published line by line; a line that is longer has been put together by a machine. */
const LONGEST_LINE = 1_000;
const MAY_BE_INSIDE = /^(dist\/|package\.json$|README(\.\w+)?\.md$|LICENSE\.md$|CHANGELOG\.md$)/;
const MUST_NOT_BE_INSIDE = /\.(map|ts|cts|mts|tgz|log)$|(^|\/)(tests?|__tests__)\/|\.test\./;
const MUST_BE_INSIDE = ['package.json', 'README.md', 'LICENSE.md'];

async function main(): Promise<void> {
	const temp = mkdtempSync(join(tmpdir(), 'smm-panel-verify-'));
	try {
		const tarball = await packPackage(join(temp, 'first'));
		const unpacked = join(temp, 'unpacked');
		await unpack(tarball, unpacked);
		const problems = [
			...contentProblems(unpacked),
			...licenceProblems(unpacked),
			...sizeProblems(tarball),
			...(await reproductionProblems(tarball, join(temp, 'second'))),
			...(await scan(unpacked)),
		];
		if (problems.length > 0) throw new Problem(problems.map((problem) => `✗ ${problem}`).join('\n'));
		const kilobytes = (statSync(tarball).size / 1024).toFixed(1);
		console.log(`✓ n8n's scanner finds nothing in the sources nor in the package
✓ ${filesIn(unpacked).length} files, ${kilobytes} KB packed, the same bytes when packed twice: ${sha256(tarball)}`);
	} finally {
		rmSync(temp, { recursive: true, force: true });
	}
}

function filesIn(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
		.sort();
}

function contentProblems(unpacked: string): string[] {
	const files = filesIn(unpacked);
	const { n8n, dependencies } = readManifest(unpacked);
	const schemas = filesIn(join(ROOT, SCHEMA_FOLDER)).map((file) => join('dist', SCHEMA_FOLDER, file));
	const missing = [...MUST_BE_INSIDE, ...schemas, ...n8n.nodes, ...n8n.credentials].filter(
		(file) => !files.includes(file),
	);
	return [
		...missing.map((file) => `The package lacks ${file}.`),
		...files
			.filter((file) => !MAY_BE_INSIDE.test(file) || MUST_NOT_BE_INSIDE.test(file))
			.map((file) => `${file} does not belong in the package.`),
		...(dependencies ? ['A verified package has no dependencies, package.json names some.'] : []),
		...files.flatMap((file) => [...pathProblems(unpacked, file), ...lineProblems(unpacked, file)]),
	];
}

/** The licences of what is bundled have to come with it. */
function licenceProblems(unpacked: string): string[] {
	const bundle = filesIn(unpacked).find((file) => file.endsWith('/bundle.js')) ?? '';
	const code = readFileSync(join(unpacked, bundle), 'utf8');
	const inside = [...code.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name);
	const licences = readFileSync(join(unpacked, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
	return [...new Set(inside)]
		.filter((name) => !new RegExp(`^${name} \\d[^]*?MIT License`, 'm').test(licences))
		.map((name) => `The licence of ${name}, which is bundled, is not the MIT License or not in the package.`);
}

/** Folders of the machine that built it are nobody's business, and differ from build to build. */
function pathProblems(unpacked: string, file: string): string[] {
	const text = readFileSync(join(unpacked, file), 'utf8');
	const found = [ROOT, homedir(), tmpdir()].filter(
		(folder) => folder.length > 1 && text.includes(`${folder}/`),
	);
	const mapped = text.includes('sourceMappingURL') ? [`${file} refers to a source map.`] : [];
	return [...mapped, ...found.map((folder) => `${file} contains the path ${folder}.`)];
}

function lineProblems(unpacked: string, file: string): string[] {
	if (!/\.js(on)?$/.test(file)) return [];
	return readFileSync(join(unpacked, file), 'utf8')
		.split('\n')
		.flatMap(({ length }, at) =>
			length > LONGEST_LINE ? [`${file}:${at + 1} has ${length} characters in one line.`] : [],
		);
}

function sizeProblems(tarball: string): string[] {
	const { size } = statSync(tarball);
	return size <= MAX_PACKED_BYTES
		? []
		: [`The package has ${size} bytes, ${MAX_PACKED_BYTES} are the limit.`];
}

async function reproductionProblems(tarball: string, folder: string): Promise<string[]> {
	const again = await packPackage(folder);
	return sha256(again) === sha256(tarball) ? [] : ['Packed twice, the package has different bytes.'];
}

/** The scanner is an ES module, which `import` reaches from everywhere; its types are not published. */
async function scan(unpacked: string): Promise<string[]> {
	const name = '@n8n/scan-community-package/scanner/scanner.mjs';
	const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(name)) as Scanner;
	const results: Array<[string, Analysis]> = [
		['the sources', await analyzePackage(ROOT, SOURCE_FILE_PATTERNS)],
		['the package', await analyzePackage(unpacked, ['**/*.js', 'package.json'])],
	];
	return results
		.filter(([, { passed }]) => !passed)
		.map(
			([what, { message, details }]) =>
				`n8n's scanner objects to ${what}: ${message ?? ''}\n${details ?? ''}`,
		);
}

runMain(main);
