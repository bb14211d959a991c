import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const NAME = 'n8n-nodes-smm-panel-bench';
const NODES = ['Probe', 'Helpers'];

export const PROBE = `${NAME}.probe`;
export const HELPERS = `${NAME}.helpers`;

/** Puts the benchmark's own nodes where n8n looks for community packages. */
export function installProbes(userFolder: string): void {
	const folder = join(userFolder, '.n8n/nodes/node_modules', NAME);
	mkdirSync(join(folder, 'dist'), { recursive: true });
	buildSync({
		entryPoints: [join(__dirname, 'probeNodes.cts')],
		outfile: join(folder, 'dist/nodes.js'),
		format: 'cjs',
		platform: 'node',
		bundle: true,
		external: ['n8n-workflow'],
	});
	const files = NODES.map((name) => `dist/${name}.node.js`);
	NODES.forEach((name, index) =>
		writeFileSync(join(folder, files[index] ?? ''), `exports.${name} = require('./nodes.js').${name};\n`),
	);
	const manifest = {
		name: NAME,
		version: '1.0.0',
		n8n: { n8nNodesApiVersion: 1, nodes: files, credentials: [] },
	};
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}
