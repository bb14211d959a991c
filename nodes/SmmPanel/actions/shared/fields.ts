/** Fields that several operations share, each with what reads it. */
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { MAX_BATCH_SIZE } from '../../panel/client';
import { isEmpty } from '../../panel/orderFields';
import { TIMEOUT } from '../../panel/policies';
import type { Limits } from '../../shared/connection';
import { ID_TITLES, isId, parseIds, withoutHash, type IdNoun } from '../../shared/ids';
import { collection, ParameterReader, shorten, valueOf } from '../../shared/parameters';
import { inputProblem, type Problem } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';

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
export const listOptions: INodeProperties = collection('options', [
	batchSize,
	concurrency(3),
	failedIdsAsData,
	requestsPerMinute,
	timeout,
]);

interface ListOptions {
	/** Whether IDs that the panel rejects are ordinary data. */
	failedIdsAsData: boolean;
	limits: Limits;
}

/**
 * Reads the options from the first item: they hold for the whole run. Only what names an order is read from each item.
 */
export function readListOptions(context: IExecuteFunctions): ListOptions {
	const read = new ParameterReader(context.getNodeParameter('options', 0, {}), 'Options');
	const failedIdsAsData = read.flag('failedIdsAsData', 'Failed IDs as Data', false);
	const limits = readLimits(read, TIMEOUT.readMs / 1000);
	return valueOf(context, read.result({ failedIdsAsData, limits }));
}

/** Reads how fast and how patiently to send. `timeoutSeconds` holds where the user sets no time-out. */
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
export function readSimplify(context: IExecuteFunctions): boolean {
	const read = new ParameterReader({ simplify: context.getNodeParameter('simplify', 0, true) }, 'Simplify');
	return valueOf(context, read.result(read.flag('simplify', 'Simplify', true)));
}

export const idsField = (noun: IdNoun): INodeProperties => ({
	displayName: ID_TITLES[noun],
	name: `${noun}Ids`,
	type: 'string',
	required: true,
	default: '',
	builderHint: {
		propertyHint: `IDs as text: '23501, 23502', or an expression such as expr('{{ $json.${noun} }}'). All input items are asked together: no loop is needed.`,
	},
	placeholder: 'e.g. 23501, 23502',
	description: `One ID, or several separated by commas, spaces or lines; an expression may also give a list. All items are asked together, 100 ${noun}s in one request.`,
});

/** An ID that an input item asks for, or the problem with what stands in its place. */
export interface RequestedId {
	/** Index of the input item. */
	item: number;
	id: Result<string>;
}

/** The IDs of all input items, in their order. */
export function readIdsOfItems(context: IExecuteFunctions, noun: IdNoun): RequestedId[] {
	const parameter = `${noun}Ids`;
	const field = plainField(context.getNode().parameters[parameter]);
	return context.getInputData().flatMap(({ json }, item): RequestedId[] => {
		const value = field !== undefined && Object.hasOwn(json, field) ? json[field] : undefined;
		const isPlain = typeof value === 'string' || typeof value === 'number';
		const ids = parseIds(isPlain ? value : context.getNodeParameter(parameter, item, ''), noun);
		return ids.ok ? ids.value.map((id) => ({ item, id })) : [{ item, id: ids }];
	});
}

/**
 * The field's name in an expression that reads nothing but one field of the input item, as dragging it into the
 * parameter makes it: `={{ $json.order }}`. Reading the field gives the same and saves the evaluation, which takes n8n
 * longer than everything else that an ID costs.
 */
const plainField = (expression: unknown): string | undefined =>
	typeof expression === 'string'
		? /^=\{\{\s*\$json\.([A-Za-z_]\w*)\s*\}\}$/.exec(expression)?.[1]
		: undefined;

/** One service, chosen from the panel's list or given by its ID. */
export const serviceField: INodeProperties = {
	displayName: 'Service',
	name: 'serviceId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	builderHint: {
		propertyHint:
			"`{ __rl: true, mode: 'id', value: '1523' }`. IDs differ from panel to panel: take one from *Service: Get Many*, never invent one. An expression may give it for each item.",
	},
	description:
		'The service to use. The list is searched by words of name, category and type (comments), by refill, cancel or drip-feed, and by ID; it shows rate per 1,000, limits and type.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a service …',
			typeOptions: { searchListMethod: 'searchServices', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 1523',
			validation: [
				{
					type: 'regex',
					properties: { regex: '^\\s*#?[A-Za-z0-9_-]+\\s*$', errorMessage: 'Not a valid service ID' },
				},
			],
		},
	],
};

/** The chosen service's ID, `otherwise` where none is chosen, or the problem that there is none. */
export function readServiceId(
	context: IExecuteFunctions,
	itemIndex: number,
	otherwise?: unknown,
): Result<string> {
	const chosen: unknown = context.getNodeParameter('serviceId', itemIndex, '', { extractValue: true });
	const value = isEmpty(chosen) ? otherwise : chosen;
	const id = withoutHash(
		typeof value === 'string' || typeof value === 'number' ? String(value) : shorten(value ?? ''),
	);
	if (isId(id)) return success(id);
	return failure(
		inputProblem(
			id === '' ? 'No service chosen' : `"${shorten(id)}" is not a service ID`,
			"Choose a service in 'Service', or check that its expression gives a service ID for every item.",
		),
	);
}

export const noSuchService = (service: string): Problem =>
	inputProblem(
		`The panel has no service ${service}`,
		"Choose one from the list in 'Service'. Panels remove services and number them anew from time to time.",
	);
