/** Where panels and the frameworks under them put what they say: error texts, wrappings, the ID of a placed order. */
import { isObject, type JsonObject } from './json';

const ERROR_WORDS = ['error', 'fail', 'failed', 'failure'];
const SUCCESS_WORDS = ['success', 'ok', 'succes', 'successful', 'true'];
/** Names under which a text stands, the most telling first. */
const TEXT_NAMES = [
	...['message', 'msg', 'error_message', 'errorMessage', 'detail', 'description', 'reason', 'title', 'text'],
];
/** Codes and places, and what has been looked at. */
const QUIET_NAMES = ['loc', 'type', 'code', 'status', 'input', 'ctx', 'url', ...TEXT_NAMES];
const DEEPEST_TEXT = 4;

/** All texts in a value, those under telling names first. */
export function textsIn(value: unknown, depth = DEEPEST_TEXT): string[] {
	if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
	if (depth === 0) return [];
	if (Array.isArray(value)) return value.flatMap((inner) => textsIn(inner, depth - 1));
	if (!isObject(value)) return [];
	const telling = TEXT_NAMES.flatMap((name) => textsIn(value[name], depth - 1));
	const others = Object.entries(value)
		.filter(([name]) => !QUIET_NAMES.includes(name))
		.flatMap(([, inner]) => textsIn(inner, depth - 1));
	return telling.length > 0 || others.length > 0 ? [...telling, ...others] : textsIn(value.code, depth - 1);
}

/** The texts of the first of these fields that has any. Most rows of a list of statuses have none of them. */
function textUnder(reply: JsonObject, names: readonly string[]): string | undefined {
	for (const name of names) {
		const value = reply[name];
		if (value === undefined || value === null) continue;
		const text = [...new Set(textsIn(value))].join('; ');
		if (text !== '') return text;
	}
	return undefined;
}

const isOneOf = (values: readonly unknown[], choices: readonly unknown[]): boolean =>
	values.some((value) => choices.includes(typeof value === 'string' ? value.trim().toLowerCase() : value));

/** `success: false`, `ok: 0`, `error: 1`. */
const hasErrorFlag = ({ error, success, ok }: JsonObject): boolean =>
	error === true ||
	(typeof error === 'number' && error !== 0) ||
	isOneOf([success, ok], [false, 'false', 0, '0']);

/** What says in one word that it failed: a flag, `status` or `result`. */
const saysFailed = (reply: JsonObject): boolean =>
	hasErrorFlag(reply) || isOneOf([reply.status, reply.result], [false, ...ERROR_WORDS]);

/** What says in one word that it worked. */
export const saysSucceeded = (reply: unknown): boolean =>
	isObject(reply) &&
	(isOneOf([reply.success, reply.ok], [true, 1, 'true', '1']) ||
		isOneOf([reply.status, reply.result], [true, ...SUCCESS_WORDS]));

/** Texts of an `error` or `errors` that says something; `"error":"none"` and the like stand in replies that are none. */
function ownErrorText(reply: JsonObject): string | undefined {
	const named = textUnder(reply, ['error', 'errors', 'err']);
	return named === undefined || /^(none|null|false|no|no error|0)$/i.test(named) ? undefined : named;
}

/** Names of replies that hold nothing but words. */
const WORDS_ONLY = [
	...TEXT_NAMES,
	...['code', 'statusCode', 'status_code', 'status', 'success', 'type', 'instance', 'trace'],
	...['traceId', 'timestamp', 'path', 'error', 'errors', 'requestId', 'data'],
];
/** What frameworks put into `error` beside the message that tells more. */
const TITLE = /^(bad request|not found|unprocessable entity|forbidden|unauthorized|conflict)$/i;

/**
 * The panel's error text in a reply or a part of one, whatever the envelope: `error` and `errors` as text, list or
 * object, `{status: "error", msg | message}`, `{message}` alone, Laravel's `{message, errors}`, FastAPI's `{detail}`,
 * problem+json. Undefined where it is no error. An order can have the status "Error": figures beside it tell.
 */
export function errorTextOf(reply: unknown): string | undefined {
	if (!isObject(reply)) return undefined;
	const own = ownErrorText(reply);
	const beside = textUnder(reply, TEXT_NAMES);
	// Laravel's message only repeats the first of the errors
	if (own !== undefined) return TITLE.test(own) && beside !== undefined ? beside : own;
	if (isObject(reply.error) || reply.error === true) return beside ?? 'Unknown error';
	if (saysFailed(reply)) {
		const { data, status } = reply;
		const text =
			beside ?? errorTextOf(data) ?? (Array.isArray(data) ? undefined : textUnder(reply, ['data']));
		if (text !== undefined) return text;
		if (hasErrorFlag(reply) || status === false || isObject(data)) return 'Unknown error';
	}
	if (beside === undefined || saysSucceeded(reply) || typeof reply.status === 'string') return undefined;
	return Object.keys(reply).every((name) => WORDS_ONLY.includes(name)) ? beside : undefined;
}

