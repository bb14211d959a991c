/** A run's orders through the order book: what a retry, a loop, a sub-workflow and an agent get for a repeat. */
import { whyStopped } from '../../../nodes/SmmPanel/actions/order/placing/output';
import { MAX_CONDITIONS } from '../../../nodes/SmmPanel/book/store';
import type { CallName, Fate } from '../memoryBook.cts';
import { openCounter } from '../../../nodes/SmmPanel/book/identity';
import { book, keyed, TOOL } from './bookRun.cts';
import { orderOf, ordersOf, panelError } from './orders.cts';

describe('a repeat', () => {
	it('gives a retry its order again', async () => {
		const { place, sent } = book();
		await place([keyed(0, 'k')]);
		const { placements } = await place([keyed(0, 'k')]);
		expect(placements[0]).toMatchObject({ state: 'placed', order: 'o1' });
		expect(sent).toHaveLength(1);
	});

	it('is one in a later round of a loop, where only the key is the same', async () => {
		const { place, sent } = book();
		const memory = { run: 0, base: {}, cur: {} };
		await place([keyed(0, 'k')], { memory });
		const { placements } = await place([keyed(0, 'k')], { memory: openCounter(memory, 1) });
		expect(placements[0]).toMatchObject({ state: 'duplicate', order: 'o1' });
		expect(sent).toHaveLength(1);
	});

	it.each([
		['an agent', TOOL],
		['a sub-workflow', { keyed: true }],
	])('of %s is the same order, unless it has another key', async (_, at) => {
		const { place, sent } = book();
		await place([keyed(0, 'k')], { place: at });
		const same = await place([keyed(0, 'k')], { place: at });
		const other = await place([keyed(0, 'l')], { place: at });
		expect(same.placements[0]).toMatchObject({ state: 'duplicate', order: 'o1' });
		expect(other.placements[0]).toMatchObject({ state: 'placed', order: 'o2' });
		expect(sent).toHaveLength(2);
	});
});

it('holds back what an agent orders in another quantity, and names the row that it may stand for', async () => {
	const { place, sent } = book();
	await place([orderOf(0)], { place: TOOL });
	const more = orderOf(0, { fields: { link: 'https://example.com/0', quantity: '500' } });
	const { placements } = await place([more], { place: TOOL });
	expect(sent).toHaveLength(1);
	expect(placements[0]).toMatchObject({
		state: 'unknown',
		problem: { message: expect.stringMatching(/something else for the same service and link: order o1/) },
	});
});

describe('Max Total Charge', () => {
	it('holds for two calls of the same execution at the same moment', async () => {
		const { place, sent } = book();
		const calls = [orderOf(0), orderOf(1)].map(
			async (order) => await place([order], { place: TOOL, maxTotalCharge: '0.4' }),
		);
		await Promise.all(calls);
		expect(sent.length).toBeLessThan(2);
	});

	it('counts what an earlier try of this run has placed together with what other calls have', async () => {
		const { place, sent } = book();
		await place([orderOf(0)]);
		await place([orderOf(0, { fields: { link: 'https://example.com/x', quantity: '100' } })], {
			place: { nodeId: 'm' },
		});
		const plan = [orderOf(0), orderOf(1)];
		const { problem } = await place([orderOf(1)], { plan, maxTotalCharge: '0.6' });
		expect(problem?.message).toContain('more than Max Total Charge');
		expect(sent).toHaveLength(2);
	});
});

it('counts what was charged in Max Total Charge, also after it was refunded', async () => {
	const { place, sent, table } = book();
	await place([orderOf(0)], { place: { nodeId: 'm' } });
	for (const row of table.rows.values()) Object.assign(row, { charge: 0, extra: '{"highest":"0.3"}' });
	const { problem } = await place([orderOf(0)], { maxTotalCharge: '0.5' });
	expect(problem?.message).toContain('more than Max Total Charge');
	expect(sent).toHaveLength(1);
});

it('does not send what has waited for an order of the same link, once the run is ended', async () => {
	const { place, sent } = book();
	const link = 'https://example.com/same';
	const same = [0, 1].map((item) =>
		orderOf(item, { idempotencyKey: `k${item}`, fields: { link, quantity: '100' } }),
	);
	const { placements } = await place(same, {
		sameLink: 'fail',
		concurrency: 2,
		stopAtFailure: true,
		add: async () => await Promise.reject(panelError('none', 'funds')),
	});
	expect(sent).toHaveLength(1);
	expect(placements[1]).toBeUndefined();
});

it('ends with the paid order and its row where that could not be written, not with those that were not sent', async () => {
	const { place, sent } = book();
	const orders = [orderOf(0), orderOf(1)];
	let isBack = false;
	const fate = (): Fate => (sent.length > 0 && !isBack ? 'refused' : 'done');
	const { placements, problem, recall } = await place(orders, { fate });
	expect(sent).toHaveLength(1);
	const { problem: error } = whyStopped(orders, placements, problem);
	expect(error?.remedy).toContain('row 1: order o1 was paid');
	expect(placements).toMatchObject({ 0: { state: 'placed', order: 'o1' }, 1: { state: 'refused' } });
	// A book that answers again knows less of it than this run
	isBack = true;
	expect(await recall()).toBe(true);
	expect(placements[0]).toMatchObject({ state: 'placed', order: 'o1' });
});

it('doubts the second of two orders to which the panel gave one ID, also where writing fails once', async () => {
	const { place, table } = book();
	let inserts = 0;
	// The opening, the first order, the second
	const fate = (call: CallName): Fate => (call === 'insertMany' && ++inserts === 3 ? 'refused' : 'done');
	const { placements } = await place([orderOf(0), orderOf(1)], {
		fate,
		add: async () => await Promise.resolve({ order: 'same' }),
	});
	expect(placements).toMatchObject({ 0: { state: 'placed' }, 1: { state: 'unknown' } });
	expect(table.all().map(({ order, state, link }) => [order, state, link])).toEqual([
		['same', 'placed', 'https://example.com/0'],
		['', 'unknown', 'https://example.com/1'],
	]);
});

it('keeps the row of an unknown order under its ID, so that nothing sends it again', async () => {
	const { place, table, sent } = book();
	const add = async () => await Promise.reject(panelError('unknown', 'network'));
	await place([orderOf(0)], { add });
	expect(table.all()).toMatchObject([{ id: 1, state: 'unknown', link: 'https://example.com/0' }]);
	const { placements } = await place([orderOf(0)]);
	expect(placements[0]).toMatchObject({ state: 'unknown' });
	expect(sent).toHaveLength(1);
});

it('takes fewer than 40 sub-executions for 1,000 orders at 100 a second, limits and Same Link with them', async () => {
	const { place, calls, clock } = book();
	await place(ordersOf(1000), {
		concurrency: 20,
		maxTotalCharge: '1000',
		maxPerDay: '1000',
		sameLink: 'skip',
		add: async (link) => {
			clock.advance(10);
			return await Promise.resolve({ order: link });
		},
	});
	const looks = Math.ceil((3 * 1000) / MAX_CONDITIONS) + 1;
	// The opening of so many is an insert, its looks, and an update
	const opening = calls.filter((call) => call === 'open').length * (looks + 2);
	expect(opening + calls.filter((call) => call !== 'open').length).toBeLessThan(40);
});
