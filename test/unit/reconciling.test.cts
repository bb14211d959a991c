/** Which IDs may be an unknown order's, and where it is too early to tell. */
import {
	bracketOf,
	chargeFits,
	placedOrders,
	verdictsOf,
} from '../../nodes/SmmPanel/actions/order/unknownOrders';
import { newRow, type BookRow, type StoredRow } from '../../nodes/SmmPanel/book/rows';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, 0) + 60_000 * minute).toISOString();
let ids = 0;
const row = (
	cells: Partial<BookRow> & Pick<BookRow, 'state'>,
	created = 0,
	updated = created,
): StoredRow => ({
	...newRow({ estimate: 0.7, ...cells }),
	id: ++ids,
	createdAt: at(created),
	updatedAt: at(updated),
});
const placed = (order: number, minute: number) =>
	row({ state: 'placed', order: String(order), placedAt: at(minute) });
const unknown = (minute: number, estimate: number | null = 0.7) =>
	row({ state: 'unknown', placedAt: at(minute), estimate });

const bracketsOf = (rows: StoredRow[], orders: StoredRow[]) =>
	rows.map((one) => bracketOf(one, placedOrders(orders), 100));

test('a row that was kept alive while it was sent may have been sent as soon as it was made', () => {
	const sending = row({ state: 'sending' }, 1, 9);
	const [bracket] = bracketsOf([sending], [placed(10, -5), placed(20, 5), placed(30, 20)]);
	expect(bracket?.evidence).toBe('It can only stand between orders 10 and 30.');
});

test.each([
	['IDs that are no numbers', [placed(10, 0), row({ state: 'placed', order: 'ord_1', placedAt: at(10) })]],
	['IDs that do not rise', [placed(50, 0), placed(20, 10)]],
	['nothing before', [placed(20, 10)]],
	['nothing after', [placed(10, 0)]],
])('with %s nothing is looked for', (_, orders) => {
	expect(bracketsOf([unknown(5)], orders)[0]?.ids).toBeUndefined();
});

test.each<[number | null, string | null, ReturnType<typeof chargeFits>]>([
	[0.7, '0.70000', 'equal'],
	[0.93751, '0.9375', 'equal'],
	[0.1275, '0.13', 'equal'],
	[0.1275, '0.12', 'equal'],
	[0.15, '0.147', 'discounted'],
	[0.15, '0.142', undefined],
	[0.94, '0.9', 'discounted'],
	[0.9, '0.94', undefined],
	[0.7, null, undefined],
	[null, '0.7', undefined],
])('what was to cost %s and costs %s: %s', (estimate, charged, fits) => {
	expect(chargeFits(estimate, charged)).toBe(fits);
});

test('a candidate at a discount is named as such', () => {
	const brackets = bracketsOf([unknown(5)], [placed(10, 0), placed(13, 10)]);
	const told = (charge: string) => ({ ok: true, value: { charge, status: 'Pending' }, raw: {} }) as never;
	const outcomes = new Map([
		['11', told('0.67')],
		['12', told('0.5')],
	]);
	expect(verdictsOf(brackets, outcomes)).toMatchObject([
		{
			verdict: 'candidates',
			candidates: [{ order: '11', charge: 0.67 }],
			evidence: expect.stringContaining('1 of them at a discount of up to 5 %.'),
		},
	]);
});
