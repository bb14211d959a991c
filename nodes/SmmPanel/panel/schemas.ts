/** The exact types behind the border, and the zod schemas that read them from what panels really send. */
import * as z from 'zod/v4-mini';
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

const readCount = (value: unknown): number | null => {
	const number =
		typeof value === 'number'
			? value
			: typeof value === 'string' && value.trim() !== ''
				? Number(value.replace(/,/g, ''))
				: NaN;
	return Number.isFinite(number) ? number : null;
};

const readFlag = (value: unknown): boolean =>
	value === true || value === 1 || (typeof value === 'string' && /^(true|1|yes)$/i.test(value.trim()));

const id = leaf('an ID', readId);
const text = leaf('text', readText);
const requiredText = leaf('text', (value) => readText(value) || undefined);
const optionalText = leaf<string | null>('text', (value) => readText(value) || null);
const amount = leaf<Amount>('an amount', parseAmount);
const optionalAmount = leaf<Amount | null>('an amount', (value) => parseAmount(value) ?? null);
const limit = leaf('a number', (value) => readCount(value) ?? 0);
const count = leaf<number | null>('a number', readCount);
const flag = leaf('yes or no', readFlag);
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

const serviceRow = z.object({
	service: id,
	name: text,
	type: text,
	category: text,
	rate: amount,
	min: limit,
	max: limit,
	refill: flag,
	cancel: flag,
	dripfeed: flag,
	desc: optionalText,
	description: optionalText,
});

export const servicesSchema = z.pipe(
	z.array(serviceRow),
	z.transform((rows): Service[] =>
		rows.map(({ desc, description, ...service }) => ({ ...service, description: description ?? desc })),
	),
);

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

/** `add` answers with the ID of the order, sometimes inside `data`. */
export const addedOrderSchema = z.union([
	z.pipe(z.object({ order: id }), z.transform(({ order }) => order)),
	z.pipe(z.object({ data: z.object({ order: id }) }), z.transform(({ data }) => data.order)),
]);
