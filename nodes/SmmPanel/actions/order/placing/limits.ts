/** Whether orders fit the limits set for them: by their price, the account's balance, and the rows of the order book. */
import type { Order } from '../../../book/claimTypes';
import { matchRows } from '../../../book/matches';
import type { StoredRow } from '../../../book/rows';
import { keysOf, where, type Condition } from '../../../book/store';
import { chargedFor } from '../../../book/writeBack';
import { isMore, type Amount } from '../../../panel/money';
import { BOOK } from '../../../panel/policies';
import { sum } from '../../../panel/serviceChecks';
import type { Balance } from '../../../panel/schemas';
import type { Connection } from '../../../shared/connection';
import { inputProblem, type Problem } from '../../../shared/problems';
import { mayBePaid, type Placement } from './outcome';
import type { PlannedOrder } from './plan';

/** What these orders cost at most: of those that share an idempotency key only one is placed. */
export function totalOf(orders: readonly PlannedOrder[]): Amount {
	const dearest = new Map<string, Amount>();
	for (const { item, idempotencyKey, highest } of orders) {
		const one = idempotencyKey === undefined ? `item ${item}` : `key ${idempotencyKey}`;
		const other = dearest.get(one) ?? '0';
		dearest.set(one, isMore(highest ?? '0', other) ? (highest ?? '0') : other);
	}
	return sum([...dearest.values()]);
}

/** What a run has spent, with what it may have spent: an order whose outcome is unknown counts. */
export const spentOn = (placements: readonly Placement[]): Amount =>
	sum(placements.map((placement) => (mayBePaid(placement) ? (placement.charge ?? '0') : '0')));

/** `spent` is what earlier tries of this run cost: the limit holds for all tries together. */
export function overTotal(total: Amount, spent: Amount, limit: Amount | undefined): Problem | undefined {
	const cost = sum([total, spent]);
	if (limit === undefined || !isMore(cost, limit)) return undefined;
	return inputProblem(
		`The orders of this run cost ${cost}, more than Max Total Charge (${limit})`,
		"Nothing more was sent. Raise 'Max Total Charge' and retry this execution, or order less.",
	);
}

/** What earlier tries of this run cost is no longer in the balance, so that it does not count here. */
export function overBalance(total: Amount, { balance, currency }: Balance): Problem | undefined {
	if (!isMore(total, balance)) return undefined;
	return {
		...inputProblem(
			`The orders of this run cost ${total}, more than the balance of ${`${balance} ${currency ?? ''}`.trim()}`,
			'Nothing more was sent. Add funds to the account at the panel and retry this execution, or order less.',
		),
		family: 'funds',
	};
}

/**
 * Where so many orders certainly take longer than the workflow's time-out leaves them.
 *
 * @param perMinute requests that the user allows in any minute; all of them may leave at its beginning
 * @param timeout of the workflow, in seconds; -1 or nothing: none
 */
export function overTime(orders: number, perMinute = 0, timeout = 0): Problem | undefined {
	const minutes = perMinute > 0 ? Math.ceil(orders / perMinute) - 1 : 0;
	if (!(timeout > 0) || minutes * 60 <= timeout) return undefined;
	return inputProblem(
		`${orders} orders at ${perMinute} requests a minute take at least ${minutes} minutes, and the workflow's 'Timeout' ends the execution after ${timeout} seconds`,
		"Set a longer 'Timeout' in the workflow's settings, raise 'Requests per Minute', or order less at once.",
	);
}

export interface Funds {
	problem?: Problem;
	/** Null: not known. */
	currency: string | null;
	balance?: string;
}

/** Whether the balance covers the run's orders. */
export async function checkBalance(
	{ client }: Pick<Connection, 'client'>,
	sendable: readonly PlannedOrder[],
): Promise<Funds> {
	const { value: balance, raw } = await client.balance();
	const problem = overBalance(totalOf(sendable), balance);
	return { problem, currency: balance.currency, balance: String(raw.balance) };
}

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
	sameRuns: ReadonlySet<string>;
	now: number;
}

/** Why none of the planned orders may be sent; undefined where they fit the limits. */
export function overLimits(limits: BookLimits, spending: Spending): Problem | undefined {
	const { rows, planned, orders, owners, run, sameRuns } = spending;
	const others = rows.filter((row) => !owners.has(row.owner) && isAlive(row, spending.now));
	const { of } = matchRows([...orders.values()], others, sameRuns);
	// A repeat costs nothing: what it repeats has been counted when it was ordered
	const total = totalOf(planned.filter(({ item }) => !of.has(item)));
	const ofRun = others.filter((row) => row.run === run);
	const overRun = overTotal(total, costOf(ofRun), limits.maxTotalCharge);
	if (overRun) return overRun;
	const accounts = new Set([...orders.values()].map(({ row }) => row.account));
	const ofDay = others.filter(
		(row) => accounts.has(row.account) && (row.placedAt ?? row.createdAt) >= limits.dayStart,
	);
	const spent = costOf(ofDay);
	const { maxPerDay } = limits;
	if (maxPerDay === undefined) return undefined;
	limits.noteDay?.(spent);
	if (!isMore(sum([total, spent]), maxPerDay)) return undefined;
	return inputProblem(
		`The orders of this run cost ${total}, and ${spent} was spent today: together more than Max per Day (${maxPerDay})`,
		"Nothing more was sent. The day begins at midnight in the workflow's time zone; refunds do not free what was spent.",
	);
}

/** What waits longer was left by an execution that has died, and was never sent. */
export const isAlive = ({ state, createdAt }: StoredRow, now: number): boolean =>
	state !== 'waiting' || now - Date.parse(createdAt) < BOOK.waitingLimitMs;

/**
 * What these rows cost, each order once. What waits counts, too: another call at the same moment has perhaps looked
 * before it could see ours.
 */
function costOf(rows: readonly StoredRow[]): Amount {
	const placed = new Set(rows.filter(({ order }) => order !== '').map(keysOf));
	const dearest = new Map<string, Amount>();
	for (const row of rows) {
		// Left behind by a crash between the order's two rows
		if (row.order === '' && placed.has(keysOf(row))) continue;
		const name = row.order === '' ? `row ${row.id}` : row.order;
		const [cost, other] = [chargedFor(row), dearest.get(name) ?? '0'];
		dearest.set(name, isMore(other, cost) ? other : cost);
	}
	return sum([...dearest.values()]);
}
