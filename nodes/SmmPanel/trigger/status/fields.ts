/** The form of events on a watch list: where its IDs come from, and the fields and options that several of them have. */
import type { INodeProperties } from 'n8n-workflow';
import { ID_TITLES, type IdNoun } from '../../shared/ids';

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

const column = (loadOptionsMethod: string, what: string) => ({
	type: 'options' as const,
	typeOptions: { loadOptionsMethod, loadOptionsDependsOn: ['dataTableId.value'] },
	default: '',
	description: `${what} Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.`,
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
		...column('getColumns', 'The column that holds the IDs.'),
		displayName: 'ID Column Name or ID',
		name: 'idColumn',
		hint: "Empty: the column 'order' or 'refill'",
		builderHint: { propertyHint: "The column's name as text: 'order'" },
	},
	{
		...column('getFilterColumns', 'A column that says which rows to watch.'),
		displayName: 'Filter Column Name or ID',
		name: 'filterColumn',
		hint: 'Optional: watch only some of the rows',
		builderHint: { propertyHint: "A column's name as text, with `filterValue`; empty for all rows" },
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

/** `fromStatuses` and `toStatuses`. */
export const statusFields = (statuses: readonly string[]): INodeProperties[] =>
	(['From', 'To'] as const).map((which) => ({
		displayName: `${which} Statuses`,
		name: `${which.toLowerCase()}Statuses`,
		type: 'multiOptions',
		options: [...statuses].sort().map((status) => ({ name: status, value: status })),
		default: [],
		description: `Only changes ${which.toLowerCase()} one of these statuses. Leave empty for changes ${which.toLowerCase()} any. A status that is not listed can be given with an expression.`,
	}));

const firstCheck: INodeProperties = {
	displayName: 'First Check',
	name: 'firstCheck',
	type: 'options',
	options: [
		{
			name: 'Fire for All That Have Moved On',
			value: 'fire',
			description: 'What is on the list at the first check fires as well, unless it is still Pending',
		},
		{
			name: 'Fire for New Ones Only',
			value: 'newOnly',
			description:
				'What is on the list at the first check is only remembered. What is added later fires as soon as it is no longer Pending, even if it has moved on before its first check.',
		},
		{
			name: 'Only Remember',
			value: 'remember',
			description:
				'The first status of an ID never fires, whenever the ID is added. When n8n itself restarts, what was seen since the last execution counts as not seen.',
		},
	],
	default: 'newOnly',
	description: 'What to do with IDs that this node has never looked up before',
};

const ignoreRejectedIds: INodeProperties = {
	displayName: 'Ignore Rejected IDs',
	name: 'ignoreRejectedIds',
	type: 'boolean',
	default: false,
	description:
		'Whether to say nothing about IDs that the panel rejects. Otherwise each is reported once, as an item with an error text.',
};

const recheckFinished: INodeProperties = {
	displayName: 'Recheck Finished',
	name: 'recheckFinished',
	type: 'boolean',
	default: false,
	description:
		'Whether to go on looking up what is finished (Completed, Partial, Canceled and so on), to see it change again. Costs one request for every 100 IDs at each poll.',
};

const bookTableId: INodeProperties = {
	displayName: 'Order Book Table ID',
	name: 'bookTableId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 7yOPfNWqzDYxw2hC',
	builderHint: { propertyHint: 'Only where the API key sees the order books of several projects' },
	description:
		'Which order book is watched, where the API key sees those of several projects: the last part of the table’s address in the editor',
};

const requestsPerPoll: INodeProperties = {
	displayName: 'Requests per Poll',
	name: 'requestsPerPoll',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'At most this many requests, each for up to 100 IDs, are sent at a poll; the next poll goes on with the rest. Panels allow between 60 and 300 requests a minute. 0 means no limit.',
};

/** Options of every event on a list. */
export const listOptions = [ignoreRejectedIds, requestsPerPoll, bookTableId];

/** Of those on changes. */
export const changeOptions = [firstCheck, recheckFinished, ...listOptions];
