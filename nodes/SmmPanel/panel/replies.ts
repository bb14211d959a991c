/** From the many shapes in which panels answer about several IDs to one outcome for each ID. */
import * as z from 'zod/v4-mini';
import { errorTextOf, hasErrorBeside, orderIdIn, saysSucceeded, unwrap, wellFormedId } from './envelopes';
import { excerpt, isRead, PanelError } from './errors';
import { isObject, type JsonObject } from './json';
import {
	orderStatusSchema,
	readId,
	refillStatusSchema,
	serviceSchema,
	type OrderStatus,
	type RefillStatus,
	type Service,
} from './schemas';
import { refusal } from './judge';

export type Outcome<T> = { ok: true; value: T; raw: JsonObject } | { ok: false; error: PanelError };

function unexpected(action: string, reply: unknown, why?: string): PanelError {
	const beginning = excerpt(typeof reply === 'string' ? reply : (JSON.stringify(reply) ?? 'nothing'));
	return new PanelError(
		`The panel's reply to "${action}" is not one that this API gives${why ? ` (${why})` : ''}: ${beginning}`,
		{ family: 'protocol', effect: 'unknown', action },
	);
}

/** Parses with a schema; a PanelError (`protocol`) names the place that did not fit. */
export function parse<T>(schema: z.ZodMiniType<T>, action: string, reply: unknown): T {
	const result = z.safeParse(schema, reply);
	if (result.success) return result.data;
	const issue = result.error.issues[0];
	const place = issue ? `${issue.path.join('.')}: ${issue.message}`.replace(/^: /, '') : undefined;
	const row = issue?.path[0];
	const culprit = Array.isArray(reply) && typeof row === 'number' ? reply[row] : reply;
	throw unexpected(action, culprit, place);
}

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
	const rows = isEmpty ? [] : isObject(list) && '0' in list ? Object.values(list) : list;
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

/** The ID of the order that `add` has placed. Throws a PanelError where the reply names none for certain. */
export function readAdded(reply: unknown): string {
	const order = hasErrorBeside(reply) ? undefined : orderIdIn(reply);
	if (order === undefined) throw unexpected('add', reply, 'expected the ID of an order');
	return order;
}

/** What a panel said about one ID: its part of the reply, or that there was none. */
type Part = { value: unknown } | undefined;

/**
 * Splits a reply by ID: an object by ID, an array of rows that name their ID, an array without IDs in the order
 * asked, or, for a single ID, the bare answer.
 */
