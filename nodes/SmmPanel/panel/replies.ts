/** From the many shapes in which panels answer about several IDs to one outcome for each ID. */
import type * as z from 'zod/v4-mini';
import { errorTextOf, saysSucceeded, unwrap, wellFormedId } from './envelopes';
import { isRead, PanelError } from './errors';
import { isObject, type JsonObject } from './json';
import { refusal } from './reply';
import {
	leaf,
	orderStatusSchema,
	parse,
	readId,
	refillStatusSchema,
	unexpected,
	unlessRefused,
	type OrderStatus,
	type RefillStatus,
} from './schemas';

export type Outcome<T> = { ok: true; value: T; raw: JsonObject } | { ok: false; error: PanelError };

/**
 * What a reply says about each of these IDs: an object by ID, an array of rows that name their ID, an array without IDs in
 * the order asked, or, for a single ID, the bare answer.
 */
function partsById(reply: unknown, ids: readonly string[], idKeys: readonly string[]): Map<string, unknown> {
	const answer = unwrap(reply);
	const idOf = (row: unknown) =>
		isObject(row) ? idKeys.map((key) => readId(row[key])).find(Boolean) : undefined;
	const rows = Array.isArray(answer) ? (answer as unknown[]) : rowsByPosition(answer, ids, idOf);
	const parts = new Map<string, unknown>();
	for (const row of rows ?? []) {
		const id = idOf(row);
		if (id !== undefined) parts.set(id, row);
	}
	ids.forEach((id, at) => {
		const row = rows?.length === ids.length ? rows[at] : undefined;
		if (row !== undefined && idOf(row) === undefined && !parts.has(id)) parts.set(id, row);
		if (rows === undefined && isObject(answer) && Object.hasOwn(answer, id)) parts.set(id, answer[id]);
	});
	const [only = ''] = ids;
	if (rows === undefined && isObject(answer) && parts.size === 0 && ids.length === 1) parts.set(only, answer);
	return parts;
}

/**
 * PHP turns filtered and sorted arrays into objects by position: `{"0":{…},"2":{…}}`. Rows that name their own ID, or a
 * position 0, which is no ID, tell such a list from an object by ID. What was filtered out keeps its place empty.
 */
function rowsByPosition(answer: unknown, ids: readonly string[], idOf: (row: unknown) => string | undefined) {
	const names = isObject(answer) ? Object.keys(answer) : [];
	if (!isObject(answer) || names.length === 0 || !names.every((name) => /^\d{1,4}$/.test(name)))
		return undefined;
	const rows = Object.values(answer);
	if (rows.every((row) => idOf(row) !== undefined)) return rows;
	return Object.hasOwn(answer, '0') ? ids.map((_, position) => answer[position]) : undefined;
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
	/** Names under which a row says which ID it is about. */
	idKeys: readonly string[];
	/** The reply with what belongs to all IDs given to each. */
	shared?(reply: unknown, ids: readonly string[]): unknown;
	/** Reads what was said about one ID; a refusal throws. */
	schema: z.ZodMiniType<T>;
}

/** What a panel has answered about each of these IDs. */
export function readList<T>(
	list: ListAction<T>,
	reply: unknown,
	ids: readonly string[],
): Map<string, Outcome<T>> {
	const { action, schema } = list;
	const parts = partsById(list.shared?.(reply, ids) ?? reply, ids, list.idKeys);
	return new Map(
		ids.map((id): [string, Outcome<T>] => {
			if (!parts.has(id)) return [id, { ok: false, error: leftOut(id, list) }];
			const part = parts.get(id);
			try {
				const raw = isObject(part) ? part : { value: part };
				return [id, { ok: true, value: parse(schema, action, part), raw }];
			} catch (error) {
				return [id, { ok: false, error: error instanceof PanelError ? error : unexpected(action, part) }];
			}
		}),
	);
}

const leftOut = (id: string, { action, noun }: Pick<ListAction<unknown>, 'action' | 'noun'>) =>
	new PanelError(`The panel's reply to "${action}" says nothing about ${noun} ${id}.`, {
		family: noun,
		effect: 'unknown',
		action,
		remedy: isRead(action)
			? `Check the ${noun} ID: panels leave out IDs that do not belong to the account of this API key.`
			: `Look the ${noun} up in the panel before you try again: what was asked may have been done.`,
	});

export const STATUS: ListAction<OrderStatus> = {
	action: 'status',
	noun: 'order',
	many: 'orders',
	one: 'order',
	idKeys: ['order', 'id', 'order_id'],
	schema: orderStatusSchema,
};

export const REFILL_STATUS: ListAction<RefillStatus> = {
	action: 'refill_status',
	noun: 'refill',
	many: 'refills',
	one: 'refill',
	idKeys: ['refill', 'id'],
	schema: refillStatusSchema,
};

/** What a refill or cancel request was answered with: an ID or a plain yes, which becomes `1`. */
const acceptedSchema = (action: 'refill' | 'cancel') =>
	leaf('an ID', (part) => {
		const { [action]: own, canceled, error }: JsonObject = isObject(part) ? part : {};
		const value = own ?? (action === 'cancel' ? canceled : undefined) ?? part;
		const words = errorTextOf({ error });
		if (words !== undefined) throw refusal(words, action, { error });
		const answer = typeof value === 'string' ? value.trim() : value;
		if (isObject(answer)) {
			parse(unlessRefused(action), action, answer);
			// Glycon: {"status":"success","message":"Cancellation request added…"}
			return saysSucceeded(answer) ? '1' : undefined;
		}
		const word = typeof answer === 'object' ? '' : String(answer);
		if (/^(true|yes|ok|success|accepted)$/i.test(word)) return '1';
		if (/^(false|no|0)$/i.test(word)) {
			const message = `The panel did not accept the ${action} and gave no reason.`;
			throw new PanelError(message, { family: action, effect: 'none', action });
		}
		const accepted = wellFormedId(answer);
		// A bare text is an ID only where it cannot be a code: `E102`
		const isSure = accepted !== undefined && (typeof part !== 'string' || /^\d+$/.test(accepted));
		if (!isSure && typeof answer === 'string' && answer !== '') throw refusal(answer, action);
		return accepted;
	});

/** The value is the refill's ID. */
export const REFILL: ListAction<string> = {
	action: 'refill',
	noun: 'order',
	many: 'orders',
	one: 'order',
	idKeys: ['order', 'id'],
	shared: unwrapped,
	schema: acceptedSchema('refill'),
};

/** Of cancel requests, one `{"cancel": 5}` answers for all that were asked. */
export const CANCEL: ListAction<string> = {
	action: 'cancel',
	noun: 'order',
	many: 'orders',
	last: 'order',
	idKeys: ['order', 'id'],
	shared(reply, ids) {
		const answer = unwrapped(reply);
		return isObject(answer) && 'cancel' in answer ? ids.map((order) => ({ ...answer, order })) : answer;
	},
	schema: acceptedSchema('cancel'),
};

/** A wrapping that holds nothing says all there is to say itself. */
function unwrapped(reply: unknown): unknown {
	const inner = unwrap(reply);
	if (!isObject(reply) || (typeof inner === 'object' && inner !== null) || !saysSucceeded(reply))
		return inner;
	return { ...reply, data: undefined };
}
