/** A refill on the watch list gets another status. */
import { rowJson } from '../../book/listing';
import { findOpenRefills, findRefills } from '../../book/orders';
import { writeRefillStatuses } from '../../book/writeBack';
import type { RefillStatus } from '../../panel/schemas';
import { KNOWN_REFILL_STATUSES } from '../../panel/statuses';
import type { TriggerEvent } from '../event';
import { changeOptions, statusFields } from './fields';
import { statusEvent, type Kind } from './statusEvent';

const REFILLS: Kind<RefillStatus> = {
	noun: 'refill',
	statusOf: async (client, ids) => await client.refillStatus(ids),
	toJson: (refill, { status, finished }) => ({ refill, status, finished }),
	booking: {
		column: 'refill',
		open: async (store, account, since) => await findOpenRefills(store, account, Date.now(), since),
		these: findRefills,
		write: async (store, orders, values) => await writeRefillStatuses(store, orders, values),
		extraFields: ({ row }, { status }) => ({ row: rowJson({ ...row, refillStatus: status }) }),
		whenEmpty: 'The order book has no refill: ask for one with the operation of that name.',
	},
};

export const refillStatusChanged: TriggerEvent = {
	name: 'Refill Status Changed',
	value: 'refillStatusChanged',
	description: 'A refill on your list gets another status',
	fields: statusFields(KNOWN_REFILL_STATUSES),
	options: changeOptions,
	...statusEvent(REFILLS),
};
