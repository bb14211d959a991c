/** Many IDs: few requests, every ID with its own answer, and panels whose lists are short or missing. */
import type { PanelClient } from '../../nodes/SmmPanel/panel/client';
import { clientFixtures, type ClientFixture } from './clientFixture.cts';

const { stand, stopAll } = clientFixtures();
afterAll(stopAll);

/** A panel with so many orders in progress, and what it has been asked about them. */
async function withOrders(count: number, options: Parameters<typeof stand>[0] = {}) {
	const there = await stand(options);
	const orders = there.panel.seedOrders({
		count,
		status: options.panel?.dialects?.length ? 'Completed' : 'In progress',
	});
	return { ...there, orders };
}

const sizes = ({ asked }: Pick<ClientFixture, 'asked'>, action = 'status') =>
	asked(action).map(
		({ orders, refills, order, refill }) => (orders ?? refills ?? order ?? refill ?? '').split(',').length,
	);

test.each([
	['batchSize 10', { batchSize: 10 }, [10, 10, 10, 5]],
	['batchSize 1000 is no more than the API allows', { batchSize: 1000 }, [35]],
	['batchSize 2.5 counts as 2', { batchSize: 17.5 }, [17, 17, 1]],
	['a batchSize that is no number counts as none', { batchSize: 'abc' as never }, [35]],
	['a concurrency that is no number counts as none', { concurrency: NaN, batchSize: 20 }, [20, 15]],
])('%s', async (_name, client, expected) => {
	const there = await withOrders(35, { client });
	expect((await there.client.status(there.orders)).size).toBe(35);
	expect(sizes(there)).toEqual(expected);
});

describe('a panel that knows no lists', () => {
	const dialects = ['statuses-unsupported', 'refills-unsupported', 'refill-statuses-unsupported'];

	test('is asked one by one, and a list is not tried again in this run', async () => {
		const there = await withOrders(25, { panel: { dialects }, client: { batchSize: 10, concurrency: 1 } });
		const outcomes = await there.client.status(there.orders);
		expect([...outcomes.values()].every(({ ok }) => ok)).toBe(true);
		expect(sizes(there)).toEqual([10, ...Array<number>(25).fill(1)]);
		await there.client.status(there.orders.slice(0, 5));
		expect(sizes(there)).toHaveLength(31);
	});
});

describe('one wrong ID for which a panel refuses the whole list', () => {
	test('costs the other IDs of the list nothing, and other lists stay lists', async () => {
		const there = await withOrders(30, {
			panel: { dialects: ['statuses-one-error'] },
			client: { batchSize: 10, concurrency: 1 },
		});
		const outcomes = await there.client.status(['7', ...there.orders]);
		expect([...outcomes].filter(([, { ok }]) => !ok).map(([id]) => id)).toEqual(['7']);
		expect(sizes(there)).toEqual([10, ...Array<number>(10).fill(1), 10, 10, 1]);
	});

	test('does not keep the other orders from being canceled, each once', async () => {
		const there = await stand({ panel: { dialects: ['cancel-one-error'] } });
		const orders = there.panel.seedOrders({ count: 3, service: there.panel.addService({ cancel: true }).id });
		there.panel.moveOrder(orders[1] ?? '', 'Completed');
		const outcomes = await there.client.cancel(orders);
		expect([...outcomes.values()].map(({ ok }) => ok)).toEqual([true, false, true]);
		expect(there.panel.cancels().map(({ order }) => order)).toEqual([orders[0], orders[2]]);
	});
});

describe('a panel that takes shorter lists', () => {
	test('gets lists of the length that it names', async () => {
		const there = await withOrders(230, { panel: { listLimit: 50 }, client: { concurrency: 1 } });
		const outcomes = await there.client.status(there.orders);
		expect([...outcomes.values()].every(({ ok }) => ok)).toBe(true);
		expect(sizes(there)).toEqual([100, 50, 50, 50, 50, 30]);
	});

	test('and names no length gets lists half as long, until it takes them', async () => {
		const there = await withOrders(100, {
			panel: { listLimit: 30, dialects: ['errors-wording-2'] },
			client: { concurrency: 1 },
		});
		expect((await there.client.status(there.orders)).size).toBe(100);
		expect(sizes(there)).toEqual([100, 50, 25, 25, 25, 25]);
	});
});

describe('what a refused list of orders to cancel or refill is answered with', () => {
	const actions: Array<[string, (client: PanelClient, orders: string[]) => Promise<unknown>]> = [
		['refill', async (client, orders) => await client.refill(orders)],
		['cancel', async (client, orders) => await client.cancel(orders)],
	];

	test.each(actions)('%s is not repeated when the refusal came with a server fault', async (action, ask) => {
		const there = await withOrders(3);
		there.panel.inject({
			kind: 'error',
			action: action as never,
			status: 500,
			text: 'Incorrect order ID',
			effect: true,
		});
		await ask(there.client, there.orders);
		expect(sizes(there, action)).toEqual([3]);
	});
});

test.each(['refill', 'cancel'] as const)('"%s failed" to a list is asked one by one', async (action) => {
	const there = await withOrders(2);
	there.panel.inject({ kind: 'error', action, text: `${action} failed` });
	await there.client[action](there.orders);
	const fields = there.asked(action).map(({ order, orders }) => orders ?? order);
	expect([...new Set(fields)]).toEqual([there.orders.join(), ...there.orders]);
});

test('a refused key stops the run: the other lists are not sent', async () => {
	const there = await withOrders(50, { client: { batchSize: 10, concurrency: 1 } });
	there.panel.setActive(false);
	const outcomes = await there.client.status(there.orders);
	expect(there.asked()).toHaveLength(1);
	const messages = [...outcomes.values()].map((outcome) => (outcome.ok ? '' : outcome.error.message));
	expect(messages[0]).toBe('Your account is inactive');
	expect(messages[49]).toBe(
		'Not sent, because an earlier request of this run failed: Your account is inactive',
	);
});

test('after a failed request the other requests of the run are still answered', async () => {
	const there = await withOrders(30, { client: { batchSize: 10, concurrency: 1, retry: { attempts: 1 } } });
	there.panel.inject({ kind: 'dropBefore', skip: 1 });
	const outcomes = [...(await there.client.status(there.orders)).values()];
	expect(outcomes.map(({ ok }) => ok)).toEqual([
		...Array(10).fill(true),
		...Array(10).fill(false),
		...Array(10).fill(true),
	]);
});

test.each([1, 2, 5])('at most %i requests are under way at the same time', async (concurrency) => {
	const { client, panel, orders } = await withOrders(100, {
		client: { concurrency, batchSize: 10 },
		// So long that a busy machine does not look like a panel that slows down
		panel: { latencyMs: 400 },
	});
	await client.status(orders);
	expect(panel.counts()).toMatchObject({ total: 10, mostAtOnce: concurrency });
});
