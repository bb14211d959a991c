/** Orders, services and ports for unit tests of placing: plain values, no n8n and no network. */
import { PanelError, type Effect } from '../../../nodes/SmmPanel/panel/errors';
import { readCatalogue, type Catalogue } from '../../../nodes/SmmPanel/panel/schemas';
import type { OrderInput } from '../../../nodes/SmmPanel/actions/order/placing/input';
import type { PlannedOrder } from '../../../nodes/SmmPanel/actions/order/placing/plan';
import { success } from '../../../nodes/SmmPanel/shared/result';

export const catalogueOf = (...rows: object[]): Catalogue => readCatalogue(rows);

export const LIKES = {
	service: 7,
	name: 'Likes',
	type: 'Default',
	category: 'Likes',
	rate: '2.50',
	min: 10,
	max: 1000,
	refill: true,
	cancel: true,
	dripfeed: true,
};

export const inputOf = (item: number, more: Partial<OrderInput> = {}): OrderInput => ({
	item,
	service: success('7'),
	values: { link: `https://example.com/${item}`, quantity: 100 },
	automatic: false,
	options: { maxCharge: undefined, idempotencyKey: undefined, reference: '', extra: {}, problems: [] },
	...more,
});

export const orderOf = (item: number, more: Partial<PlannedOrder> = {}): PlannedOrder => ({
	item,
	service: '7',
	fields: { link: `https://example.com/${item}`, quantity: '100' },
	charge: '0.25',
	highest: '0.25',
	isPriceUncertain: false,
	problems: [],
	serviceIsMissing: false,
	idempotencyKey: undefined,
	...more,
});

export const ordersOf = (count: number): PlannedOrder[] =>
	Array.from({ length: count }, (_, item) => orderOf(item));

export const panelError = (effect: Effect, family: PanelError['family'] = 'link', text = 'Bad link') =>
	new PanelError(text, { family, effect });

/** Resolves when everything that is due without time passing has been done. */
export const settled = async () => await new Promise<void>((resolve) => setImmediate(resolve));
