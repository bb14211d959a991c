/** Which unknown order is which ID: found only where nothing else is possible. */
import {
	bracketOf,
	placedOrders,
	type Bracket,
} from '../../nodes/SmmPanel/actions/order/reconciling/bracket';
import { isCharge, verdictsOf } from '../../nodes/SmmPanel/actions/order/reconciling/verdict';
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
	).map(({ order }) => order);
const bracketsOf = (rows: StoredRow[], orders: StoredRow[]) =>
	rows.map((one) => bracketOf(one, placedOrders(orders), 100));

test('an order between two of the account, alone of its charge, is found', () => {
	const brackets = bracketsOf([unknown(5)], [placed(10, 0), placed(20, 10)]);
	expect(brackets[0]?.ids).toEqual(['11', '12', '13', '14', '15', '16', '17', '18', '19']);
	expect(verdicts(brackets, { 14: '0.7', 16: '0.5' })).toEqual(['14']);
});

test.each<[string, StoredRow]>([
	['of which nothing after it is known', row({ state: 'sending' }, 6, 6)],
	['whose price nobody knows', unknown(6, null)],
	['of the same charge', unknown(6)],
])('not where another unknown order %s could be the same', (_, rival) => {
	const brackets = bracketsOf([unknown(5), rival], [placed(10, 0), placed(20, 8.5)]);
	expect(verdicts(brackets, { 14: '0.7' })).toEqual([undefined, undefined]);
});

test('another unknown order of another charge is no rival', () => {
	const brackets = bracketsOf([unknown(5), unknown(6, 0.9)], [placed(10, 0), placed(20, 10)]);
	expect(verdicts(brackets, { 14: '0.7', 15: '0.9' })).toEqual(['14', '15']);
});

test('a row that was kept alive while it was sent may have been sent as soon as it was made', () => {
	const sending = row({ state: 'sending' }, 1, 9);
	const [bracket] = bracketsOf([sending], [placed(10, -5), placed(20, 5), placed(30, 20)]);
	expect([bracket?.from, bracket?.to]).toEqual([10, 30]);
});

test.each([
	['IDs that are no numbers', [placed(10, 0), row({ state: 'placed', order: 'ord_1', placedAt: at(10) })]],
	['IDs that do not rise', [placed(50, 0), placed(20, 10)]],
	['nothing before', [placed(20, 10)]],
	['nothing after', [placed(10, 0)]],
])('with %s nothing is looked for', (_, orders) => {
	expect(bracketsOf([unknown(5)], orders)[0]?.ids).toBeUndefined();
});

test.each<[number | null, string | null, boolean]>([
	[0.7, '0.70000', true],
	[0.9375, '0.9375', true],
	[0.93751, '0.9375', true],
	[0.94, '0.9', false],
	[0.7, null, false],
	[null, '0.7', false],
])('%s and %s are the same charge: %s', (expected, charged, same) => {
	expect(isCharge(expected, charged)).toBe(same);
});
