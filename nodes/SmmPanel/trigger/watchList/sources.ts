/** Where the watched IDs come from, asked anew at each poll. */
import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';
import { excerpt } from '../../panel/errors';
import { parseJson } from '../../panel/json';
import { parseUrl } from '../../panel/url';
import { readRows } from '../../shared/dataTables';
import { fetchFrom, passingFault, unusable, type Fetched } from '../../shared/fetchJson';
import { ID_TITLES, type IdNoun } from '../../shared/ids';
import { shown } from '../../shared/parameters';
import { failure, success, type Result } from '../../shared/result';
import { readFields, valueOrThrow } from '../parameters';
import { fingerprint } from '../state';
import { bookSource, type Booking } from './bookSource';
import { errorIn, listInJson } from './json';
import type { Source } from './source';
import { addEntry, emptyList, listInText, type WatchList } from './parse';

/** The list that the parameters name. Throws the node's error where they cannot be read. */
export function sourceOf<T>(context: IPollFunctions, noun: IdNoun, booking: Booking<T>): Source<T> {
	const source = context.getNodeParameter('source', 'orderBook');
	if (source === 'orderBook') return bookSource(context, booking);
	if (source === 'ids') return idsSource(context, noun);
	if (source === 'dataTable') return tableSource(context, noun);
	if (source === 'url') return urlSource(context, noun);
	throw new NodeOperationError(context.getNode(), `This node has no watch list "${String(source)}"`, {
		description: "Choose 'Watch List' anew from its list.",
	});
}

const idsSource = (context: IPollFunctions, noun: IdNoun): Source => ({
	identity: 'ids',
	formerIdentities: [],
	isTyped: !isExpression(context.getNode().parameters[`${noun}Ids`]),
	read: async () => readIds(context.getNodeParameter(`${noun}Ids`, ''), noun),
	whenEmpty: `Enter at least one ID in '${ID_TITLES[noun]}'.`,
});

/** n8n marks an expression by its first character. */
const isExpression = (parameter: unknown): boolean =>
	typeof parameter === 'string' && parameter.startsWith('=');

