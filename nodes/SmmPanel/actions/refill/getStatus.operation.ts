import type { Operation } from '../operation';
import { executeByIds } from '../shared/executeByIds';
import { idsField } from '../shared/ids';
import { listOptions, simplify } from '../shared/options';

export const getStatus: Operation = {
	name: 'Get Status',
	action: 'Get refill status',
	description: 'Get the status of one or many refills',
	fields: [idsField('refill'), simplify, listOptions],
	execute: async (context) => {
		const simplified = context.getNodeParameter('simplify', 0, true) as boolean;
		return await executeByIds(context, {
			noun: 'refill',
			ask: async (client, ids) => await client.refillStatus(ids),
			toJson: (refill, { status, finished }, raw) =>
				simplified ? { refill, status, finished } : { refill, ...raw },
		});
	},
};
