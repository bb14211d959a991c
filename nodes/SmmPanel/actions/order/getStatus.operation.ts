import type { Operation } from '../operation';
import { executeByIds } from '../shared/executeByIds';
import { listOptions, readSimplify, simplify } from '../shared/fields';
import { orderStatusJson } from '../../shared/outputs';
import { valueOf } from '../../shared/parameters';
import { orderSource, sourceFields } from './orderSource';

export const getStatus: Operation = {
	value: 'getStatus',
	name: 'Get Status',
	action: 'Get order status',
	description: 'Get status, charge and progress of one or many orders',
	fields: [...sourceFields, simplify, listOptions],
	toolDescription:
		'Says how orders are: status, charge, what remains. Needs their IDs, separated by commas. Reads only.',
	execute: async (context) => {
		const simplified = valueOf(context, readSimplify(context));
		return await executeByIds(context, {
			...(await orderSource(context)),
			noun: 'order',
			send: async (client, ids) => await client.status(ids),
			// Few panels repeat the ID in the answer; without it nobody could tell one order from the other
			toJson: (order, status, raw) => (simplified ? orderStatusJson(order, status) : { order, ...raw }),
		});
	},
};
