import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { listOrders } from '../../book/listing';
import { rowJson } from '../../book/rowJson';
import type { StoredRow } from '../../book/rows';
import { MAX_BATCH_SIZE } from '../../panel/client';
import { RECONCILE } from '../../panel/policies';
import { connect } from '../../shared/connection';
import { ParameterReader } from '../../shared/parameters';
import type { Operation } from '../operation';
import { openedBook, orInWords, sayThereIsNone, type ReadBook } from '../shared/bookReading';
import { valueOf } from '../shared/valueOf';
import { bracketOf, placedOrders, PROBES, probesFor } from './reconciling/bracket';
import { asItStands, placedAs, sentAt, unknownRows } from './reconciling/unknown';
import { verdictsOf, type Verdict } from './reconciling/verdict';

const MAX_REQUESTS = 10;

export const reconcile: Operation = {
	value: 'reconcile',
	name: 'Reconcile',
	action: 'Reconcile unknown orders',
	description:
		"Look for the orders whose outcome is unknown among the panel's IDs. Only asks for statuses: it sends no order.",
	fields: [
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
			default: {},
			options: [
				{
					displayName: 'Placed After',
					name: 'placedAfter',
					type: 'dateTime',
					default: '',
					description: "Only orders sent at this time or later, in the workflow's time zone",
				},
			],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Max Requests',
					name: 'maxRequests',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: MAX_REQUESTS,
					description: 'At most this many requests, each for up to 100 IDs, are sent to the panel',
				},
			],
		},
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
	if (book === undefined) {
		sayThereIsNone(context);
		return [];
	}
	const pairedItem = context.getInputData().map((_, item) => ({ item }));
	const verdicts = await verdictsFor(context, book, { placedAfter, maxRequests });
	return verdicts.map((verdict) => ({ json: jsonOf(verdict), pairedItem }));
}

const jsonOf = ({ row, order, candidates, evidence }: Verdict) => ({
	verdict: order === undefined ? 'unresolved' : 'found',
	...(candidates.length > 0 && { candidates }),
	evidence,
	...rowJson(row),
});

async function verdictsFor(
	context: IExecuteFunctions,
	{ store, account }: ReadBook,
	{ placedAfter, maxRequests }: { placedAfter: number | undefined; maxRequests: number },
): Promise<Verdict[]> {
	const all = valueOf(context, orInWords(await unknownRows(store, account, Date.now())));
	const wanted = all.filter((row) => placedAfter === undefined || Date.parse(sentAt(row)) >= placedAfter);
	if (wanted.length === 0) return [];
	const first = Math.min(...all.map((row) => Date.parse(sentAt(row))));
	const listed = await listOrders(store, {
		account,
		states: new Set(['placed']),
		onlyOpen: false,
		placedAfter: first - RECONCILE.beforeMs,
		placedBefore: undefined,
		matches: undefined,
		limit: Infinity,
		oldestFirst: true,
	});
	const placed = placedOrders(valueOf(context, orInWords(listed)));
	// Also those that are not wanted: an ID may be theirs
	const most = maxRequests * MAX_BATCH_SIZE - PROBES;
	const brackets = all.map((row) => bracketOf(row, placed, most));
	const { client } = await connect(context);
	const ids = [...new Set(brackets.flatMap(({ ids: own = [] }) => own))].slice(0, most);
	const outcomes = await client.status([...ids, ...probesFor(brackets, placed)]);
	const verdicts = verdictsOf(brackets, outcomes).filter(({ row }) => wanted.includes(row));
	// One after the other: each is a sub-execution
	const settled: Verdict[] = [];
	for (const verdict of verdicts) settled.push(await written(store, verdict));
	return settled;
}

/** A found order's row as it is then; one that somebody else has decided about stays what it is. */
async function written(store: ReadBook['store'], verdict: Verdict): Promise<Verdict> {
	const { row, order } = verdict;
	if (order === undefined) return verdict;
	const update = await store.updateWhere(asItStands(row), placedAs(row, order, 'reconciled'));
	const now: StoredRow | undefined = update.ok ? update.value[0] : undefined;
	return now === undefined
		? { ...verdict, evidence: `${verdict.evidence} The row could not be written.` }
		: { ...verdict, row: now };
}
