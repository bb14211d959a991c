import type { Operation } from '../operation';
import { executeByIds } from '../shared/executeByIds';
import { idsField } from '../shared/idsField';
import { listOptions } from '../shared/options';
import { valueOf } from '../shared/valueOf';
import { ParameterReader } from '../../shared/parameters';
import { orderStatusJson } from '../../shared/outputs';
import { keepChanges } from './seenStatuses';

export const getStatusChanges: Operation = {
	value: 'getStatusChanges',
	name: 'Get Status Changes',
	action: 'Get order status changes',
	description:
		'Get only those orders whose status differs from the one this node last saw, for schedules. What was seen outlives executions and restarts.',
	fields: [
		idsField('order'),
		{
			...listOptions,
			options: [
				...(listOptions.options ?? []),
				{
					displayName: 'Skip First Status',
					name: 'skipFirst',
					type: 'boolean',
					default: false,
					description:
						'Whether to leave out orders that this node sees for the first time, and only remember their status',
				},
			],
		},
	],
	execute: async (context) => {
		const read = new ParameterReader(context.getNodeParameter('options', 0, {}), 'Options');
		const skipFirst = valueOf(context, read.result(read.flag('skipFirst', 'Skip First Status', false)));
		const items = await executeByIds(context, {
			noun: 'order',
			send: async (client, ids) => await client.status(ids),
			toJson: (order, status) => orderStatusJson(order, status),
		});
		return await keepChanges(context, items, skipFirst);
	},
};
