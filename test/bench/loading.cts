/** What the package adds to n8n's start, and to its disk. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureN8n } from '../sandbox/install.cts';
import { MAX_PACKED_BYTES, packPackage, readManifest, unpack } from '../sandbox/pack.cts';
import { times, type Bench, type Job, type Row } from './job.cts';
import { median, number, withSpread } from './stats.cts';

const MOST_MS = 30;

/** n8n has loaded `n8n-workflow` long before it loads any node. */
const SCRIPT = `
	require('n8n-workflow');
	const files = JSON.parse(process.argv[1]);
	const from = performance.now();
	for (const file of files) {
		for (const Type of Object.values(require(file))) if (typeof Type === 'function') new Type();
	}
	console.log(performance.now() - from);
`;

const HTTP_REQUEST = 'n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js';

async function loadTime(files: string[]): Promise<number> {
	const { node, script } = await ensureN8n();
	const NODE_PATH = join(script, '../../..');
	const env = { ...process.env, NODE_PATH };
	// From nowhere near another n8n-workflow
	const { stdout } = await promisify(execFile)(node.node, ['-e', SCRIPT, JSON.stringify(files)], {
		env,
		cwd: tmpdir(),
	});
	return Number(stdout);
}

export const loading: Job = {
	name: 'loading',
	async run({ runs, note }: Bench): Promise<Row[]> {
		const tarball = await packPackage();
		const folder = mkdtempSync(join(tmpdir(), 'smm-panel-bench-'));
		try {
			await unpack(tarball, folder);
			const { nodes, credentials } = readManifest(folder).n8n;
			const files = [...credentials, ...nodes].map((file) => join(folder, file));
			await loadTime(files);
			await loadTime([HTTP_REQUEST]);
			const rounds = await times(runs, async () => ({
				ours: await loadTime(files),
				theirs: await loadTime([HTTP_REQUEST]),
			}));
			const ours = rounds.map((round) => round.ours);
			const bytes = statSync(tarball).size;
			note(
				`Loading: \`require\` and one object of each of the ${files.length} entry points in a fresh process of n8n's Node that has loaded n8n-workflow; the files are in the system's cache.`,
			);
			return [
				{
					job: 'loading the package, every entry point, cold',
					bar: `under ${MOST_MS} ms; packed under ${MAX_PACKED_BYTES / 1000} KB`,
					measured: `${withSpread(ours, 'ms')}; packed ${number(bytes / 1000)} KB`,
					httpRequest: `${withSpread(
						rounds.map((round) => round.theirs),
						'ms',
					)} for that one node`,
					pass: median(ours) < MOST_MS && bytes < MAX_PACKED_BYTES,
				},
			];
		} finally {
			rmSync(folder, { recursive: true });
		}
	},
};
