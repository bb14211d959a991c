/** n8n's public API, as far as data tables go: a polling node of the community has no other way to them. */
import type { IDataObject, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';
import * as z from 'zod/v4-mini';
import { decodeBody } from '../panel/transport';
import { excerpt } from '../panel/errors';
import { parseJson } from '../panel/json';
import { LIST_TIMEOUT_MS } from '../panel/policies';
import { faultOf, IN_CREDENTIAL, notReached } from './n8nFaults';
import { inputProblem } from './problems';
import { failure, success, type Result } from './result';
import { withinTime } from './times';

const CREDENTIAL = 'smmPanelN8nApi';
/** The most that n8n gives at once. */
const PAGE = 250;

const tableReply = z.object({
	id: z.string(),
	name: z.string(),
	columns: z.array(z.object({ name: z.string(), type: z.string() })),
	projectId: z.optional(z.string()),
});
export type DataTable = z.output<typeof tableReply>;

/** The tables among what n8n gave. */
export const readTables = (values: readonly unknown[]): DataTable[] =>
	values.flatMap((table) => z.safeParse(tableReply, table).data ?? []);

const pageReply = z.object({
	data: z.array(z.record(z.string(), z.unknown())),
	nextCursor: z.optional(z.nullable(z.string())),
});
type Page = z.output<typeof pageReply>;

const rowsReply = z.array(z.record(z.string(), z.unknown()));

/** As n8n takes it: `{type: 'and', filters: [{columnName, condition, value}]}`. */
interface TableFilter {
	type: 'and' | 'or';
	filters: ReadonlyArray<{ columnName: string; condition: string; value: string | number | boolean }>;
}

interface TableRequest {
	method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** Behind `/api/v1/data-tables`. */
	path: string;
	query?: IDataObject;
	body?: IDataObject;
}

interface FullResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

/** `http://localhost:5678` out of what people paste: with a slash, the API's path or a page of the editor behind it. */
export function n8nAddress(typed: string): string {
	const text = typed.trim();
	const local = /^(localhost|127\.|\[|[\w-]+(:|\/|$))/i.test(text);
	const url = /^https?:\/\//i.test(text) ? text : `${local ? 'http' : 'https'}://${text}`;
	return url
		.replace(/[?#].*$/, '')
		.replace(/\/(api(\/v1.*)?|home|projects|workflow|settings|signin)(\/.*)?$/, '')
		.replace(/\/+$/, '');
}

/** The data tables that the credential's API key may see. No call rejects because of the network or of n8n. */
export class N8nApi {
	constructor(private readonly context: IPollFunctions | ILoadOptionsFunctions) {}

	async tables(): Promise<Result<DataTable[]>> {
		const tables: DataTable[] = [];
		let cursor: string | null | undefined;
		do {
			const page = await this.page('', { limit: PAGE, ...(cursor && { cursor }) });
			if (!page.ok) return page;
			tables.push(...readTables(page.value.data));
			cursor = page.value.nextCursor;
		} while (cursor);
		return success(tables);
	}

	/**
	 * All rows of a table, or a failure: never a part of them. Pages go by row ID where n8n can do that, since counting
	 * pages would skip rows when others are deleted in between, and what seems to have left the list is forgotten.
	 */
	async rows(table: string, isOutOfTime: () => boolean): Promise<Result<IDataObject[]>> {
		const path = rowsOf(table);
		const first = { limit: PAGE, sortBy: 'id:asc' };
		const rows: IDataObject[] = [];
		let page = await this.page(path, first);
		for (;;) {
			if (!page.ok) return page;
			rows.push(...(page.value.data as IDataObject[]));
			const { nextCursor: cursor } = page.value;
			if (!cursor) return success(rows);
			if (isOutOfTime()) {
				return failure(
					inputProblem(
						`The data table has too many rows for one poll: after ${rows.length} of them the time was over`,
						'Delete rows of finished orders from the table, or move them to another one.',
					),
				);
			}
			const last = Number(rows.at(-1)?.id);
			const filter: TableFilter = {
				type: 'and',
				filters: [{ columnName: 'id', condition: 'gt', value: last }],
			};
			const after = await this.page(path, { ...first, filter: JSON.stringify(filter) });
			const isAfter = !after.ok || after.value.data.every(({ id }) => Number(id) > last);
			page = isAfter ? after : await this.page(path, { limit: PAGE, cursor });
		}
	}

	/** At most so many of the rows that match, the one written last first. */
	async newest(table: string, filter: TableFilter, limit: number): Promise<Result<IDataObject[]>> {
		const query = { limit, sortBy: 'id:desc', filter: JSON.stringify(filter) };
		const page = await this.page(rowsOf(table), query);
		return page.ok ? success(page.value.data as IDataObject[]) : page;
	}

	/**
	 * The rows that match. A change that is not carried out is the only search whose filter travels in the body, where
	 * 400 conditions have room; it gives each row twice, as it is and as it would be.
	 */
	async find(table: string, filter: TableFilter): Promise<Result<IDataObject[]>> {
		const body = { filter: { ...filter }, data: { note: null }, returnData: true, dryRun: true };
		const found = await this.changed({ method: 'PATCH', path: `${rowsOf(table)}/update`, body });
		if (!found.ok) return found;
		// `dryRunState` says which of the two a row is, and is no column of the table
		return success(found.value.flatMap(({ dryRunState, ...row }) => (dryRunState === 'after' ? [] : [row])));
	}

	async insert(table: string, rows: readonly IDataObject[]): Promise<Result<void>> {
		const body = { data: [...rows], returnType: 'count' };
		const inserted = await this.ask({ method: 'POST', path: rowsOf(table), body });
		return inserted.ok ? success(undefined) : inserted;
	}

	/** Returns what was deleted. The filter travels in the address: at most 50 conditions. */
	async delete(table: string, filter: TableFilter): Promise<Result<IDataObject[]>> {
		const query = { filter: JSON.stringify(filter), returnData: 'true' };
		return await this.changed({ method: 'DELETE', path: `${rowsOf(table)}/delete`, query });
	}

	/**
	 * An answer without `data` is a failure: taken for an empty page it would end the list, and every ID on it would
	 * count as having left.
	 */
	private async page(path: string, query: IDataObject): Promise<Result<Page>> {
		return read(await this.ask({ method: 'GET', path, query }), pageReply);
	}

	private async changed(request: TableRequest): Promise<Result<IDataObject[]>> {
		return read(await this.ask(request), rowsReply) as Result<IDataObject[]>;
	}

	private async ask({ method, path, query, body }: TableRequest): Promise<Result<unknown>> {
		const { baseUrl } = await this.context.getCredentials<{ baseUrl: string }>(CREDENTIAL);
		const address = n8nAddress(baseUrl);
		const sending = this.context.helpers.httpRequestWithAuthentication.call(this.context, CREDENTIAL, {
			method,
			url: `${address}/api/v1/data-tables${path}`,
			...(query !== undefined && { qs: query }),
			...(body !== undefined && { body, json: true }),
			headers: { accept: 'application/json' },
			timeout: LIST_TIMEOUT_MS,
			encoding: 'arraybuffer',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// The API key is for this n8n only
			disableFollowRedirect: true,
		});
		const response = await withinTime(sending, LIST_TIMEOUT_MS).then(
			(full: unknown) => success(full as FullResponse),
			(error: unknown) => failure(notReached(address, error)),
		);
		if (!response.ok) return response;
		const { statusCode: status, headers, body: bytes } = response.value;
		const text = decodeBody(bytes, headers['content-type']);
		const json = parseJson(text);
		if (status >= 200 && status < 300 && json !== undefined) return success(json);
		return failure(faultOf(address, { status, text, location: headers.location }));
	}
}

const rowsOf = (table: string): string => `/${encodeURIComponent(table)}/rows`;

function read<T>(reply: Result<unknown>, schema: z.ZodMiniType<T>): Result<T> {
	if (!reply.ok) return reply;
	const parsed = z.safeParse(schema, reply.value);
	if (parsed.success) return success(parsed.data);
	return failure({
		message: `n8n's answer about data tables holds no data: ${excerpt(JSON.stringify(reply.value))}`,
		remedy: `See whether something between this node and n8n answers in its place, and check 'Base URL' ${IN_CREDENTIAL}.`,
		family: 'protocol',
		effect: 'none',
	});
}
