import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const NAME = 'n8n-nodes-smm-panel-bench';

export const PROBE = `${NAME}.probe`;

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
	const file = 'dist/Probe.node.js';
	writeFileSync(join(folder, file), "exports.Probe = require('./nodes.js').Probe;\n");
	const manifest = {
		name: NAME,
		version: '1.0.0',
		n8n: { n8nNodesApiVersion: 1, nodes: [file], credentials: [] },
	};
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}
