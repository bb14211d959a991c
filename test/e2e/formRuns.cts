/** The form of each operation: its fields, how it is filled in, and what is seen after it has run. */
import type { INodeParameters } from 'n8n-workflow';
import { fieldsByHand, serviceById } from '../sandbox/workflow.cts';
import { FOLLOWERS } from './shop.cts';

/** Of a service with drip-feed. */
const ORDERING = [
	...['Service', 'Mapping Column Mode', 'Order fields', 'Link', 'Quantity'],
	...['Runs (Drip-Feed)', 'Interval (Minutes)', 'Options'],
];

/** What each operation's form shows, by label. */
export const FIELDS: Record<string, string[]> = {
	'balance.get': ['Simplify'],
	'order.cancel': ['Order IDs', 'Options'],
	'order.create': ORDERING,
	'order.createMass': ['Orders', 'Options'],
	'order.getAll': ['Return All', 'Limit', 'Filters', 'Sort'],
	'order.getStatus': ['Orders From', 'Order IDs', 'Simplify', 'Options'],
	'order.getStatusChanges': ['Orders From', 'Order IDs', 'Options'],
	'order.quote': ORDERING,
	'order.reconcile': ['Filters', 'Options'],
	'order.resolve': ['Row', 'Decision', 'Placed As'],
	'order.waitUntilFinished': ['Order IDs', 'Check Every (Minutes)', 'Options'],
	'refill.create': ['Order IDs', 'Options'],
	'refill.getStatus': ['Refill IDs', 'Simplify', 'Options'],
	'service.get': ['Service', 'Simplify'],
	'service.getAll': ['Return All', 'Limit', 'Filters', 'Sort', 'Simplify'],
};

export interface Run {
	parameters: INodeParameters;
	/** What is typed into the form before it is run. */
	typed?: Record<string, string>;
	/** The output's tab to look at, where it is not the first. */
	tab?: RegExp;
	/** What is then seen in the output. */
	seen: string[];
}

export const LINK = 'https://www.instagram.com/your_account';
export const PLACING = {
	serviceId: serviceById(String(FOLLOWERS.id)),
	orderFields: fieldsByHand({ link: LINK, quantity: 1000 }),
};

/** What each operation is given, and what comes out; of two orders that are there before, one is finished. */
export function runs(open: string, finished: string): Record<string, Run> {
	return {
		'balance.get': { parameters: {}, seen: ['balance', 'currency', 'USD'] },
		'order.cancel': {
			parameters: {},
			typed: { orderIds: `${open}, ${finished}` },
			seen: ['accepted', open, 'true'],
		},
		'order.create': { parameters: PLACING, seen: ['order', 'charge', '0.9', LINK] },
		'order.createMass': {
			parameters: {},
			typed: { orders: `${FOLLOWERS.id} | ${LINK} | 1000` },
			seen: ['line', 'charge', LINK],
		},
		// What 'order.create' has placed before
		'order.getAll': { parameters: {}, seen: ['placed', LINK] },
		'order.getStatus': {
			parameters: {},
			typed: { orderIds: `${open} ${finished}` },
			seen: ['In progress', 'Completed', 'remains'],
		},
		'order.getStatusChanges': {
			parameters: {},
			typed: { orderIds: finished },
			seen: ['Completed', 'seenBefore', 'false'],
		},
		'order.quote': { parameters: PLACING, seen: ['valid', 'true', 'balanceAfter'] },
		'order.reconcile': { parameters: {}, seen: ['No output data returned'] },
		'order.resolve': { parameters: { row: 99_999, placedAs: open }, seen: ['error', 'has no row 99999'] },
		'order.waitUntilFinished': {
			parameters: { orderIds: finished },
			tab: /^Finished/,
			seen: ['Completed', 'waited'],
		},
		'refill.create': { parameters: {}, typed: { orderIds: finished }, seen: ['accepted', 'refill'] },
		'refill.getStatus': { parameters: {}, typed: { refillIds: '1' }, seen: ['Pending', 'finished'] },
		'service.get': { parameters: { serviceId: PLACING.serviceId }, seen: [FOLLOWERS.name, 'rate', '0.9'] },
		'service.getAll': { parameters: { limit: 5 }, seen: ['5 items', FOLLOWERS.name] },
	};
}
