import type { INodeProperties } from 'n8n-workflow';
import type { Operation } from '../operation';
import { placingOptions } from './placing/fields';
import { readMassInputs } from './placing/massInput';
import { executePlacing } from './placing/run';

const orders: INodeProperties = {
	displayName: 'Orders',
	name: 'orders',
	type: 'string',
	typeOptions: { rows: 6 },
	default: '',
	required: true,
	placeholder: '1523 | https://instagram.com/p/abc | 1000',
	description:
		'One order a line: service | link | quantity, or service | link where the type of the service has no quantity. If a line is wrong, none is sent.',
};

export const createMass: Operation = {
	value: 'createMass',
	name: 'Create Mass',
	action: 'Place a mass order',
	description: 'Place many orders from a text, one a line. Each order spends money and is sent at most once.',
	fields: [orders, placingOptions],
	execute: async (context) => await executePlacing(context, readMassInputs(context), { allOrNone: true }),
};
