import { execFile } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.cts';
import { npm } from './npm.cts';
import { ROOT, SANDBOX } from './paths.cts';
import { Problem } from './problem.cts';

const run = promisify(execFile);

/** Of the tarball. One bundle that can be read, with zod inside, and room for a third more. */
export const MAX_PACKED_BYTES = 200_000;

export interface Manifest {
	name: string;
	version: string;
	n8n: { nodes: string[]; credentials: string[] };
	dependencies?: Record<string, string>;
}

export const readManifest = (folder: string = ROOT): Manifest =>
	JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Builds and packs the package as `npm publish` would. Resolves the tarball's path. */
export async function packPackage(destination: string = join(SANDBOX, 'package')): Promise<string> {
	mkdirSync(destination, { recursive: true });
	// Of the clone, whatever sandbox asks: there is one dist/
	return await withLock(join(ROOT, '.sandbox/pack.lock'), 'building the package', async () => {
		await build();
		const temp = mkdtempSync(join(destination, 'packing-'));
		try {
			const out = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', temp], {
				cwd: ROOT,
				what: 'Packing the package',
			});
			const [packed] = JSON.parse(out) as Array<{ filename: string }>;
			if (!packed) throw new Error(`npm pack said: ${out}`);
			const tarball = join(destination, basename(packed.filename));
			renameSync(join(temp, basename(packed.filename)), tarball);
			return tarball;
		} finally {
			rmSync(temp, { recursive: true, force: true });
		}
	});
}

async function build(): Promise<void> {
	const gulp = join(ROOT, 'node_modules/gulp/bin/gulp.js');
	if (!existsSync(gulp)) throw new Problem('The dependencies are not installed: run "npm ci" first.');
	try {
		await run(process.execPath, [gulp, '--cwd', ROOT, '--silent', 'build'], { cwd: ROOT });
	} catch (error) {
		const { stderr, stdout } = error as { stderr?: string; stdout?: string };
		throw new Problem(`The package does not build:\n${stderr || stdout || String(error)}`);
	}
}

export async function unpack(tarball: string, folder: string): Promise<void> {
	mkdirSync(folder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

/** Puts the tarball where n8n installs community packages, with the steps it takes itself (community-packages.service). */
export async function installInto(userFolder: string, tarball: string): Promise<void> {
	const nodes = join(userFolder, '.n8n/nodes');
	const marker = join(nodes, '.tarball-sha256');
	const sha = sha256(tarball);
	if (existsSync(marker) && readFileSync(marker, 'utf8') === sha) return;
	const temp = join(nodes, 'unpacked');
	rmSync(temp, { recursive: true, force: true });
	await unpack(tarball, temp);
	const { name, version } = readManifest(temp);
	const folder = join(nodes, 'node_modules', name);
	rmSync(folder, { recursive: true, force: true });
	cpSync(temp, folder, { recursive: true });
	rmSync(temp, { recursive: true, force: true });
	dropForeignDependencies(join(folder, 'package.json'));
	await npm(
		[
			'install',
			'--bin-links=false',
			'--install-strategy=shallow',
			'--ignore-scripts',
			'--package-lock=false',
		],
		{ cwd: folder, what: `Installing ${name}` },
	);
	const dependencies = { [name]: version };
	writeFileSync(
		join(nodes, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies }),
	);
	writeFileSync(marker, sha);
}

function dropForeignDependencies(file: string): void {
	const { devDependencies, peerDependencies, optionalDependencies, ...rest } = JSON.parse(
		readFileSync(file, 'utf8'),
	) as Record<string, unknown>;
	writeFileSync(file, JSON.stringify(rest, null, 2));
}

export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
