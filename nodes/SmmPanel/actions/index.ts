/** Resource → operation: the node's table. Adding an operation is one file and one row. */
import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';
import * as balanceGet from './balance/get.operation';
import type { Operation } from './operation';
import * as orderCancel from './order/cancel.operation';
import * as orderCreate from './order/create.operation';
import * as orderGetStatus from './order/getStatus.operation';
import * as orderGetStatusChanges from './order/getStatusChanges.operation';
import * as orderQuote from './order/quote.operation';
import * as refillCreate from './refill/create.operation';
import * as refillGetStatus from './refill/getStatus.operation';
import * as serviceGet from './service/get.operation';
import * as serviceGetAll from './service/getAll.operation';

interface Resource {
	name: string;
	operations: Record<string, Operation>;
	/** Chosen when the resource is. */
	defaultOperation: string;
}

/** In alphabetical order, as the editor shows them. */
export const RESOURCES: Record<string, Resource> = {
	balance: { name: 'Balance', operations: { ...balanceGet }, defaultOperation: 'get' },
	order: {
		name: 'Order',
		operations: {
			...orderCancel,
			...orderCreate,
			...orderGetStatus,
			...orderGetStatusChanges,
			...orderQuote,
		},
		defaultOperation: 'create',
	},
	refill: {
		name: 'Refill',
		operations: { ...refillCreate, ...refillGetStatus },
		defaultOperation: 'create',
	},
	service: {
		name: 'Service',
		operations: { ...serviceGet, ...serviceGetAll },
		defaultOperation: 'getAll',
	},
};

const operationPickers: INodeProperties[] = Object.entries(RESOURCES).map(
	([resource, { operations, defaultOperation }]) => ({
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: Object.entries(operations).map(([value, { name, action, description }]) => ({
			name,
			value,
			action,
			description,
		})),
		default: defaultOperation,
	}),
);

const operationFields: INodeProperties[] = Object.entries(RESOURCES).flatMap(([resource, { operations }]) =>
	Object.entries(operations).flatMap(([operation, { fields }]) =>
		updateDisplayOptions({ show: { resource: [resource], operation: [operation] } }, fields),
	),
);

export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: Object.entries(RESOURCES).map(([value, { name }]) => ({ name, value })),
		default: 'order',
	},
	...operationPickers,
	...operationFields,
];
