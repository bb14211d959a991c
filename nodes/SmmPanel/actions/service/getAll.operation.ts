import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import { showHints } from '../../shared/problems';
import { isMore } from '../../panel/money';
import type { Catalogue, Service } from '../../panel/schemas';
import { executeItems, type Operation } from '../operation';
import { collection, ParameterReader, shorten } from '../../shared/parameters';
import { success, type Result } from '../../shared/result';
import { howMany, readSimplify, simplify } from '../shared/fields';
import { serviceJson } from './get.operation';
import { categoriesFilter, matchesWords, readNames, searchWords, typesFilter } from '../../shared/services';

const sort: INodeProperties = {
	displayName: 'Sort',
	name: 'sort',
	type: 'options',
	options: [
		{ name: 'Name', value: 'name', description: 'From A to Z' },
		{ name: 'Panel', value: 'panel', description: "In the order of the panel's own list" },
		{ name: 'Rate', value: 'rate', description: 'Cheapest first' },
	],
	default: 'panel',
	description: 'The order in which services come out; with a limit, the first ones count',
};

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many services',
	description: "List the panel's services with their prices and limits",
	toolDescription:
		"Lists the panel's services: ID, name, type, category, price of 1,000 units (rate), smallest and largest quantity (min, max), refill and cancel. Reads only.",
	fields: [
		...howMany,
		collection('filters', [
			categoriesFilter,
			{
				displayName: 'Maximum Rate',
				name: 'maxRate',
				type: 'number',
				typeOptions: { minValue: 0, numberPrecision: 5 },
				default: 0,
				description: "Only services whose 1,000 units cost at most this, in the account's currency",
			},
			{
				displayName: 'Search',
				name: 'search',
				type: 'string',
				default: '',
				placeholder: 'e.g. instagram followers',
				description: 'Only services with all these words in their ID, name, category, type or flags (refill, cancel, drip-feed)',
			},
			typesFilter,
			{
				displayName: 'With Cancel',
				name: 'cancel',
				type: 'boolean',
				default: true,
				description:
					'Whether to return only services whose orders can be canceled, or only those where they cannot',
			},
			{
				displayName: 'With Drip-Feed',
				name: 'dripfeed',
				type: 'boolean',
				default: true,
				description: 'Whether to return only services with drip-feed, or only those without',
			},
			{
				displayName: 'With Refill',
				name: 'refill',
				type: 'boolean',
				default: true,
				description: 'Whether to return only services with refill, or only those without',
			},
		]),
		sort,
		simplify,
	],
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { catalogue } = await connect(context);
	const simplified = readSimplify(context);
	const all = await catalogue();
	if (all.skipped > 0) {
		showHints(context, {
			message: `${all.skipped} of the panel's services could not be read and were left out: without an ID, or with a rate that is no number.`,
		});
	}
	const inOrder = sorter(all);
	const output = await executeItems(context, (item) => {
		const wanted = readWanted(context, item, all);
		if (!wanted.ok) return wanted;
		const { matches, limit, sorted } = wanted.value;
		const found: IDataObject[] = [];
		for (const { service, index } of inOrder(sorted)) {
			if (found.length >= limit) break;
			if (matches(service)) found.push(serviceJson(all, index, simplified));
		}
		return success(found);
	});
	if (output.length === 0) showHints(context, { message: whyNone(all) });
	return output;
}

const whyNone = ({ services }: Catalogue): string =>
	services.length === 0
		? "The panel's list of services is empty"
		: `None of the panel's ${services.length} services fits all filters: remove one, or type fewer words`;

const ORDERS = ['panel', 'rate', 'name'] as const;
type Order = (typeof ORDERS)[number];

interface Listed {
	service: Service;
	/** Its place in the catalogue. */
	index: number;
}

/** The catalogue in each order, sorted once for all items. Services that are equal stay in the panel's order. */
function sorter({ services }: Catalogue): (order: Order) => readonly Listed[] {
	const listed = services.map((service, index) => ({ service, index }));
	const { compare } = new Intl.Collator('en', { numeric: true });
	const orders: Record<Order, () => Listed[]> = {
		panel: () => listed,
		rate: () => [...listed].sort((a, b) => Number(a.service.rate) - Number(b.service.rate)),
		name: () => [...listed].sort((a, b) => compare(a.service.name, b.service.name)),
	};
	const known = new Map<Order, Listed[]>();
	return (order) => {
		const list = known.get(order) ?? orders[order]();
		known.set(order, list);
		return list;
	};
}

interface Wanted {
	matches(service: Service): boolean;
	limit: number;
	sorted: Order;
}

/** Which services an item asks for and how many of them, or the problem with its parameters. */
function readWanted(context: IExecuteFunctions, item: number, catalogue: Catalogue): Result<Wanted> {
	const values = {
		returnAll: context.getNodeParameter('returnAll', item, false),
		limit: context.getNodeParameter('limit', item, 50),
		sort: context.getNodeParameter('sort', item, 'panel'),
	};
	const read = new ParameterReader(values, 'Parameters');
	const all = read.flag('returnAll', 'Return All', false);
	const limit = all ? Infinity : read.whole('limit', 'Limit', { least: 1 }, 50);
	const filters = new ParameterReader(context.getNodeParameter('filters', item, {}), 'Filters');
	const matches = readMatcher(filters, catalogue);
	const sorted = read.choice('sort', 'Sort', ORDERS, 'panel');
	read.problems.push(...filters.problems);
	return read.result({ matches, limit, sorted });
}

/** Whether a service fits every filter. A category that the panel does not have is a problem, not a list of none. */
function readMatcher(read: ParameterReader, { services }: Catalogue): (service: Service) => boolean {
	const words = searchWords(read.text('search', 'Search'));
	const categories = readKnown(read, categoriesFilter, 'category', services);
	const types = readKnown(read, typesFilter, 'type', services);
	const maxRate = read.amount('maxRate', 'Maximum Rate');
	const refill = read.flag('refill', 'With Refill', undefined);
	const cancel = read.flag('cancel', 'With Cancel', undefined);
	const dripfeed = read.flag('dripfeed', 'With Drip-Feed', undefined);
	return (service) =>
		matchesWords(service, words) &&
		(categories.size === 0 || categories.has(service.category)) &&
		(types.size === 0 || types.has(service.type)) &&
		(maxRate === undefined || !isMore(service.rate, maxRate)) &&
		(refill === undefined || service.refill === refill) &&
		(cancel === undefined || service.cancel === cancel) &&
		(dripfeed === undefined || service.dripfeed === dripfeed);
}

function readKnown(
	read: ParameterReader,
	filter: typeof categoriesFilter,
	field: 'category' | 'type',
	services: readonly Service[],
): Set<string> {
	const known = new Set(services.map(({ [field]: name }) => name));
	const names = readNames(read, filter).among(known);
	if (names.size > 0 && ![...names].some((name) => known.has(name))) {
		read.problems.push(`The panel has no ${field} "${shorten([...names].join(', '))}"`);
	}
	return names;
}
