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
import { done, type Result } from './problems';
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

/** Writes statuses, by order, into the rows that differ from them: one call for every 100. */
export async function writeStatuses(
	store: Writer,
	orders: BookedOrders,
	statuses: ReadonlyMap<string, OrderStatus>,
	{ now, renewAfterMs = BOOK.renewMs }: Writing,
): Promise<Result<void>> {
	const isOld = ({ finished, checkedAt }: BookRow) =>
		!finished && now - Date.parse(checkedAt ?? '1970-01-01') >= renewAfterMs;
	const changes = changesOf(orders, ({ row, copies }) => {
		const status = statuses.get(row.order);
		if (status === undefined) return undefined;
		const next = withStatus(row, status, new Date(now).toISOString());
		const isDue = isOld(row) || copies.length > 1;
		return isDue || OF_STATUS.some((name) => next[name] !== row[name]) ? next : undefined;
	});
	return await rewrite(store, changes);
}

const OF_STATUS = ['status', 'finished', 'charge', 'currency', 'start_count', 'remains'] as const;

/** What stands for the ID where a panel only says yes. */
const PLAIN_YES = '1';

/** Writes the refills, by order, that the panel has taken on. */
export async function writeRefills(
	store: Writer,
	orders: BookedOrders,
	refills: ReadonlyMap<string, string>,
	{ now }: Writing,
): Promise<Result<void>> {
	const refilledAt = new Date(now).toISOString();
	const changes = changesOf(orders, ({ row }) => {
		const refill = refills.get(row.order);
		if (refill === undefined) return undefined;
		return { ...row, refill: refill === PLAIN_YES ? '' : refill, refillStatus: '', refilledAt };
	});
	return await rewrite(store, changes);
}

/** Writes statuses, by refill, into the rows that differ from them. */
export async function writeRefillStatuses(
	store: Writer,
	orders: BookedOrders,
	statuses: ReadonlyMap<string, RefillStatus>,
): Promise<Result<void>> {
	const changes = changesOf(orders, ({ row }) => {
		const status = statuses.get(row.refill)?.status;
		return status === undefined || status === row.refillStatus ? undefined : { ...row, refillStatus: status };
	});
	return await rewrite(store, changes);
}

interface Change {
	next: StoredRow;
	order: BookedOrder;
}

const changesOf = (orders: BookedOrders, changed: (order: BookedOrder) => StoredRow | undefined): Change[] =>
	[...orders.values()].flatMap((order) => {
		const next = changed(order);
		return next === undefined ? [] : [{ next, order }];
	});

/** What fails is left: the next write of these orders finds both rows and leaves one. */
async function rewrite(store: Writer, changes: readonly Change[]): Promise<Result<void>> {
	for (let at = 0; at < changes.length; at += ROWS_AT_ONCE) {
		const some = changes.slice(at, at + ROWS_AT_ONCE);
		const written = await store.replace({
			rows: some.map(({ next }) => next),
			old: some.flatMap(({ order }) => order.copies),
		});
		if (!written.ok) return written;
	}
	return done(undefined);
}

/** The row after the panel's answer. What the panel left out stays. */
export function withStatus<Row extends BookRow>(row: Row, status: OrderStatus, now: string): Row {
	const remains = status.remains ?? row.remains;
	const charge = status.charge === null ? row.charge : Number(status.charge);
	const isRefunded = charge !== null && isMore(chargedFor(row), parseAmount(charge) ?? '0');
	const isStarted = hasStarted(status.status);
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
		startedAt: row.startedAt ?? (isStarted ? now : null),
		finishedAt: status.finished ? (row.finishedAt ?? now) : null,
		extra: isRefunded ? withHighest(row) : row.extra,
	};
}

const extraOf = ({ extra }: BookRow): JsonObject => {
	const noted = parseJson(extra);
	return isObject(noted) ? noted : {};
};

/** A refund lowers the charge, but frees no limit: the highest one is kept beside it. */
const withHighest = (row: BookRow): string => JSON.stringify({ ...extraOf(row), highest: chargedFor(row) });

/** The highest of an order's estimate and what the panel has ever charged for it: what counts towards limits. */
export const chargedFor = (row: BookRow): Amount =>
	[row.charge, row.estimate, extraOf(row).highest].reduce<Amount>((most, one) => {
		const amount = parseAmount(one) ?? '0';
		return isMore(amount, most) ? amount : most;
	}, '0');
