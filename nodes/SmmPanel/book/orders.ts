/** Placed orders in the book, as those find them who ask the panel about them. Nothing is written here. */
import { BOOK } from '../panel/policies';
import { isFinal } from '../panel/statuses';
import type { StepResult } from './problems';
import { success } from '../shared/result';
import type { BookRow, StoredRow } from './rows';
import { allOf, anyOfMany, orderOf, where, type BookStore, type Condition, type Filter } from './store';

/** An order and the rows that stand for it: one or, after two writes at the same moment, several. */
export interface BookedOrder {
	/** One row that says what all rows of the order say together. */
	row: StoredRow;
	copies: StoredRow[];
}

/** By the order's ID. */
export type BookedOrders = ReadonlyMap<string, BookedOrder>;

type Reader = Pick<BookStore, 'find'>;

/** The orders of these IDs that are in the book: one call for every 400. */
export async function findOrders(
	store: Reader,
	account: string,
	ids: Iterable<string>,
): Promise<StepResult<BookedOrders>> {
	const conditions = [...new Set(ids)].filter(Boolean).map((id) => where('order', id));
	return ordersOf(await store.find(anyOfMany(conditions)), account);
}

/**
 * The orders that are not finished and, with `since`, those whose rows were written from then on: whoever remembers
 * what it saw does not miss an order that somebody else has seen finish. One call, or two.
 */
export async function findOpenOrders(
	store: Reader,
	account: string,
	since?: string,
): Promise<StepResult<BookedOrders>> {
	const own = placedOf(account);
	const filters: Filter[] = [allOf(...own, where('finished', true, 'neq'))];
	if (since !== undefined) filters.push(allOf(...own, where('updatedAt', since, 'gte')));
	return ordersOf(await store.find(filters), account);
}

/** The orders to which these refills belong: one call for every 400. */
export async function findRefills(
	store: Reader,
	account: string,
	refills: Iterable<string>,
): Promise<StepResult<BookedOrders>> {
	const conditions = [...new Set(refills)].filter(Boolean).map((id) => where('refill', id));
	return ordersOf(await store.find(anyOfMany(conditions)), account);
}

/** The orders with a refill under way and, with `since`, those with a refill whose rows were written from then on. */
export async function findOpenRefills(
	store: Reader,
	account: string,
	now: number,
	since?: string,
): Promise<StepResult<BookedOrders>> {
	const asked = new Date(now - BOOK.openRefillMs).toISOString();
	const filters: Filter[] = [allOf(...placedOf(account), where('refilledAt', asked, 'gte'))];
	const found = ordersOf(await store.find(filters), account);
	if (!found.ok) return found;
	const isWanted = ({ row }: BookedOrder) =>
		isRefillOpen(row) || (row.refill !== '' && since !== undefined && row.updatedAt >= since);
	return success(new Map([...found.value].filter(([, order]) => isWanted(order))));
}

/** Whether a refill may still change; one whose status nobody has asked for may. */
const isRefillOpen = ({ refill, refillStatus }: BookRow): boolean => refill !== '' && !isFinal(refillStatus);

/** Matches placed orders of an account, as `Connection` has it: without it, an order's ID says nothing. */
export const placedOf = (account: string): [Condition, ...Condition[]] => [
	where('state', 'placed'),
	where('account', account),
];

function ordersOf(found: StepResult<StoredRow[]>, account: string): StepResult<BookedOrders> {
	if (!found.ok) return found;
	return success(byOrder(found.value.filter((row) => row.state === 'placed' && row.account === account)));
}

/**
 * Placed rows by their order's ID: what the rows of one order say together counts, and counts once. Rows with other
 * keys are another order, even where a panel has given both the same ID: the ID means the first, and the others stay
 * untouched.
 */
export function byOrder(rows: readonly StoredRow[]): BookedOrders {
	const placed = rows.filter(({ order }) => order !== '');
	const orders = new Map<string, BookedOrder>();
	for (const one of grouped(placed, orderOf).values()) {
		if (!orders.has(one.row.order)) orders.set(one.row.order, one);
	}
	return orders;
}

/** Rows that stand for the same order, by what tells orders apart. */
export function grouped(
	rows: readonly StoredRow[],
	keyOf: (row: StoredRow) => string,
): Map<string, BookedOrder> {
	const copies = new Map<string, StoredRow[]>();
	for (const row of rows) copies.set(keyOf(row), [...(copies.get(keyOf(row)) ?? []), row]);
	return new Map(
		[...copies].map(([key, found]): [string, BookedOrder] => [key, { row: together(found), copies: found }]),
	);
}

/** The row that was checked last, with the refill that was asked for last, and what people wrote last. */
function together(copies: readonly StoredRow[]): StoredRow {
	const byCheck = [...copies].sort(
		(a, b) => (a.checkedAt ?? '').localeCompare(b.checkedAt ?? '') || a.id - b.id,
	);
	const row = byCheck.at(-1) as StoredRow;
	const refilled = byCheck.reduce((last, copy) =>
		(copy.refilledAt ?? '') >= (last.refilledAt ?? '') ? copy : last,
	);
	const { refill, refillStatus, refilledAt } = refilled;
	const written = byCheck.reduce((last, copy) => (copy.updatedAt >= last.updatedAt ? copy : last));
	const { reference, note, foreign } = written;
	return { ...row, refill, refillStatus, refilledAt, reference, note, ...(foreign && { foreign }) };
}
