/**
 * What a panel said about orders, into the rows that stand for them. Rows are only ever replaced here: an order that is
 * not in the book stays out of it, and rows without an order's ID stay as they are.
 */
import { isObject, parseJson, type JsonObject } from '../panel/json';
import { isMore, parseAmount, type Amount } from '../panel/money';
import { BOOK } from '../panel/policies';
import type { OrderStatus, RefillStatus } from '../panel/schemas';
import { hasStarted } from '../panel/statuses';
import type { BookedOrder, BookedOrders } from './orders';
import { iso } from '../shared/times';
import type { StepResult } from './problems';
import { success } from '../shared/result';
import type { BookRow, StoredRow } from './rows';
import type { BookStore } from './store';

/** Above this an insert grows slow; a crash leaves at most so many orders with two rows. */
const ROWS_AT_ONCE = 100;

export interface Writing {
	/** Milliseconds: when the panel answered. */
	now: number;
	/**
	 * Rows that have not changed are written, too, if their `checkedAt` is older than this: 0 writes all. Default: an
	 * hour, so that asking often costs nothing.
	 */
	renewAfterMs?: number;
}

type Writer = Pick<BookStore, 'replace'>;

const OF_STATUS = ['status', 'finished', 'charge', 'currency', 'start_count', 'remains'] as const;

/** Writes statuses, by order, into the rows that differ from them. */
export async function writeStatuses(
	store: Writer,
	orders: BookedOrders,
	statuses: ReadonlyMap<string, OrderStatus>,
	{ now, renewAfterMs = BOOK.renewMs }: Writing,
): Promise<StepResult<void>> {
	return await rewrite(store, orders, ({ row, copies }) => {
		const status = statuses.get(row.order);
		if (status === undefined) return undefined;
		const next = withStatus(row, status, iso(now));
		const isOld = !row.finished && now - Date.parse(row.checkedAt ?? '1970-01-01') >= renewAfterMs;
		const isDue = isOld || copies.length > 1 || OF_STATUS.some((name) => next[name] !== row[name]);
		return isDue ? next : undefined;
	});
}

/** What stands for the ID where a panel only says yes. */
const PLAIN_YES = '1';

/** Writes the refills, by order, that the panel has taken on. */
export async function writeRefills(
	store: Writer,
	orders: BookedOrders,
	refills: ReadonlyMap<string, string>,
	{ now }: Writing,
): Promise<StepResult<void>> {
	return await rewrite(store, orders, ({ row }) => {
		const refill = refills.get(row.order);
		if (refill === undefined) return undefined;
		return { ...row, refill: refill === PLAIN_YES ? '' : refill, refillStatus: '', refilledAt: iso(now) };
	});
}

/** Writes statuses, by refill, into the rows that differ from them. */
export async function writeRefillStatuses(
	store: Writer,
	orders: BookedOrders,
	statuses: ReadonlyMap<string, RefillStatus>,
): Promise<StepResult<void>> {
	return await rewrite(store, orders, ({ row }) => {
		const status = statuses.get(row.refill)?.status;
		return status === undefined || status === row.refillStatus ? undefined : { ...row, refillStatus: status };
	});
}

/**
 * Replaces the rows of those orders for which `next` gives another one: one call for every 100. What fails is left: the
 * next write of these orders finds both rows and leaves one.
 */
async function rewrite(
	store: Writer,
	orders: BookedOrders,
	next: (order: BookedOrder) => StoredRow | undefined,
): Promise<StepResult<void>> {
	const changes = [...orders.values()].flatMap((order) => {
		const row = next(order);
		return row === undefined ? [] : [{ row, copies: order.copies }];
	});
	for (let at = 0; at < changes.length; at += ROWS_AT_ONCE) {
		const some = changes.slice(at, at + ROWS_AT_ONCE);
		const rows = some.map(({ row }) => row);
		const written = await store.replace({ rows, old: some.flatMap(({ copies }) => copies) });
		if (!written.ok) return written;
	}
	return success(undefined);
}

/** The row after the panel's answer. What the panel left out stays. */
export function withStatus<Row extends BookRow>(row: Row, status: OrderStatus, now: string): Row {
	const remains = status.remains ?? row.remains;
	const charge = status.charge === null ? row.charge : Number(status.charge);
	const isRefunded = charge !== null && isMore(chargedFor(row), parseAmount(charge) ?? '0');
	return {
		...row,
		status: status.status,
		finished: status.finished,
		charge,
		currency: status.currency ?? row.currency,
		start_count: status.startCount ?? row.start_count,
		remains,
		checkedAt: now,
		changedAt: status.status !== row.status || remains !== row.remains ? now : row.changedAt,
		startedAt: row.startedAt ?? (hasStarted(status.status) ? now : null),
		finishedAt: status.finished ? (row.finishedAt ?? now) : null,
		// A refund lowers the charge, but frees no limit: the highest one is kept beside it
		extra: isRefunded ? JSON.stringify({ ...extraOf(row), highest: chargedFor(row) }) : row.extra,
	};
}

const extraOf = ({ extra }: BookRow): JsonObject => {
	const noted = parseJson(extra);
	return isObject(noted) ? noted : {};
};

/** The highest of an order's estimate and what the panel has ever charged for it: what counts towards limits. */
export const chargedFor = (row: BookRow): Amount =>
	[row.charge, row.estimate, extraOf(row).highest].reduce<Amount>((most, one) => {
		const amount = parseAmount(one) ?? '0';
		return isMore(amount, most) ? amount : most;
	}, '0');
