/** One check of a wait: what the order book knows already, and the panel's answer for the rest, for all who wait. */
import type { IDataObject } from 'n8n-workflow';
import { byOrder, findOrders, placedOf, type BookedOrders } from '../../../book/orders';
import type { StoredRow } from '../../../book/rows';
import { allOf, where } from '../../../book/store';
import { writeStatuses } from '../../../book/writeBack';
import { answersIn } from '../../../panel/batching';
import { MAX_BATCH_SIZE, type PanelClient } from '../../../panel/client';
import { WAIT } from '../../../panel/policies';
import type { Outcome } from '../../../panel/replies';
import type { OrderStatus } from '../../../panel/schemas';
import { orderStatusJson } from '../../../shared/outputs';
import { plainProblem } from '../../../shared/problems';
import { failure, success, type Result } from '../../../shared/result';
import { turns } from '../../../shared/times';
import type { ReadBook } from '../../shared/bookReading';
import {
	dueOrders,
	openOrders,
	pauseAt,
	withChecks,
	type Check,
	type Wait,
	type WaitSettings,
	type Watched,
} from './wait';

const NONE: BookedOrders = new Map();

// Module state: all executions of a process check the same book
const inTurn = turns();

interface CheckPorts {
	/** None: nothing is shared with other executions. */
	book?: ReadBook;
	client(): Promise<PanelClient>;
	/** Every open order, due or not. */
	asksAll: boolean;
}

/** Asks for what is due and nobody else has asked for. A failure: the panel refuses the key, at the first check. */
export async function check(wait: Wait, settings: WaitSettings, ports: CheckPorts): Promise<Result<Wait>> {
	const run = async () => await ask(wait, settings, ports);
	// After a restart n8n wakes all that are due at once: in turn, they find what the first ones have asked for
	return ports.book === undefined ? await run() : await inTurn(ports.book.account, run, WAIT.turnMs);
}

async function ask(
	kept: Wait,
	settings: WaitSettings,
	{ book, client, asksAll }: CheckPorts,
): Promise<Result<Wait>> {
	const now = Date.now();
	const ids = openOrders(kept, settings).map(({ order }) => order);
	const found = book && (await findOrders(book.store, book.account, ids));
	// One that cannot be read stops no wait, and neither does one that cannot be written
	const rows = found?.ok === true ? found.value : NONE;
	const wait = withRows(kept, rows, settings, now);
	const open = asksAll ? openOrders(wait, settings) : dueOrders(wait, settings, now);
	const due = new Set(open.map(({ order }) => order));
	if (due.size === 0) return success(wait);
	const others = await othersDue(book, due, settings, now);
	const outcomes = await (await client()).status([...due, ...others.keys()]);
	if (book !== undefined) {
		// Others take these statuses from the rows
		const known = new Map([...rows, ...others]);
		await writeStatuses(book.store, known, answersIn(outcomes), { now: Date.now(), renewAfterMs: 0 });
	}
	const checks = new Map([...outcomes].map(([order, outcome]) => [order, checkOf(order, outcome)]));
	const isFirst = kept.orders.every(({ askedAt }) => askedAt === undefined);
	const refused = [...checks.values()].find((one) => !one.ok && one.problem.family === 'auth');
	if (isFirst && refused !== undefined && !refused.ok) return refused;
	return success(withChecks(wait, checks, Date.now()));
}

const checkOf = (order: string, outcome: Outcome<OrderStatus>): Check =>
	outcome.ok ? success(orderStatusJson(order, outcome.value)) : failure(plainProblem(outcome.error));

/** When each order was placed and, where somebody has asked for it just now, its status. */
const withRows = (wait: Wait, rows: BookedOrders, { everyMs }: WaitSettings, now: number): Wait => ({
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

const ANSWERED = ['order', 'status', 'finished', 'charge', 'start_count', 'remains', 'currency'] as const;

/** As an answer of the panel would look. */
const statusIn = (row: StoredRow): IDataObject =>
	Object.fromEntries(ANSWERED.map((name) => [name, row[name] === '' ? null : row[name]]));

/** Other orders of the account that are soon due and for which the requests at hand have room. */
async function othersDue(
	book: ReadBook | undefined,
	asked: ReadonlySet<string>,
	{ everyMs, maxWaitMs }: WaitSettings,
	now: number,
): Promise<BookedOrders> {
	const room = (MAX_BATCH_SIZE - (asked.size % MAX_BATCH_SIZE)) % MAX_BATCH_SIZE;
	if (book === undefined || room === 0) return NONE;
	const others = allOf(
		...placedOf(book.account),
		where('finished', true, 'neq'),
		// Placed or looked at so long ago: soon due, so that executions come to share one look
		where('updatedAt', new Date(now - everyMs / 2).toISOString(), 'lte'),
		// What nobody waits for any more is not asked for, either
		where('placedAt', new Date(now - maxWaitMs).toISOString(), 'gte'),
	);
	// Workers that check at the same moment do not all fill up with the same orders
	const oldestFirst = Math.random() < 0.5;
	const found = await book.store.byPlacing(others, { limit: room + asked.size, oldestFirst });
	if (!found.ok) return NONE;
	return new Map([...byOrder(found.value.filter(({ order }) => !asked.has(order)))].slice(0, room));
}
