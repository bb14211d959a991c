/** The exact types behind the border, and the zod schemas that read them from what panels really send. */
import * as z from 'zod/v4-mini';
import { errorTextOf, hasErrorBeside, orderIdIn, unwrap } from './envelopes';
import { excerpt, PanelError } from './errors';
import { isObject, type JsonObject } from './json';
import { parseAmount, type Amount } from './money';
import { refusal } from './reply';
import { isFinal, orderStatusName, refillStatusName } from './statuses';

/** A value is read by one function; undefined means that it cannot be read. */
export const leaf = <T>(expected: string, read: (value: unknown) => T | undefined) =>
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
/** `null` is no status yet: nobody has looked at the order. */
const statusText = leaf('text', (value) => (value === null ? 'Pending' : readText(value) || undefined));
const amount = leaf<Amount>('an amount', parseAmount);
const optionalAmount = leaf<Amount | null>('an amount', (value) => parseAmount(value) ?? null);
const count = leaf<number | null>('a number', readCount);
const ids = leaf<string[]>('a list of IDs', (value) =>
	Array.isArray(value) ? value.map(readId).filter((entry) => entry !== undefined) : [],
);

/** Parses with a schema; a PanelError (`protocol`) names the place that did not fit. */
export function parse<T>(schema: z.ZodMiniType<T>, action: string, reply: unknown): T {
	const result = z.safeParse(schema, reply);
	if (result.success) return result.data;
	const [issue] = result.error.issues;
	const place = issue && `${issue.path.join('.')}: ${issue.message}`.replace(/^: /, '');
	throw unexpected(action, reply, place);
}

export function unexpected(action: string, reply: unknown, why?: string): PanelError {
	const beginning = excerpt(typeof reply === 'string' ? reply : (JSON.stringify(reply) ?? 'nothing'));
	return new PanelError(
		`The panel's reply to "${action}" is not one that this API gives${why ? ` (${why})` : ''}: ${beginning}`,
		{ family: 'protocol', effect: 'unknown', action },
	);
}

/** The words of a part of a reply that is an error, or nothing but a text, are the panel's refusal. */
export const unlessRefused = (action: string) =>
	z.transform((part: unknown) => {
		const words = typeof part === 'string' ? part : errorTextOf(part);
		if (words !== undefined) throw refusal(words, action, part);
		return part;
	});

/** The ID of the order that `add` has placed. */
export const addedSchema = leaf('the ID of an order', (reply) =>
	hasErrorBeside(reply) ? undefined : orderIdIn(reply),
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
	/** Limits that nobody can read, such as `min "ask support"`: min and max are 0 then. */
	unreadLimits?: string;
	refill: boolean;
	cancel: boolean;
	dripfeed: boolean;
	description: string | null;
}

function limitsOf(fields: JsonObject): Pick<Service, 'min' | 'max' | 'unreadLimits'> {
	const unread = ['min', 'max'].filter(
		(name) => readText(fields[name]) !== '' && readCount(fields[name]) === null,
	);
	if (unread.length === 0) return { min: readCount(fields.min) ?? 0, max: readCount(fields.max) ?? 0 };
	const unreadLimits = unread.map((name) => `${name} "${readText(fields[name])}"`).join(', ');
	return { min: 0, max: 0, unreadLimits };
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
		...limitsOf(fields),
		refill: readFlag(fields.refill),
		cancel: readFlag(fields.cancel),
		dripfeed: readFlag(fields.dripfeed),
		description: readText(fields.description) || readText(fields.desc) || null,
	};
});

export interface Catalogue {
	services: Service[];
	/** The panel's own object for each service, in the same order. */
	raw: JsonObject[];
	byId: Map<string, number>;
	/** How many rows could not be read. */
	skipped: number;
	/** An error text that stands in the list, or beside it: the rest may be missing. */
	error?: string;
}

/** Reads a service list. A row that cannot be read costs that row; a list without a single good one is no list. */
export function readCatalogue(reply: unknown): Catalogue {
	const list = unwrap(reply);
	// An empty list arrives as {"status":"success","data":"Empty Data"}
	const isEmpty = isObject(reply) && typeof list === 'string' && /empty/i.test(list);
	const isByPosition = isObject(list) && Object.keys(list).some((name) => /^\d+$/.test(name));
	const rows = isEmpty ? [] : isByPosition ? Object.values(list) : list;
	if (!Array.isArray(rows)) throw unexpected('services', reply, 'expected a list');
	const services: Service[] = [];
	const raw: JsonObject[] = [];
	const byId = new Map<string, number>();
	let firstError: string | undefined = isObject(reply) ? errorTextOf(reply) : undefined;
	for (const row of rows as unknown[]) {
		const read = z.safeParse(serviceSchema, row);
		if (read.success && isObject(row)) {
			byId.set(read.data.service, services.push(read.data) - 1);
			raw.push(row);
		} else firstError ??= errorTextOf(row);
	}
	if (rows.length > 0 && services.length === 0) parse(serviceSchema, 'services', rows[0]);
	return {
		services,
		raw,
		byId,
		skipped: rows.length - services.length,
		...(firstError !== undefined && { error: firstError }),
	};
}

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
	z.pipe(
		unlessRefused('status'),
		z.object({
			status: statusText,
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
	),
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

/** A bare text is a status, or an error in words. */
export const refillStatusSchema = z.pipe(
	z.pipe(
		z.transform((part: unknown) => {
			const row = typeof part === 'string' ? { status: part } : part;
			const status = isObject(row) ? row.status : undefined;
			const isError = typeof status === 'string' && /not found|incorrect|invalid|error\./i.test(status);
			const words = isObject(status) ? errorTextOf(status) : isError ? status.trim() : undefined;
			if (words !== undefined) throw refusal(words, 'refill_status', isObject(status) ? status : undefined);
			return row;
		}),
		z.pipe(unlessRefused('refill_status'), z.object({ status: requiredText })),
	),
	z.transform(
		({ status }): RefillStatus => ({ status: refillStatusName(status), finished: isFinal(status) }),
	),
);
