/**
 * Unknown orders, and which of the panel's IDs can be theirs. IDs rise over all customers, and a status is told only of
 * the account's own orders: what stands between the order before and the order after, and costs as much, is a candidate.
 */
import { NOT_PLACED } from '../../book/listing';
import type { StepResult } from '../../book/problems';
import { success } from '../../shared/result';
import { isUnknown } from '../../book/matches';
import type { StoredRow } from '../../book/rows';
import { allOf, where, type BookStore, type Condition } from '../../book/store';
import type { Outcomes } from '../../panel/batching';
import { RECONCILE } from '../../panel/policies';
import type { OrderStatus } from '../../panel/schemas';
import { iso } from '../../shared/times';

/** When the order was sent or, where nobody wrote that down, when its row was written last. ISO text. */
export const sentAt = ({ placedAt, updatedAt }: StoredRow): string => placedAt ?? updatedAt;

export async function unknownRows(
	store: Pick<BookStore, 'find'>,
	account: string,
	now: number,
): Promise<StepResult<StoredRow[]>> {
	const found = await store.find([allOf(...NOT_PLACED, where('account', account))]);
	return found.ok ? success(found.value.filter((row) => isUnknown(row, now))) : found;
}

/** Matches this row only as long as nobody else has decided what became of its order. */
export function asItStands({ id, state, owner }: StoredRow): ReturnType<typeof allOf> {
	const conditions: [Condition, ...Condition[]] = [where('id', id), where('state', state)];
	if (owner !== '') conditions.push(where('owner', owner));
	return allOf(...conditions);
}

interface Bracket {
	row: StoredRow;
	/** IDs that may be this order's, ascending; undefined: it cannot be told which. */
	ids?: string[];
	/** Set where the book is too young: from then on the order can be looked for. ISO text; empty where nobody knows. */
	searchableFrom?: string;
	/** In words, for whoever decides. */
	evidence: string;
}

const NUMBER = /^\d{1,15}$/;

