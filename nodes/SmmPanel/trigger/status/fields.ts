/** Fields and options that several events on statuses have. */
import type { INodeProperties } from 'n8n-workflow';

const statusField = (name: 'fromStatuses' | 'toStatuses', statuses: readonly string[]): INodeProperties => ({
	displayName: name === 'fromStatuses' ? 'From Statuses' : 'To Statuses',
	name,
	type: 'multiOptions',
	options: [...statuses].sort().map((status) => ({ name: status, value: status })),
	default: [],
	description:
		name === 'fromStatuses'
			? 'Only changes from one of these statuses. Leave empty for changes from any. A status that is not listed can be given with an expression.'
			: 'Only changes to one of these statuses. Leave empty for changes to any. A status that is not listed can be given with an expression.',
});

export const statusFields = (statuses: readonly string[]): INodeProperties[] => [
	statusField('fromStatuses', statuses),
	statusField('toStatuses', statuses),
];

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
