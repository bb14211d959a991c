import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { LISTED_STATES, listOrders, rowJson, type ListedState, type Listing } from '../../book/listing';
import { KNOWN_ORDER_STATUSES, spelling } from '../../panel/statuses';
import { showHints } from '../../shared/problems';
import { collection, ParameterReader, shorten } from '../../shared/parameters';
import { success, type Result } from '../../shared/result';
import { folded, searchWords } from '../../shared/services';
import { executeItems, type Operation } from '../operation';
import { openedBook, withExplanation, type ReadBook } from '../shared/bookReading';
import { howMany, readSimplify, simplify } from '../shared/fields';

const filters: INodeProperties = collection('filters', [
	{
		displayName: 'All Panels',
		name: 'allPanels',
		type: 'boolean',
		default: true,
		description:
			'Whether to return orders of all panels and accounts, and not only those of the chosen credential',
	},
	{
		displayName: 'Only Open',
		name: 'onlyOpen',
		type: 'boolean',
		default: true,
		description: 'Whether to return only orders that were not finished when their status was last seen',
	},
	{
		displayName: 'Placed After',
		name: 'placedAfter',
		type: 'dateTime',
		default: '',
		description: "Only orders placed at this time or later, in the workflow's time zone",
	},
	{
		displayName: 'Placed Before',
		name: 'placedBefore',
		type: 'dateTime',
		default: '',
		description: "Only orders placed at this time or earlier, in the workflow's time zone",
	},
	{
		displayName: 'Search',
		name: 'search',
		type: 'string',
		default: '',
		placeholder: 'e.g. instagram.com/example',
		description:
			'Only orders with all these words in their ID, link, service, reference, idempotency key, note or fields',
	},
	{
		displayName: 'States',
		name: 'states',
		type: 'multiOptions',
		options: [
			{
				name: 'Being Sent',
				value: 'sending',
				description: 'May have been sent; after five minutes its outcome is unknown',
			},
			{
				name: 'Outcome Unknown',
				value: 'unknown',
				description: 'Was sent, and nobody knows whether it was placed',
			},
			{ name: 'Placed', value: 'placed', description: 'The panel has given it an ID' },
		],
		default: [],
		description: 'Only orders in one of these states; all if none is chosen',
	},
	{
		displayName: 'Statuses',
		name: 'statuses',
		type: 'multiOptions',
		options: [...KNOWN_ORDER_STATUSES].sort().map((status) => ({ name: status, value: status })),
		default: [],
		description: 'Only orders whose status, as it was last seen, is one of these; all if none is chosen',
	},
]);

const fields: INodeProperties[] = [
	...howMany,
	filters,
	{
		displayName: 'Sort',
		name: 'sort',
		type: 'options',
		options: [
			{ name: 'Newest First', value: 'newest' },
			{ name: 'Oldest First', value: 'oldest' },
		],
		default: 'newest',
		description: 'By the time at which the orders were placed',
	},
	simplify,
];

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many orders',
	description:
		"List orders from the order book, the data table 'SMM Panel Orders': with their status as it was last seen, without asking the panel",
	fields,
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const book = await openedBook(context);
	if (book === undefined) return [];
	const isSimple = readSimplify(context);
	const output = await executeItems(context, async (item) => {
		const listing = readListing(context, item, book.account);
		if (!listing.ok) return listing;
		const rows = withExplanation(await listOrders(book.store, listing.value));
		if (!rows.ok) return rows;
		const all = rows.value.map(rowJson);
		return success(isSimple ? all.map(simplified) : all);
	});
	if (output.length === 0) await sayWhyEmpty(context, book);
	return output;
}

/** Leaves the columns that people read, and those that they have added. */
const simplified = (row: IDataObject): IDataObject =>
	Object.fromEntries(Object.entries(row).filter(([name]) => !FOR_MACHINES.has(name)));

const FOR_MACHINES = new Set([
	'checkedAt',
	'changedAt',
	'account',
	'workflow',
	'node',
	'execution',
	'item',
	'fields',
]);

async function sayWhyEmpty(context: IExecuteFunctions, { store, account }: ReadBook): Promise<void> {
	const any = await listOrders(store, { limit: 1 });
	if (!any.ok) return;
	const [first] = any.value;
	const message =
		first === undefined
			? 'The order book is empty: this operation lists what Create has placed.'
			: first.account !== account
				? `The latest order of the book belongs to the account ${first.account}, not to this credential's, ${account}: choose the other credential, or add the filter 'All Panels'.`
				: 'The order book has orders, but none that fits the filters.';
	showHints(context, { message });
}

/** Reads which orders an item wants, or the problem with its parameters. */
function readListing(context: IExecuteFunctions, item: number, account: string): Result<Listing> {
	const names = ['returnAll', 'limit', 'sort'];
	const values = names.map((name) => [name, context.getNodeParameter(name, item, '')]);
	const read = new ParameterReader(Object.fromEntries(values), 'Parameters');
	const filters = new ParameterReader(context.getNodeParameter('filters', item, {}), 'Filters');
	const zone = context.getTimezone();
	const listing: Listing = {
		account: filters.flag('allPanels', 'All Panels', false) ? undefined : account,
		states: readStates(filters),
		onlyOpen: filters.flag('onlyOpen', 'Only Open', false),
		placedAfter: filters.moment('placedAfter', 'Placed After', zone),
		placedBefore: filters.moment('placedBefore', 'Placed Before', zone),
		matches: readMatcher(filters),
		limit: read.flag('returnAll', 'Return All', false)
			? Infinity
			: read.whole('limit', 'Limit', { least: 1 }, 50),
		oldestFirst: read.choice('sort', 'Sort', ['newest', 'oldest'], 'newest') === 'oldest',
	};
	read.problems.push(...filters.problems);
	return read.result(listing);
}

function readStates(filters: ParameterReader): Set<ListedState> {
	const names = filters.textList('states', 'States');
	const wrong = names.find((name) => !LISTED_STATES.some((state) => state === name));
	if (wrong !== undefined) {
		filters.problems.push(`'States' holds "${shorten(wrong)}", which is none of ${LISTED_STATES.join(', ')}`);
	}
	return new Set(LISTED_STATES.filter((state) => names.length === 0 || names.includes(state)));
}

/** Reads the filters that the table itself cannot apply. */
function readMatcher(filters: ParameterReader): Listing['matches'] {
	const words = searchWords(filters.text('search', 'Search'));
	const statuses = new Set(filters.textList('statuses', 'Statuses').map(spelling));
	if (words.length === 0 && statuses.size === 0) return undefined;
	return ({ order, link, service, serviceName, reference, idempotencyKey, note, fields, status }) => {
		const text = folded(
			[order, link, service, serviceName, reference, idempotencyKey, note, fields].join(' '),
		);
		return (
			words.every((word) => text.includes(word)) && (statuses.size === 0 || statuses.has(spelling(status)))
		);
	};
}
