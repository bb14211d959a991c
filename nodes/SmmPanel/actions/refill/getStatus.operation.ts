import { findRefills } from '../../book/orders';
import { writeRefillStatuses } from '../../book/writeBack';
import type { Operation } from '../operation';
import { executeByIds } from '../shared/executeByIds';
import { listOptions, readSimplify, simplify, idsField } from '../shared/fields';

export const getStatus: Operation = {
	value: 'getStatus',
	name: 'Get Status',
	action: 'Get refill status',
	description: 'Get the status of one or many refills',
	fields: [idsField('refill'), simplify, listOptions],
	toolDescription: 'Says how refills are. Needs their IDs, separated by commas. Reads only.',
	execute: async (context) => {
		const simplified = readSimplify(context);
		return await executeByIds(context, {
			noun: 'refill',
			send: async (client, ids) => await client.refillStatus(ids),
			toJson: (refill, { status, finished }, raw) =>
				simplified ? { refill, status, finished } : { refill, ...raw },
			async record({ store, account }, statuses) {
				const orders = await findRefills(store, account, statuses.keys());
				return orders.ok ? await writeRefillStatuses(store, orders.value, statuses) : orders;
			},
		});
	},
};
