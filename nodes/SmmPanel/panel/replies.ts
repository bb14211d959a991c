/** From the many shapes in which panels answer about several IDs to one outcome for each ID. */
import * as z from 'zod/v4-mini';
import { excerpt, PanelError, refusal, type Effect } from './errors';
import { isObject, type JsonObject } from './json';
import {
	orderStatusSchema,
	readId,
	refillStatusSchema,
	servicesSchema,
	type OrderStatus,
	type RefillStatus,
	type Service,
} from './schemas';

export type Outcome<T> = { ok: true; value: T; raw: JsonObject } | { ok: false; error: PanelError };

/**
 * The panel's error text in a reply or a part of one: `error` as text or object, `{status: "error", msg | message}`,
 * `{message}` alone. Undefined where it is no error. An order can have the status "Error": figures beside it tell.
 */
export function errorTextOf(reply: unknown): string | undefined {
	if (!isObject(reply)) return undefined;
	const { error } = reply;
	if (typeof error === 'string' && error.trim() !== '') return error.trim();
	if (isObject(error)) return errorTextOf(error) ?? firstText(error) ?? 'Unknown error';
	if (Array.isArray(error) && error.length > 0) return error.map(String).join('; ');
	const words = firstText({ msg: reply.msg, message: reply.message });
	if (error === true || reply.success === false) return words ?? 'Unknown error';
	const status = typeof reply.status === 'string' ? reply.status.toLowerCase() : reply.status;
	if (['error', 'fail', 'failed', false].includes(status as string | false)) {
		const hasFigures = ['charge', 'remains', 'start_count', 'runs', 'posts'].some((key) => key in reply);
		if (words !== undefined) return words;
		return hasFigures || status !== false ? undefined : 'Unknown error';
	}
	const onlyWords = Object.keys(reply).every((key) => ['msg', 'message', 'code', 'success'].includes(key));
	return onlyWords ? words : undefined;
}

const firstText = (object: JsonObject): string | undefined =>
	Object.values(object).find((value): value is string => typeof value === 'string' && value.trim() !== '');

/** Some panels wrap the answer: `{status: "success", data: …}`. */
export function unwrap(reply: unknown): unknown {
	if (!isObject(reply) || !('data' in reply)) return reply;
	const wrapping = ['status', 'data', 'message', 'msg', 'success', 'code'];
	return Object.keys(reply).every((key) => wrapping.includes(key)) ? reply.data : reply;
}

export function unexpected(action: string, reply: unknown, effect: Effect, why?: string): PanelError {
	const beginning = excerpt(typeof reply === 'string' ? reply : (JSON.stringify(reply) ?? 'nothing'));
	return new PanelError(
		`The panel's reply to "${action}" is not one that this API gives${why ? ` (${why})` : ''}: ${beginning}`,
		{ family: 'protocol', effect },
	);
}

/** Parses with a schema; a PanelError (`protocol`) names the place that did not fit. */
export function parse<T>(schema: z.ZodMiniType<T>, action: string, reply: unknown, effect: Effect): T {
	const result = z.safeParse(schema, reply);
	if (result.success) return result.data;
	const issue = result.error.issues[0];
	const place = issue ? `${issue.path.join('.')}: ${issue.message}`.replace(/^: /, '') : undefined;
	const row = issue?.path[0];
	const culprit = Array.isArray(reply) && typeof row === 'number' ? reply[row] : reply;
	throw unexpected(action, culprit, effect, place);
}

export interface Catalogue {
	services: Service[];
	/** The panel's own object for each service, in the same order. */
	raw: JsonObject[];
	byId: Map<string, number>;
}

export function readCatalogue(reply: unknown): Catalogue {
	const list = unwrap(reply);
	// An empty list arrives as {"status":"success","data":"Empty Data"}
	const rows = isObject(reply) && typeof list === 'string' && /empty/i.test(list) ? [] : list;
	const services = parse(servicesSchema, 'services', rows, 'none');
	const byId = new Map<string, number>();
	services.forEach(({ service }, index) => byId.set(service, index));
	return { services, raw: rows as JsonObject[], byId };
}

/** What a panel said about one ID: its part of the reply, or that there was none. */
type Part = { value: unknown } | undefined;

/**
 * Splits a reply by ID: an object by ID, an array of rows that name their ID, an array without IDs in the order
 * asked, or, for a single ID, the bare answer.
 */
function partsById(reply: unknown, ids: readonly string[], idKeys: readonly string[]): (id: string) => Part {
	const answer = unwrap(reply);
	if (Array.isArray(answer)) {
		const named = new Map<string, unknown>();
		const idOf = (row: unknown) =>
			isObject(row) ? idKeys.map((key) => readId(row[key])).find(Boolean) : undefined;
		for (const row of answer) {
			const rowId = idOf(row);
			if (rowId !== undefined) named.set(rowId, row);
		}
		const ordered = answer.length === ids.length;
		return (id) => {
			if (named.has(id)) return { value: named.get(id) };
			const row = ordered ? (answer[ids.indexOf(id)] as unknown) : undefined;
			return row !== undefined && idOf(row) === undefined ? { value: row } : undefined;
		};
	}
	if (!isObject(answer)) return () => undefined;
	const hasAny = ids.some((id) => Object.hasOwn(answer, id));
	if (!hasAny && ids.length === 1) return () => ({ value: answer });
	return (id) => (Object.hasOwn(answer, id) ? { value: answer[id] } : undefined);
}

