import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { listOrders, type ListedState, type Listing } from '../../book/listing';
import type { StoredRow } from '../../book/rows';
import { spelling } from '../../panel/statuses';
import { ParameterReader, shown } from '../../shared/parameters';
import { failedItem, ofRead, toNodeError } from '../../shared/problems';
import type { Result } from '../../shared/result';
import { folded, searchWords } from '../../shared/searchWords';
import type { Operation } from '../operation';
import { openedBook, orInWords, sayThereIsNone, type ReadBook } from '../shared/bookReading';
import { rowJson } from '../../book/rowJson';
import { listingFields, STATES } from './listingFields';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many orders',
	description:
		"List orders from the order book, the data table 'SMM Panel Orders': with their status as it was last seen, without asking the panel",
	fields: listingFields,
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const book = await openedBook(context);
	if (book === undefined) {
		sayThereIsNone(context);
		return [];
	}
	const output: INodeExecutionData[] = [];
	for (const item of context.getInputData().keys()) {
		const rows = await rowsFor(context, item, book);
		if (rows.ok) output.push(...rows.value.map((row) => ({ json: rowJson(row), pairedItem: { item } })));
		else if (context.continueOnFail()) output.push(failedItem(context, ofRead(rows.problem), item, {}));
		else throw toNodeError(context.getNode(), rows.problem, { itemIndex: item });
	}
	return output;
}

async function rowsFor(
	context: IExecuteFunctions,
	item: number,
	{ store, account }: ReadBook,
): Promise<Result<StoredRow[]>> {
	const listing = readListing(context, item, account);
	if (!listing.ok) return listing;
	return orInWords(await listOrders(store, listing.value));
}

/** What an item asks for, or the problem with its parameters. */
function readListing(
	context: IExecuteFunctions,
	item: number,
	account: ReadBook['account'],
): Result<Listing> {
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
		oldestFirst: read.text('sort', 'Sort', 'newest') === 'oldest',
	};
	read.problems.push(...filters.problems);
	return read.result(listing);
}

const isState = (text: string): text is ListedState => STATES.some((state) => state === text);

function readStates(filters: ParameterReader): Set<ListedState> {
	const names = filters.textList('states', 'States');
	const wrong = names.find((name) => !isState(name));
	if (wrong !== undefined) {
		filters.problems.push(`'States' holds "${shown(wrong)}", which is none of ${STATES.join(', ')}`);
	}
	return new Set(names.length > 0 ? names.filter(isState) : STATES);
}

/** What the table's own filters cannot do. */
function readMatcher(filters: ParameterReader): Listing['matches'] {
	const words = searchWords(filters.text('search', 'Search'));
	const statuses = new Set(filters.textList('statuses', 'Statuses').map(spelling));
	if (words.length === 0 && statuses.size === 0) return undefined;
	return ({ order, link, service, idempotencyKey, note, fields, status }) => {
		const text = folded([order, link, service, idempotencyKey, note, fields].join(' '));
		return (
			words.every((word) => text.includes(word)) && (statuses.size === 0 || statuses.has(spelling(status)))
		);
	};
}
