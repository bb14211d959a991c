/** The exact types behind the border, and the zod schemas that read them from what panels really send. */
import * as z from 'zod/v4-mini';
import { isObject } from './json';
import { parseAmount, type Amount } from './money';
import { isFinal, orderStatusName, refillStatusName } from './statuses';

/** A value is read by one function; undefined means that it cannot be read. */
const leaf = <T>(expected: string, read: (value: unknown) => T | undefined) =>
	z.transform((value: unknown, context): T => {
		const result = read(value);
		if (result !== undefined) return result;
		context.issues.push({ code: 'custom', message: `expected ${expected}`, input: value });
		return z.NEVER;
	});

/** IDs arrive as numbers or text and are text from here on; 0 and empty text are no IDs. */
export function readId(value: unknown): string | undefined {
	if (typeof value === 'number') return value > 0 ? String(value) : undefined;
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	return text === '' || text === '0' ? undefined : text;
}

const readText = (value: unknown): string =>
	typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';

/** Thousands with points, commas or blanks: `1.000`, `10,000`, `1 000`. */
const THOUSANDS = /^-?[1-9]\d{0,2}([.,\s\u00A0\u202F]\d{3})+$/;

/** A count as panels write it; null where it cannot be read: then it is not known. */
const readCount = (value: unknown): number | null => {
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	if (typeof value !== 'string' || value.trim() === '') return null;
	const text = value.trim();
	const number = Number(THOUSANDS.test(text) ? text.replace(/[^\d-]/g, '') : text);
	return Number.isFinite(number) ? number : null;
};

const readFlag = (value: unknown): boolean =>
	value === true || value === 1 || (typeof value === 'string' && /^(true|1|yes)$/i.test(value.trim()));

const requiredText = leaf('text', (value) => readText(value) || undefined);
const optionalText = leaf<string | null>('text', (value) => readText(value) || null);
const amount = leaf<Amount>('an amount', parseAmount);
const optionalAmount = leaf<Amount | null>('an amount', (value) => parseAmount(value) ?? null);
const count = leaf<number | null>('a number', readCount);
const ids = leaf<string[]>('a list of IDs', (value) =>
	Array.isArray(value) ? value.map(readId).filter((entry) => entry !== undefined) : [],
);

export interface Service {
	service: string;
	name: string;
	type: string;
	category: string;
	/** Price of 1,000 units in the account's currency, exact. */
	rate: Amount;
	/** Smallest and largest quantity; a `max` of 0 or below `min` means that the panel states no limit. */
	min: number;
	max: number;
	refill: boolean;
	cancel: boolean;
	dripfeed: boolean;
	description: string | null;
}

/** In one go: a catalogue has tens of thousands of fields, and a schema for each would take longer than all the rest. */
export const serviceSchema = z.transform((row: unknown, context): Service => {
	const fields = isObject(row) ? row : {};
	const serviceId = readId(fields.service);
	const rate = parseAmount(fields.rate);
	if (serviceId === undefined || rate === undefined) {
		const [name, expected] = serviceId === undefined ? ['service', 'an ID'] : ['rate', 'an amount'];
		const message = `expected ${isObject(row) ? expected : 'an object'}`;
		context.issues.push({ code: 'custom', path: isObject(row) ? [name] : [], message, input: row });
		return z.NEVER;
	}
	return {
		service: serviceId,
		name: readText(fields.name),
		type: readText(fields.type),
		category: readText(fields.category),
		rate,
		min: readCount(fields.min) ?? 0,
		max: readCount(fields.max) ?? 0,
		refill: readFlag(fields.refill),
		cancel: readFlag(fields.cancel),
		dripfeed: readFlag(fields.dripfeed),
		description: readText(fields.description) || readText(fields.desc) || null,
	};
});

export interface Balance {
	balance: Amount;
	currency: string | null;
}

export const balanceSchema = z.object({ balance: amount, currency: optionalText });

export interface OrderStatus {
	/** Spelled as in the API's documentation where known, else the panel's text. */
	status: string;
	finished: boolean;
	charge: Amount | null;
	startCount: number | null;
	remains: number | null;
	currency: string | null;
	/** Only of subscriptions and drip-feed orders. */
	posts: number | null;
	expiry: string | null;
	runs: number | null;
	orders: string[];
}

export const orderStatusSchema = z.pipe(
	z.object({
		status: requiredText,
		charge: optionalAmount,
		start_count: count,
		start_counter: count,
		remains: count,
		currency: optionalText,
		posts: count,
		expiry: optionalText,
		runs: count,
		orders: ids,
	}),
	z.transform(
		({ start_count, start_counter, status, ...rest }): OrderStatus => ({
			status: orderStatusName(status),
			finished: isFinal(status),
			startCount: start_count ?? start_counter,
			...rest,
		}),
	),
);

export interface RefillStatus {
	status: string;
	finished: boolean;
}

export const refillStatusSchema = z.pipe(
	z.object({ status: requiredText }),
	z.transform(
		({ status }): RefillStatus => ({ status: refillStatusName(status), finished: isFinal(status) }),
	),
);
