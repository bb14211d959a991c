import type { IDataObject } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import type { Operation } from '../operation';
import { simplify } from '../shared/options';

export const get: Operation = {
	name: 'Get',
	action: 'Get balance',
	description: "Get the account's balance",
	fields: [simplify],
	/** Asks once, however many items come in: each of them comes out with the same balance. */
	execute: async (context) => {
		const { client } = await connect(context);
		const { value, raw } = await client.balance();
		return context.getInputData().map((_, item) => ({
			json: context.getNodeParameter('simplify', item, true)
				? { balance: Number(value.balance), currency: value.currency }
				: ({ ...raw } as IDataObject),
			pairedItem: { item },
		}));
	},
};
