import {
	ORDER_FIELDS,
	orderTypeOf,
	ORDER_TYPES,
	type OrderField,
	type OrderFieldName,
	type OrderType,
} from '../../nodes/SmmPanel/panel/orderTypes';
import type { Service } from './catalogue.cts';

/** Why the panel refuses, and the checks of what `add` sends. */

interface Reason {
	family: string;
	/** The HTTP code a panel with speaking codes would use. */
	http: number;
	texts: readonly [string, ...string[]];
}

const reason = (family: string, http: number, ...texts: [string, ...string[]]): Reason => ({
	family,
	http,
	texts,
});

/** The texts are the stock panel's first, then what other panels write for the same. */
export const REASONS = {
	key: reason('auth', 401, 'Invalid API key', 'API key is incorrect', 'Incorrect API key'),
	missingKey: reason('auth', 401, 'Invalid API key', 'Missing key'),
	inactive: reason('auth', 403, 'Your account is inactive', 'API access disabled'),
	service: reason(
		'service',
		404,
		'Incorrect service ID',
		'error.incorrect_service_id',
		'Service is inactive or not found',
	),
	funds: reason(
		'funds',
		402,
		'neworder.error.not_enough_funds',
		'Not enough funds on balance',
		'You have insufficient balance',
	),
	/** Only for its words: this panel takes a second order for a link. */
	conflict: reason(
		'conflict',
		400,
		'You have active order with this link. Please wait until order being completed.',
		'neworder.error.link_duplicate',
		'An identical order was just placed',
	),
	link: reason('link', 422, 'neworder.error.link', 'Bad link', 'error.invalid_link'),
	quantity: reason('quantity', 422, 'Incorrect quantity'),
	minQuantity: reason(
		'quantity',
		422,
		'neworder.error.min_quantity',
		'Quantity less than minimal {limit}',
		'Minimum quantity is {limit}',
	),
	maxQuantity: reason(
		'quantity',
		422,
		'neworder.error.max_quantity',
		'Quantity more than maximal {limit}',
		'Maximum quantity is {limit}',
	),
	field: reason('request', 422, 'neworder.error.{field}', 'Incorrect {field}'),
	order: reason('order', 404, 'Incorrect order ID', 'error.incorrect_order_id', 'Order not found.'),
	refill: reason('refill', 404, 'Refill not found'),
	refillDisabled: reason('refill', 400, 'Refill is disabled for this service'),
	refillTooSoon: reason(
		'refill',
		400,
		'The order was completed or refill was requested less than 24 hours ago',
	),
	cancel: reason('cancel', 400, 'Cannot cancel', 'Cancel not available'),
	rate: reason('rate limit', 429, 'Too many requests', 'Rate limit exceeded'),
	request: reason('request', 400, 'Incorrect request'),
	action: reason('request', 405, 'Invalid action'),
	tooMany: reason('request', 400, 'Maximum {limit} orders', 'Too many orders'),
	unsupportedList: reason('order', 404, 'Order not found.'),
} satisfies Record<string, Reason>;

export interface Refusal {
	reason: keyof typeof REASONS;
	field?: OrderFieldName;
	limit?: number;
}

export const refuse = (
	reason: Refusal['reason'],
	more: Omit<Refusal, 'reason'> = {},
): { refused: Refusal } => ({
	refused: { reason, ...more },
});

/** Wording 0 is the stock panel's; a panel without another wording keeps to its last one. */
export function refusalText({ reason: name, field = 'link', limit = 0 }: Refusal, wording = 0): string {
	const texts: readonly string[] = REASONS[name].texts;
	const text = texts[Math.min(wording, texts.length - 1)] ?? '';
	return text.replace('{field}', field).replace('{limit}', String(limit));
}

type Fields = Record<string, string>;

/** An order with all fields that the nodes' own table of service types asks for. */
export interface Checked {
	type: OrderType;
	units: number;
	runs: number;
}

const FIELD_OF = new Map(ORDER_FIELDS.map((field) => [field.name, field]));
const DEFAULT_TYPE = ORDER_TYPES[0] as OrderType;

const linesOf = (text = ''): string[] =>
	text
		.split(/\r\n|\n|\r/)
		.map((line) => line.trim())
		.filter((line) => line !== '');

const wholeNumber = (text: string): number | undefined =>
	/^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** `d/m/Y`, as the end of that day; undefined when there is no such day. */
export function endOfDay(text: string): number | undefined {
	const [, day, month, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? [];
	if (!day || !month || !year) return undefined;
	const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), 23, 59, 59));
	return date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1
		? date.getTime()
		: undefined;
}

function isGood(field: OrderField, value: string): boolean {
	switch (field.kind) {
		case 'integer':
			return (wholeNumber(value) ?? -1) >= (field.atLeast ?? 0);
		case 'lines':
			return linesOf(value).length > 0;
		case 'choice':
			return (field.choices ?? []).some((choice) => choice.value === value);
		case 'date':
			return endOfDay(value) !== undefined;
		case 'link':
			return /^\S+$/.test(value);
		case 'text':
			return value !== '';
	}
}

function refusalFor(name: OrderFieldName): { refused: Refusal } {
	if (name === 'link') return refuse('link');
	if (name === 'quantity') return refuse('quantity');
	return refuse('field', { field: name });
}

function badField(type: OrderType, fields: Fields): { refused: Refusal } | undefined {
	const demanded = (type.requiredIf ?? []).filter((rule) => fields[rule.when] === rule.is);
	const required = [...type.required, ...demanded.map((rule) => rule.field)];
	for (const name of new Set([...required, ...type.optional])) {
		const value = (fields[name] ?? '').trim();
		if (value === '' && !required.includes(name)) continue;
		const field = FIELD_OF.get(name);
		if (field && !isGood(field, value)) return refusalFor(name);
	}
	return undefined;
}

function unitsOf(type: OrderType, fields: Fields): number {
	if (type.units === 'package') return 1;
	if (type.units === 'posts') return 0;
	if (type.units === 'quantity') return Number(fields.quantity);
	return linesOf(fields[type.units]).length;
}

const outside = (amount: number, { min, max }: Service): { refused: Refusal } | undefined => {
	if (amount < min) return refuse('minQuantity', { limit: min });
	return amount > max ? refuse('maxQuantity', { limit: max }) : undefined;
};

/** Drip-feed: each run within the limits, and all runs together not above the maximum. */
function badAmount(type: OrderType, service: Service, fields: Fields, units: number, runs: number) {
	if (type.units === 'package') return undefined;
	if (type.units === 'posts') {
		const [least, most] = [Number(fields.min), Number(fields.max)];
		if (least > most) return refuse('field', { field: 'max' });
		return outside(least, service) ?? outside(most, service);
	}
	return outside(units, service) ?? outside(units * runs, service);
}

export function checkOrder(service: Service, fields: Fields): Checked | { refused: Refusal } {
	const type = orderTypeOf(service.type) ?? DEFAULT_TYPE;
	const bad = badField(type, fields);
	if (bad) return bad;
	const runs = type.optional.includes('runs') ? Number(fields.runs || 1) : 1;
	if (runs > 1 && !service.dripfeed) return refuse('field', { field: 'runs' });
	const units = unitsOf(type, fields);
	return badAmount(type, service, fields, units, runs) ?? { type, units: units * runs, runs };
}
