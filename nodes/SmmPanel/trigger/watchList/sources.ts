/** Where the watched IDs come from, asked anew at each poll. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import type { Deadline } from '../deadline';
import { readRows } from '../../shared/dataTables';
import { fetchFailed, fetchFrom, passingFault } from '../../shared/fetchJson';
import { fingerprint } from '../state';
import {
	addEntry,
	emptyList,
	listInJson,
	listInText,
	unreadable,
	type ListReading,
	type Noun,
} from './parse';

export interface Source {
	/** Tells one list from another: table, column and filter, or the URL. Typed IDs are one list, whatever they are. */
	identity: string;
	read(deadline: Deadline): Promise<ListReading>;
	/** What to do when there is nothing on it. */
	whenEmpty: string;
}

const TITLES = { order: 'Order IDs', refill: 'Refill IDs' } as const;

export function sourceOf(context: IPollFunctions, noun: Noun): Source {
	const source = context.getNodeParameter('source', 'ids') as string;
	if (source === 'dataTable') return tableSource(context);
	if (source === 'url') return urlSource(context, noun);
	return {
		identity: 'ids',
		read: async () => readIds(context.getNodeParameter(`${noun}Ids`, ''), noun),
		whenEmpty: `Enter at least one ID in '${TITLES[noun]}'.`,
	};
}

function readIds(value: unknown, noun: Noun): ListReading {
	const title = TITLES[noun];
	if (Array.isArray(value) && value.length === 0) return emptyList();
	const isText = typeof value === 'string' || typeof value === 'number';
	const list = isText ? listInText(String(value)) : (listInJson(value, noun) ?? listInJson(value, 'id'));
	if (list) return list;
	const isNothing = value === null || value === undefined || value === '';
	return unreadable(
		isNothing ? `There is nothing in '${title}'` : `'${title}' holds something other than IDs`,
		`Enter IDs as the panel gave them, separated by commas, spaces or lines. An expression may also give an array; an empty array means that there is nothing to watch.`,
	);
}

const text = (context: IPollFunctions, name: string, fallback = ''): string =>
	String(context.getNodeParameter(name, fallback) ?? '').trim();

function tableSource(context: IPollFunctions): Source {
	const table = String(context.getNodeParameter('dataTableId', '', { extractValue: true }) ?? '').trim();
	const idColumn = text(context, 'idColumn');
	const filterColumn = text(context, 'filterColumn');
	const filterValue = filterColumn === '' ? '' : text(context, 'filterValue');
	return {
		identity: `table ${fingerprint(JSON.stringify([table, idColumn, filterColumn, filterValue]))}`,
		whenEmpty: `Add a row with an ID in the column "${idColumn}" to the data table${filterColumn && `, and "${filterValue}" in the column "${filterColumn}"`}.`,
		async read(deadline) {
			if (table === '') return unreadable('No data table chosen', "Choose a table in 'Data Table'.");
			if (idColumn === '')
				return unreadable('No ID column chosen', "Choose a column in 'ID Column Name or ID'.");
			const rows = await readRows(context, table, deadline.listOver);
			if (!Array.isArray(rows)) return rows;
			return rowsToList(rows, { idColumn, filterColumn, filterValue });
		},
	};
}

function rowsToList(
	rows: readonly IDataObject[],
	{ idColumn, filterColumn, filterValue }: Record<'idColumn' | 'filterColumn' | 'filterValue', string>,
): ListReading {
	// Rows hold every column of their table, so one tells
	const [row] = rows;
	const missing = row && [idColumn, filterColumn].find((column) => column !== '' && !(column in row));
	if (missing !== undefined) {
		return unreadable(
			`The data table has no column "${missing}"`,
			`Its columns are: ${Object.keys(row ?? {}).join(', ')}. Choose the column anew.`,
		);
	}
	const list = emptyList();
	for (const entry of rows) {
		const wanted = filterColumn === '' || String(entry[filterColumn] ?? '').trim() === filterValue;
		if (wanted) addEntry(list, entry[idColumn], entry);
	}
	return list;
}

function urlSource(context: IPollFunctions, noun: Noun): Source {
	const listUrl = text(context, 'listUrl');
	const field = text(context, 'idField', noun) || noun;
	const header = text(context, 'headerName');
	return {
		identity: `url ${fingerprint(JSON.stringify([listUrl, field]))}`,
		whenEmpty: `The list at the URL has no entries: add ${noun === 'order' ? 'an order' : 'a refill'} there.`,
		async read() {
			if (!/^https?:\/\//i.test(listUrl) || !URL.canParse(listUrl)) {
				return unreadable(
					`"${listUrl}" is not a URL`,
					"Enter a whole address in 'List URL', beginning with https://.",
				);
			}
			const { host } = new URL(listUrl);
			const fetched = await fetchFrom(context, `The list at ${host}`, {
				url: listUrl,
				headers: {
					accept: 'application/json, text/plain',
					...(header !== '' && { [header]: text(context, 'headerValue') }),
				},
				// The header is for this host only
				disableFollowRedirect: header !== '',
			});
			if (fetchFailed(fetched)) return fetched;
			const passing = passingFault(`The list at ${host}`, fetched);
			if (passing) return passing;
			if (fetched.status >= 300) return refused(host, fetched.status, fetched.location);
			const isJson = typeof fetched.json === 'object' && fetched.json !== null;
			const list = isJson ? listInJson(fetched.json, field) : listInText(fetched.text);
			return list ?? notAList(host, field, fetched.text);
		},
	};
}

const refused = (host: string, status: number, location?: string): ListReading =>
	unreadable(
		`${host} gives no list (HTTP ${status}${location === undefined ? '' : `, moved to ${location}`})`,
		location === undefined
			? "Check 'List URL', and 'Header Name' and 'Header Value' where the address asks for them."
			: "Enter the new address in 'List URL'.",
	);

const notAList = (host: string, field: string, body: string): ListReading =>
	unreadable(
		`What ${host} answers is not a list of IDs: ${body.replace(/\s+/g, ' ').trim().slice(0, 120) || 'nothing at all'}`,
		`The URL has to answer with a JSON array of IDs, a JSON array of objects with the field "${field}" (set another one in 'ID Field'), or text that holds nothing but IDs.`,
	);
