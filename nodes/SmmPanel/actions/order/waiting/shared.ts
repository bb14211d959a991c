/** Checks that executions share through the order book: what one has asked the panel, the others need not ask. */
import type { IDataObject } from 'n8n-workflow';
import { byOrder, findOrders, placedOf, type BookedOrders } from '../../../book/orders';
import type { StoredRow } from '../../../book/rows';
import { where } from '../../../book/store';
import type { WorkflowBook } from '../../../book/subworkflowStore';
import { writeStatuses } from '../../../book/writeBack';
import { MAX_BATCH_SIZE } from '../../../panel/client';
import type { OrderStatus } from '../../../panel/schemas';
import { openOrders, pauseAt, type Wait, type Watched, type WaitSettings } from './wait';

export interface WaitBook {
	store: WorkflowBook;
	account: string;
}

const NONE: BookedOrders = new Map();

/** The rows of the orders that are waited for; none where the book cannot be read. */
export async function rowsOf(
	book: WaitBook | undefined,
	wait: Wait,
	settings: WaitSettings,
): Promise<BookedOrders> {
	if (book === undefined) return NONE;
	const found = await findOrders(
		book.store,
		book.account,
		openOrders(wait, settings).map(({ order }) => order),
	);
	return found.ok ? found.value : NONE;
}

/** When each order was placed and, where somebody has asked for it just now, its status. */
export const withRows = (wait: Wait, rows: BookedOrders, { everyMs }: WaitSettings, now: number): Wait => ({
	...wait,
	orders: wait.orders.map((order) => {
		const row = rows.get(order.order)?.row;
		return row === undefined ? order : withRow(order, row, everyMs, now);
	}),
});

function withRow(order: Watched, row: StoredRow, everyMs: number, now: number): Watched {
	const placed = timeOf(row.placedAt);
	const checked = timeOf(row.checkedAt);
	const known = { ...order, ...(placed !== undefined && { placedAt: placed }) };
	if (checked === undefined || checked > now || row.status === '') return known;
	// Nothing follows what is finished: a wait that begins anew after a crash need not ask for it
	const age = row.finished ? Infinity : checked - (placed ?? checked);
	if (now - checked >= pauseAt(age, everyMs) || checked <= (order.askedAt ?? 0)) return known;
	return { ...known, askedAt: checked, status: statusIn(row), rejections: 0, problem: undefined };
}

const timeOf = (date: string | null): number | undefined => (date === null ? undefined : Date.parse(date));

/** As an answer of the panel would look. */
const statusIn = ({
	order,
	status,
	finished,
	charge,
	start_count,
	remains,
	currency,
}: StoredRow): IDataObject => ({
	order,
	status,
	finished,
	charge,
	start_count,
	remains,
	currency: currency === '' ? null : currency,
});

/** Other orders of the account that are soon due and for which the requests at hand have room. */
export async function othersDue(
	{ store, account }: WaitBook,
	asked: ReadonlySet<string>,
	{ everyMs, maxWaitMs }: WaitSettings,
	now: number,
): Promise<BookedOrders> {
	const room = (MAX_BATCH_SIZE - (asked.size % MAX_BATCH_SIZE)) % MAX_BATCH_SIZE;
	if (room === 0) return NONE;
	const conditions = [
		...placedOf(account),
		where('finished', true, 'neq'),
		// Placed or looked at so long ago: soon due, so that executions come to share one look
		where('updatedAt', new Date(now - everyMs / 2).toISOString(), 'lte'),
		// What nobody waits for any more is not asked for, either
		where('placedAt', new Date(now - maxWaitMs).toISOString(), 'gte'),
	];
	// Workers that check at the same moment do not all fill up with the same orders
	const oldestFirst = Math.random() < 0.5;
	const found = await store.byPlacing(conditions, { limit: room + asked.size, oldestFirst });
	if (!found.ok) return NONE;
	return new Map([...byOrder(found.value.filter(({ order }) => !asked.has(order)))].slice(0, room));
}

/** Others take these statuses from the rows. A book that cannot be written stops no wait. */
export async function share(
	book: WaitBook,
	rows: BookedOrders,
	statuses: ReadonlyMap<string, OrderStatus>,
	now: number,
): Promise<void> {
	await writeStatuses(book.store, rows, statuses, { now, renewAfterMs: 0 });
}
