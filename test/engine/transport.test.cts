/** n8n's HTTP layer between the client and the panel: faults look to the client like what they are. */
import { FAULT_KINDS, type FaultKind } from '../panel/faults.cts';
import type { NodeRun } from './engine.cts';
import { startNode } from './engine.cts';
import { jsonOf, KEY, panelRuns } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

const PASSING = (Object.keys(FAULT_KINDS) as FaultKind[]).filter(
	(kind) => !['delay', 'shape', 'redirect'].includes(kind),
);

const HANGING: FaultKind[] = ['hangBefore', 'hangAfter', 'slowBody', 'drip'];

type Outcome = NodeRun & { requests: number; refills: number };

/** One order's status, or its refill, with this happening to the first request. */
async function meet(kind: FaultKind, operation: 'getStatus' | 'create'): Promise<Outcome> {
	const there = await panelRun();
	const [order = ''] = there.panel.seedOrders({
		count: 1,
		status: 'Completed',
		service: there.panel.addService({ refill: true }).id,
	});
	there.panel.inject({ kind, ...(FAULT_KINDS[kind].fixed ? {} : { effect: true }), ms: 0 });
	const resource = operation === 'create' ? 'refill' : 'order';
	const run = await there.run(resource, operation, {
		orderIds: order,
		// Longer than a busy machine needs for the second try
		options: { timeout: HANGING.includes(kind) ? 4 : 20 },
	});
	return { ...run, requests: there.panel.counts().total, refills: there.panel.refills().length };
}

// All at once: some of them take the time-out, and the pause after it
const reads = new Map<FaultKind, Promise<Outcome>>();
const writes = new Map<FaultKind, Promise<Outcome>>();
beforeAll(() => {
	for (const kind of PASSING) {
		reads.set(kind, meet(kind, 'getStatus'));
		writes.set(kind, meet(kind, 'create'));
	}
});

describe.each(PASSING)('%s', (kind) => {
	test('costs a question a second try', async () => {
		const { error, items, requests } = (await reads.get(kind)) as Outcome;
		expect([error, requests]).toEqual([undefined, 2]);
		expect(jsonOf(items)).toMatchObject([{ status: 'Completed', finished: true }]);
	});

	test('leaves a refill unknown, and none is asked for twice', async () => {
		const { error, requests, refills } = (await writes.get(kind)) as Outcome;
		expect([requests, refills <= 1]).toEqual([1, true]);
		expect(error?.description).toMatch(/Not certain, look in the panel/);
		expect(error?.context?.data).toMatchObject({ outcome: 'unknown' });
	});
});

test('a panel that refuses connections is asked again: the request never left', async () => {
	const there = await panelRun();
	const [order = ''] = there.panel.seedOrders({
		count: 1,
		status: 'Completed',
		service: there.panel.addService({ refill: true }).id,
	});
	await there.panel.down('refuse');
	setTimeout(() => void there.panel.up(), 300);
	const { error, items } = await there.run('refill', 'create', { orderIds: order });
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toMatchObject([{ order, accepted: true }]);
	expect(there.panel.refills()).toHaveLength(1);
});

test('a redirect is not followed: the other host never sees the key', async () => {
	const [there, elsewhere] = [await panelRun(), await panelRun()];
	for (const status of [301, 302, 303, 307, 308]) {
		there.panel.inject({ kind: 'redirect', status, location: elsewhere.panel.url });
		const { error } = await there.run('balance', 'get');
		expect(error?.message).toContain(`another address: ${elsewhere.panel.url}`);
	}
	expect(elsewhere.panel.counts().total).toBe(0);
});

test('canceling the execution ends it at once, and sends nothing more', async () => {
	const there = await panelRun();
	const orders = there.panel.seedOrders({ count: 30, status: 'Completed' });
	there.panel.configure({ latencyMs: 100 });
	const started = startNode({
		credentials: { apiUrl: there.panel.url, apiKey: KEY },
		parameters: {
			resource: 'order',
			operation: 'getStatus',
			orderIds: orders.join(),
			options: { batchSize: 1, concurrency: 1 },
		},
	});
	while (there.panel.counts().total < 2) await new Promise((resolve) => setTimeout(resolve, 5));
	const before = Date.now();
	started.cancel();
	expect((await started.finished).error?.message).toMatch(/cancel/i);
	// The requests that are left would take three seconds
	expect(Date.now() - before).toBeLessThan(2000);
	const asked = there.panel.counts().total;
	await new Promise((resolve) => setTimeout(resolve, 300));
	// One may have been on its way
	expect(there.panel.counts().total).toBeLessThanOrEqual(Math.min(asked + 1, 10));
});
