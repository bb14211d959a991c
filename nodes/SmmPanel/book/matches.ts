/** Which row stands for which order: by keys and content, never by position. One row for one order. Pure. */
import type { Order } from './claimTypes';
import { sameLinkForm } from './digest';
import { keysOf } from './orders';
import { differs, indexBy, STRENGTH, type Match } from './rivals';
import type { BookRow, StoredRow } from './rows';

export interface Matches {
	/** By `ref`; an order that is not in it is new. */
	of: ReadonlyMap<number, Match>;
	/** Rows that stand for none of the orders. */
	others: StoredRow[];
}

type PlacesOf<T> = (one: T) => string[];

/**
 * All orders of a call with all rows that a look has found. A key that a user gave comes first; otherwise equal orders
 * are interchangeable. Then come the request keys, which number equal orders through. A row of the execution that is left
 * over was ordered under another number: it stands for the first order that equals it. Only after these counts the key of
 * the input item, by which an order is known whose service was changed since.
 *
 * @param sameRuns runs of other rows that are the same root, although they are written differently
 */
export function matchRows(
	orders: readonly Order[],
	rows: readonly StoredRow[],
	sameRuns: ReadonlySet<string>,
): Matches {
	const open = new Set(eachOnce(rows));
	const of = new Map<number, Match>();
	const match = (
		placesOfRow: PlacesOf<StoredRow>,
		placesOfOrder: PlacesOf<Order>,
		fits: (order: Order, row: StoredRow) => boolean = () => true,
	) => {
		const index = indexBy(open, placesOfRow);
		for (const order of orders) {
			if (of.has(order.ref)) continue;
			const found = placesOfOrder(order).flatMap((place) => index.get(place) ?? []);
			const row = found.find((one) => open.has(one) && fits(order, one));
			if (row === undefined) continue;
			of.set(order.ref, { kind: 'same', row });
			open.delete(row);
		}
	};
	const inRun = (order: Order, keys: Array<string | undefined>) =>
		[order.row.run, ...sameRuns].flatMap((run) => keys.flatMap((key) => (key ? [`${run} ${key}`] : [])));
	const isEqual = (order: Order, row: StoredRow) => !differs(order.row, row);
	const ofUser = (order: Order) => (order.row.userKey === '' ? [] : [order.row.userKey]);
	// A key that two orders share stands for the one that equals its row
	match(({ userKey }) => [userKey], ofUser, isEqual);
	match(({ userKey }) => [userKey], ofUser);
	match(
		({ run, requestKey }) => [`${run} ${requestKey}`],
		(order) => inRun(order, [order.row.requestKey, order.rootless?.requestKey]),
	);
	const earlierRounds = orders.find(({ byContent }) => byContent)?.byContent?.earlierRounds;
	const placesOfRow = (row: StoredRow) => (earlierRounds?.has(row.requestKey) === true ? [] : groupsOf(row));
	const placesOfOrder = ({ byContent, row }: Order) => (byContent ? groupsOf(row) : []);
	match(placesOfRow, placesOfOrder, isEqual);
	match(
		({ run, itemKey }) => [`${run} ${itemKey}`],
		(order) => inRun(order, [order.row.itemKey, order.rootless?.itemKey]),
	);
	const left = indexBy(open, placesOfRow);
	for (const order of orders) {
		if (of.has(order.ref)) continue;
		const doubtful = placesOfOrder(order).flatMap((place) => left.get(place) ?? []);
		if (doubtful.length > 0) of.set(order.ref, { kind: 'doubtful', rows: [...new Set(doubtful)] });
	}
	return { of, others: [...open] };
}

/** Rows of one service and link: of the same execution, or under the same key for all lines of a mass order. */
function groupsOf({ run, workflow, node, account, idempotencyKey, service, link }: BookRow): string[] {
	const what = [service.trim(), sameLinkForm(link)];
	return [
		JSON.stringify([run, workflow, node, ...what]),
		...(idempotencyKey === '' ? [] : [JSON.stringify([account, idempotencyKey, ...what])]),
	];
}

/** Of the rows that a crash has left of one order the one that says most; what waits was never sent. */
function eachOnce(rows: readonly StoredRow[]): StoredRow[] {
	const inOrder = [...rows].sort((a, b) => STRENGTH[b.state] - STRENGTH[a.state] || a.id - b.id);
	const byKeys = new Map<string, StoredRow>();
	for (const row of inOrder) {
		const keys = keysOf(row);
		if (row.state !== 'waiting' && !byKeys.has(keys)) byKeys.set(keys, row);
	}
	return [...byKeys.values()];
}
