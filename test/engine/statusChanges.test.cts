/** `order: getStatusChanges`: what a schedule sees of its orders from one execution to the next. */
import { DataDeduplicationService } from 'n8n-core';
import { deduplication } from './deduplication.cts';
import { runNode, type NodeOptions } from './engine.cts';
import { panel, panelForEach } from './placing.cts';

panelForEach();
beforeEach(() => deduplication.restore());
afterEach(() => jest.restoreAllMocks());

const look = async (orders: readonly string[], options = {}, more: Partial<NodeOptions> = {}) =>
	await runNode({
		...more,
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		parameters: { resource: 'order', operation: 'getStatusChanges', orderIds: '={{ $json.order }}', options },
		items: orders.map((order) => ({ order })),
	});
const changes = async (...args: Parameters<typeof look>) =>
	(await look(...args)).items.map(({ json }) => `${String(json.order)} ${String(json.status)}`);
const seed = (count: number, status = 'Pending') => panel.seedOrders({ count, status });

test('an order comes out when it is first seen and each time its status differs from the last', async () => {
	const [a = '', b = ''] = seed(2);
	expect((await look([a, b])).items).toMatchObject([
		{ json: { order: a, status: 'Pending', finished: false, seenBefore: false }, pairedItem: { item: 0 } },
		{ json: { order: b, status: 'Pending', seenBefore: false }, pairedItem: { item: 1 } },
	]);
	expect(await changes([a, b])).toEqual([]);
	panel.moveOrder(b, 'In progress');
	expect((await look([a, b])).items).toMatchObject([
		{ json: { order: b, status: 'In progress', seenBefore: true }, pairedItem: { item: 1 } },
	]);
	expect(await changes([a, b])).toEqual([]);
});

test('statuses that nobody knows are statuses like any other, and none is taken for another', async () => {
	const [a = ''] = seed(1);
	await changes([a]);
	const unknown = Array.from({ length: 40 }, (_, at) => `Step ${at} of the moderator`);
	const seen = [];
	const moves = ['Running', 'Rejected', 'Running', 'On hold', 'Pending', 'On hold', ...unknown, 'Running'];
	for (const status of moves) {
		panel.moveOrder(a, status);
		seen.push(...(await changes([a])), ...(await changes([a])));
	}
	expect(seen).toEqual(moves.map((status) => `${a} ${status}`));
	panel.moveOrder(a, 'Completed');
	await changes([a]);
	expect(deduplication.count()).toBe(2);
});

test('another spelling is no change', async () => {
	const [a = ''] = seed(1, 'In progress');
	await changes([a]);
	for (const dialect of ['spelling-snake', 'spelling-joined', 'spelling-upper']) {
		panel.setDialect(dialect);
		expect(await changes([a])).toEqual([]);
	}
});

test('what was seen outlives a restart, and belongs to its node', async () => {
	const [a = ''] = seed(1);
	await changes([a]);
	const saved = deduplication.save();
	deduplication.restore();
	deduplication.restore(saved);
	expect(await changes([a])).toEqual([]);
	expect(await changes([a], {}, { nodeId: 'another' })).toEqual([`${a} Pending`]);
});

test("'Skip First Status' leaves out orders seen for the first time, and reports their next change", async () => {
	const [a = ''] = seed(1);
	expect(await changes([a], { skipFirst: true })).toEqual([]);
	panel.moveOrder(a, 'Completed');
	expect(await changes([a], { skipFirst: true })).toEqual([`${a} Completed`]);
});

test('failures come out each time, and are no status', async () => {
	const [a = ''] = seed(1);
	const more = { onError: 'continueRegularOutput' } as const;
	for (const expected of [[`${a} Pending`, '99999 undefined'], ['99999 undefined']]) {
		expect(await changes([a, '99999'], {}, more)).toEqual(expected);
	}
});

test('a run that stops at an error has seen nothing: its changes come out of the next', async () => {
	const [a = ''] = seed(1);
	expect((await look([a, '99999'])).error?.message).toMatch(/Order 99999/);
	expect(await changes([a])).toEqual([`${a} Pending`]);
});

/** The node's first try fails after it has recorded its changes, as when n8n dies between two writes. */
const failOnce = (helper: 'removeProcessed' | 'getProcessedDataCount') => {
	const service = DataDeduplicationService.getInstance();
	const real = service[helper].bind(service) as (...args: unknown[]) => Promise<never>;
	let failed = false;
	jest.spyOn(service, helper).mockImplementation(async (...args: unknown[]) => {
		if (failed) return await real(...args);
		failed = true;
		throw new Error('The database is locked');
	});
};

test.each(['removeProcessed', 'getProcessedDataCount'] as const)(
	'no change is lost when the database fails at %s',
	async (helper) => {
		const [a = ''] = seed(1);
		await changes([a]);
		panel.moveOrder(a, 'Completed');
		failOnce(helper);
		expect(await changes([a])).toEqual([`${a} Completed`]);
	},
);

test("'Retry On Fail' gives the changes of the try that was lost", async () => {
	const ids = seed(2);
	// The first item fails in the first try only, which makes n8n run the node again
	panel.inject({ action: 'status', kind: 'error', text: 'Incorrect order ID', fields: { order: 'x1' } });
	const more = { onError: 'continueRegularOutput', retryOnFail: true, maxTries: 2 } as const;
	const run = await look(['x1', ...ids], {}, more);
	expect(run.tries).toBe(2);
	expect(run.items.slice(1).map(({ json }) => json.order)).toEqual(ids);
	expect(await changes(ids)).toEqual([]);
});

test('10,000 orders, all of which change, take seconds', async () => {
	const ids = seed(10_000, 'In progress');
	const timed = async (expected: number) => {
		// The processor's time: others may be at work on the same machine
		const began = process.cpuUsage();
		expect(await changes([ids.join(' ')])).toHaveLength(expected);
		const { user, system } = process.cpuUsage(began);
		return (user + system) / 1000;
	};
	await timed(10_000);
	for (const id of ids) panel.moveOrder(id, 'Completed');
	const changing = await timed(10_000);
	await timed(0);
	expect(changing).toBeLessThan(15_000);
}, 60_000);
