import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import { isMore, parseAmount, type Amount } from '../../panel/money';
import type { Service } from '../../panel/schemas';
import type { Operation } from '../operation';
import { failedItem, inputProblem, toNodeError, type Problem } from '../../shared/problems';
import { simplify } from '../shared/options';
import { categoriesFilter, typesFilter } from '../../shared/serviceFilters';
import { serviceJson } from './output';
import { matchesWords } from '../../shared/searchWords';

interface Filters {
	search?: string;
	categories?: string[];
	types?: string[];
	maxRate?: number;
	refill?: boolean;
	cancel?: boolean;
	dripfeed?: boolean;
}

export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many services',
	description: "List the panel's services with their prices and limits",
	fields: [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
			displayOptions: { show: { returnAll: [false] } },
		},
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
			default: {},
			options: [
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
					description: 'Only services with all these words in their ID, name or category',
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
			],
		},
		simplify,
	],
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { catalogue } = await connect(context);
	const all = await catalogue();
	return context.getInputData().flatMap((_, item) => {
		const wanted = readWanted(context, item);
		if (!('matches' in wanted)) {
			if (context.continueOnFail()) return [failedItem(context, wanted, item, {})];
			throw toNodeError(context.getNode(), wanted, { itemIndex: item });
		}
		const simplified = context.getNodeParameter('simplify', item, true) as boolean;
		const output: INodeExecutionData[] = [];
		for (let index = 0; index < all.services.length && output.length < wanted.limit; index++) {
			if (!wanted.matches(all.services[index] as Service)) continue;
			output.push({ json: serviceJson(all, index, simplified), pairedItem: { item } });
		}
		return output;
	});
}

interface Wanted {
	matches(service: Service): boolean;
	limit: number;
}

/** Which services an item asks for and how many of them, or the Problem with its parameters. */
function readWanted(context: IExecuteFunctions, item: number): Wanted | Problem {
	const all = context.getNodeParameter('returnAll', item, false) === true;
	const limit = all ? Infinity : Number(context.getNodeParameter('limit', item, 50));
	if (!all && !(Number.isInteger(limit) && limit >= 1)) {
		return inputProblem(
			"'Limit' is not a whole number of at least 1",
			"Enter a number in 'Limit', or switch 'Return All' on.",
		);
	}
	const filters = context.getNodeParameter('filters', item, {}) as Filters;
	const maxRate = filters.maxRate === undefined ? undefined : parseAmount(filters.maxRate);
	if (filters.maxRate !== undefined && maxRate === undefined) {
		return inputProblem(
			"'Maximum Rate' is not a number",
			"Enter the highest price of 1,000 units as a number in 'Maximum Rate', for example 1.5.",
		);
	}
	return { matches: matcher(filters, maxRate), limit };
}

/** Whether a service fits every filter that is set. */
function matcher(filters: Filters, maxRate: Amount | undefined): (service: Service) => boolean {
	const words = (filters.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
	const categories = new Set(filters.categories ?? []);
	const types = new Set(filters.types ?? []);
	return (service) =>
		matchesWords(service, words) &&
		(categories.size === 0 || categories.has(service.category)) &&
		(types.size === 0 || types.has(service.type)) &&
		(maxRate === undefined || !isMore(service.rate, maxRate)) &&
		(filters.refill === undefined || service.refill === filters.refill) &&
		(filters.cancel === undefined || service.cancel === filters.cancel) &&
		(filters.dripfeed === undefined || service.dripfeed === filters.dripfeed);
}