function outcomes<T>(
	reply: unknown,
	ids: readonly string[],
	options: { action: string; noun: string; idKeys: readonly string[]; effect: Effect },
	read: (part: unknown) => T,
): Map<string, Outcome<T>> {
	const partOf = partsById(reply, ids, options.idKeys);
	return new Map(
		ids.map((id): [string, Outcome<T>] => {
			const part = partOf(id);
			if (part === undefined) return [id, { ok: false, error: leftOut(id, options) }];
			try {
				return [id, { ok: true, value: read(part.value), raw: rawOf(part.value) }];
			} catch (error) {
				const known = error instanceof PanelError;
				return [
					id,
					{ ok: false, error: known ? error : unexpected(options.action, part.value, options.effect) },
				];
			}
		}),
	);
}

const rawOf = (part: unknown): JsonObject => (isObject(part) ? part : { value: part });

const leftOut = (id: string, { action, noun, effect }: { action: string; noun: string; effect: Effect }) =>
	new PanelError(`The panel's reply to "${action}" says nothing about ${noun} ${id}.`, {
		family: noun === 'refill' ? 'refill' : 'order',
		effect,
		remedy:
			effect === 'none'
				? `Check the ${noun} ID: panels leave out IDs that do not belong to the account of this API key.`
				: `Look the ${noun} up in the panel before you try again: what was asked may have been done.`,
	});

/** Throws the panel's refusal where this part of a reply is one. */
function throwIfRefused(part: unknown): void {
	const words = typeof part === 'string' ? part : errorTextOf(part);
	if (words !== undefined) throw refusal(words);
}

export const readOrderStatuses = (reply: unknown, ids: readonly string[]) =>
	outcomes<OrderStatus>(
		reply,
		ids,
		{ action: 'status', noun: 'order', idKeys: ['order', 'id', 'order_id'], effect: 'none' },
		(part) => {
			throwIfRefused(part);
			return parse(orderStatusSchema, 'status', part, 'none');
		},
	);

export const readRefillStatuses = (reply: unknown, ids: readonly string[]) =>
	outcomes<RefillStatus>(
		reply,
		ids,
		{ action: 'refill_status', noun: 'refill', idKeys: ['refill', 'id'], effect: 'none' },
		(part) => {
			const row = typeof part === 'string' ? { status: part } : part;
			if (isObject(row) && isObject(row.status)) throwIfRefused(row.status);
			throwIfRefused(row);
			const status = parse(refillStatusSchema, 'refill_status', row, 'none');
			// A bare text by ID is a status, or an error in words
			if (/not found|incorrect|invalid|error\./i.test(status.status)) throw refusal(status.status);
			return status;
		},
	);

/** What a refill or cancel request was answered with: an ID or a plain yes; a refusal throws. */
function readAcceptance(part: unknown, field: 'refill' | 'cancel'): string {
	const value = isObject(part) && field in part ? part[field] : part;
	if (isObject(part)) throwIfRefused({ error: part.error });
	throwIfRefused(isObject(value) ? value : undefined);
	if (isObject(part) && !(field in part)) throwIfRefused(part);
	if (
		value === true ||
		(typeof value === 'string' && /^(true|yes|ok|success|accepted)$/i.test(value.trim()))
	) {
		return '1';
	}
	const accepted = readId(value);
	if (accepted !== undefined && /^[\w-]*\d[\w-]*$/.test(accepted)) return accepted;
	if (typeof value === 'string' && value.trim() !== '' && value.trim() !== '0') throw refusal(value.trim());
	if (value === 0 || value === '0' || value === false) {
		throw new PanelError(`The panel did not accept the ${field} and gave no reason.`, {
			family: field,
			effect: 'none',
		});
	}
	throw unexpected(field, part, 'unknown');
}

/** The ID of each refill that the panel has accepted. */
export const readRefills = (reply: unknown, ids: readonly string[]) =>
	outcomes(
		reply,
		ids,
		{ action: 'refill', noun: 'order', idKeys: ['order', 'id'], effect: 'unknown' },
		(part) => readAcceptance(part, 'refill'),
	);

/** Which cancel requests the panel has accepted; one `{"cancel": 5}` answers for all that were asked. */
export function readCancels(reply: unknown, ids: readonly string[]) {
	const answer = unwrap(reply);
	const shared = isObject(answer) && 'cancel' in answer ? ids.map((order) => ({ ...answer, order })) : reply;
	return outcomes(
		shared,
		ids,
		{ action: 'cancel', noun: 'order', idKeys: ['order', 'id'], effect: 'unknown' },
		(part) => readAcceptance(part, 'cancel'),
	);
}
