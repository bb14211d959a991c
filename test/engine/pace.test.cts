/** The pace in n8n's engine: shared by executions with the same key, and told to whoever looks at the run. */
import { addHints, noteClient } from '../../nodes/SmmPanel/shared/problems';
import { panelRuns } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

test('a panel that asks one execution to wait is not asked by another meanwhile', async () => {
	const { panel, run } = await panelRun();
	const [order = ''] = panel.seedOrders({ count: 1, status: 'Completed' });
	panel.inject({
		kind: 'status',
		status: 429,
		retryAfter: 2,
		body: '{"error":"Too many requests"}',
		times: 1,
	});
	const first = run('balance', 'get');
	while (panel.counts().total === 0) await new Promise((resolve) => setTimeout(resolve, 5));
	await new Promise((resolve) => setTimeout(resolve, 200));
	const others = [1, 2, 3].map(async () => await run('order', 'getStatus', { orderIds: order }));
	for (const { error } of await Promise.all([first, ...others])) expect(error).toBeUndefined();
	const [refused, ...later] = panel.requests();
	expect(later).toHaveLength(4);
	for (const { realAt } of later) expect(realAt - (refused?.realAt ?? 0)).toBeGreaterThanOrEqual(1_950);
});

test('keys do not wait for one another', async () => {
	const [one, other] = [await panelRun(), await panelRun()];
	one.panel.inject({ kind: 'status', status: 429, retryAfter: 2, body: '', times: 1 });
	const waiting = one.run('balance', 'get');
	while (one.panel.counts().total === 0) await new Promise((resolve) => setTimeout(resolve, 5));
	await other.run('balance', 'get');
	expect(one.panel.counts().total).toBe(1);
	expect((await waiting).error).toBeUndefined();
});

describe('the hint about a long wait', () => {
	const hintsOf = (...reports: Array<{ waitedMs: number; perMinute?: number } | undefined>): string[] => {
		const hints: string[] = [];
		const context = { addExecutionHints: ({ message }: { message: string }) => void hints.push(message) };
		for (const report of reports) noteClient(context, { waited: () => report });
		addHints(context);
		return hints;
	};

	test('names the time, the limit and the option', () => {
		const [hint, ...more] = hintsOf(undefined, { waitedMs: 240_400, perMinute: 60 });
		expect(more).toEqual([]);
		expect(hint).toMatch(/240 s .*limit of about 60 requests a minute.*'Requests per Minute'/);
	});
});
