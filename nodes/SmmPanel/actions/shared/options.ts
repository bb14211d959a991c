/** Options that several operations share, and how they reach the client. */
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { MAX_BATCH_SIZE } from '../../panel/client';
import type { Limits } from '../../shared/connection';
import { ParameterReader } from '../../shared/parameters';
import type { Result } from '../../shared/result';

/** How many items of a list come out. */
export const howMany: INodeProperties[] = [
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
];

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
	/** Whether IDs that the panel rejects are ordinary data. */
	failedIdsAsData: boolean;
	limits: Limits;
}

/** The panel's time for one answer, where the user sets none. Seconds. */
const READING_TIMEOUT = 30;

/** Options and Simplify hold for the run: they are read with the first item. What names an order is read with each. */
export function readListOptions(context: IExecuteFunctions): Result<ListOptions> {
	const read = new ParameterReader(context.getNodeParameter('options', 0, {}), 'Options');
	return read.result({
		failedIdsAsData: read.flag('failedIdsAsData', 'Failed IDs as Data', false),
		limits: readLimits(read, READING_TIMEOUT),
	});
}

/** How fast and how patiently to send; `timeoutSeconds` is what holds where the user sets none. */
export function readLimits(read: ParameterReader, timeoutSeconds: number): Limits {
	const timeoutMs = 1000 * read.number('timeout', 'Timeout (Seconds)', { least: 1 }, timeoutSeconds);
	return {
		batchSize: read.whole('batchSize', 'Batch Size', { least: 1 }, undefined),
		concurrency: read.whole('concurrency', 'Concurrency', { least: 1 }, undefined),
		requestsPerMinute: read.number('requestsPerMinute', 'Requests per Minute', { least: 0 }, undefined),
		readTimeoutMs: timeoutMs,
		writeTimeoutMs: timeoutMs,
	};
}

/** Whether results are simplified. */
export function readSimplify(context: IExecuteFunctions): Result<boolean> {
	const read = new ParameterReader({ simplify: context.getNodeParameter('simplify', 0, true) }, 'Simplify');
	return read.result(read.flag('simplify', 'Simplify', true));
}
