import type { Operation } from '../operation';
import { placingFields } from './placing/fields';
import { readInputs } from './placing/input';
import { executePlacing } from './placing/run';

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Place an order',
	description: 'Place orders at the panel. Each order spends money and is sent at most once.',
	fields: placingFields,
	execute: async (context) => await executePlacing(context, readInputs(context)),
};
