import type { IncomingHttpHeaders } from 'node:http';
import type { FaultKind } from './faults.cts';
import { textOf, type Order, type Refill } from './state.cts';

/** What a test judges by: copies of orders and balances, with amounts as text, and the requests received. */

export interface OrderRecord
	extends Omit<Order, 'service' | 'unitPrice' | 'charged' | 'debited' | 'refunded' | 'delivery' | 'plan'> {
	service: number;
	serviceType: string;
	/** What the order costs, before money given back. */
	charge: string;
	/** What the balance fell by at placement; 0.00 for a run of a drip-feed, which was paid with the whole. */
	debited: string;
	refunded: string;
}

export type RefillRecord = Omit<Refill, 'plan'>;

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

/** What arrived at the panel and what became of it. */
export interface Received {
	/** Counts from 1 over the panel's life. */
	seq: number;
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	fields: Record<string, string>;
	body: string;
	/** Panel time, and real time. */
	at: number;
	realAt: number;
	/** Whether the action was carried out (a refusal by the panel's rules counts as carried out). */
	effect: boolean;
	fault?: { id: number; kind: FaultKind };
	/** Refused for its rate. */
	limited?: true;
	/** Why the panel refused, in the stock panel's words. */
	error?: string;
	/** HTTP status sent; absent while no reply was sent, or when there was none. */
	status?: number;
	/** Real time at which the reply was handed to the network completely. */
	answeredAt?: number;
}

/** The orders that a status request asks for. */
export const ordersAsked = ({ fields }: Pick<Received, 'fields'>): string[] =>
	(fields.orders ?? fields.order ?? '').split(',').filter(Boolean);

export interface Counts {
	total: number;
	byAction: Record<string, number>;
	limited: number;
	faults: number;
	/** Most requests being worked on at the same moment. */
	mostAtOnce: number;
}

export type RequestLog = ReturnType<typeof createRequestLog>;

const zero = (): Counts => ({ total: 0, byAction: {}, limited: 0, faults: 0, mostAtOnce: 0 });

/** Keeps the newest `cap` requests; what is counted is counted for all of them. */
export function createRequestLog(cap: number) {
	let kept: Received[] = [];
	let counts = zero();
	let seq = 0;
	let open = 0;
	return {
		nextSeq: () => ++seq,
		add(received: Received) {
			kept.push(received);
			// Cutting seldom keeps it cheap: the list is at most twice as long as what is shown.
			if (kept.length > cap * 2) kept = kept.slice(-cap);
			const action = received.fields.action ?? '';
			counts.total++;
			counts.byAction[action] = (counts.byAction[action] ?? 0) + 1;
			if (received.limited) counts.limited++;
			if (received.fault) counts.faults++;
		},
		list: () => kept.slice(-cap),
		counts: (): Counts => ({ ...counts, byAction: { ...counts.byAction } }),
		clear() {
			kept = [];
			counts = { ...zero(), mostAtOnce: open };
		},
		began() {
			open++;
			counts.mostAtOnce = Math.max(counts.mostAtOnce, open);
		},
		ended() {
			open--;
		},
	};
}
