/** The trigger's form. */
import type { INodeProperties } from 'n8n-workflow';
import { KNOWN_ORDER_STATUSES, KNOWN_REFILL_STATUSES } from '../panel/statuses';
import { serviceFilters } from './services/fields';
import { sourceFields } from './watchList/fields';

const event: INodeProperties = {
	displayName: 'Trigger On',
	name: 'event',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Balance Below',
			value: 'balanceBelow',
			action: 'On balance below threshold',
			description: 'The balance falls below an amount: once, and again after it has been above',
		},
		{
			name: 'Order Status Changed',
			value: 'orderStatusChanged',
			description: 'An order on your list gets another status, for example Completed',
		},
		{
			name: 'Refill Status Changed',
			value: 'refillStatusChanged',
			description: 'A refill on your list gets another status',
		},
		{
			name: 'Services Changed',
			value: 'servicesChanged',
			description: 'The panel adds, removes or changes services, for example their prices',
		},
	],
	default: 'orderStatusChanged',
};

const notice: INodeProperties = {
	displayName:
		'This node remembers what it has seen under its own name. If you rename it, it starts anew, as when the workflow is activated for the first time.',
	name: 'renameNotice',
	type: 'notice',
	default: '',
};

const threshold: INodeProperties = {
	displayName: 'Threshold',
	name: 'threshold',
	type: 'number',
	typeOptions: { numberPrecision: 5 },
	default: 10,
	required: true,
	placeholder: 'e.g. 25.5',
	description:
		"The amount, in the account's currency, below which the balance is reported. It is reported once; after a deposit has lifted the balance to the amount or above, the next fall is reported again.",
	displayOptions: { show: { event: ['balanceBelow'] } },
};

const statusField = (
	name: 'fromStatuses' | 'toStatuses',
	triggerOn: string,
	statuses: readonly string[],
): INodeProperties => ({
	displayName: name === 'fromStatuses' ? 'From Statuses' : 'To Statuses',
	name,
	type: 'multiOptions',
	options: [...statuses].sort().map((status) => ({ name: status, value: status })),
	default: [],
	description:
		name === 'fromStatuses'
			? 'Only changes from one of these statuses. Leave empty for changes from any. A status that is not listed can be given with an expression.'
			: 'Only changes to one of these statuses. Leave empty for changes to any. A status that is not listed can be given with an expression.',
	displayOptions: { show: { event: [triggerOn] } },
});

const onStatuses = { show: { '/event': ['orderStatusChanged', 'refillStatusChanged'] } };

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'First Check',
			name: 'firstCheck',
			type: 'options',
			displayOptions: onStatuses,
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
					description: 'The first status of an ID never fires, whenever the ID is added',
				},
			],
			default: 'newOnly',
			description: 'What to do with IDs that this node has never looked up before',
		},
		{
			displayName: 'Ignore Rejected IDs',
			name: 'ignoreRejectedIds',
			type: 'boolean',
			displayOptions: onStatuses,
			default: false,
			description:
				'Whether to say nothing about IDs that the panel rejects. Otherwise each is reported once, as an item with an error text.',
		},
		{
			displayName: 'Progress Step (%)',
			name: 'progressStep',
			type: 'number',
			displayOptions: { show: { '/event': ['orderStatusChanged'] } },
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 0,
			placeholder: 'e.g. 25',
			hint: 'With a data table or URL, a column or field "quantity" makes this exact',
			description:
				'Fire also each time this much more of an order has been delivered: 25 fires at 25, 50 and 75 percent. 0 means never.',
		},
		{
			displayName: 'Recheck Finished',
			name: 'recheckFinished',
			type: 'boolean',
			displayOptions: onStatuses,
			default: false,
			description:
				'Whether to go on looking up what is finished (Completed, Partial, Canceled and so on), to see it change again. Costs one request for every 100 IDs at each poll.',
		},
		{
			displayName: 'Requests per Poll',
			name: 'requestsPerPoll',
			type: 'number',
			displayOptions: onStatuses,
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'At most this many requests, each for up to 100 IDs, are sent at a poll; the next poll goes on with the rest. Panels allow between 60 and 300 requests a minute. 0 means no limit.',
		},
		{
			displayName: 'Tolerate Outages',
			name: 'tolerateOutages',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 5,
			description:
				'How many polls in a row have to fail before a failed execution says so. Counts network faults, maintenance and too many requests; an API key that the panel refuses is reported at once. No change is lost meanwhile.',
		},
	],
};

export const properties: INodeProperties[] = [
	event,
	notice,
	...sourceFields,
	threshold,
	statusField('fromStatuses', 'orderStatusChanged', KNOWN_ORDER_STATUSES),
	statusField('fromStatuses', 'refillStatusChanged', KNOWN_REFILL_STATUSES),
	statusField('toStatuses', 'orderStatusChanged', KNOWN_ORDER_STATUSES),
	statusField('toStatuses', 'refillStatusChanged', KNOWN_REFILL_STATUSES),
	...serviceFilters,
	options,
];
