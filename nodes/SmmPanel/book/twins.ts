/** Two orders with one ID: only one of them can be the panel's. */
import type { Answer, Outcome } from './claimTypes';
import { keysOf } from './orders';
import type { StoredRow } from './rows';
import { allOf, anyOfMany, where, type BookStore, type Filter } from './store';

/** An order that the panel has given an ID, and the row under which it was sent. */
export interface Placed {
	ref: number;
	row: StoredRow;
	cells: Extract<Outcome, { state: 'placed' }>['cells'];
}

/** So few IDs are as quickly found one by one. */
const FEW = 3;
/** For each of ours a panel takes at most so many orders of others meanwhile: else an ID is far from the rest. */
const APART = 1000;

/**
 * Finds the rows with the IDs of these orders, and perhaps others. Each value that is looked for costs as much as a look
 * at all rows: IDs that a panel has given one after the other are found between the lowest and the highest of them.
 */
export function withOrders(placed: readonly Placed[]): Filter[] {
	const each = anyOfMany(placed.map(({ cells }) => where('order', cells.order)));
	if (placed.length <= FEW) return each;
	const ids = placed.map(({ cells }) => cells.order).sort();
	const [low = '', high = ''] = [ids[0], ids.at(-1)];
	const isSeries =
		Number(high) - Number(low) < APART * ids.length &&
		ids.every((id) => /^\d+$/.test(id) && id.length === low.length);
	return isSeries ? [allOf(where('order', low, 'gte'), where('order', high, 'lte'))] : each;
}

/**
 * Panels have answered with the ID of an older order, or given two orders one ID: an ID that another row of the account
 * has is no proof of a new order. Whatever has one is unknown, as soon as everything is recorded. `seen` are the rows
 * with these IDs; what cannot be written stays `placed` in the book, and is unknown to the user all the same.
 */
export async function doubtTwins(
	store: Pick<BookStore, 'updateWhere'>,
	owner: string,
	placed: readonly Placed[],
	seen: readonly StoredRow[],
): Promise<Array<[number, Answer]>> {
	const answers: Array<[number, Answer]> = [];
	const known = seen.filter((row) => row.owner !== owner);
	for (const { ref, row, cells } of placed) {
		const { order, placedAt } = cells;
		const final = seen.find(
			(one) => one.owner === owner && one.order === order && keysOf(one) === keysOf(row),
		);
		const own = { ...(final ?? row), order };
		const twin = known.find(
			(one) => one.order === order && one.account === row.account && keysOf(one) !== keysOf(row),
		);
		known.push(own);
		if (twin === undefined) continue;
		const changes = {
			placedAt,
			note: `The panel answered with order ${order}, which row ${twin.id} has already`,
		};
		await store.updateWhere(
			allOf(where('owner', owner), where('order', order), where('requestKey', row.requestKey)),
			{ ...changes, order: '', state: 'unknown' },
		);
		answers.push([ref, { kind: 'sent', outcome: { ref, state: 'unknown', cells: changes, twin }, row: own }]);
	}
	return answers;
}
