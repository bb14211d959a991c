/** How far one has to read to follow one order: the files and functions that it enters, counted by V8 in n8n's engine. */
import { Session } from 'node:inspector/promises';
import { join, relative } from 'node:path';
import { startPanel } from '../panel/server.cts';
import { bookOf, place, rows } from './placing.cts';

/** What is reached is not given back. */
const MOST = { files: 68, functions: 366 };

const NODES = join(__dirname, '..', '..', 'nodes');

/** The functions of the product that are entered meanwhile, by file; what has no name is read with the one around it. */
async function entered(work: () => Promise<unknown>): Promise<Map<string, string[]>> {
	const session = new Session();
	session.connect();
	try {
		await session.post('Profiler.enable');
		await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
		await work();
		const { result } = await session.post('Profiler.takePreciseCoverage');
		const own = result.filter(({ url }) => url.replace('file://', '').startsWith(NODES));
		return new Map(
			own.flatMap(({ url, functions }) => {
				const names = functions
					.filter(({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0)
					.map(({ functionName }) => functionName);
				return names.length > 0 ? [[relative(NODES, url.replace('file://', '')), [...new Set(names)]]] : [];
			}),
		);
	} finally {
		session.disconnect();
	}
}

test('one order enters so many files and functions', async () => {
	const panel = await startPanel({ services: 1, lives: { kind: 'still' } });
	try {
		panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
		const [first, second] = rows(2).map((row) => [row]);
		// The book is there, and known to the process
		await place(panel, { items: first });
		const walk = await entered(async () => await place(panel, { ...bookOf(panel), items: second }));
		expect(panel.orders()).toHaveLength(2);
		const functions = [...walk].flatMap(([file, names]) => names.map((name) => `${file}: ${name}`));
		if (process.env.SMM_WALK) process.stdout.write(`${functions.join('\n')}\n`);
		expect([...walk.keys()].length).toBeLessThanOrEqual(MOST.files);
		expect(functions.length).toBeLessThanOrEqual(MOST.functions);
		// The count is one of functions that really were entered
		expect(functions).toContain('SmmPanel/actions/order/placing/place.ts: executePlacing');
	} finally {
		await panel.stop();
	}
});
