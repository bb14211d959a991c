/** Limits that hold beyond one run. An order of these tests costs 0.25. */
import { newRow, toCells, type BookRow } from '../../../nodes/SmmPanel/book/rows';
import { book, DAY_START, keyed } from './bookRun.cts';
import { orderOf, ordersOf } from './orders.cts';

const DAY_MS = 24 * 3_600_000;
const YESTERDAY = new Date(Date.parse(DAY_START) - 1000).toISOString();

let rows = 0;
const row = (cells: Partial<BookRow> = {}): ReturnType<typeof toCells> =>
	toCells(
		newRow({
			state: 'placed',
			order: `x${++rows}`,
			account: 'a',
			charge: 1,
			placedAt: DAY_START,
			requestKey: `r${rows}`,
			owner: 'other',
			run: 'another',
			...cells,
		}),
	);

const OTHER_RUN = { root: { run: 'second', rootless: false, executions: ['2'] }, executionId: '2' };
const link = 'https://example.com/x';

describe('Max per Day', () => {
	it('counts what the account has spent in all executions since midnight', async () => {
		const { place, sent, table } = book();
		table.insert([row(), row({ placedAt: YESTERDAY }), row({ account: 'b' })]);
		const over = await place(ordersOf(2), { maxPerDay: '1.4' });
		expect(sent).toHaveLength(0);
		expect(over.problem?.message).toBe(
			'The orders of this run cost 0.5, and 1 was spent today: together more than Max per Day (1.4)',
		);
		expect(table.all().filter(({ owner }) => owner !== 'other')).toHaveLength(0);
		expect((await place(ordersOf(2), { maxPerDay: '1.5' })).problem).toBeUndefined();
		expect(sent).toHaveLength(2);
	});

	it.each([
		['unknown', { state: 'unknown', order: '' }],
		['being sent', { state: 'sending', order: '', placedAt: null }],
		['about to be sent', { state: 'waiting', order: '', placedAt: null }],
		['charged less than estimated', { charge: 0.2, extra: '{"highest":"1"}' }],
		['charged more than estimated', { charge: 1, extra: '{"highest":"0.2"}' }],
		['refunded', { charge: 0, extra: '{"highest":"1"}', status: 'Canceled', finished: true }],
	] as const)('counts an order that is %s', async (_, cells) => {
		const { place, sent, table } = book();
		table.insert([row(cells)]);
		await place(ordersOf(1), { maxPerDay: '1.24' });
		expect(sent).toHaveLength(0);
		await place(ordersOf(1), { maxPerDay: '1.25' });
		expect(sent).toHaveLength(1);
	});

	it('does not count what a dead execution has left waiting', async () => {
		const { place, sent, table, clock } = book();
		table.insert([row({ state: 'waiting', order: '', placedAt: null })]);
		clock.advance(61 * 60_000);
		await place(ordersOf(1), { maxPerDay: '1' });
		expect(sent).toHaveLength(1);
	});

	it('counts an order once that has two rows', async () => {
		const { place, sent, table } = book();
		table.insert([
			row({ order: 'x', requestKey: 'same' }),
			row({ order: 'x', requestKey: 'same', checkedAt: DAY_START }),
			row({ order: '', requestKey: 'same', state: 'sending' }),
		]);
		await place(ordersOf(1), { maxPerDay: '1.25' });
		expect(sent).toHaveLength(1);
	});

	it('counts the higher of both figures of what it has placed itself', async () => {
		const { place, sent, table } = book();
		await place([orderOf(0, { charge: '0.25', highest: '2' })]);
		expect(table.all()[0]).toMatchObject({ estimate: 0.25 });
		await place([orderOf(1)], { maxPerDay: '2.2', place: OTHER_RUN });
		expect(sent).toHaveLength(1);
	});

	it('does not count repeats, which cost nothing', async () => {
		const { place, sent } = book();
		await place([keyed(0, 'k', link)]);
		const orders = [keyed(0, 'k', link), orderOf(1)];
		const { placements, problem } = await place(orders, { maxPerDay: '0.5', place: OTHER_RUN });
		expect(problem).toBeUndefined();
		expect(placements).toMatchObject({ 0: { state: 'duplicate' }, 1: { state: 'placed' } });
		expect(sent).toHaveLength(2);
	});

	it('does not count repeats among those that are looked at after the first thousand', async () => {
		const { place, sent, clock } = book();
		const orders = Array.from({ length: 1002 }, (_, item) =>
			keyed(item, `k${item}`, `https://example.com/${item}`),
		);
		await place(orders, { concurrency: 20 });
		clock.advance(DAY_MS);
		const again = [...orders, orderOf(1002)];
		const { problem } = await place(again, {
			maxTotalCharge: '0.25',
			place: OTHER_RUN,
			concurrency: 20,
		});
		expect(problem).toBeUndefined();
		expect(sent).toHaveLength(1003);
	});
});

describe('Max Total Charge', () => {
	it('does not count repeats of other executions', async () => {
		const { place, sent } = book();
		await place([keyed(0, 'k', link)]);
		const orders = [keyed(0, 'k', link), orderOf(1)];
		await place(orders, { maxTotalCharge: '0.25', place: OTHER_RUN });
		expect(sent).toHaveLength(2);
	});

	it('counts each order once, also those of more than a thousand', async () => {
		const { place, sent } = book();
		const { problem } = await place(ordersOf(1002), { maxTotalCharge: '250.5', concurrency: 20 });
		expect(problem).toBeUndefined();
		expect(sent).toHaveLength(1002);
	});

	it('counts the panel’s figure where it is higher than the estimate', async () => {
		const { place, sent, table } = book();
		await place([orderOf(0)]);
		for (const stored of table.rows.values()) stored.charge = 0.9;
		await place([orderOf(1)], { plan: ordersOf(2), maxTotalCharge: '1.1' });
		expect(sent).toHaveLength(1);
	});
});
