/** n8n's own Data Tables, read through n8n's public API. */
import type { IDataObject } from 'n8n-workflow';
import { excerpt } from '../panel/errors';
import { isObject } from '../panel/json';
import { fetchFrom, passingFault, unusable, type Fetched, type Reader } from './fetchJson';
import { failure, success, type Result } from './result';

const CREDENTIAL = 'smmPanelN8nApi';
/** The most that n8n gives at once. */
const PAGE = 250;

export interface DataTable {
	id: string;
	name: string;
	columns: string[];
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

interface N8nRequest {
	method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** Behind `/api/v1`. */
	path: string;
	query?: IDataObject;
	body?: Record<string, unknown>;
}

/** Asks this n8n's public API, and says where that is. */
export async function askN8n(
	context: Reader,
	{ method, path, query, body }: N8nRequest,
): Promise<{ address: string; fetched: Result<Fetched> }> {
	const { baseUrl } = await context.getCredentials<{ baseUrl: string }>(CREDENTIAL);
	const address = n8nAddress(baseUrl);
	const options = {
		method,
		url: `${address}/api/v1${path}`,
		...(query !== undefined && { qs: query }),
		...(body !== undefined && { body, json: true }),
		headers: { accept: 'application/json' },
		// The API key is for this n8n only
		disableFollowRedirect: true,
	};
	return { address, fetched: await fetchFrom(context, `n8n at ${address}`, options, CREDENTIAL) };
}

async function get(context: Reader, path: string, query: IDataObject): Promise<Result<IDataObject>> {
	const { address, fetched } = await askN8n(context, { method: 'GET', path: `/data-tables${path}`, query });
	if (!fetched.ok) return fetched;
	const { status, json } = fetched.value;
	if (status === 200 && isObject(json)) return success(json as IDataObject);
	const passing = passingFault(`n8n at ${address}`, fetched.value);
	return passing ? failure(passing) : refusal(address, fetched.value);
}

function refusal(address: string, { status, json, location }: Fetched): Result<never> {
	const words = isObject(json) && typeof json.message === 'string' ? json.message : '';
	if (location !== undefined && status >= 300 && status < 400) {
		return unusable(
			`n8n at ${address} sends requests on to ${location}`,
			"Enter that address, without a path, as 'Base URL' in the credential 'SMM Panel N8n API'.",
		);
	}
	if (status === 401) {
		return unusable(
			`n8n refused the API key${words && `: ${words}`}`,
			"Create an API key in n8n under Settings > n8n API and put it into the credential 'SMM Panel N8n API'.",
		);
	}
	if (status === 403) {
		return unusable(
			`n8n's API key may not read this data table${words && `: ${words}`}`,
			'Give the API key the scopes dataTable:list, dataTable:read and dataTableRow:read, or let its user into the table’s project.',
		);
	}
	if (status === 404 && words !== '' && !/^not found$/i.test(words)) {
		return unusable(`n8n has no such data table: ${words}`, "Choose the table anew in 'Data Table'.");
	}
	return unusable(
		`n8n at ${address} gives no data tables through its API (HTTP ${status})${words && `: ${words}`}`,
		"Check 'Base URL' in the credential 'SMM Panel N8n API'. Data tables need n8n 2.x with its public API switched on.",
	);
}

interface Page {
	data: unknown[];
	nextCursor?: unknown;
}

/**
 * One page of tables or rows. An answer without any `data` is none: taken for an empty page, it would end the list, and
 * all that is on it would be taken to have left.
 */
async function getPage(context: Reader, path: string, qs: IDataObject): Promise<Result<Page>> {
	const reply = await get(context, path, qs);
	if (!reply.ok) return reply;
	const { data, nextCursor } = reply.value;
	if (Array.isArray(data)) return success({ data, nextCursor });
	return failure({
		message: `n8n's answer about data tables holds no data: ${excerpt(JSON.stringify(reply.value))}`,
		remedy:
			"See whether something between this node and n8n answers in its place, and check 'Base URL' in the credential 'SMM Panel N8n API'.",
		family: 'protocol',
		effect: 'none',
	});
}

const tableOf = (row: unknown): DataTable[] =>
	isObject(row) && typeof row.id === 'string'
		? [
				{
					id: row.id,
					name: typeof row.name === 'string' ? row.name : row.id,
					columns: Array.isArray(row.columns)
						? row.columns.flatMap((column) =>
								isObject(column) && typeof column.name === 'string' ? [column.name] : [],
							)
						: [],
				},
			]
		: [];

const rowsOf = ({ data }: Page): IDataObject[] => data.filter((row): row is IDataObject => isObject(row));

const cursorOf = ({ nextCursor }: Page): string | undefined =>
	typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : undefined;

/** All tables that the API key may see. */
export async function listTables(context: Reader): Promise<Result<DataTable[]>> {
	const tables: DataTable[] = [];
	let cursor: string | undefined;
	do {
		const reply = await getPage(context, '', { limit: PAGE, ...(cursor !== undefined && { cursor }) });
		if (!reply.ok) return reply;
		tables.push(...rowsOf(reply.value).flatMap(tableOf));
		cursor = cursorOf(reply.value);
	} while (cursor !== undefined);
	return success(tables);
}

export async function getTable(context: Reader, id: string): Promise<Result<DataTable>> {
	const reply = await get(context, `/${encodeURIComponent(id)}`, {});
	if (!reply.ok) return reply;
	const [table] = tableOf(reply.value);
	return table
		? success(table)
		: unusable(`n8n's answer about data table ${id} is not a table`, 'Check the n8n version.');
}

/**
 * All rows of a table, or a failure: never a part of them. Pages go by row ID where n8n can do that, since counting
 * pages would skip rows when others are deleted in between, and what seems to have left the list is forgotten.
 */
export async function readRows(
	context: Reader,
	table: string,
	outOfTime: () => boolean,
): Promise<Result<IDataObject[]>> {
	const path = `/${encodeURIComponent(table)}/rows`;
	const first = { limit: PAGE, sortBy: 'id:asc' };
	let reply = await getPage(context, path, first);
	const rows: IDataObject[] = [];
	for (;;) {
		if (!reply.ok) return reply;
		rows.push(...rowsOf(reply.value));
		const cursor = cursorOf(reply.value);
		if (cursor === undefined) return success(rows);
		if (outOfTime()) return tooLong(rows.length);
		const last = rows.at(-1)?.id;
		const after: Result<Page> | undefined =
			typeof last === 'number'
				? await getPage(context, path, { ...first, filter: rowsAfter(last) })
				: undefined;
		const isAfter =
			after !== undefined && (!after.ok || rowsOf(after.value).every(({ id }) => Number(id) > Number(last)));
		reply = isAfter ? after : await getPage(context, path, { limit: PAGE, cursor });
	}
}

const rowsAfter = (id: number): string =>
	JSON.stringify({ type: 'and', filters: [{ columnName: 'id', condition: 'gt', value: id }] });

const tooLong = (read: number): Result<never> =>
	unusable(
		`The data table has too many rows for one poll: after ${read} of them the time was over`,
		'Delete rows of finished orders from the table, or move them to another one.',
	);
