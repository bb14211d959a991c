import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { listOrders, rowJson, type Listing } from '../../book/listing';
import { MAX_BATCH_SIZE } from '../../panel/client';
import { RECONCILE } from '../../panel/policies';
import { connect } from '../../shared/connection';
import { showHints } from '../../shared/problems';
import { collection, ParameterReader, valueOf } from '../../shared/parameters';
import type { Operation } from '../operation';
import { bookValue, openedBook, type ReadBook } from '../shared/bookReading';
import {
	bracketOf,
	placedOrders,
	PROBES,
	probesFor,
	sentAt,
	unknownRows,
	verdictsOf,
	type Verdict,
} from './unknownOrders';

const MAX_REQUESTS = 10;

export const reconcile: Operation = {
	value: 'reconcile',
	name: 'Reconcile',
	action: 'Reconcile unknown orders',
	description:
		"Look which of the panel's IDs may be the orders whose outcome is unknown. It only asks and proposes: what is true you say with 'Resolve'.",
	fields: [
		collection('filters', [
			{
				displayName: 'Placed After',
				name: 'placedAfter',
				type: 'dateTime',
				default: '',
				description: "Only orders sent at this time or later, in the workflow's time zone",
			},
		]),
		collection('options', [
			{
				displayName: 'Max Requests',
				name: 'maxRequests',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: MAX_REQUESTS,
				description: 'At most this many requests, each for up to 100 IDs, are sent to the panel',
			},
		]),
	],
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const filters = new ParameterReader(context.getNodeParameter('filters', 0, {}), 'Filters');
	const options = new ParameterReader(context.getNodeParameter('options', 0, {}), 'Options');
	const placedAfter = filters.moment('placedAfter', 'Placed After', context.getTimezone());
	const maxRequests = options.whole('maxRequests', 'Max Requests', { least: 1 }, MAX_REQUESTS);
	options.problems.push(...filters.problems);
	valueOf(context, options.result(undefined));
	const book = await openedBook(context);
	if (book === undefined) return [];
	const pairedItem = context.getInputData().map((_, item) => ({ item }));
	const verdicts = await verdictsFor(context, book, { placedAfter, maxRequests });
	if (verdicts.length === 0) showHints(context, { message: placedAfter === undefined ? NONE : NONE_SINCE });
	return verdicts.map((verdict) => ({ json: jsonOf(verdict), pairedItem }));
}

const NONE = 'No order of this account is unknown: there is nothing to look for.';
const NONE_SINCE = "No order of this account that was sent after 'Placed After' is unknown.";

const jsonOf = ({ row, verdict, candidates, searchableFrom, evidence }: Verdict) => ({
	verdict,
	candidates: candidates.map((candidate) => ({ ...candidate })),
	...(Boolean(searchableFrom) && { searchableFrom }),
	evidence,
	...rowJson(row),
});

async function verdictsFor(
	context: IExecuteFunctions,
	{ store, account }: ReadBook,
	{ placedAfter, maxRequests }: { placedAfter: number | undefined; maxRequests: number },
): Promise<Verdict[]> {
	const all = bookValue(context, await unknownRows(store, account, Date.now()));
	const wanted = all.filter((row) => placedAfter === undefined || Date.parse(sentAt(row)) >= placedAfter);
	if (wanted.length === 0) return [];
	const first = Math.min(...all.map((row) => Math.min(Date.parse(row.createdAt), Date.parse(sentAt(row)))));
	const since = first - RECONCILE.marginMs;
	const listed = async (part: Omit<Listing, 'account' | 'states'>) =>
		bookValue(context, await listOrders(store, { account, states: new Set(['placed']), ...part }));
	const before = await listed({ placedBefore: since, limit: RECONCILE.before });
	const later = await listed({ placedAfter: since, limit: Infinity, oldestFirst: true });
	const placed = placedOrders([...before, ...later]);
	// Orders that the user did not ask about are included, since a candidate may be theirs
	const most = maxRequests * MAX_BATCH_SIZE - PROBES;
	const brackets = all.map((row) => bracketOf(row, placed, most));
	const { client } = await connect(context);
	const ids = [...new Set(brackets.flatMap(({ ids: own = [] }) => own))].slice(0, most);
	const outcomes = await client.status(ids.length === 0 ? [] : [...ids, ...probesFor(brackets, placed)]);
	return verdictsOf(brackets, outcomes).filter(({ row }) => wanted.includes(row));
}
