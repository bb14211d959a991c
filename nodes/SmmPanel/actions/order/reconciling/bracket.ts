/** Between which of the account's own orders an unknown one has to stand, and which IDs that leaves. Pure. */
import type { StoredRow } from '../../../book/rows';
import { RECONCILE } from '../../../panel/policies';
import { sentAt } from './unknown';

export interface Bracket {
	row: StoredRow;
	/** Its ID, if it has one, is above `from` and below `to`; infinite where nothing is known. */
	from: number;
	to: number;
	/** IDs that may be this order's, ascending; undefined: it cannot be told which. */
	ids: string[] | undefined;
	/** In words, for whoever decides. */
	evidence: string;
}

const ANYWHERE = { from: -Infinity, to: Infinity };

const NUMBER = /^\d{1,15}$/;

/** The account's orders with an ID of the panel, by what a bracket needs of them: worked out once for all. */
export interface PlacedOrders {
	orders: ReadonlyArray<{ id: number; at: number }>;
	/** Whether the panel gives other IDs than numbers. */
	hasOthers: boolean;
	taken: ReadonlySet<number>;
}

export const placedOrders = (rows: readonly StoredRow[]): PlacedOrders => ({
	orders: rows.flatMap(({ order, placedAt }) =>
		NUMBER.test(order) && placedAt !== null ? [{ id: Number(order), at: Date.parse(placedAt) }] : [],
	),
	hasOthers: rows.some(({ order }) => !NUMBER.test(order)),
	taken: new Set(rows.map(({ order }) => Number(order))),
});

/** More than `most` IDs are too many to ask for. */
export function bracketOf(row: StoredRow, { orders, hasOthers, taken }: PlacedOrders, most: number): Bracket {
	const isSending = row.state === 'sending';
	// A row that is being sent is written anew all the time: what it was before its sending is when it was made
	const sent = Date.parse(isSending ? row.createdAt : sentAt(row));
	const ended = Date.parse(sentAt(row)) + RECONCILE.marginMs + (isSending ? RECONCILE.windowMs : 0);
	let { from, to }: Pick<Bracket, 'from' | 'to'> = ANYWHERE;
	for (const { id, at } of orders) {
		if (at + RECONCILE.marginMs <= sent) from = Math.max(from, id);
		if (at >= ended) to = Math.min(to, id);
	}
	const unclear = (evidence: string, bounds = { from, to }): Bracket => ({
		row,
		...bounds,
		ids: undefined,
		evidence,
	});
	if (hasOthers) return unclear("The panel's order IDs are no numbers.", ANYWHERE);
	if (from === -Infinity)
		return unclear('The book has no order of the account that was certainly placed before it.');
	if (to === Infinity) {
		return unclear(
			'The book has no order of the account that was certainly placed after it: place one, or wait.',
		);
	}
	if (to <= from)
		return unclear(`Order ${to} was placed after order ${from}: the IDs do not rise.`, ANYWHERE);
	const free: string[] = [];
	for (let id = from + 1; id < to && free.length <= most; id++) if (!taken.has(id)) free.push(String(id));
	if (free.length > most) {
		return unclear(`More than ${most} IDs stand between orders ${from} and ${to}: raise 'Max Requests'.`);
	}
	return { row, from, to, ids: free, evidence: `It can only stand between orders ${from} and ${to}.` };
}

/** Some panels tell everybody about every order. */
export const PROBES = 20;

/** IDs that no row has, just below the brackets: on a panel that keeps customers apart, most are not this account's. */
export function probesFor(brackets: readonly Bracket[], { taken }: PlacedOrders): string[] {
	const first = Math.min(...brackets.flatMap(({ ids = [] }) => ids.slice(0, 1).map(Number)));
	const probes: string[] = [];
	for (let id = first - 1; id > 0 && id > first - 10 * PROBES && probes.length < PROBES; id--) {
		if (!taken.has(id)) probes.push(String(id));
	}
	return probes;
}
