import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const NAME = 'n8n-nodes-smm-panel-book-test';
export const BOOK_PROBE = `${NAME}.book`;

/** Puts the node where n8n looks for community packages. */
export function installBookProbe(userFolder: string): void {
	const folder = join(userFolder, '.n8n/nodes/node_modules', NAME);
	mkdirSync(join(folder, 'dist'), { recursive: true });
	buildSync({
		entryPoints: [join(__dirname, 'bookProbe.cts')],
		outfile: join(folder, 'dist/nodes.js'),
		format: 'cjs',
		platform: 'node',
		bundle: true,
		external: ['n8n-workflow'],
	});
	const file = 'dist/Book.node.js';
	writeFileSync(join(folder, file), "exports.Book = require('./nodes.js').Book;\n");
	const manifest = {
		name: NAME,
		version: '1.0.0',
		n8n: { n8nNodesApiVersion: 1, nodes: [file], credentials: [] },
	};
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}
