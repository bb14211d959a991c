import type { Operation } from '../operation';
import { paysNotice, placingFields } from './placing/fields';
import { readInputs } from './placing/input';
import { executePlacing } from './placing/run';
import { refuseWrongWaits } from './waiting/wiring';

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Place order',
	description:
		'Place orders at the panel and pay for them: each spends money at once and is sent at most once',
	fields: [paysNotice, ...placingFields],
	execute: async (context) => {
		refuseWrongWaits(context);
		return await executePlacing(context, readInputs(context));
	},
};