function readIds(given: unknown, noun: IdNoun): Result<WatchList> {
	const title = ID_TITLES[noun];
	const json = typeof given === 'string' && /^\s*[[{]/.test(given) ? parseJson(given) : undefined;
	const value = json ?? given;
	if (Array.isArray(value) && value.length === 0) return success(emptyList());
	const said = errorIn(value, noun);
	if (said !== undefined) return toldOfError(`The expression in '${title}'`, said);
	const isText = typeof value === 'string' || typeof value === 'number';
	const list = isText ? listInText(String(value)) : (listInJson(value, noun) ?? listInJson(value, 'id'));
	if (list) return success(list);
	const isNothing = value === null || value === undefined || value === '';
	return unusable(
		isNothing
			? `There is nothing in '${title}'`
			: `'${title}' holds something other than IDs: ${shown(value)}`,
		`Enter IDs as the panel gave them, separated by commas, spaces or lines. An expression may also give an array; an empty array means that there is nothing to watch.`,
	);
}

interface TableChoice {
	table: string;
	idColumn: string;
	filterColumn: string;
	filterValue: string;
}

function readTableChoice(context: IPollFunctions, noun: IdNoun): TableChoice {
	const fields = readFields(context, ['idColumn', 'filterColumn', 'filterValue']);
	const filterColumn = fields.text('filterColumn', 'Filter Column Name or ID');
	const choice: TableChoice = {
		table: String(context.getNodeParameter('dataTableId', '', { extractValue: true }) ?? '').trim(),
		idColumn: fields.text('idColumn', 'ID Column Name or ID') || noun,
		filterColumn,
		filterValue: filterColumn === '' ? '' : fields.text('filterValue', 'Filter Value'),
	};
	return valueOrThrow(context, fields.result(choice));
}

function tableSource(context: IPollFunctions, noun: IdNoun): Source {
	const choice = readTableChoice(context, noun);
	const { table, idColumn, filterColumn, filterValue } = choice;
	return {
		identity: `table ${fingerprint(JSON.stringify([table, idColumn, filterColumn, filterValue]))}`,
		formerIdentities: [],
		isTyped: false,
		whenEmpty: `Add a row with an ID in the column "${idColumn}" to the data table${filterColumn && `, and "${filterValue}" in the column "${filterColumn}"`}.`,
		async read(deadline) {
			if (table === '') return unusable('No data table chosen', "Choose a table in 'Data Table'.");
			const rows = await readRows(context, table, deadline.listOver);
			return rows.ok ? rowsToList(rows.value, choice) : rows;
		},
	};
}

function rowsToList(
	rows: readonly IDataObject[],
	{ idColumn, filterColumn, filterValue }: TableChoice,
): Result<WatchList> {
	// Rows hold every column of their table, so one tells
	const [row] = rows;
	const missing =
		row && [idColumn, filterColumn].find((column) => column !== '' && !Object.hasOwn(row, column));
	if (missing !== undefined) {
		return unusable(
			`The data table has no column "${missing}"`,
			`Its columns are: ${Object.keys(row ?? {}).join(', ')}. Choose the column anew.`,
		);
	}
	const list = emptyList();
	for (const entry of rows) {
		const wanted = filterColumn === '' || String(entry[filterColumn] ?? '').trim() === filterValue;
		if (wanted) addEntry(list, entry[idColumn], entry);
	}
	return success(list);
}

interface UrlChoice {
	listUrl: string;
	/** Empty: the URL as written names the list. */
	name: string;
	field: string;
	header: string;
	headerValue: string;
}

function readUrlChoice(context: IPollFunctions, noun: IdNoun): UrlChoice {
	const fields = readFields(context, ['listUrl', 'listName', 'idField', 'headerName', 'headerValue']);
	const header = fields.text('headerName', 'Header Name');
	const choice: UrlChoice = {
		listUrl: fields.text('listUrl', 'List URL'),
		name: fields.text('listName', 'List Name'),
		field: fields.text('idField', 'ID Field', noun),
		header,
		headerValue: header === '' ? '' : fields.text('headerValue', 'Header Value'),
	};
	return valueOrThrow(context, fields.result(choice));
}

/**
 * A URL is the same list for as long as it is written the same: `{{ $now }}` in it gives another address at each poll.
 * 0.1.0 took the address itself. A name can be given to a list that has none without starting anew.
 */
function identityOf(
	context: IPollFunctions,
	{ listUrl, name, field }: UrlChoice,
): Pick<Source, 'identity' | 'formerIdentities'> {
	const idOf = (parts: string[]) => `url ${fingerprint(JSON.stringify(parts))}`;
	const { listUrl: written } = context.getNode().parameters;
	const asWritten = idOf([isExpression(written) ? String(written) : listUrl, field]);
	const asGiven = idOf([listUrl, field]);
	return name === ''
		? { identity: asWritten, formerIdentities: [asGiven] }
		: { identity: idOf(['name', name, field]), formerIdentities: [asWritten, asGiven] };
}

function urlSource(context: IPollFunctions, noun: IdNoun): Source {
	const choice = readUrlChoice(context, noun);
	const { listUrl, field } = choice;
	return {
		...identityOf(context, choice),
		isTyped: false,
		whenEmpty: `The list at the URL has no entries: add ${noun === 'order' ? 'an order' : 'a refill'} there.`,
		async read() {
			if (!/^https?:\/\//i.test(listUrl) || parseUrl(listUrl) === undefined) {
				return unusable(
					`"${listUrl}" is not a URL`,
					"Enter a whole address in 'List URL', beginning with https://.",
				);
			}
			const { host } = new URL(listUrl);
			const fetched = await fetchList(context, host, choice);
			return fetched.ok ? listIn(fetched.value, host, field) : fetched;
		},
	};
}

const fetchList = async (
	context: IPollFunctions,
	host: string,
	{ listUrl, header, headerValue }: UrlChoice,
): Promise<Result<Fetched>> =>
	await fetchFrom(context, `The list at ${host}`, {
		url: listUrl,
		headers: {
			accept: 'application/json, text/plain',
			...(header !== '' && { [header]: headerValue }),
		},
		// The header is for this host only
		disableFollowRedirect: header !== '',
	});

function listIn(fetched: Fetched, host: string, field: string): Result<WatchList> {
	const passing = passingFault(`The list at ${host}`, fetched);
	if (passing) return failure(passing);
	if (fetched.status >= 300) return refused(host, fetched.status, fetched.location);
	const isJson = typeof fetched.json === 'object' && fetched.json !== null;
	const said = errorIn(fetched.json, field);
	if (said !== undefined) return toldOfError(host, said);
	const list = isJson ? listInJson(fetched.json, field) : listInText(fetched.text);
	return list ? success(list) : notAList(host, field, fetched.text);
}

const refused = (host: string, status: number, location?: string): Result<never> =>
	unusable(
		`${host} gives no list (HTTP ${status}${location === undefined ? '' : `, moved to ${location}`})`,
		location === undefined
			? "Check 'List URL', and 'Header Name' and 'Header Value' where the address asks for them."
			: "Enter the new address in 'List URL'.",
	);

const toldOfError = (where: string, said: string): Result<never> =>
	unusable(
		`${where} tells of an error instead of a list: ${excerpt(said)}`,
		'See why it does. What was on the list before stays remembered.',
	);

const notAList = (host: string, field: string, body: string): Result<never> =>
	unusable(
		`What ${host} answers is not a list of IDs: ${excerpt(body, 120) || 'nothing at all'}`,
		`The URL has to answer with a JSON array of IDs, a JSON array of objects with the field "${field}" (set another one in 'ID Field'), or text that holds nothing but IDs.`,
	);
