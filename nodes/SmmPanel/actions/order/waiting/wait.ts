/** Waiting for orders: what is known of each, when to ask again, and when it is over. Pure. */
import type { IDataObject } from 'n8n-workflow';
import { spelling } from '../../../panel/statuses';
import type { Problem } from '../../../shared/problems';
import type { Result } from '../../../shared/result';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

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

/** What is known of one order. Times are milliseconds since 1970. */
export interface Watched {
	order: string;
	/** When it was placed, as far as the order book tells; otherwise it counts from the first check. */
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
}

export const beginWait = (orders: readonly string[], now: number): Wait => ({
	since: now,
	orders: [...new Set(orders)].map((order) => ({ order, rejections: 0 })),
});

/** One rejection can be a panel's hiccup. */
const REJECTIONS = 2;

export type End = 'reached' | 'rejected' | 'timeUp';

const placedAt = (order: Watched, { since }: Wait): number => Math.min(order.placedAt ?? since, since);

const isReached = ({ status }: Watched, { statuses }: WaitSettings): boolean =>
	status?.finished === true ||
	(typeof status?.status === 'string' && statuses.map(spelling).includes(spelling(status.status)));

/** Why an order is waited for no longer; undefined: it is. Time is only up for what was asked for after its end. */
export function endOf(order: Watched, wait: Wait, settings: WaitSettings): End | undefined {
	if (isReached(order, settings)) return 'reached';
	if (order.rejections >= REJECTIONS) return 'rejected';
	const deadline = placedAt(order, wait) + settings.maxWaitMs;
	return order.askedAt !== undefined && order.askedAt >= deadline ? 'timeUp' : undefined;
}

export const openOrders = (wait: Wait, settings: WaitSettings): Watched[] =>
	wait.orders.filter((order) => endOf(order, wait, settings) === undefined);

/** An order that takes days need not be asked for every two minutes. */
const AGE_SHARE = 0.1;
const LONGEST_PAUSE_MS = 30 * MINUTE_MS;

/** The pause before the next check of an order of this age. */
export function pauseAt(ageMs: number, everyMs: number): number {
	return Math.max(everyMs, Math.min(AGE_SHARE * ageMs, LONGEST_PAUSE_MS));
}

const dueAt = (order: Watched, wait: Wait, settings: WaitSettings): number => {
	// What was placed a moment ago has hardly begun: each execution would ask for its own new orders alone
	const looked = order.askedAt ?? order.placedAt;
	if (looked === undefined) return wait.since;
	const placed = placedAt(order, wait);
	const next = looked + pauseAt(looked - placed, settings.everyMs);
	return Math.min(next, placed + settings.maxWaitMs);
};

/** Orders that are due a little later are asked for with those that are due now. */
const TOGETHER = 0.1;

/** The open orders whose status has to be asked for now; none: nothing is due. */
export function dueOrders(wait: Wait, settings: WaitSettings, now: number): Watched[] {
	const open = openOrders(wait, settings);
	if (open.every((order) => dueAt(order, wait, settings) > now)) return [];
	const soon = now + TOGETHER * settings.everyMs;
	return open.filter((order) => dueAt(order, wait, settings) <= soon);
}

/**
 * Of executions that learned from one answer, most wake late: the first is alone with its check for 1/7 of the time, so
 * that the others find what it has asked for, also where workers know nothing of each other. Holds up to e^7 of them.
 */
const LATENESS = 7;
/** A check takes some tenths of a second, however often it is wanted. */
const LEAST_SPREAD_MS = 12_000;

/** When the next order is due, a little later for some executions than for others. `chance`: 0 to 1. */
export function nextCheck(wait: Wait, settings: WaitSettings, now: number, chance: number): number {
	const next = Math.min(...openOrders(wait, settings).map((order) => dueAt(order, wait, settings)));
	const late = Math.log1p(chance * Math.expm1(LATENESS)) / LATENESS;
	return Math.max(next, now) + late * Math.max(LEAST_SPREAD_MS, TOGETHER * (next - now));
}

/** What a check brought for one order: its status. */
export type Check = Result<IDataObject>;

/** The panel is not to be had, which says nothing about the order. */
const OUTAGES: ReadonlyArray<Problem['family']> = [
	'network',
	'maintenance',
	'rateLimit',
	'protocol',
	'canceled',
];
const isOutage = ({ family }: Problem): boolean => OUTAGES.includes(family);

/** The wait after a check. A status that was reached is never overwritten by a failure. */
export function withChecks(wait: Wait, checks: ReadonlyMap<string, Check>, now: number): Wait {
	return { ...wait, orders: wait.orders.map((order) => checked(order, checks.get(order.order), now)) };
}

function checked(order: Watched, check: Check | undefined, now: number): Watched {
	if (check === undefined) return order;
	const seen = { ...order, askedAt: now, problem: undefined };
	if (check.ok) return { ...seen, status: check.value, rejections: 0 };
	const rejections = order.rejections + (isOutage(check.problem) ? 0 : 1);
	return { ...seen, rejections, problem: check.problem };
}

/** Minutes since an order was placed or, where that is not known, since the first check. */
export const waitedMinutes = (order: Watched, wait: Wait, now: number): number =>
	Math.round((now - placedAt(order, wait)) / MINUTE_MS);

export const hours = (ms: number): number => Math.round((ms / HOUR_MS) * 100) / 100;
export const minutesMs = (minutes: number): number => minutes * MINUTE_MS;
export const hoursMs = (count: number): number => count * HOUR_MS;
