/** What a panel says of an order; nothing but its status, unless more is given. */
import type { OrderStatus } from '../../nodes/SmmPanel/panel/schemas';

/** All that a panel may say beside the status, left unsaid. */
const UNSAID = {
	charge: null,
	startCount: null,
	remains: null,
	currency: null,
	posts: null,
	expiry: null,
	runs: null,
	orders: [],
} satisfies Partial<OrderStatus>;

export const said = (status: string, more: Partial<OrderStatus> = {}): OrderStatus => ({
	status,
	finished: status === 'Completed' || status === 'Canceled',
	...UNSAID,
	...more,
});
