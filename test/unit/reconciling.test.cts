/** Which IDs may be an unknown order's, and where it is too early to tell. */
import {
	bracketOf,
	chargeFits,
	placedOrders,
	verdictsOf,
	type Bracket,
} from '../../nodes/SmmPanel/actions/order/unknownOrders';
import { newRow, type BookRow, type StoredRow } from '../../nodes/SmmPanel/book/rows';
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import type { Outcomes } from '../../nodes/SmmPanel/panel/batching';
import type { OrderStatus } from '../../nodes/SmmPanel/panel/schemas';

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

const told = (charges: Record<string, string>, asked: readonly string[]): Outcomes<OrderStatus> =>
	new Map(
		[...asked, '1'].map((id) => {
			const charge = charges[id];
			const value = { status: 'Pending', charge } as OrderStatus;
			const error = new PanelError('Incorrect order ID', {
				family: 'order',
				effect: 'none',
				action: 'status',
			});
			return [id, charge === undefined ? { ok: false, error } : { ok: true, value, raw: {} }];
		}),
	);
const verdicts = (brackets: readonly Bracket[], charges: Record<string, string>) =>
	verdictsOf(
		brackets,
		told(
			charges,
			brackets.flatMap(({ ids: own = [] }) => own),
		),
	).map(({ candidates }) => candidates.map(({ order }) => order));
const bracketsOf = (rows: StoredRow[], orders: StoredRow[]) =>
	rows.map((one) => bracketOf(one, placedOrders(orders), 100));

test('an order between two of the account, alone of its charge, is the candidate', () => {
	const brackets = bracketsOf([unknown(5)], [placed(10, 0), placed(20, 10)]);
	expect(brackets[0]?.ids).toEqual(['11', '12', '13', '14', '15', '16', '17', '18', '19']);
	expect(verdicts(brackets, { 14: '0.7', 16: '0.5' })).toEqual([['14']]);
});

test('an ID that may be that of two unknown orders is a candidate of both, which is said', () => {
	const brackets = bracketsOf([unknown(5), unknown(6)], [placed(10, 0), placed(20, 10)]);
	expect(verdicts(brackets, { 14: '0.7', 15: '0.9' })).toEqual([['14'], ['14']]);
	const [verdict] = verdictsOf(brackets, told({ 14: '0.7' }, brackets[0]?.ids ?? []));
	expect(verdict?.evidence).toContain('Another unknown order can be one of them, too.');
});

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

test.each([
	['before it', [placed(20, 10)], at(12.5)],
	['after it', [placed(10, 0)], at(7.5)],
])('without an order %s it says from what time on it can look', (_, orders, from) => {
	const [verdict] = verdictsOf(bracketsOf([unknown(5)], orders), new Map());
	expect(verdict).toMatchObject({ verdict: 'tooEarly', searchableFrom: from, candidates: [] });
	expect(verdict?.evidence).toContain(from);
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
