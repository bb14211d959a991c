/** Orders for which n8n has no room in its data tables. */
import type { Fate, CallName } from '../memoryBook.cts';
import { newRow, toCells } from '../../../nodes/SmmPanel/book/rows';
import { book, keyed } from './bookRun.cts';
import { orderOf, ordersOf } from './orders.cts';

const problem = { kind: 'full', detail: 'Data table size limit exceeded: 201MB used' } as const;
const fate = (call: CallName): Fate => (call === 'insertMany' ? 'refused' : 'done');

it('may be sent without a row', async () => {
	const { place, sent } = book();
	const { unbooked, placements, problem: why } = await place(ordersOf(2), { fate, problem });
	expect(unbooked.map(({ item }) => item)).toEqual([0, 1]);
	expect([placements, why, sent]).toEqual([{}, undefined, []]);
});

it.each([
	['a key', [keyed(0, 'k')], {}],
	['Max Total Charge', ordersOf(1), { maxTotalCharge: '5' }],
	['Max per Day', ordersOf(1), { maxPerDay: '5' }],
	['Same Link', ordersOf(1), { sameLink: 'skip' as const }],
])('are not sent where %s needs the book', async (_, orders, limits) => {
	const { place } = book();
	const { unbooked, placements } = await place(orders, { ...limits, fate, problem });
	expect(unbooked).toEqual([]);
	expect(placements[0]).toMatchObject({
		state: 'refused',
		problem: { message: expect.stringMatching(/^Not sent, because .* storage for data tables is full/) },
	});
});

it('are not sent again by a retry that finds them in the book', async () => {
	const { place, sent } = book();
	await place([orderOf(0)]);
	const { unbooked, placements } = await place(ordersOf(2), { fate, problem });
	expect(placements[0]).toMatchObject({ state: 'placed', order: 'o1' });
	expect(unbooked.map(({ item }) => item)).toEqual([1]);
	expect(sent).toHaveLength(1);
});

it.each([
	['unknown', 'unknown', 0, []],
	['sending', 'unknown', 6, []],
	['sending', 'unknown', 1, []],
	['waiting', 'unknown', 1, []],
	['waiting', undefined, 6, [0]],
] as const)('stand as %s: %s after %i minutes', async (state, standing, minutes, unsent) => {
	const { place, table, clock } = book();
	await place([orderOf(0)]);
	const [row] = table.all();
	table.rows.clear();
	table.insert([toCells(newRow({ ...row, state, order: '' }))]);
	clock.advance(minutes * 60_000);
	const { unbooked, placements } = await place([orderOf(0)], { fate, problem });
	expect(placements[0]?.state).toBe(standing);
	expect(unbooked.map(({ item }) => item)).toEqual(unsent);
});

it('are not sent where the book cannot even be read', async () => {
	const { place } = book();
	const nothing = (call: CallName): Fate => (call === 'find' ? 'refused' : fate(call));
	const { unbooked, placements } = await place(ordersOf(1), { fate: nothing, problem });
	expect(unbooked).toEqual([]);
	expect(placements[0]).toMatchObject({ state: 'refused' });
});

it('are not sent after one whose row could not be written', async () => {
	const { place, sent } = book();
	const afterwards = (call: CallName): Fate => (sent.length > 0 ? fate(call) : 'done');
	const { unbooked, problem: why } = await place(ordersOf(3), { fate: afterwards, problem });
	expect(sent).toHaveLength(1);
	expect(unbooked).toEqual([]);
	expect(why?.remedy).toContain('row 1: order o1 was paid');
});
