import type { Service } from './catalogue.cts';
import { isFinal, lifeFor } from './lives.cts';
import { changeStatus, follow } from './transitions.cts';
import { checkOrder, refuse, type Refusal } from './refusals.cts';
import { accountOf, amountOf, chargeFor, type Amount, type Order, type State } from './state.cts';

/** Placing orders, and the orders that drip-feed and subscriptions make of one. */

interface Draft {
	key: string;
	kind: Order['kind'];
	service: Service;
	fields: Record<string, string>;
	units: number;
	charge: Amount;
	/** Already paid with the order it belongs to. */
	prepaid?: boolean;
	at: number;
	parent?: string;
	request?: number;
}

function createOrder(state: State, draft: Draft): Order {
	const { charge, at, units, prepaid = false, ...rest } = draft;
	const order: Order = {
		...rest,
		id: `${state.idPrefix}${state.nextOrder++}`,
		units,
		unitPrice: units > 0 ? charge / BigInt(units) : 0n,
		charged: charge,
		debited: prepaid ? 0n : charge,
		refunded: 0n,
		startCount: null,
		remains: units,
		status: draft.kind === 'order' ? 'Pending' : 'Active',
		placedAt: at,
		placedRealAt: Date.now(),
		children: [],
		plan: 0,
		transitions: [],
		told: [],
	};
	order.transitions.push({ from: null, to: order.status, at });
	state.orders.set(order.id, order);
	return order;
}

const priceOf = (service: Service, units: number, isPackage: boolean): Amount =>
	isPackage ? amountOf(service.rate) : chargeFor(amountOf(service.rate), units);

export interface Placement {
	key: string;
	fields: Record<string, string>;
	at: number;
	request?: number;
}

export function placeOrder(state: State, placement: Placement): Order | { refused: Refusal } {
	const { key, fields, at, request } = placement;
	const service = /^\d+$/.test(fields.service ?? '') ? state.services.get(Number(fields.service)) : undefined;
	if (!service) return refuse('service');
	const checked = checkOrder(service, fields);
	if ('refused' in checked) return checked;
	const charge = priceOf(service, checked.units, checked.type.units === 'package');
	if (accountOf(state, key).balance < charge) return refuse('funds');

	const posts = checked.type.units === 'posts';
	const kind = posts ? 'subscription' : checked.runs > 1 ? 'dripfeed' : 'order';
	const order = createOrder(state, { key, kind, service, fields, units: checked.units, charge, at, request });
	const debit = () => (accountOf(state, key).balance -= charge);
	if (state.options.debitAfterMs > 0) state.scheduler.add(at + state.options.debitAfterMs, debit);
	else debit();
	if (state.options.refundsAnother) refundLike(state, order, at);
	beginLife(state, order);
	return order;
}

function refundLike(state: State, order: Order, at: number): void {
	const other = [...state.orders.values()].find(
		(one) => one !== order && one.charged === order.charged && one.refunded === 0n && !isFinal(one.status),
	);
	if (other) changeStatus(state, other, { status: 'Canceled', at });
}

/** Of drip-feeds and subscriptions nothing becomes by itself. */
function beginLife(state: State, order: Order): void {
	const { lives, seed } = state.options;
	if (order.kind !== 'order' && lives.kind === 'usual') return;
	follow(state, order, lifeFor(lives, order.id, order.units, seed), order.placedAt);
}

/** A post of the subscribed account: an order of its own, charged when made. */
export function addPost(state: State, subscription: Order, at: number): Order {
	const { key, service, fields, id } = subscription;
	const units = Number(fields.min);
	const charge = chargeFor(amountOf(service.rate), units);
	const post = createOrder(state, { key, kind: 'order', service, fields, parent: id, units, charge, at });
	accountOf(state, key).balance -= charge;
	subscription.children.push(post.id);
	beginLife(state, post);
	return post;
}

export interface Seeding {
	count: number;
	/** The status that they have at once; Pending, with a life of their own, without it. */
	status?: string;
	service?: number;
	units?: number;
}

/** Orders that are simply there, unchecked and paid before the books began, as of an old account. */
export function seedOrders(state: State, key: string, seeding: Seeding, at: number): string[] {
	const { count, status, units = 1000 } = seeding;
	const service =
		seeding.service === undefined ? [...state.services.values()][0] : state.services.get(seeding.service);
	if (!service) throw new Error(`No such service: ${seeding.service ?? 'the catalogue is empty'}`);
	return Array.from({ length: count }, () => {
		const fields = {
			service: String(service.id),
			link: `https://example.com/p/${state.nextOrder}`,
			quantity: String(units),
		};
		const charge = priceOf(service, units, false);
		const order = createOrder(state, {
			key,
			kind: 'order',
			service,
			fields,
			units,
			charge,
			at,
			prepaid: true,
		});
		if (status === undefined) beginLife(state, order);
		else changeStatus(state, order, { status, at });
		return order.id;
	});
}
