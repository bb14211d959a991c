/**
 * Asks for the status of orders: those whose IDs the items give, or those of the order book that are not finished.
 * `getStatusChanges` asks about the same ones.
 */
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { timeOf } from '../../book/listing';
import { findOpenOrders, findOrders, type BookedOrders } from '../../book/orders';
import { writeStatuses } from '../../book/writeBack';
import type { OrderStatus } from '../../panel/schemas';
import { isId } from '../../shared/ids';
import { orderStatusJson } from '../../shared/outputs';
import { success } from '../../shared/result';
import type { Operation } from '../operation';
import { bookValue, openedBook } from '../shared/bookReading';
import { executeByIds, type IdsOperation } from '../shared/executeByIds';
import { idsField, listOptions, readSimplify, simplify } from '../shared/fields';

export const sourceFields: INodeProperties[] = [
	{
		displayName: 'Orders From',
		name: 'source',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'IDs',
				value: 'ids',
				description: 'The orders whose IDs are given below',
			},
			{
				name: 'Order Book',
				value: 'orderBook',
				description:
					'All unfinished orders of this account that stand in the order book, whatever workflow placed them',
			},
		],
		default: 'ids',
		description:
			"Where the orders come from. The order book is the data table 'SMM Panel Orders', into which the node writes each order that it places.",
	},
	{ ...idsField('order'), displayOptions: { show: { source: ['ids'] } } },
];

export const getStatus: Operation = {
	value: 'getStatus',
	name: 'Get Status',
	action: 'Get order status',
	description: 'Get status, charge and progress of one or many orders',
	fields: [...sourceFields, simplify, listOptions],
	toolDescription:
		'Says how orders are: status, charge, what remains. Needs their IDs, separated by commas. Reads only.',
	execute: async (context) => {
		const simplified = readSimplify(context);
		return await executeByIds(context, {
			...(await orderSource(context)),
			noun: 'order',
			send: async (client, ids) => await client.status(ids),
			// Few panels repeat the ID in the answer; without it nobody could tell one order from the other
			toJson: (order, status, raw) => (simplified ? orderStatusJson(order, status) : { order, ...raw }),
		});
	},
};

type OrderSource = Pick<IdsOperation<OrderStatus>, 'requested' | 'record'>;

export const isFromBook = (context: IExecuteFunctions): boolean =>
	context.getNodeParameter('source', 0, 'ids') === 'orderBook';

/**
 * Says which orders to ask about and where to write the answers. With `since`, orders of the book whose rows were
 * written from then on are included. Throws n8n's error where the book cannot be read.
 */
export async function orderSource(context: IExecuteFunctions, since?: string): Promise<OrderSource> {
	if (!isFromBook(context)) {
		return {
			async record({ store, account }, statuses, writing) {
				const orders = await findOrders(store, account, statuses.keys());
				return orders.ok ? await writeStatuses(store, orders.value, statuses, writing) : orders;
			},
		};
	}
	const book = await openedBook(context);
	if (book === undefined) return { requested: [] };
	const orders = bookValue(context, await findOpenOrders(book.store, book.account, since));
	return {
		requested: inOrder(orders).map((id) => ({ item: 0, id: success(id) })),
		record: async ({ store }, statuses, writing) => await writeStatuses(store, orders, statuses, writing),
	};
}

/** As they were placed. */
const inOrder = (orders: BookedOrders): string[] =>
	[...orders]
		.filter(([id]) => isId(id))
		.sort(([, a], [, b]) => timeOf(a.row).localeCompare(timeOf(b.row)))
		.map(([id]) => id);
