import { findOrders } from '../../book/orders';
import { writeRefills } from '../../book/writeBack';
import type { Operation } from '../operation';
import { executeByIds } from '../shared/executeByIds';
import { listOptions, idsField } from '../shared/fields';

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Request refill',
	description: 'Ask for a refill of one or many completed orders that have dropped',
	fields: [idsField('order'), listOptions],
	toolDescription:
		"Asks the panel to refill an order that was completed and has dropped since. It costs nothing. Needs one order's ID, and gives the refill's.",
	execute: async (context) =>
		await executeByIds(context, {
			noun: 'order',
			send: async (client, ids) => await client.refill(ids),
			toJson: (order, refill) => ({ order, accepted: true, refill }),
			failedJson: { accepted: false },
			verb: 'refilled',
			madeOf: (refill) => `refill ${refill}`,
			async record({ store, account }, refills, writing) {
				const orders = await findOrders(store, account, refills.keys());
				return orders.ok ? await writeRefills(store, orders.value, refills, writing) : orders;
			},
		}),
};
