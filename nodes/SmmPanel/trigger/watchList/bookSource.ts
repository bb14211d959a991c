/** The order book as watch list: all unfinished orders of this account, read and written through n8n's public API. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import {
	findOpenOrders,
	findOpenRefills,
	findOrders,
	findRefills,
	type Account,
	type BookedOrder,
	type BookedOrders,
} from '../../book/orders';
import { done, inWords, type BookProblem, type Result as BookResult } from '../../book/problems';
import { openPublicBook, type PublicStore } from '../../book/publicStore';
import { rowJson } from '../../book/rowJson';
import { TABLE_NAME } from '../../book/store';
import { withStatus, writeRefillStatuses, writeStatuses } from '../../book/writeBack';
import type { OrderStatus, RefillStatus } from '../../panel/schemas';
import { hostOf } from '../../shared/connection';
import { N8nApi } from '../../shared/n8nApi';
import { inputProblem, type Problem } from '../../shared/problems';
import { failure, success } from '../../shared/result';
import { readOptions, valueOrThrow } from '../parameters';
import type { Remembered } from '../status/remembered';
import { emptyList } from './parse';
import type { Source } from './source';

/** Clocks differ, and a row may be written while the list is read. */
const OVERLAP_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

/** What of the book is watched, and what is written there. */
export interface Booking<T> {
	open(store: PublicStore, account: Account, since?: string): Promise<BookResult<BookedOrders>>;
	these(store: PublicStore, account: Account, ids: string[]): Promise<BookResult<BookedOrders>>;
	idOf(order: BookedOrder): string;
	write(
		store: PublicStore,
		orders: BookedOrders,
		values: ReadonlyMap<string, T>,
		now: number,
	): Promise<BookResult<void>>;
	/** What an item tells besides the panel's answer. */
	told(order: BookedOrder, value: T, now: string): IDataObject;
	/** For a list without entries. */
	whenEmpty: string;
}

export const ORDERS: Booking<OrderStatus> = {
	open: findOpenOrders,
	these: findOrders,
	idOf: ({ row }) => row.order,
	write: async (store, orders, values, now) => await writeStatuses(store, orders, values, { now }),
	told({ row }, value, now) {
		const next = withStatus(row, value, now);
		return {
			...minutes('minutesToStart', next.placedAt, next.startedAt),
			...minutes('minutesToFinish', next.placedAt, next.finishedAt),
			row: rowJson(next),
		};
	},
	whenEmpty: "The order book has no unfinished order of this account: place one with 'Create'.",
};

export const REFILLS: Booking<RefillStatus> = {
	open: async (store, account, since) => await findOpenRefills(store, account, Date.now(), since),
	these: findRefills,
	idOf: ({ row }) => row.refill,
	write: async (store, orders, values) => await writeRefillStatuses(store, orders, values),
	told: ({ row }, { status }) => ({ row: rowJson({ ...row, refillStatus: status }) }),
	whenEmpty: 'The order book has no refill under way: ask for one with the operation of that name.',
};

function minutes(name: string, from: string | null, to: string | null): IDataObject {
	if (from === null || to === null) return {};
	const ms = Date.parse(to) - Date.parse(from);
	return ms >= 0 ? { [name]: Math.round(ms / MINUTE_MS) } : {};
}

export function bookSource<T>(context: IPollFunctions, booking: Booking<T>): Source<T> {
	const options = readOptions(context);
	const tableId = options.text('bookTableId', 'Order Book Table ID');
	valueOrThrow(context, options.result(tableId));
	const account = context.getNode().credentials?.smmPanelApi?.id ?? '';
	const identity = ['book', account, tableId].filter(Boolean).join(' ');
	let store: PublicStore | undefined;
	let orders: BookedOrders = new Map();
	const byId = new Map<string, BookedOrder>();
	return {
		identity,
		isTyped: false,
		readAt: new Date(Date.now()).toISOString(),
		whenEmpty: booking.whenEmpty,
		async read(_, remembered) {
			const opened = await openPublicBook(new N8nApi(context), tableId || undefined);
			if (!opened.ok) return failure(problemOf(opened.problem));
			store = opened.value;
			const own = { panel: await hostOf(context), account };
			const known = remembered?.();
			const found = await listed(booking, store, own, known?.source === identity ? known : undefined);
			if (!found.ok) return failure(problemOf(found.problem));
			orders = found.value;
			const list = emptyList();
			for (const order of orders.values()) {
				const id = booking.idOf(order);
				byId.set(id, order);
				list.rows.set(id, rowJson(order.row));
			}
			return success(list);
		},
		async record(answers, now) {
			const values = new Map(
				[...answers].flatMap(([id, answer]) => ('value' in answer ? [[id, answer.value] as const] : [])),
			);
			const written = store && (await booking.write(store, orders, values, now.getTime()));
			if (written?.ok === false) sayOnce(context, written.problem);
		},
		told(id, value, now) {
			const order = byId.get(id);
			return order === undefined ? {} : booking.told(order, value, now.toISOString());
		},
	};
}

/** Unfinished, written since the last poll, or remembered as unfinished: the last are asked for only where they lack. */
async function listed<T>(
	booking: Booking<T>,
	store: PublicStore,
	account: Account,
	remembered: Remembered | undefined,
): Promise<BookResult<BookedOrders>> {
	const since =
		remembered?.readAt === undefined
			? undefined
			: new Date(Date.parse(remembered.readAt) - OVERLAP_MS).toISOString();
	const open = await booking.open(store, account, since);
	if (!open.ok || remembered === undefined) return open;
	const there = new Set([...open.value.values()].map((order) => booking.idOf(order)));
	const missing = remembered.open.filter((id) => !there.has(id));
	const others = missing.length === 0 ? done(new Map()) : await booking.these(store, account, missing);
	return others.ok ? done(new Map([...others.value, ...open.value])) : others;
}

/** What passes by itself is waited out as an outage of the panel is; all else needs someone to act. */
function problemOf(problem: BookProblem): Problem {
	const { message, remedy } = inWords(problem);
	switch (problem.kind) {
		case 'failed':
			return {
				message,
				remedy: problem.remedy ?? "Check n8n's database.",
				family: 'network',
				effect: 'none',
			};
		case 'gone':
			return inputProblem(
				`There is no data table '${TABLE_NAME}' that this API key can see`,
				"The operation 'Create' makes it with the first order: place one. If it is there, let the key's user into the table's project, or give the key the scopes dataTable:list, dataTable:read, dataTableRow:read, dataTableRow:create, dataTableRow:update and dataTableRow:delete.",
			);
		case 'several':
			return inputProblem(message, "Add the option 'Order Book Table ID' and enter the one that is meant.");
		case 'refused':
			return inputProblem(message, problem.remedy ?? remedy);
		default:
			return inputProblem(message, remedy);
	}
}

const told = new Set<string>();

/** A book that cannot be written stops no trigger: n8n's log says so once for each node. */
function sayOnce(context: IPollFunctions, problem: BookProblem): void {
	const node = `${context.getWorkflow().id} ${context.getNode().id} ${problem.kind}`;
	if (told.has(node)) return;
	told.add(node);
	context.logger.warn(
		`${context.getNode().name}: statuses are not written into the order book. ${inWords(problem).message}`,
	);
}
