/** Orders and refills, as the trigger follows them: at the panel and in the order book. */
import type { IDataObject } from 'n8n-workflow';
import { findOpenOrders, findOpenRefills, findOrders, findRefills } from '../../book/orders';
import { rowJson } from '../../book/listing';
import { withStatus, writeRefillStatuses, writeStatuses } from '../../book/writeBack';
import type { Outcomes } from '../../panel/batching';
import type { PanelClient } from '../../panel/client';
import { MINUTE_MS } from '../../panel/policies';
import type { OrderStatus, RefillStatus } from '../../panel/schemas';
import type { IdNoun } from '../../shared/ids';
import { orderStatusJson } from '../../shared/outputs';
import type { Booking } from '../watchList/bookSource';

export interface Kind<T> {
	noun: IdNoun;
	statusOf(client: PanelClient, ids: readonly string[]): Promise<Outcomes<T>>;
	toJson(id: string, value: T): IDataObject;
	booking: Booking<T>;
}

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

export const REFILLS: Kind<RefillStatus> = {
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

function minutes(name: string, from: string | null, to: string | null): IDataObject {
	if (from === null || to === null) return {};
	const ms = Date.parse(to) - Date.parse(from);
	return ms >= 0 ? { [name]: Math.round(ms / MINUTE_MS) } : {};
}
