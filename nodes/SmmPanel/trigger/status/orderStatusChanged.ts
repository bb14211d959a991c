/** An order on the watch list gets another status. */
import type { IDataObject } from 'n8n-workflow';
import { rowJson } from '../../book/listing';
import { findOpenOrders, findOrders } from '../../book/orders';
import { withStatus, writeStatuses } from '../../book/writeBack';
import { MINUTE_MS } from '../../panel/policies';
import type { OrderStatus } from '../../panel/schemas';
import { KNOWN_ORDER_STATUSES } from '../../panel/statuses';
import { orderStatusJson } from '../../shared/outputs';
import { valueOf } from '../../shared/parameters';
import { readOptions, type TriggerEvent } from '../event';
import { changeOptions, statusFields } from './fields';
import { statusEvent, type Kind } from './statusEvent';

/** Orders, as the trigger follows them at the panel and in the order book. */
export const ORDERS: Kind<OrderStatus> = {
	noun: 'order',
	statusOf: async (client, ids) => await client.status(ids),
	toJson: orderStatusJson,
	booking: {
		column: 'order',
		open: findOpenOrders,
		these: findOrders,
		write: async (store, orders, values, now) => await writeStatuses(store, orders, values, { now }),
		extraFields({ row }, value, now) {
			const next = withStatus(row, value, now);
			return {
				...minutes('minutesToStart', next.placedAt, next.startedAt),
				...minutes('minutesToFinish', next.placedAt, next.finishedAt),
				row: rowJson(next),
			};
		},
		whenEmpty: "The order book has no order of this account: place one with 'Create'.",
	},
};

function minutes(name: string, from: string | null, to: string | null): IDataObject {
	if (from === null || to === null) return {};
	const ms = Date.parse(to) - Date.parse(from);
	return ms >= 0 ? { [name]: Math.round(ms / MINUTE_MS) } : {};
}

export const orderStatusChanged: TriggerEvent = {
	name: 'Order Status Changed',
	value: 'orderStatusChanged',
	description: 'An order on your list gets another status, for example Completed',
	fields: statusFields(KNOWN_ORDER_STATUSES),
	options: [
		...changeOptions,
		{
			displayName: 'Progress Step (%)',
			name: 'progressStep',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 0,
			placeholder: 'e.g. 25',
			hint: 'With the order book, or a data table with a column "quantity", this is exact',
			description:
				'Fire also each time this much more of an order has been delivered: 25 fires at 25, 50 and 75 percent. 0 means never.',
		},
	],
	...statusEvent(ORDERS, (context) => {
		const options = readOptions(context);
		const progressStep = options.number('progressStep', 'Progress Step (%)', { least: 0 }, 0);
		return valueOf(context, options.result({ progressStep }));
	}),
};
