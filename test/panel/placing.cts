import type { Service } from './catalogue.cts';
import { isFinal, lifeFor } from './lives.cts';
import { changeStatus, follow, orderOf } from './transitions.cts';
import { createRandom } from './random.cts';
import { checkOrder, endOfDay, refuse, type Refusal } from './refusals.cts';
import {
	accountOf,
	amountOf,
	changeBalance,
	chargeFor,
	recordTransition,
	type Amount,
	type Order,
	type State,
} from './state.cts';

/** Placing orders, and the orders that drip-feed and subscriptions make of one. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
		placedRealAt: state.clock.realTimeOf(at),
		children: [],
		plan: 0,
		transitions: [],
		told: [],
	};
	state.orders.set(order.id, order);
	recordTransition(state, order, {
		what: 'order',
		id: order.id,
		from: null,
		to: order.status,
		remains: units,
		at,
		cause: 'placed',
	});
	return order;
}

const linkKey = (key: string, service: Service, fields: Record<string, string>) =>
	`${key} ${service.id} ${fields.link ?? fields.username ?? ''}`;

function hasActiveOrder(state: State, place: string): boolean {
	const active = (state.byLink.get(place) ?? []).filter((id) => !isFinal(orderOf(state, id).status));
	state.byLink.set(place, active);
	return active.length > 0;
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
	const place = linkKey(key, service, fields);
	if (state.options.refuseDuplicateLinks && hasActiveOrder(state, place)) return refuse('conflict');
	const charge = priceOf(service, checked.units, checked.type.units === 'package');
	if (accountOf(state, key).balance < charge) return refuse('funds');

	const posts = checked.type.units === 'posts';
	const kind = posts ? 'subscription' : checked.runs > 1 ? 'dripfeed' : 'order';
	const order = createOrder(state, { key, kind, service, fields, units: checked.units, charge, at, request });
	const orders = state.byLink.get(place);
	if (orders) orders.push(order.id);
	else state.byLink.set(place, [order.id]);
	if (charge > 0n) changeBalance(state, key, { by: -charge, why: 'charge', order: order.id, at });
	beginLife(state, order, checked.runs);
	return order;
}

function beginLife(state: State, order: Order, runs: number): void {
	const lives = state.options.lives;
	// Scripted lives are about statuses: what an order of several parts would do by itself stays out of them.
	if (order.kind === 'order' || lives.kind === 'script' || lives.kind === 'random') {
		follow(state, order, lifeFor(lives, order.id, order.units, state.options.seed), order.placedAt);
	} else if (lives.kind === 'usual') {
		if (order.kind === 'dripfeed') startRuns(state, order, runs);
		else startSubscription(state, order);
	}
}

function addChild(
	state: State,
	parent: Order,
	part: Pick<Draft, 'units' | 'charge' | 'at' | 'prepaid'>,
): Order {
	const { key, service, fields, id } = parent;
	const child = createOrder(state, { key, kind: 'order', service, fields, parent: id, ...part });
	parent.children.push(child.id);
	beginLife(state, child, 1);
	return child;
}

/** The whole drip-feed was paid at once: its runs carry their share of the charge and cost nothing more. */
function startRuns(state: State, order: Order, runs: number): void {
	const interval = Number(order.fields.interval || 60) * MINUTE;
	const each = order.units / runs;
	const plan = ++order.plan;
	const run = (at: number) => {
		if (order.plan !== plan) return;
		addChild(state, order, { units: each, charge: order.unitPrice * BigInt(each), at, prepaid: true });
		order.remains -= each;
		if (order.children.length < runs) state.scheduler.add(at + interval, run);
		else changeStatus(state, order, { status: 'Completed', at, cause: 'life' });
	};
	state.scheduler.add(order.placedAt + MINUTE, run);
}

/** A post of the subscribed account: an order of its own, charged when made; false if it cannot be paid. */
export function addPost(state: State, subscription: Order, at: number): boolean {
	const { service, fields, key } = subscription;
	const random = createRandom(
		`post ${state.options.seed} ${subscription.id} ${subscription.children.length}`,
	);
	const units = random.whole(Number(fields.min), Number(fields.max));
	const charge = chargeFor(amountOf(service.rate), units);
	if (accountOf(state, key).balance < charge) {
		subscription.plan++;
		changeStatus(state, subscription, { status: 'Paused', at, cause: 'life' });
		return false;
	}
	const child = addChild(state, subscription, { units, charge, at });
	changeBalance(state, key, { by: -charge, why: 'charge', order: child.id, at });
	return true;
}

function startSubscription(state: State, order: Order): void {
	const random = createRandom(`subscription ${state.options.seed} ${order.id}`);
	const oldPosts = Number(order.fields.old_posts || 0);
	const wanted = Number(order.fields.posts || 0);
	const delay = Number(order.fields.delay) * MINUTE;
	const plan = ++order.plan;
	const post = (at: number) => {
		if (order.plan !== plan || !addPost(state, order, at)) return;
		const done = wanted > 0 && order.children.length >= wanted + oldPosts;
		if (done) changeStatus(state, order, { status: 'Completed', at, cause: 'life' });
		else state.scheduler.add(at + nextPostIn(), post);
	};
	const nextPostIn = () =>
		order.children.length < oldPosts ? 1000 : delay + random.whole(MINUTE, 12 * HOUR);
	state.scheduler.add(order.placedAt + nextPostIn(), post);
	const expiry = order.fields.expiry ? endOfDay(order.fields.expiry) : undefined;
	if (expiry === undefined) return;
	state.scheduler.add(Math.max(expiry, order.placedAt), (at) => {
		if (isFinal(order.status)) return;
		order.plan++;
		changeStatus(state, order, { status: 'Expired', at, cause: 'life' });
	});
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
		if (status === undefined) beginLife(state, order, 1);
		else changeStatus(state, order, { status, at, cause: 'moved' });
		return order.id;
	});
}
