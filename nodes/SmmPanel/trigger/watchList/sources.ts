/** Where the watched IDs come from: the form's fields for it, and the list that they name, read anew at each poll. */
import {
	NodeOperationError,
	type IDataObject,
	type IPollFunctions,
	type INodeProperties,
} from 'n8n-workflow';
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

/** The fields of a watch list. `events` are those that have one, by whose IDs they watch. */
export function watchListFields(events: Record<IdNoun, string[]>): INodeProperties[] {
	const all = [...events.order, ...events.refill];
	const of = (source: string[], field: INodeProperties, event = all): INodeProperties => ({
		...field,
		displayOptions: { show: { event, source }, ...field.displayOptions },
	});
	return [
		{ ...sourceField, displayOptions: { show: { event: all } } },
		of(['dataTable', 'orderBook'], keyNotice),
		of(['ids'], typedIds('order'), events.order),
		of(['ids'], typedIds('refill'), events.refill),
		...tableFields.map((field) => of(['dataTable'], field)),
	];
}

const sourceField: INodeProperties = {
	displayName: 'Watch List',
	name: 'source',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Order Book',
			value: 'orderBook',
			description: 'All unfinished orders of this account that stand in the order book: nothing to choose',
		},
		{
			name: 'IDs',
			value: 'ids',
			description: 'IDs that you type here, or an expression that gives them',
		},
		{
			name: 'Data Table',
			value: 'dataTable',
			description: "A column of one of n8n's data tables: add a row for each new order and it is watched",
		},
	],
	default: 'orderBook',
	description:
		'Where the IDs come from. The list is read anew at each poll: what is added is watched from then on. What has left the list is no longer looked up; what was seen of it is remembered for a week.',
};

/** Polling nodes of the community have no other way to data tables; the operation has. */
const keyNotice: INodeProperties = {
	displayName:
		"This list is read through n8n's own API: the credential <b>SMM Panel N8n API</b> holds a key of it. Without a key: <b>Schedule Trigger</b> → <b>SMM Panel</b>, <b>Order: Get Status Changes</b>, <b>Orders From</b> set to <b>Order Book</b>, tells each change of an order once, too.",
	name: 'keyNotice',
	type: 'notice',
	default: '',
};

const typedIds = (noun: IdNoun): INodeProperties => ({
	displayName: ID_TITLES[noun],
	name: `${noun}Ids`,
	type: 'string',
	typeOptions: { rows: 3 },
	required: true,
	default: '',
	builderHint: {
		propertyHint:
			"Text: '23501, 23502'. Orders that this package places need no list: use `source: 'orderBook'`.",
	},
	placeholder: 'e.g. 23501, 23502',
	description:
		'IDs as the panel gave them, separated by commas, spaces or lines. An expression may also give an array.',
});

const tableFields: INodeProperties[] = [
	{
		displayName: 'Data Table',
		name: 'dataTableId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		builderHint: {
			propertyHint:
				"`{ __rl: true, mode: 'id', value: '<ID of the data table>' }`. Not the order book, which has a source of its own.",
		},
		description: 'The table with the IDs to watch. Each item comes with its row of the table.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a data table …',
				typeOptions: { searchListMethod: 'searchDataTables', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 7yOPfNWqzDYxw2hC',
				hint: "The last part of the table's address in the editor",
			},
		],
	},
	{
		displayName: 'ID Column Name or ID',
		name: 'idColumn',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getColumns', loadOptionsDependsOn: ['dataTableId.value'] },
		default: '',
		hint: "Empty: the column 'order' or 'refill'",
		builderHint: { propertyHint: "The column's name as text: 'order'" },
		description:
			'The column that holds the IDs. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	{
		displayName: 'Filter Column Name or ID',
		name: 'filterColumn',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getFilterColumns', loadOptionsDependsOn: ['dataTableId.value'] },
		default: '',
		hint: 'Optional: watch only some of the rows',
		builderHint: { propertyHint: "A column's name as text, with `filterValue`; empty for all rows" },
		description:
			'A column that says which rows to watch. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	{
		displayName: 'Filter Value',
		name: 'filterValue',
		type: 'string',
		default: '',
		placeholder: 'e.g. open',
		description:
			'Only rows with exactly this in the filter column are watched; true or false for a yes-or-no column',
		displayOptions: { hide: { filterColumn: [''] } },
	},
];
