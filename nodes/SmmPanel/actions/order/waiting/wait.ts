/** Waiting for orders: what is known of each, when to ask again, and when it is over. Pure. */
import type { IDataObject } from 'n8n-workflow';
import { HOUR_MS, MINUTE_MS, WAIT } from '../../../panel/policies';
import { spelling } from '../../../panel/statuses';
import { ParameterReader, splitNames } from '../../../shared/parameters';
import type { Problem } from '../../../shared/problems';
import type { Result } from '../../../shared/result';

export interface WaitSettings {
	/** Milliseconds between two checks of a young order. */
	everyMs: number;
	/** Milliseconds since it was placed, after which an order is not waited for any more. */
	maxWaitMs: number;
	/** Statuses in which an order is waited for no longer, besides those that nothing follows. */
	statuses: string[];
	/** What becomes of an order whose time is up. */
	whenTimeIsUp: 'output' | 'error';
}

export function readSettings(checkEvery: unknown, options: unknown): Result<WaitSettings> {
	const every = new ParameterReader({ checkEvery }, '');
	const read = new ParameterReader(options, 'Options');
	const minutes = { least: 1, most: WAIT.mostEveryMinutes };
	const hours = { least: 0.1, most: WAIT.mostHours };
	const everyMs = every.number('checkEvery', 'Check Every (Minutes)', minutes, WAIT.everyMinutes) * MINUTE_MS;
	const maxWaitMs = read.number('maxWait', 'Max Wait (Hours)', hours, WAIT.maxHours) * HOUR_MS;
	const until = read.choice('until', 'Until', ['finished', 'statuses'], 'finished');
	const named = until === 'statuses' ? read.textList('statuses', 'Statuses') : [];
	const statuses = splitNames(named);
	const whenTimeIsUp = read.choice('whenTimeIsUp', 'When Time Is Up', ['output', 'error'], 'output');
	read.problems.push(...every.problems);
	if (until === 'statuses' && statuses.length === 0)
		read.problems.push("'Statuses' is empty: choose at least one");
	return read.result({ everyMs, maxWaitMs, statuses, whenTimeIsUp });
}

/** What is known of one order. Times are milliseconds since 1970. */
export interface Watched {
	order: string;
	/** When it was placed, where the order book tells; otherwise its time counts from the first check. */
	placedAt?: number;
	/** When its status was last asked for, whatever came of it. */
	askedAt?: number;
	/** As the panel last gave it. */
	status?: IDataObject;
	/** Checks in a row in which the panel would not tell. */
	rejections: number;
	/** Why the last check brought no status. */
	problem?: Problem;
}

/** Plain JSON: n8n keeps it with the execution. */
export interface Wait {
	/** Of the first check. */
	since: number;
	orders: Watched[];
	/** The execution in which it ended with an error. */
	endedIn?: string;
}

export const beginWait = (orders: readonly string[], now: number): Wait => ({
	since: now,
	orders: [...new Set(orders)].map((order) => ({ order, rejections: 0 })),
});

const placedAt = (order: Watched, { since }: Wait): number => Math.min(order.placedAt ?? since, since);

const isReached = ({ status }: Watched, { statuses }: WaitSettings): boolean =>
	status?.finished === true ||
	(typeof status?.status === 'string' && statuses.map(spelling).includes(spelling(status.status)));

/** Of an order that was just placed a slow panel may not know yet; one rejection can be a hiccup. */
const isRejected = ({ rejections, placedAt: placed = -Infinity, askedAt = 0 }: Watched): boolean =>
	rejections >= WAIT.rejections && askedAt >= placed + WAIT.unknownMs;

/** Why an order is waited for no longer; undefined: it is. Time is only up for what was asked for after its end. */
export function endOf(
	order: Watched,
	wait: Wait,
	settings: WaitSettings,
): 'reached' | 'rejected' | 'timeUp' | undefined {
	if (isReached(order, settings)) return 'reached';
	if (isRejected(order)) return 'rejected';
	const deadline = placedAt(order, wait) + settings.maxWaitMs;
	return order.askedAt !== undefined && order.askedAt >= deadline ? 'timeUp' : undefined;
}

export const openOrders = (wait: Wait, settings: WaitSettings): Watched[] =>
	wait.orders.filter((order) => endOf(order, wait, settings) === undefined);

/** The pause before the next check of an order of this age: one that takes days need not be asked for so often. */
export const pauseAt = (ageMs: number, everyMs: number): number =>
	Math.max(everyMs, Math.min(WAIT.ageShare * ageMs, WAIT.longestPauseMs));

const dueAt = (order: Watched, wait: Wait, settings: WaitSettings): number => {
	// What was placed a moment ago has hardly begun: each execution would ask for its own new orders alone
	const looked = order.askedAt ?? order.placedAt;
	if (looked === undefined) return wait.since;
	const placed = placedAt(order, wait);
	const next = looked + pauseAt(looked - placed, settings.everyMs);
	return Math.min(next, placed + settings.maxWaitMs);
};

/** The open orders whose status has to be asked for now, with those that are due a little later; none: nothing is due. */
export function dueOrders(wait: Wait, settings: WaitSettings, now: number): Watched[] {
	const open = openOrders(wait, settings);
	if (open.every((order) => dueAt(order, wait, settings) > now)) return [];
	const soon = now + WAIT.together * settings.everyMs;
	return open.filter((order) => dueAt(order, wait, settings) <= soon);
}

/** When the next order is due, a little later for some executions than for others. `chance`: 0 to 1. */
export function nextCheck(wait: Wait, settings: WaitSettings, now: number, chance: number): number {
	const next = Math.min(...openOrders(wait, settings).map((order) => dueAt(order, wait, settings)));
	const late = Math.log1p(chance * Math.expm1(WAIT.lateness)) / WAIT.lateness;
	return Math.max(next, now) + late * Math.max(WAIT.leastSpreadMs, WAIT.together * (next - now));
}

/** What a check brought for one order: its status. */
export type Check = Result<IDataObject>;

/** The panel is not to be had, which says nothing about the order. */
const OUTAGES = new Set<Problem['family']>(['network', 'maintenance', 'rateLimit', 'protocol', 'canceled']);

/** The wait after a check. A status that was reached is never overwritten by a failure. */
export function withChecks(wait: Wait, checks: ReadonlyMap<string, Check>, now: number): Wait {
	return { ...wait, orders: wait.orders.map((order) => withCheck(order, checks.get(order.order), now)) };
}

function withCheck(order: Watched, check: Check | undefined, now: number): Watched {
	if (check === undefined) return order;
	const seen = { ...order, askedAt: now, problem: undefined };
	if (check.ok) return { ...seen, status: check.value, rejections: 0 };
	const isOutage = OUTAGES.has(check.problem.family);
	return { ...seen, rejections: order.rejections + (isOutage ? 0 : 1), problem: check.problem };
}

/** Minutes since an order was placed or, where that is not known, since the first check. */
export const waitedMinutes = (order: Watched, wait: Wait, now: number): number =>
	Math.round((now - placedAt(order, wait)) / MINUTE_MS);

export const inHours = (ms: number): number => Math.round((ms / HOUR_MS) * 100) / 100;
