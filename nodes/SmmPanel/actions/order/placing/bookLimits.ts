/** Limits that hold beyond one run, from the rows of the order book. Pure. */
import type { Order } from '../../../book/claimTypes';
import { keyConditions } from '../../../book/rivals';
import type { StoredRow } from '../../../book/rows';
import { where, type Condition } from '../../../book/store';
import { chargedFor } from '../../../book/writeBack';
import { isMore, type Amount } from '../../../panel/money';
import { BOOK } from '../../../panel/policies';
import { sum } from '../../../panel/pricing';
import { inputProblem, type Problem } from '../../../shared/problems';
import { overTotal, totalOf } from './budget';
import type { PlannedOrder } from './plan';

export interface BookLimits {
	/** Holds over all tries, rounds and tool calls of the execution. */
	maxTotalCharge: Amount | undefined;
	/** Holds for all orders of the account in this book since `dayStart`. */
	maxPerDay: Amount | undefined;
	/** ISO text. */
	dayStart: string;
	/** Told what other runs have spent since then, where there is a limit for the day. */
	noteDay?(spent: Amount): void;
}

/** The rows that the limits need to see. */
export const limitConditions = (
	{ maxTotalCharge, maxPerDay, dayStart }: BookLimits,
	run: string,
): Condition[] => [
	...(maxTotalCharge === undefined ? [] : [where('run', run)]),
	...(maxPerDay === undefined
		? []
		: [where('placedAt', dayStart, 'gte'), where('state', 'sending'), where('state', 'waiting')]),
];

interface Spending {
	rows: readonly StoredRow[];
	planned: readonly PlannedOrder[];
	orders: ReadonlyMap<number, Order>;
	/** Under which this run claims. */
	owners: ReadonlySet<string>;
	/** See `BookRun`. */
	run: string;
	now: number;
}

/** Why none of the planned orders may be sent; undefined where they fit the limits. */
export function overLimits(limits: BookLimits, spending: Spending): Problem | undefined {
	const { rows, planned, orders, owners, run } = spending;
	const others = rows.filter((row) => !owners.has(row.owner) && isAlive(row, spending.now));
	const held = keysOf(others.filter(({ state }) => state !== 'waiting'));
	// A repeat costs nothing: what it repeats has been counted when it was ordered
	const total = totalOf(planned.filter(({ item }) => !isHeld(orders.get(item), held)));
	const ofRun = others.filter((row) => row.run === run);
	const overRun = overTotal(total, costOf(ofRun), limits.maxTotalCharge);
	if (overRun) return overRun;
	const accounts = new Set([...orders.values()].map(({ row }) => row.account));
	const ofDay = others.filter(
		(row) => accounts.has(row.account) && (row.placedAt ?? row.createdAt) >= limits.dayStart,
	);
	const spent = costOf(ofDay);
	if (limits.maxPerDay !== undefined) limits.noteDay?.(spent);
	return overDay(total, spent, limits.maxPerDay);
}

/** What waits longer was left by an execution that has died, and was never sent. */
const isAlive = ({ state, createdAt }: StoredRow, now: number): boolean =>
	state !== 'waiting' || now - Date.parse(createdAt) < BOOK.waitingLimitMs;

function overDay(total: Amount, spent: Amount, limit: Amount | undefined): Problem | undefined {
	if (limit === undefined || !isMore(sum([total, spent]), limit)) return undefined;
	return inputProblem(
		`The orders of this run cost ${total}, and ${spent} was spent today: together more than Max per Day (${limit})`,
		"Nothing more was sent. The day begins at midnight in the workflow's time zone; refunds do not free what was spent.",
	);
}

const keysOf = (rows: readonly StoredRow[]): ReadonlySet<string> =>
	new Set(rows.flatMap(({ userKey, requestKey, itemKey }) => [userKey, requestKey, itemKey]));

const isHeld = (order: Order | undefined, held: ReadonlySet<string>): boolean =>
	order !== undefined && keyConditions(order).some(({ value }) => held.has(String(value)));

/**
 * What these rows cost, each order once. What waits counts, too: another call at the same moment has perhaps looked
 * before it could see ours.
 */
function costOf(rows: readonly StoredRow[]): Amount {
	const placed = new Set(rows.filter(({ order }) => order !== '').map(({ requestKey }) => requestKey));
	const byOrder = new Map<string, StoredRow>();
	for (const row of rows) {
		if (row.order !== '') byOrder.set(row.order, dearer(row, byOrder.get(row.order)));
		// Left behind by a crash between the order's two rows
		else if (!placed.has(row.requestKey)) byOrder.set(`row ${row.id}`, row);
	}
	return sum([...byOrder.values()].map(chargedFor));
}

const dearer = (row: StoredRow, other: StoredRow | undefined): StoredRow =>
	other !== undefined && isMore(chargedFor(other), chargedFor(row)) ? other : row;
