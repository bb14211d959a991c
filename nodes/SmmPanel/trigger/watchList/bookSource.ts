/** The order book as watch list: all unfinished orders of this account, read and written through n8n's public API. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { byOrder, placedOf, type BookedOrder, type BookedOrders } from '../../book/orders';
import { explain, type BookProblem, type StepResult } from '../../book/problems';
import { openPublicBook, type PublicStore } from '../../book/publicStore';
import { rowJson } from '../../book/listing';
import { allOf, where } from '../../book/store';
import { BOOK } from '../../panel/policies';
import { isFinal } from '../../panel/statuses';
import { accountOf } from '../../shared/connection';
import { N8nApi } from '../../shared/n8nApi';
import { inputProblem, type Problem } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';
import { iso } from '../../shared/times';
import { valueOf } from '../../shared/parameters';
import { readOptions } from '../event';
import type { StatusMemory } from '../status/memory';
import { emptyList, type Source, type WatchList } from './sources';

/** What of the book is watched, and what is written there. */
export interface Booking<T> {
	open(store: PublicStore, account: string, since?: string): Promise<StepResult<BookedOrders>>;
	these(store: PublicStore, account: string, ids: string[]): Promise<StepResult<BookedOrders>>;
	/** Where the watched ID stands. */
	column: 'order' | 'refill';
	write(
		store: PublicStore,
		orders: BookedOrders,
		values: ReadonlyMap<string, T>,
		now: number,
	): Promise<StepResult<void>>;
	/** What an item tells besides the panel's answer. */
	extraFields(order: BookedOrder, value: T, now: string): IDataObject;
	/** For a list without entries. */
	whenEmpty: string;
}

export function bookSource<T>(context: IPollFunctions, booking: Booking<T>): Source<T> {
	const options = readOptions(context);
	const tableId = options.text('bookTableId', 'Order Book Table ID');
	valueOf(context, options.result(tableId));
	const identity = ['book', tableId].filter(Boolean).join(' ');
	let store: PublicStore | undefined;
	let orders: BookedOrders = new Map();
	const byId = new Map<string, BookedOrder>();
	const readWith = async (
		find: (book: PublicStore, account: string) => Promise<StepResult<BookedOrders>>,
	): Promise<Result<WatchList>> => {
		const opened = await openPublicBook(new N8nApi(context), tableId || undefined);
		if (!opened.ok) return failure(problemOf(opened.problem));
		store = opened.value;
		const found = await find(store, await accountOf(context));
		if (!found.ok) return failure(problemOf(found.problem));
		orders = found.value;
		for (const order of orders.values()) byId.set(order.row[booking.column], order);
		const rows = [...orders.values()].map(({ row }) => [row[booking.column], rowJson(row)] as const);
		return success({ ...emptyList(), rows: new Map(rows) });
	};
	return {
		identity,
		isTyped: false,
		readAt: iso(Date.now()),
		whenEmpty: booking.whenEmpty,
		read: async (_, before) => {
			const known = before?.source === identity ? before : undefined;
			return await readWith(async (book, account) => await listed(booking, book, account, known));
		},
		/** The orders that were written last, finished or not. */
		examples: async () =>
			await readWith(async (book, account) => {
				const any = allOf(...placedOf(account), where(booking.column, '%', 'like'));
				const rows = await book.newest(any, EXAMPLES);
				return rows.ok ? success(byOrder(rows.value)) : rows;
			}),
		async record(answers, now) {
			const values = new Map(
				[...answers].flatMap(([id, answer]) => ('value' in answer ? [[id, answer.value] as const] : [])),
			);
			const written = store && (await booking.write(store, orders, values, now.getTime()));
			if (written?.ok === false) sayOnce(context, written.problem);
		},
		extraFields(id, value, now) {
			const order = byId.get(id);
			return order === undefined ? {} : booking.extraFields(order, value, now.toISOString());
		},
	};
}

/**
 * The orders that are unfinished, written since the last poll, or remembered as unfinished. The last are asked for only
 * where the first two lack them.
 */
async function listed<T>(
	{ open, these, column }: Booking<T>,
	store: PublicStore,
	account: string,
	known: StatusMemory | undefined,
): Promise<StepResult<BookedOrders>> {
	const since = known?.readAt && iso(Date.parse(known.readAt) - BOOK.overlapMs);
	const opened = await open(store, account, since);
	if (!opened.ok || known === undefined) return opened;
	const there = new Set([...opened.value.values()].map(({ row }) => row[column]));
	const missing = [...known.seen].flatMap(([id, { status = '', leftOn }]) =>
		leftOn === undefined && !there.has(id) && !isFinal(status) ? [id] : [],
	);
	if (missing.length === 0) return opened;
	const others = await these(store, account, missing);
	return others.ok ? success(new Map([...others.value, ...opened.value])) : others;
}

const EXAMPLES = 10;

const NONE_SEEN =
	"The operation 'Create' makes it with the first order: place one. If it is there, let the key's user into the table's project, or give the key the scopes dataTable:list, dataTable:read, dataTableRow:read, dataTableRow:create, dataTableRow:update and dataTableRow:delete.";
const SEVERAL_SEEN =
	"Add the option 'Order Book Table ID' and enter the ID of the one that is meant; the project's ID stands in its address in the editor.";

/** A problem that passes by itself is waited out like an outage of the panel; any other needs someone to act. */
function problemOf(problem: BookProblem): Problem {
	const { message, remedy } = explain(problem);
	const own = 'remedy' in problem ? problem.remedy : undefined;
	switch (problem.kind) {
		case 'failed':
			return { message, remedy: own ?? "Check n8n's database.", family: 'network', effect: 'none' };
		case 'gone':
			return inputProblem('There is no order book that this API key can see', NONE_SEEN);
		case 'several':
			return inputProblem(
				`The API key sees ${problem.tables.length} order books: ${problem.tables.join(', ')}`,
				SEVERAL_SEEN,
			);
		default:
			return inputProblem(message, own ?? remedy);
	}
}

const reported = new Set<string>();

/** A book that cannot be written stops no trigger: n8n's log says so once for each node. */
function sayOnce(context: IPollFunctions, problem: BookProblem): void {
	const node = `${context.getWorkflow().id} ${context.getNode().id} ${problem.kind}`;
	if (reported.has(node)) return;
	reported.add(node);
	context.logger.warn(
		`${context.getNode().name}: statuses are not written into the order book. ${explain(problem).message}`,
	);
}
