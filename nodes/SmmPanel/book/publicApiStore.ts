/** The order book through n8n's public API: for the trigger, whose context can start no sub-workflow. */
import * as z from 'zod/v4-mini';
import { done, problemFrom, refused, type BookProblem, type Result } from './problems';
import { columnList, readRows, toCells, type StoredRow } from './rows';
import {
	advanceByCalls,
	each,
	openByCalls,
	replaceByCalls,
	TABLE_NAME,
	type BookStore,
	type Filter,
} from './store';
import { checked, tablesNamed, theOnly, type Table } from './table';

export interface ApiRequest {
	method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** Behind `/api/v1`. */
	path: string;
	query?: Record<string, string>;
	body?: Record<string, unknown>;
}

/** Sends with the API key, follows no redirects, and gives every answer whatever its status. May throw. */
export type Send = (request: ApiRequest) => Promise<{ status: number; json: unknown }>;

/** The most that n8n gives in a page, and takes in an insert without growing slow. */
const PAGE = 250;
const INSERT = 200;
/** Filters of deletions travel in the address, which 200 conditions make too long (HTTP 431). */
const IN_ADDRESS = 50;

export interface PublicBookOptions {
	/** Chooses among several tables of the book's name. */
	tableId?: string;
	/** Whether a missing table is made; otherwise its absence is the problem `gone`. Default: false. */
	create?: boolean;
}

/** The book that this API key can see. A table of its name that cannot be the book is a problem. */
export async function openPublicBook(
	send: Send,
	options: PublicBookOptions = {},
): Promise<Result<BookStore>> {
	const found = await findTable(send, options);
	if (!found.ok) return found;
	if (found.value) return opened(send, checked(found.value));
	if (options.create !== true) return refused({ kind: 'gone', table: TABLE_NAME });
	const created = await call(send, {
		method: 'POST',
		path: '/data-tables',
		body: { name: TABLE_NAME, columns: columnList() },
	});
	// 409: somebody else has just made it
	if (created.ok || /already exists|conflict/i.test(detailOf(created.problem))) {
		const again = await findTable(send, options);
		if (!again.ok) return again;
		if (again.value) return opened(send, checked(again.value));
	}
	return created.ok ? refused({ kind: 'failed', detail: 'n8n made no table' }) : created;
}

const opened = (send: Send, table: Result<string>): Result<BookStore> =>
	table.ok ? done(publicStore(send, `/data-tables/${encodeURIComponent(table.value)}/rows`)) : table;

const detailOf = (problem: BookProblem): string => ('detail' in problem ? problem.detail : '');

async function findTable(send: Send, { tableId }: PublicBookOptions): Promise<Result<Table | undefined>> {
	const tables: Table[] = [];
	let cursor: string | undefined;
	do {
		const query = { limit: String(PAGE), ...(cursor !== undefined && { cursor }) };
		const page = await call(send, { method: 'GET', path: '/data-tables', query });
		if (!page.ok) return page;
		tables.push(...tablesNamed(TABLE_NAME, valuesOf(page.value)));
		cursor = cursorOf(page.value);
	} while (cursor !== undefined);
	const chosen = tableId === undefined ? tables : tables.filter(({ id }) => id === tableId);
	return theOnly(TABLE_NAME, chosen);
}

const pageSchema = z.object({
	data: z.array(z.unknown()),
	nextCursor: z.optional(z.nullable(z.string())),
});

/** Rows come as a list or, where n8n pages, as `data`. */
const valuesOf = (json: unknown): readonly unknown[] => {
	if (Array.isArray(json)) return json;
	const page = z.safeParse(pageSchema, json);
	return page.success ? page.data.data : [];
};

const cursorOf = (json: unknown): string | undefined => {
	const page = z.safeParse(pageSchema, json);
	return (page.success && page.data.nextCursor) || undefined;
};

const messageSchema = z.object({ message: z.string() });

async function call(send: Send, request: ApiRequest): Promise<Result<unknown>> {
	try {
		const { status, json } = await send(request);
		return status >= 200 && status < 300 ? done(json) : refused(refusal(status, json));
	} catch (error) {
		return refused({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) });
	}
}

function refusal(status: number, json: unknown): BookProblem {
	const read = z.safeParse(messageSchema, json);
	const detail = `HTTP ${status}${read.success ? `: ${read.data.message}` : ''}`;
	if (status === 401 || status === 403) return { kind: 'refused', detail };
	if (status === 404) {
		// Without data tables the whole address is unknown, and n8n says no more than "not found"
		const unknownAddress = !read.success || /^not found$/i.test(read.data.message);
		return unknownAddress
			? { kind: 'unavailable', reason: 'moduleOff' }
			: { kind: 'gone', table: TABLE_NAME };
	}
	return problemFrom(detail, TABLE_NAME);
}

const wire = ({ match, conditions }: Filter) => ({
	type: match === 'all' ? 'and' : 'or',
	filters: conditions.map(({ column, is, value }) => ({ columnName: column, condition: is, value })),
});

const NOTHING = { note: null };

function publicStore(send: Send, path: string): BookStore {
	const rows = async (request: ApiRequest): Promise<Result<StoredRow[]>> => {
		const reply = await call(send, request);
		return reply.ok ? done(readRows(valuesOf(reply.value))) : reply;
	};
	const store: BookStore = {
		async insertMany(newRows) {
			for (let at = 0; at < newRows.length; at += INSERT) {
				const data = newRows.slice(at, at + INSERT).map(toCells);
				const reply = await call(send, { method: 'POST', path, body: { data, returnType: 'count' } });
				if (!reply.ok) return reply;
			}
			return done(undefined);
		},
		/** A change that is not carried out is the only search whose filter travels in the body. */
		find: async (filters) =>
			await each(
				filters,
				async (filter) =>
					await searched(send, path, {
						filter: wire(filter),
						data: NOTHING,
						returnData: true,
						dryRun: true,
					}),
			),
		updateWhere: async (filter, changes) =>
			await rows({
				method: 'PATCH',
				path: `${path}/update`,
				body: { filter: wire(filter), data: toCells(changes), returnData: true },
			}),
		deleteWhere: async (filters) =>
			await each(filters, async (filter) => {
				if (filter.conditions.length > IN_ADDRESS) return refused({ kind: 'failed', detail: TOO_LONG });
				const query = { filter: JSON.stringify(wire(filter)), returnData: 'true' };
				return await rows({ method: 'DELETE', path: `${path}/delete`, query });
			}),
		open: async (opening) => await openByCalls(store, opening),
		advance: async (step) => await advanceByCalls(store, step),
		replace: async (step) => await replaceByCalls(store, step),
	};
	return store;
}

const TOO_LONG = `a deletion has more than ${IN_ADDRESS} conditions`;

const dryRunSchema = z.object({ dryRunState: z.string() });

/** A dry run gives each row twice, as it is and as it would be. */
async function searched(
	send: Send,
	path: string,
	body: Record<string, unknown>,
): Promise<Result<StoredRow[]>> {
	const reply = await call(send, { method: 'PATCH', path: `${path}/update`, body });
	if (!reply.ok) return reply;
	return done(
		readRows(
			valuesOf(reply.value).filter((value) => {
				const read = z.safeParse(dryRunSchema, value);
				return !read.success || read.data.dryRunState === 'before';
			}),
		),
	);
}
