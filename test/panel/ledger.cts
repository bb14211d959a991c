import {
	textOf,
	type Account,
	type BalanceChange,
	type CancelRecord,
	type Order,
	type Refill,
	type State,
	type Transition,
} from './state.cts';

/** The panel's books as plain data: copies, with amounts as text, so that they can be kept, compared and sent. */

export interface OrderRecord
	extends Pick<
		Order,
		| 'id'
		| 'key'
		| 'kind'
		| 'parent'
		| 'fields'
		| 'units'
		| 'startCount'
		| 'remains'
		| 'status'
		| 'placedAt'
		| 'placedRealAt'
		| 'request'
		| 'children'
		| 'cancelRequestedAt'
		| 'transitions'
		| 'told'
	> {
	service: number;
	serviceType: string;
	/** What the order costs, before money given back. */
	charge: string;
	/** What the balance fell by at placement; 0.00 for a run of a drip-feed, which was paid with the whole. */
	debited: string;
	refunded: string;
}

export type RefillRecord = Omit<Refill, 'plan'>;

export interface AccountRecord {
	key: string;
	balance: string;
	currency: string;
	active: boolean;
}

export interface Ledger {
	/** Panel time of this copy. */
	now: number;
	accounts: AccountRecord[];
	orders: OrderRecord[];
	refills: RefillRecord[];
	cancels: CancelRecord[];
	/** Of all orders and refills, in the order of time. */
	transitions: Transition[];
	balanceChanges: BalanceChange[];
}

export function orderRecord(order: Order): OrderRecord {
	const {
		service,
		unitPrice: _price,
		charged,
		debited,
		refunded,
		delivery: _delivery,
		plan: _plan,
		...rest
	} = order;
	return {
		...rest,
		service: service.id,
		serviceType: service.type,
		charge: textOf(charged),
		debited: textOf(debited),
		refunded: textOf(refunded),
		fields: { ...order.fields },
		children: [...order.children],
		transitions: [...order.transitions],
		told: [...order.told],
	};
}

export function refillRecord({ plan: _plan, ...refill }: Refill): RefillRecord {
	return { ...refill, transitions: [...refill.transitions], told: [...refill.told] };
}

export const accountRecord = ({ key, balance, currency, active }: Account): AccountRecord => ({
	key,
	balance: textOf(balance),
	currency,
	active,
});

export function ledgerOf(state: State): Ledger {
	return {
		now: state.clock.now(),
		accounts: [...state.accounts.values()].map(accountRecord),
		orders: [...state.orders.values()].map(orderRecord),
		refills: [...state.refills.values()].map(refillRecord),
		cancels: [...state.cancels],
		transitions: [...state.transitions],
		balanceChanges: [...state.balanceChanges],
	};
}
