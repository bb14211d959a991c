/** Where the watched IDs come from, asked anew at each poll. */
import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';
import { fingerprint } from '../../shared/connection';
import { ID_TITLES, parseIds, type IdNoun } from '../../shared/ids';
import { N8nApi } from '../../shared/n8nApi';
import { shorten, valueOf } from '../../shared/parameters';
import { inputProblem } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';
import { readFields } from '../event';
import { bookSource, type Booking } from './bookSource';
import { addEntry, emptyList, type Source, type WatchList } from './list';

/** The list that the parameters name. Throws the node's error where they cannot be read. */
export function sourceOf<T>(context: IPollFunctions, noun: IdNoun, booking: Booking<T>): Source<T> {
	const source = context.getNodeParameter('source', 'orderBook');
	if (source === 'orderBook') return bookSource(context, booking);
	if (source === 'ids') return idsSource(context, noun);
	if (source === 'dataTable') return tableSource(context, noun);
	throw new NodeOperationError(context.getNode(), `This node has no watch list "${String(source)}"`, {
		description: "Choose 'Watch List' anew from its list.",
	});
}

const idsSource = (context: IPollFunctions, noun: IdNoun): Source => ({
	identity: 'ids',
	isTyped: !isExpression(context.getNode().parameters[`${noun}Ids`]),
	read: async () => readIds(context.getNodeParameter(`${noun}Ids`, ''), noun),
	whenEmpty: `Enter at least one ID in '${ID_TITLES[noun]}'.`,
});

/** n8n marks an expression by its first character. */
const isExpression = (parameter: unknown): boolean =>
	typeof parameter === 'string' && parameter.startsWith('=');

/** Reads typed IDs. A lone 0, or words such as "Not found", are no IDs, and no empty list either. */
function readIds(given: unknown, noun: IdNoun): Result<WatchList> {
	const title = ID_TITLES[noun];
	if ((Array.isArray(given) && given.length === 0) || given === '[]') return success(emptyList());
	const parsed = parseIds(given ?? '', noun);
	const isNumbered = (id: Result<string>) => id.ok && /[1-9]/.test(id.value);
	if (parsed.ok && parsed.value.every(isNumbered)) {
		const list = emptyList();
		for (const id of parsed.value) if (id.ok) addEntry(list, id.value);
		return success(list);
	}
	return unusable(
		parsed.ok
			? `'${title}' holds something other than IDs: ${shorten(given)}`
			: `There is nothing in '${title}'`,
		`Enter IDs as the panel gave them, separated by commas, spaces or lines. An expression may also give an array; an empty array means that there is nothing to watch.`,
	);
}

/** A failure that someone has to act on: it does not pass by itself. */
const unusable = (message: string, remedy: string): Result<never> => failure(inputProblem(message, remedy));

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
	return valueOf(context, fields.result(choice));
}

function tableSource(context: IPollFunctions, noun: IdNoun): Source {
	const choice = readTableChoice(context, noun);
	const { table, idColumn, filterColumn, filterValue } = choice;
	return {
		identity: `table ${fingerprint(JSON.stringify([table, idColumn, filterColumn, filterValue]))}`,
		isTyped: false,
		whenEmpty: `Add a row with an ID in the column "${idColumn}" to the data table${filterColumn && `, and "${filterValue}" in the column "${filterColumn}"`}.`,
		async read(deadline) {
			if (table === '') return unusable('No data table chosen', "Choose a table in 'Data Table'.");
			const rows = await new N8nApi(context).rows(table, deadline.listOver);
			return rows.ok ? rowsToList(rows.value, choice) : rows;
		},
	};
}

function rowsToList(
	rows: readonly IDataObject[],
	{ idColumn, filterColumn, filterValue }: TableChoice,
): Result<WatchList> {
	// Each row holds every column of its table, so that the first one shows whether the column is there
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
