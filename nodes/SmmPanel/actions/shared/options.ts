/** Options that several operations share, and how they reach the client. */
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { MAX_BATCH_SIZE } from '../../panel/client';
import type { Limits } from '../../shared/connection';

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const requestsPerMinute: INodeProperties = {
	displayName: 'Requests per Minute',
	name: 'requestsPerMinute',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	hint: 'Panels allow between 60 and 300 requests a minute',
	description:
		'At most this many requests are sent to the panel in any minute; the node waits as needed. 0 means no limit of its own.',
};

export const concurrency = (defaultValue: number): INodeProperties => ({
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 20 },
	default: defaultValue,
	description: 'How many requests may be under way at the same time',
});

export const timeout: INodeProperties = {
	displayName: 'Timeout (Seconds)',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 30,
	description: 'How long to wait for each answer of the panel',
};

const failedIdsAsData: INodeProperties = {
	displayName: 'Failed IDs as Data',
	name: 'failedIdsAsData',
	type: 'boolean',
	default: false,
	description:
		'Whether IDs that the panel rejects come out as ordinary items with an error text instead of being treated as errors',
};

const batchSize: INodeProperties = {
	displayName: 'Batch Size',
	name: 'batchSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MAX_BATCH_SIZE },
	default: MAX_BATCH_SIZE,
	description: 'How many IDs to send in one request. Panels take 100 at most.',
};

/** The `options` of operations on lists of IDs. */
export const listOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [batchSize, concurrency(3), failedIdsAsData, requestsPerMinute, timeout],
};

export interface ListOptions {
	batchSize?: number;
	concurrency?: number;
	failedIdsAsData?: boolean;
	requestsPerMinute?: number;
	timeout?: number;
}

export const readListOptions = (context: IExecuteFunctions): ListOptions =>
	context.getNodeParameter('options', 0, {}) as ListOptions;

export const limitsOf = (options: Omit<ListOptions, 'failedIdsAsData'>): Limits => ({
	batchSize: options.batchSize,
	concurrency: options.concurrency,
	requestsPerMinute: options.requestsPerMinute,
	...(options.timeout !== undefined && {
		readTimeoutMs: options.timeout * 1000,
		writeTimeoutMs: options.timeout * 1000,
	}),
});