function partsById(reply: unknown, ids: readonly string[], idKeys: readonly string[]): (id: string) => Part {
	const answer = listIn(unwrap(reply), ids, idKeys);
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

/**
 * PHP turns filtered and sorted arrays into objects by position: `{"0":{…},"2":{…}}`. Rows that name their own ID, or a
 * position 0, which is no ID, tell such a list from an object by ID. What was filtered out keeps its place empty.
 */
function listIn(answer: unknown, ids: readonly string[], idKeys: readonly string[]): unknown {
	if (!isObject(answer)) return answer;
	const names = Object.keys(answer);
	if (names.length === 0 || !names.every((name) => /^\d{1,4}$/.test(name))) return answer;
	const rows = Object.values(answer);
	const isNamed = rows.every((row) => isObject(row) && idKeys.some((key) => readId(row[key]) !== undefined));
	if (isNamed) return rows;
	return Object.hasOwn(answer, '0') ? ids.map((_, position) => answer[position]) : answer;
}

interface ListReading {
	action: string;
	noun: 'order' | 'refill';
	idKeys: readonly string[];
}

function outcomes<T>(
	reply: unknown,
	ids: readonly string[],
	reading: ListReading,
	read: (part: unknown) => T,
): Map<string, Outcome<T>> {
	const partOf = partsById(reply, ids, reading.idKeys);
	return new Map(
		ids.map((id): [string, Outcome<T>] => {
			const part = partOf(id);
			if (part === undefined) return [id, { ok: false, error: leftOut(id, reading) }];
			try {
				return [id, { ok: true, value: read(part.value), raw: rawOf(part.value) }];
			} catch (error) {
				const known = error instanceof PanelError;
				return [id, { ok: false, error: known ? error : unexpected(reading.action, part.value) }];
			}
		}),
	);
}

const rawOf = (part: unknown): JsonObject => (isObject(part) ? part : { value: part });

const leftOut = (id: string, { action, noun }: ListReading) =>
	new PanelError(`The panel's reply to "${action}" says nothing about ${noun} ${id}.`, {
		family: noun,
		effect: 'unknown',
		action,
		remedy: isRead(action)
			? `Check the ${noun} ID: panels leave out IDs that do not belong to the account of this API key.`
			: `Look the ${noun} up in the panel before you try again: what was asked may have been done.`,
	});

/** Throws the panel's refusal where this part of a reply is one. */
function throwIfRefused(part: unknown, action: string): void {
	const words = typeof part === 'string' ? part : errorTextOf(part);
	if (words !== undefined) throw refusal(words, action, part);
}

export const readOrderStatuses = (reply: unknown, ids: readonly string[]) =>
	outcomes<OrderStatus>(
		reply,
		ids,
		{ action: 'status', noun: 'order', idKeys: ['order', 'id', 'order_id'] },
		(part) => {
			throwIfRefused(part, 'status');
			return parse(orderStatusSchema, 'status', part);
		},
	);

export const readRefillStatuses = (reply: unknown, ids: readonly string[]) =>
	outcomes<RefillStatus>(
		reply,
		ids,
		{ action: 'refill_status', noun: 'refill', idKeys: ['refill', 'id'] },
		(part) => {
			const row = typeof part === 'string' ? { status: part } : part;
			if (isObject(row) && isObject(row.status)) throwIfRefused(row.status, 'refill_status');
			throwIfRefused(row, 'refill_status');
			const status = parse(refillStatusSchema, 'refill_status', row);
			// A bare text by ID is a status, or an error in words
			if (/not found|incorrect|invalid|error\./i.test(status.status)) {
				throw refusal(status.status, 'refill_status');
			}
			return status;
		},
	);

const YES = /^(true|yes|ok|success|accepted)$/i;
const NO = /^(false|no|0)$/i;

/** What a refill or cancel request was answered with: an ID or a plain yes; a refusal throws. */
function readAcceptance(part: unknown, field: 'refill' | 'cancel'): string {
	const value = isObject(part)
		? (part[field] ?? (field === 'cancel' ? part.canceled : undefined) ?? part)
		: part;
	if (isObject(part)) throwIfRefused({ error: part.error }, field);
	if (isObject(value)) throwIfRefused(value, field);
	// Glycon: {"status":"success","message":"Cancellation request added…"}
	if (isObject(value) && saysSucceeded(value)) return '1';
	if (value === part) throwIfRefused(part, field);
	const text = typeof value === 'string' ? value.trim() : '';
	if (value === true || YES.test(text)) return '1';
	if (value === 0 || value === false || NO.test(text)) {
		throw new PanelError(`The panel did not accept the ${field} and gave no reason.`, {
			family: field,
			effect: 'none',
			action: field,
		});
	}
	const accepted = wellFormedId(value);
	if (accepted !== undefined) return accepted;
	if (text !== '') throw refusal(text, field);
	throw unexpected(field, part);
}

/** The ID of each refill that the panel has accepted. */
export const readRefills = (reply: unknown, ids: readonly string[]) =>
	outcomes(unwrapped(reply), ids, { action: 'refill', noun: 'order', idKeys: ['order', 'id'] }, (part) =>
		readAcceptance(part, 'refill'),
	);

/** Which cancel requests the panel has accepted; one `{"cancel": 5}` answers for all that were asked. */
export function readCancels(reply: unknown, ids: readonly string[]) {
	const answer = unwrapped(reply);
	const shared = isObject(answer) && 'cancel' in answer ? ids.map((order) => ({ ...answer, order })) : answer;
	return outcomes(shared, ids, { action: 'cancel', noun: 'order', idKeys: ['order', 'id'] }, (part) =>
		readAcceptance(part, 'cancel'),
	);
}

/** A wrapping that holds nothing says all there is to say itself. */
function unwrapped(reply: unknown): unknown {
	const inner = unwrap(reply);
	const isEmpty = !isObject(inner) && !Array.isArray(inner) && saysSucceeded(reply);
	if (!isEmpty || !isObject(reply)) return inner;
	return Object.fromEntries(Object.entries(reply).filter(([name]) => name !== 'data'));
}
