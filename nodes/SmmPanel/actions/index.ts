/** The node's table: resources and their operations. Adding an operation is one file and one row. */
import {
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeOutputConfiguration,
	type INodeProperties,
} from 'n8n-workflow';
import { failRun, addHints } from '../shared/problems';
import { get as getBalance } from './balance/get.operation';
import type { Operation } from './operation';
import { cancel } from './order/cancel.operation';
import { create as createOrder } from './order/create.operation';
import { createMass } from './order/createMass.operation';
import { getAll as getOrders } from './order/getAll.operation';
import { getStatus as getOrderStatus } from './order/getStatus.operation';
import { getStatusChanges } from './order/getStatusChanges.operation';
import { quote } from './order/quote.operation';
import { reconcile } from './order/reconcile.operation';
import { resolve } from './order/resolve.operation';
import { waitUntilFinished } from './order/waitUntilFinished.operation';
import { create as createRefill } from './refill/create.operation';
import { getStatus as getRefillStatus } from './refill/getStatus.operation';
import { get as getService } from './service/get.operation';
import { getAll as getServices } from './service/getAll.operation';

interface Resource {
	title: string;
	/** Stored in saved workflows. */
	value: string;
	/** In alphabetical order, as the editor shows them. */
	operations: readonly Operation[];
	/** Chosen when the resource is. */
	defaultOperation: string;
}

/** In alphabetical order, as the editor shows them. */
export const RESOURCES: readonly Resource[] = [
	{ title: 'Balance', value: 'balance', operations: [getBalance], defaultOperation: 'get' },
	{
		title: 'Order',
		value: 'order',
		operations: [
			cancel,
			createOrder,
			createMass,
			getOrders,
			getOrderStatus,
			getStatusChanges,
			quote,
			reconcile,
			resolve,
			waitUntilFinished,
		],
		defaultOperation: 'create',
	},
	{
		title: 'Refill',
		value: 'refill',
		operations: [createRefill, getRefillStatus],
		defaultOperation: 'create',
	},
	{
		title: 'Service',
		value: 'service',
		operations: [getService, getServices],
		defaultOperation: 'getAll',
	},
];

/** Runs the chosen operation over all input items. Resource and operation take no expressions: they are the run's. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		const operation = chosenOperation(context);
		return 'outputs' in operation ? await operation.executeAll(context) : [await operation.execute(context)];
	} catch (error) {
		return [failRun(context, error)];
	} finally {
		addHints(context);
	}
}

function chosenOperation(context: IExecuteFunctions): Operation {
	const resource = context.getNodeParameter('resource', 0, '');
	const operation = context.getNodeParameter('operation', 0, '');
	const chosen = RESOURCES.find(({ value }) => value === resource)?.operations.find(
		({ value }) => value === operation,
	);
	if (chosen !== undefined) return chosen;
	throw new NodeOperationError(
		context.getNode(),
		`This node has no operation "${String(operation)}" for the resource "${String(resource)}"`,
		{ description: "Choose 'Resource' and 'Operation' anew from their lists." },
	);
}

/** For an expression, which n8n's editor and engine read: what each operation has, where it has it. */
function ofChosen(has: (operation: Operation) => INodeOutputConfiguration[] | string | undefined): string {
	const pairs = RESOURCES.flatMap(({ value: resource, operations }) =>
		operations.map((operation) => [`${resource}.${operation.value}`, has(operation)]),
	);
	return `(${JSON.stringify(Object.fromEntries(pairs))})[$parameter.resource + '.' + $parameter.operation]`;
}

const ownOutputs = (operation: Operation): INodeOutputConfiguration[] | undefined =>
	'outputs' in operation
		? operation.outputs.map((displayName) => ({ type: 'main', displayName }))
		: undefined;

export const outputs: `={{${string}}}` = `={{ ${ofChosen(ownOutputs)} ?? ['main'] }}`;

/** Under the node's name: the action as the node panel words it. */
export const subtitle = `={{ ${ofChosen(({ action }) => action)} }}`;

const operationPickers: INodeProperties[] = RESOURCES.map(
	({ value: resource, operations, defaultOperation }) => ({
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ name, value, action, description }) => ({ name, value, action, description })),
		default: defaultOperation,
	}),
);

/** n8n's own description of a tool is the action's name, from which no model learns what a call needs and costs. */
const toolDescription = ({
	description,
	toolDescription: told = description,
}: Operation): INodeProperties => ({
	displayName: 'Description',
	name: 'toolDescription',
	type: 'string',
	typeOptions: { rows: 4 },
	default: told,
	description: 'What the model is told of this tool',
	displayOptions: { show: { '@tool': [true] } },
});

const operationFields: INodeProperties[] = RESOURCES.flatMap(({ value: resource, operations }) =>
	operations.flatMap((operation) =>
		[toolDescription(operation), ...operation.fields].map((field): INodeProperties => {
			const show = { ...field.displayOptions?.show, resource: [resource], operation: [operation.value] };
			return { ...field, displayOptions: { ...field.displayOptions, show } };
		}),
	),
);

export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: RESOURCES.map(({ title, value }) => ({ name: title, value })),
		default: 'order',
	},
	...operationPickers,
	...operationFields,
];
