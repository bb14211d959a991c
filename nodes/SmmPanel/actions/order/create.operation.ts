import type { Operation } from '../operation';
import { paysNotice, placingFields } from './placing/fields';
import { readInputs } from './placing/input';
import { executePlacing } from './placing/place';
import { refuseWrongWaits } from './waiting/wiring';

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Place order',
	description:
		'Place orders at the panel and pay for them: each spends money at once and is sent at most once',
	toolDescription:
		"Orders at the SMM panel and pays at once: each call spends the account's money. Needs the ID of a service from the panel's list, never a guessed one, the link, and the quantity between the service's min and max. Quote the order first. An idempotency key that was used before orders nothing again. If the answer says that the outcome is unknown, the order may have been paid: never order it again, and tell the user.",
	fields: [paysNotice, ...placingFields],
	execute: async (context) => {
		refuseWrongWaits(context);
		return await executePlacing(context, readInputs(context));
	},
};
