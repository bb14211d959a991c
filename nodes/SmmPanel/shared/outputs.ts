import type { IDataObject } from 'n8n-workflow';
import type { OrderStatus } from '../panel/schemas';

const toNumber = (amount: string | null) => (amount === null ? null : Number(amount));

/** An order's status as the node and the trigger give it. What only some orders have is left out for the others. */
export function orderStatusJson(order: string, status: OrderStatus): IDataObject {
	const { posts, expiry, runs, orders } = status;
	return {
		order,
		status: status.status,
		finished: status.finished,
		charge: toNumber(status.charge),
		start_count: status.startCount,
		remains: status.remains,
		currency: status.currency,
		...(posts !== null && { posts }),
		...(expiry !== null && { expiry }),
		...(runs !== null && { runs }),
		...(orders.length > 0 && { orders }),
	};
}