/** What brackets need to know of the account's placed orders, worked out once for all of them. */
interface PlacedOrders {
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

/**
 * Finds the account's own orders between which an unknown one has to be. More than `most` IDs are too many to ask for.
 */
export function bracketOf(row: StoredRow, { orders, hasOthers, taken }: PlacedOrders, most: number): Bracket {
	const isSending = row.state === 'sending';
	// A row is written again and again while its order is sent: only its creation tells when that began
	const sent = Date.parse(isSending ? row.createdAt : sentAt(row));
	const ended = Date.parse(sentAt(row)) + RECONCILE.marginMs + (isSending ? RECONCILE.windowMs : 0);
	if (hasOthers) return { row, evidence: "The panel's order IDs are no numbers: look in the panel." };
	let [from, to, oldest] = [-Infinity, Infinity, Infinity];
	for (const { id, at } of orders) {
		oldest = Math.min(oldest, at);
		if (at + RECONCILE.marginMs <= sent) from = Math.max(from, id);
		if (at >= ended) to = Math.min(to, id);
	}
	if (from === -Infinity) {
		const searchableFrom = oldest === Infinity ? '' : iso(oldest + RECONCILE.marginMs);
		const since = searchableFrom && ` It can look for orders that were sent after ${searchableFrom}.`;
		return {
			row,
			searchableFrom,
			evidence: `The book is too young: no order in it was certainly placed before this one.${since} Look in the panel.`,
		};
	}
	if (to === Infinity) {
		return {
			row,
			searchableFrom: iso(ended),
			evidence: `The book has no order yet that was certainly placed after this one: it can look once one stands there that was sent after ${iso(ended)}. Until then, look in the panel.`,
		};
	}
	if (to <= from) {
		const evidence = `Order ${to} was placed after order ${from}: the IDs do not rise. Look in the panel.`;
		return { row, evidence };
	}
	const ids: string[] = [];
	for (let id = from + 1; id < to && ids.length <= most; id++) if (!taken.has(id)) ids.push(String(id));
	if (ids.length > most) {
		const evidence = `More than ${most} IDs stand between orders ${from} and ${to}: raise 'Max Requests'.`;
		return { row, evidence };
	}
	return { row, ids, evidence: `It can only stand between orders ${from} and ${to}.` };
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

/** Panels write charges with two decimals or more, and some cut off what is over. */
const CENTS = 2;
/** Panels give discounts of a few percent to customers of rank. */
const DISCOUNT = 0.05;

/** Whether a panel's charge is what the order was to cost, within the decimals that the panel writes. Undefined: no. */
export function chargeFits(
	estimate: number | null,
	charged: string | null,
): 'equal' | 'discounted' | undefined {
	if (estimate === null || charged === null) return undefined;
	const unit = 10 ** -Math.max(CENTS, charged.split('.')[1]?.length ?? 0);
	const less = estimate - Number(charged);
	if (Math.abs(less) < unit * 0.999) return 'equal';
	return less > 0 && less <= estimate * DISCOUNT ? 'discounted' : undefined;
}

interface Candidate {
	order: string;
	charge: number;
	status: string;
}

export interface Verdict extends Bracket {
	verdict: 'candidates' | 'none' | 'tooEarly';
	candidates: Candidate[];
}

/**
 * Says of each unknown order which IDs can be its own. `outcomes` is what the panel said of the IDs in the brackets.
 */
export function verdictsOf(brackets: readonly Bracket[], outcomes: Outcomes<OrderStatus>): Verdict[] {
	const tellsAll = [...outcomes.values()].every(({ ok: isTold }) => isTold);
	const all = brackets.map((bracket) => ({ bracket, ...candidatesFor(bracket, outcomes) }));
	return all.map(({ bracket, candidates, discounted }): Verdict => {
		const { row, ids, searchableFrom, evidence } = bracket;
		if (ids === undefined) {
			const verdict = searchableFrom === undefined ? 'none' : 'tooEarly';
			return { ...bracket, verdict, candidates };
		}
		const unread = ids.filter((id) => !isAnswered(outcomes, id)).length;
		const isShared = all.some(
			(other) =>
				other.bracket !== bracket &&
				candidates.some(({ order }) => other.candidates.some((one) => one.order === order)),
		);
		const sentences = [
			evidence,
			row.estimate === null ? 'What it was to cost is not known, so that no charge can be compared.' : '',
			candidates.length > 0 ? `Of ${ids.length} IDs between, these are in no row and cost as much.` : '',
			candidates.length === 0 && row.estimate !== null
				? `No free order between costs ${row.estimate}. That proves nothing: look in the panel.`
				: '',
			discounted > 0 ? `${discounted} of them at a discount of up to 5 %.` : '',
			isShared ? 'Another unknown order can be one of them, too.' : '',
			tellsAll && candidates.length > 0 ? 'The panel tells of every order, also of other customers.' : '',
			unread > 0 ? `The panel did not tell of ${unread} IDs.` : '',
		];
		const verdict = candidates.length > 0 ? 'candidates' : 'none';
		return { row, verdict, candidates, evidence: sentences.filter(Boolean).join(' ') };
	});
}

function candidatesFor({ row, ids = [] }: Bracket, outcomes: Outcomes<OrderStatus>) {
	const candidates: Candidate[] = [];
	let discounted = 0;
	for (const order of ids) {
		const outcome = outcomes.get(order);
		if (outcome?.ok !== true) continue;
		const { charge, status } = outcome.value;
		const fits = chargeFits(row.estimate, charge);
		if (fits === undefined) continue;
		candidates.push({ order, charge: Number(charge), status });
		if (fits === 'discounted') discounted++;
	}
	return { candidates, discounted };
}

/** Whether the panel has answered for an ID. That it is another customer's is an answer, too. */
function isAnswered(outcomes: Outcomes<OrderStatus>, id: string): boolean {
	const outcome = outcomes.get(id);
	return outcome !== undefined && (outcome.ok || outcome.error.family === 'order');
}
