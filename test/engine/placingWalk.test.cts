/** How far one has to read to follow one order: the files and functions that it enters, counted by V8 in n8n's engine. */
import { Session } from 'node:inspector/promises';
import { join, relative } from 'node:path';

/** What is reached is not given back. */
const MOST = { files: 50, functions: 270 };

const NODES = join(__dirname, '..', '..', 'nodes');

test('one order enters so many files and functions', async () => {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	// Before the product is loaded: of functions that are there already, V8 counts only those that have run often enough
	await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
	/** What was entered since the last look, by file; what has no name is read with the one around it. */
	const entered = async (): Promise<string[]> => {
		const { result } = await session.post('Profiler.takePreciseCoverage');
		const own = result
			.map(({ url, functions }) => ({ path: url.replace('file://', ''), functions }))
			.filter(({ path }) => path.startsWith(NODES))
			.flatMap(({ path, functions }) =>
				functions
					// V8 counts the fields of a class as a function with a name in angle brackets
					.filter(({ functionName, ranges }) => /^[^<]/.test(functionName) && (ranges[0]?.count ?? 0) > 0)
					.map(({ functionName }) => `${relative(NODES, path)}: ${functionName}`),
			);
		return [...new Set(own)];
	};
	const { startPanel } = await import('../panel/server.cts');
	const { place, rows } = await import('./placing.cts');
	const panel = await startPanel({ services: 1, lives: { kind: 'still' } });
	try {
		panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
		const [first, second] = rows(2).map((row) => [row]);
		// The book is there, and known to the process
		await place(panel, { items: first });
		await entered();
		await place(panel, { items: second });
		const functions = await entered();
		expect(panel.orders()).toHaveLength(2);
		if (process.env.SMM_WALK) process.stdout.write(`${functions.join('\n')}\n`);
		expect(new Set(functions.map((name) => name.split(': ')[0])).size).toBeLessThanOrEqual(MOST.files);
		expect(functions.length).toBeLessThanOrEqual(MOST.functions);
		// The count is one of functions that really were entered
		expect(functions).toContain('SmmPanel/actions/order/placing/place.ts: executePlacing');
	} finally {
		session.disconnect();
		await panel.stop();
	}
}, 60_000);
