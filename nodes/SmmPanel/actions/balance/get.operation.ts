import type { IDataObject } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import type { Operation } from '../operation';
import { readSimplify, simplify } from '../shared/fields';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get balance',
	description: "Get the account's balance",
	fields: [simplify],
	/** Asks once, however many items come in: each of them comes out with the same balance. */
	execute: async (context) => {
		const simplified = readSimplify(context);
		const { client } = await connect(context);
		const { value, raw } = await client.balance();
		return context.getInputData().map((_, item) => ({
			json: simplified
				? { balance: Number(value.balance), currency: value.currency }
				: ({ ...raw } as IDataObject),
			pairedItem: { item },
		}));
	},
};
