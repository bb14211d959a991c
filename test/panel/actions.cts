import type { Service } from './catalogue.cts';
import { placeOrder } from './placing.cts';
import { cancelProblem, remainsAt, requestCancel, requestRefill } from './transitions.cts';
import { refuse, type Refusal } from './refusals.cts';
import { textOf, type Account, type Order, type Refill, type State } from './state.cts';

/** The seven actions: what they do and what there is to answer, before a dialect gives it a shape. */

export const ACTIONS = ['services', 'add', 'status', 'refill', 'refill_status', 'cancel', 'balance'] as const;
export type Action = (typeof ACTIONS)[number];

export interface OrderFigures {
	id: string;
	kind: Order['kind'];
	status: string;
	charge: string;
	startCount: number | null;
	remains: number;
	currency: string;
	expiry: string;
	posts: string;
	runs: string;
	children: string[];
}

export type Item<T> = { id: string; value: T } | { id: string; refused: Refusal };

export type Answer =
	| { kind: 'services'; services: Service[] }
	| { kind: 'add'; order: string }
	| { kind: 'status'; figures: OrderFigures }
	| { kind: 'statuses'; items: Array<Item<OrderFigures>> }
	| { kind: 'refill'; order: string; refill: string }
	| { kind: 'refills'; items: Array<Item<string>> }
	| { kind: 'refillStatus'; refill: string; status: string }
	| { kind: 'refillStatuses'; items: Array<Item<string>> }
	| { kind: 'cancels'; items: Array<Item<string>> }
	| { kind: 'balance'; balance: string; currency: string }
	| { kind: 'refusal'; action?: Action; refusal: Refusal };

/** Peculiarities of a panel that are more than another spelling. */
export interface Quirks {
	/** Actions that know single IDs only. */
	noLists: readonly Action[];
	/** One ID that cannot be canceled, and none is. */
	cancelAllOrNothing: boolean;
	listLimit?: number;
}

export interface Call {
	state: State;
	account: Account;
	fields: Record<string, string>;
	now: number;
	request: number;
	quirks: Quirks;
}

type Reply = Answer | { refused: Refusal };

const ownOrder = ({ state, account }: Call, id: string): Order | undefined => {
	const order = state.orders.get(id.trim());
	return order?.key === account.key ? order : undefined;
};

const ownRefill = ({ state, account }: Call, id: string): Refill | undefined => {
	const refill = state.refills.get(id.trim());
	return refill?.key === account.key ? refill : undefined;
};

/** The IDs of a list, or why they are refused; undefined when none was sent. */
function listed(
	call: Call,
	action: Action,
	text: string | undefined,
): string[] | { refused: Refusal } | undefined {
	if (text === undefined) return undefined;
	if (call.quirks.noLists.includes(action))
		return refuse(action === 'refill_status' ? 'refill' : 'unsupportedList');
	const ids = text
		.split(',')
		.map((id) => id.trim())
		.filter((id) => id !== '');
	const limit = call.quirks.listLimit ?? call.state.options.listLimit;
	if (ids.length === 0) return refuse('request');
	return ids.length > limit ? refuse('tooMany', { limit }) : ids;
}

const itemFor = <T,>(id: string, value: T | { refused: Refusal }): Item<T> =>
	typeof value === 'object' && value !== null && 'refused' in value ? { id, ...value } : { id, value };

function figuresOf({ account, now }: Call, order: Order): OrderFigures {
	return {
		id: order.id,
		kind: order.kind,
		status: order.status,
		charge: textOf(order.charged - order.refunded),
		startCount: order.startCount,
		remains: remainsAt(order, now),
		currency: account.currency,
		expiry: order.fields.expiry ?? '',
		posts: order.fields.posts ?? '',
		runs: order.fields.runs ?? '',
		children: [...order.children],
	};
}

function add(call: Call): Reply {
	const { state, account, now, request } = call;
	const { key: _key, action: _action, ...fields } = call.fields;
	const order = placeOrder(state, { key: account.key, fields, at: now, request });
	return 'refused' in order ? order : { kind: 'add', order: order.id };
}

function status(call: Call): Reply {
	const one = (id: string) => {
		const order = ownOrder(call, id);
		return order ? figuresOf(call, order) : refuse('order');
	};
	const ids = listed(call, 'status', call.fields.orders);
	if (ids && 'refused' in ids) return ids;
	if (ids) return { kind: 'statuses', items: ids.map((id) => itemFor(id, one(id))) };
	const figures = one(call.fields.order ?? '');
	return 'refused' in figures ? figures : { kind: 'status', figures };
}

function refill(call: Call): Reply {
	const one = (id: string) => {
		const order = ownOrder(call, id);
		if (!order) return refuse('order');
		const made = requestRefill(call.state, order, call.now);
		return 'refused' in made ? made : made.id;
	};
	const ids = listed(call, 'refill', call.fields.orders);
	if (ids && 'refused' in ids) return ids;
	if (ids) return { kind: 'refills', items: ids.map((id) => itemFor(id, one(id))) };
	const made = one(call.fields.order ?? '');
	return typeof made === 'object' ? made : { kind: 'refill', order: call.fields.order ?? '', refill: made };
}

function refillStatus(call: Call): Reply {
	const one = (id: string) => ownRefill(call, id)?.status ?? refuse('refill');
	const ids = listed(call, 'refill_status', call.fields.refills);
	if (ids && 'refused' in ids) return ids;
	if (ids) return { kind: 'refillStatuses', items: ids.map((id) => itemFor(id, one(id))) };
	const id = (call.fields.refill ?? '').trim();
	const word = one(id);
	return typeof word === 'object' ? word : { kind: 'refillStatus', refill: id, status: word };
}

function cancel(call: Call): Reply {
	const ids = listed(call, 'cancel', call.fields.orders) ?? refuse('request');
	if ('refused' in ids) return ids;
	const problem = (id: string) => {
		const order = ownOrder(call, id);
		return order ? cancelProblem(call.state, order) : refuse('order');
	};
	const first = call.quirks.cancelAllOrNothing ? ids.map(problem).find(Boolean) : undefined;
	if (first) return first;
	const one = (id: string) => {
		const order = ownOrder(call, id);
		return order ? requestCancel(call.state, order, call.now) : refuse('order');
	};
	return { kind: 'cancels', items: ids.map((id) => itemFor(id, one(id))) };
}

const HANDLERS: Record<Action, (call: Call) => Reply> = {
	services: ({ state }) => ({ kind: 'services', services: [...state.services.values()] }),
	add,
	status,
	refill,
	refill_status: refillStatus,
	cancel,
	balance: ({ state, account, now }) => {
		const isOld = account.told === undefined || now - account.told.at >= state.options.balanceCachedMs;
		const told = isOld ? { balance: account.balance, at: now } : account.told;
		account.told = told;
		return { kind: 'balance', balance: textOf(told?.balance ?? 0n), currency: account.currency };
	},
};

export const actionOf = (name: string | undefined): Action | undefined =>
	ACTIONS.find((action) => action === name);

export function perform(action: Action, call: Call): Answer {
	const reply = HANDLERS[action](call);
	return 'refused' in reply ? { kind: 'refusal', action, refusal: reply.refused } : reply;
}
