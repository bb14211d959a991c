import type { Operation } from '../operation';
import { executeByIds } from '../shared/executeByIds';
import { listOptions, idsField } from '../shared/fields';

export const cancel: Operation = {
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel orders',
	description:
		'Ask the panel to cancel one or many orders. Accepted means requested: the status tells when an order is canceled.',
	fields: [idsField('order'), listOptions],
	toolDescription:
		"Asks the panel to cancel an order, which ends it for good; what was not delivered is usually refunded. Needs one order's ID. Accepted means asked for: the order's status tells whether it came about.",
	execute: async (context) =>
		await executeByIds(context, {
			noun: 'order',
			send: async (client, ids) => await client.cancel(ids),
			toJson: (order) => ({ order, accepted: true }),
			failedJson: { accepted: false },
			verb: 'canceled',
		}),
};