/** Whether a reply says by its structure that it is an error: not by a text under `message` or in place of an ID. */
export const isErrorEnvelope = (reply: unknown): boolean =>
	isObject(reply) && (ownErrorText(reply) !== undefined || isObject(reply.error) || saysFailed(reply));

/** Whether the reply itself, not its HTTP status, says anywhere that something went wrong. */
export function hasErrorBeside(reply: unknown): boolean {
	if (!isObject(reply)) return false;
	const { error, data, order, result } = reply;
	const isEmpty = isObject(error) && Object.keys(error).length === 0;
	const code = Number(reply.code ?? reply.statusCode ?? 200);
	return (
		isErrorEnvelope(isEmpty ? { ...reply, error: undefined } : reply) ||
		(Number.isInteger(code) && code >= 400 && code < 600) ||
		[data, order, result].some(hasErrorBeside)
	);
}

/** Some panels wrap the answer: `{status: "success", data: …}`. */
export function unwrap(reply: unknown): unknown {
	if (!isObject(reply) || !('data' in reply)) return reply;
	const wrapping = ['status', 'data', 'message', 'msg', 'success', 'code', 'error', 'errors', 'result'];
	return Object.keys(reply).every((key) => wrapping.includes(key)) ? reply.data : reply;
}

const LONGEST_ID = 64;

/**
 * An ID as panels give them: digits, or letters, digits, `_` and `-` with a digit, at most 64 of them, not below 1. No
 * sentence, no `null`, no `-1`, no `1e+21`. Undefined for anything else.
 */
export function wellFormedId(value: unknown): string | undefined {
	const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
	if (text.length > LONGEST_ID || !/^[\w-]*\d[\w-]*$/.test(text)) return undefined;
	if (/^-?0*$|^-\d+$|^\d+e\d+$/i.test(text)) return undefined;
	return /^(err|fail|invalid|null|undefined|nan|none|false|true|http|sqlstate|e11000)/i.test(text)
		? undefined
		: text;
}

const DEEPEST_ID = 3;

/** Names beside an `id` that is the order's. */
const BESIDE_ID = [
	...['id', 'status', 'success', 'message', 'msg', 'code', 'charge', 'currency', 'balance', 'price'],
];

/** The ID of the order that a reply to `add` names, wherever panels put it; undefined where there is none. */
export function orderIdIn(reply: unknown, depth = DEEPEST_ID): string | undefined {
	if (depth === 0) return undefined;
	if (Array.isArray(reply)) return reply.length === 1 ? orderIdIn(reply[0], depth - 1) : undefined;
	if (!isObject(reply)) return undefined;
	for (const name of ['order', 'order_id', 'orderId', 'orderID']) {
		const value = reply[name];
		const own = wellFormedId(value);
		if (own !== undefined) return own;
		if (isObject(value)) return wellFormedId(value.id) ?? orderIdIn(value, depth - 1);
	}
	// An `id` of the reply itself can also be that of the request; inside of `data` it is the order's
	const isOrders = depth < DEEPEST_ID || Object.keys(reply).every((name) => BESIDE_ID.includes(name));
	return (
		(isOrders ? wellFormedId(reply.id) : undefined) ??
		orderIdIn(reply.data, depth - 1) ??
		orderIdIn(reply.result, depth - 1)
	);
}

const ROUTER_WORDS =
	/\broute\b.{0,200}(could not be found|not found)|no route (found|matches)|method is not (supported|allowed)|^method \S+ not allowed|^cannot (post|get) \//i;

/** The envelope of a framework's router, which answers where nothing of the shop is. */
export function isRouterRefusal(status: number, reply: unknown): boolean {
	if (!isObject(reply) || ![404, 405].includes(status)) return false;
	const texts = [reply.message, reply.detail, reply.title, reply.error].filter(
		(text) => typeof text === 'string',
	);
	if (texts.some((text) => ROUTER_WORDS.test(text))) return true;
	return texts.length === 1 && /^(not found|method not allowed)\.?$/i.test(String(reply.detail ?? ''));
}
