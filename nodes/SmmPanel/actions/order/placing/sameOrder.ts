/** Which rows of earlier tries stand for which orders of a retry: by content, never by position. Pure. */
import type { Order } from '../../../book/claimTypes';
import { sameLinkForm } from '../../../book/digest';
import { differs, keyConditions } from '../../../book/rivals';
import type { BookRow, StoredRow } from '../../../book/rows';
import { hasKey } from '../../../book/store';

/** What rows of earlier tries mean for an order that has none of their keys. */
export type Likeness =
	/** Every field that was sent is equal. */
	| { kind: 'same'; row: StoredRow }
	/** Rows and orders are both left over for its service and link: it may be one of them, changed since. */
	| { kind: 'doubtful'; rows: StoredRow[] };

interface Tries {
	/** Those of one execution over all its tries have this `run`. */
	run: string;
	/** Under which this try claims. */
	owners: ReadonlySet<string>;
	/** Request keys of what earlier rounds of a loop have ordered. */
	earlierRounds: ReadonlySet<string>;
}

const groupOf = ({ workflow, node, service, link }: BookRow): string =>
	JSON.stringify([workflow, node, service.trim(), sameLinkForm(link)]);

/**
 * By `ref`, for the orders without a row of their own; an order that is not in it is new. A key that the user gave for
 * this very order tells it from all others; one key for all lines of a mass order does not.
 */
export function likenesses(
	orders: readonly Order[],
	rows: readonly StoredRow[],
	{ run, owners, earlierRounds }: Tries,
	hasOwnKey: (order: Order) => boolean,
): Map<number, Likeness> {
	const keys = new Set(orders.flatMap(keyConditions).map(({ value }) => String(value)));
	const earlier = eachOnce(
		rows.filter(
			(row) =>
				row.run === run &&
				row.state !== 'waiting' &&
				!owners.has(row.owner) &&
				!earlierRounds.has(row.requestKey),
		),
	);
	const held = new Set(earlier.flatMap(({ userKey, requestKey, itemKey }) => [userKey, requestKey, itemKey]));
	const left = new Map<string, StoredRow[]>();
	for (const row of earlier) {
		if (hasKey(row, keys)) continue;
		left.set(groupOf(row), [...(left.get(groupOf(row)) ?? []), row]);
	}
	const found = new Map<number, Likeness>();
	const doubtful: Array<{ ref: number; group: StoredRow[] }> = [];
	for (const order of orders) {
		const group = left.get(groupOf(order.row));
		const hasRow = keyConditions(order).some(({ value }) => held.has(String(value)));
		if (group === undefined || hasRow || hasOwnKey(order)) continue;
		const at = group.findIndex((row) => !differs(order.row, row));
		const [same] = at < 0 ? [] : group.splice(at, 1);
		if (same) found.set(order.ref, { kind: 'same', row: same });
		else doubtful.push({ ref: order.ref, group });
	}
	// Only now is it known which rows are left over
	for (const { ref, group } of doubtful) {
		if (group.length > 0) found.set(ref, { kind: 'doubtful', rows: group });
	}
	return found;
}

/** A crash can leave an order's row beside the one that it was sent under: the one with its ID counts. */
function eachOnce(rows: readonly StoredRow[]): StoredRow[] {
	const byKey = new Map<string, StoredRow>();
	for (const row of rows) if (byKey.get(row.requestKey)?.state !== 'placed') byKey.set(row.requestKey, row);
	return [...byKey.values()];
}
