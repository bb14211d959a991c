import type { INodeProperties } from 'n8n-workflow';
import { categoriesFilter, typesFilter } from '../../shared/serviceFilters';
import type { ChangeKind } from './transitions';

const kinds: Array<{ name: string; value: ChangeKind; description: string }> = [
	{ name: 'Added', value: 'added', description: 'A service is new' },
	{ name: 'Features', value: 'flags', description: 'Refill, cancel or drip-feed is switched on or off' },
	{ name: 'Limits', value: 'limits', description: 'The smallest or largest quantity is another' },
	{ name: 'Price Down', value: 'rateDown', description: 'The rate has fallen' },
	{ name: 'Price Up', value: 'rateUp', description: 'The rate has risen' },
	{ name: 'Removed', value: 'removed', description: 'A service is gone' },
	{ name: 'Type', value: 'type', description: 'The service asks for other fields than before' },
];

export const serviceFilters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	description:
		'Without filters, every change of every service is reported. Another choice of services is remembered first and reported from then on.',
	options: [
		categoriesFilter,
		{
			displayName: 'Kinds of Change',
			name: 'changes',
			type: 'multiOptions',
			options: kinds,
			default: [],
			description: 'Only changes of these kinds. Leave empty for all.',
		},
		{
			displayName: 'Minimum Price Change (%)',
			name: 'minRateChange',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 2 },
			default: 0,
			placeholder: 'e.g. 5',
			description:
				'Report a price only when it is at least this many percent above or below the one last reported. Small changes add up.',
		},
		{
			displayName: 'Service IDs',
			name: 'serviceIds',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1523, 1524',
			description: 'Only these services, separated by commas, spaces or lines',
		},
		typesFilter,
	],
};
