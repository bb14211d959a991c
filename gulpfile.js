/** `gulp build` makes dist/ as it is published. Same commit, same bytes: nothing here depends on time, place or order. */
const { existsSync } = require('node:fs');
const { mkdir, readFile, rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');

const ROOT = __dirname;
const { n8n: manifest } = require('./package.json');

/** `dist/nodes/SmmPanel/SmmPanel.node.js`, as package.json lists it, and where it comes from. */
function entry(listed) {
	const out = path.posix.normalize(listed);
	const source = `./${out.replace(/^dist\//, '').replace(/\.js$/, '.ts')}`;
	if (!existsSync(path.join(ROOT, source))) {
		const problem = new Error(`package.json lists ${listed}, but its source ${source} does not exist.`);
		problem.showStack = false;
		throw problem;
	}
	// n8n takes the class to load from the file's name
	return { out, source, className: path.posix.basename(out).split('.')[0] };
}

/**
 * zod goes inside (a published node may have no dependencies), n8n-workflow is the host's. Nothing is minified, so that
 * a reviewer can read what is published and a stack trace names functions.
 */
const common = {
	absWorkingDir: ROOT,
	bundle: true,
	platform: 'node',
	target: 'node20',
	format: 'cjs',
	legalComments: 'none',
	external: ['n8n-workflow'],
	metafile: true,
	write: false,
	logLevel: 'warning',
};

/** The packages that esbuild took in, by folder name under node_modules. */
const bundledPackages = (result) =>
	Object.keys(result.metafile.inputs)
		.map((input) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
		.filter((name) => name !== undefined);

/**
 * Nodes and credentials in one file, so that nodes share what the modules remember (the catalogue), and beside it a
 * file for each of them, where n8n looks for it.
 */
async function code() {
	const entries = [...manifest.nodes, ...manifest.credentials].map(entry);
	const file = `${path.posix.dirname(entries[0].out)}/bundle.js`;
	const contents = entries
		.map(({ className, source }) => `export { ${className} } from '${source}';`)
		.join('\n');
	const stdin = { contents, resolveDir: ROOT, sourcefile: 'entries.ts', loader: 'ts' };
	const result = await esbuild.build({ ...common, stdin });
	await write(file, result.outputFiles[0].text);
	for (const { out, className } of entries) {
		const relative = path.posix.relative(path.posix.dirname(out), file);
		const request = relative.startsWith('.') ? relative : `./${relative}`;
		await write(out, `exports.${className} = require('${request}').${className};\n`);
	}
	await licences([...new Set(bundledPackages(result))].sort());
}

async function write(file, text) {
	await mkdir(path.join(ROOT, path.posix.dirname(file)), { recursive: true });
	await writeFile(path.join(ROOT, file), text);
}

/** The licences of what is bundled ask to be passed on with it. */
async function licences(names) {
	const texts = names.map(async (name) => {
		const folder = path.join(ROOT, 'node_modules', name);
		const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
		const file = ['LICENSE', 'LICENSE.md', 'LICENCE', 'LICENCE.md'].find((f) =>
			existsSync(path.join(folder, f)),
		);
		if (!file) throw new Error(`${name} is bundled, but has no licence file to pass on.`);
		return `${name} ${version}\n\n${(await readFile(path.join(folder, file), 'utf8')).trim()}\n`;
	});
	if (texts.length === 0) return;
	await writeFile(
		path.join(ROOT, 'dist/THIRD-PARTY-LICENSES.txt'),
		(await Promise.all(texts)).join('\n---\n\n'),
	);
}

const clean = () => rm(path.join(ROOT, 'dist'), { recursive: true, force: true });

const ASSETS = [
	'nodes/**/*.{svg,png}',
	'nodes/**/*.node.json',
	'nodes/**/__schema__/**/*.json',
	'credentials/**/*.{svg,png}',
];

/** Icons, codex files and output schemas, where n8n looks for them: beside the code. */
const assets = () => src(ASSETS, { base: '.', cwd: ROOT, encoding: false }).pipe(dest('dist', { cwd: ROOT }));

exports.clean = clean;
exports.build = series(clean, parallel(code, assets));
exports.default = exports.build;
