/** From the many shapes in which panels answer about several IDs to one outcome for each ID. */
import { errorTextOf, hasErrorBeside, orderIdIn, saysSucceeded, unwrap, wellFormedId } from './envelopes';
import { isRead, PanelError } from './errors';
import { isObject, type JsonObject } from './json';
import {
	orderStatusSchema,
	parse,
	readId,
	refillStatusSchema,
	unexpected,
	type OrderStatus,
	type RefillStatus,
} from './schemas';
import { refusal } from './reply';

export type Outcome<T> = { ok: true; value: T; raw: JsonObject } | { ok: false; error: PanelError };

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

/** An action for several IDs: what it is asked with, and how its reply is read. */
export interface ListAction<T> {
	action: string;
	noun: 'order' | 'refill';
	/** Field for several IDs, and for one where the API has such a form. */
	many: string;
	one?: string;
	/** Field for one ID that only panels without lists read: asked where the list was certainly refused. */
	last?: string;
	writes: boolean;
	/** Names under which a row says which ID it is about. */
	idKeys: readonly string[];
	/** The reply with what belongs to all IDs given to each. */
	shared?(reply: unknown, ids: readonly string[]): unknown;
	/** Reads what was said about one ID; a refusal throws. */
	read(part: unknown): T;
}

/** What a panel has answered about each of these IDs. */
export function readList<T>(
	list: ListAction<T>,
	reply: unknown,
	ids: readonly string[],
): Map<string, Outcome<T>> {
	const partOf = partsById(list.shared?.(reply, ids) ?? reply, ids, list.idKeys);
	return new Map(
		ids.map((id): [string, Outcome<T>] => {
			const part = partOf(id);
			if (part === undefined) return [id, { ok: false, error: leftOut(id, list) }];
			try {
				return [id, { ok: true, value: list.read(part.value), raw: rawOf(part.value) }];
			} catch (error) {
				const known = error instanceof PanelError;
				return [id, { ok: false, error: known ? error : unexpected(list.action, part.value) }];
			}
		}),
	);
}

const rawOf = (part: unknown): JsonObject => (isObject(part) ? part : { value: part });

const leftOut = (id: string, { action, noun }: Pick<ListAction<unknown>, 'action' | 'noun'>) =>
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

export const STATUS: ListAction<OrderStatus> = {
	action: 'status',
	noun: 'order',
	many: 'orders',
	one: 'order',
	writes: false,
	idKeys: ['order', 'id', 'order_id'],
	read(part) {
		throwIfRefused(part, 'status');
		return parse(orderStatusSchema, 'status', part);
	},
};

export const REFILL_STATUS: ListAction<RefillStatus> = {
	action: 'refill_status',
	noun: 'refill',
	many: 'refills',
	one: 'refill',
	writes: false,
	idKeys: ['refill', 'id'],
	read(part) {
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
};

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

/** The value is the refill's ID. */
export const REFILL: ListAction<string> = {
	action: 'refill',
	noun: 'order',
	many: 'orders',
	one: 'order',
	writes: true,
	idKeys: ['order', 'id'],
	shared: unwrapped,
	read: (part) => readAcceptance(part, 'refill'),
};

/** Of cancel requests, one `{"cancel": 5}` answers for all that were asked. */
export const CANCEL: ListAction<string> = {
	action: 'cancel',
	noun: 'order',
	many: 'orders',
	last: 'order',
	writes: true,
	idKeys: ['order', 'id'],
	shared(reply, ids) {
		const answer = unwrapped(reply);
		return isObject(answer) && 'cancel' in answer ? ids.map((order) => ({ ...answer, order })) : answer;
	},
	read: (part) => readAcceptance(part, 'cancel'),
};

/** A wrapping that holds nothing says all there is to say itself. */
function unwrapped(reply: unknown): unknown {
	const inner = unwrap(reply);
	const isEmpty = !isObject(inner) && !Array.isArray(inner) && saysSucceeded(reply);
	if (!isEmpty || !isObject(reply)) return inner;
	return Object.fromEntries(Object.entries(reply).filter(([name]) => name !== 'data'));
}
