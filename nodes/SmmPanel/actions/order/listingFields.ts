/** The form of the order book's list. */
import type { INodeProperties } from 'n8n-workflow';
import type { ListedState } from '../../book/listing';
import { KNOWN_ORDER_STATUSES } from '../../panel/statuses';
import { howMany } from '../shared/options';

export const STATES: readonly ListedState[] = ['sending', 'unknown', 'placed'];

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	options: [
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
				'Only orders with all these words in their ID, link, service ID, idempotency key, note or fields',
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
	],
};

export const listingFields: INodeProperties[] = [
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
];
