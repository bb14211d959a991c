/** Where panels and the frameworks under them put what they say: error texts, wrappings, the ID of a placed order. */
import { isObject, type JsonObject } from './json';

const ERROR_WORDS = ['error', 'fail', 'failed', 'failure'];
const SUCCESS_WORDS = ['success', 'ok', 'succes', 'successful', 'true'];
/** Names under which a text stands, the most telling first. */
const TEXT_NAMES = [
	'message',
	'msg',
	'error_message',
	'errorMessage',
	'detail',
	'description',
	'reason',
	'title',
	'text',
];
/** Codes and places, and what has been looked at. */
const QUIET_NAMES = ['loc', 'type', 'code', 'status', 'input', 'ctx', 'url', ...TEXT_NAMES];
const DEEPEST_TEXT = 4;

/** All texts in a value, those under telling names first. */
function textsIn(value: unknown, depth = DEEPEST_TEXT): string[] {
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

/** Of a list of statuses, each is looked at for all the names: most of them are not there. */
function joined(value: unknown): string | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'string') return value.trim() || undefined;
	return [...new Set(textsIn(value))].join('; ') || undefined;
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value.trim().toLowerCase() : value);

const isOneOf = (value: unknown, choices: readonly unknown[]) => choices.includes(wordOf(value));

/** `success: false`, `ok: 0`, `error: 1`. */
const flagsFailed = ({ error, success, ok }: JsonObject): boolean =>
	error === true ||
	(typeof error === 'number' && error !== 0) ||
	[success, ok].some((flag) => isOneOf(flag, [false, 'false', 0, '0']));

/** What says in one word that it failed: a flag, `status` or `result`. */
const saysFailed = (reply: JsonObject): boolean =>
	flagsFailed(reply) || [reply.status, reply.result].some((word) => isOneOf(word, [false, ...ERROR_WORDS]));

/** What says in one word that it worked. */
export const saysSucceeded = (reply: unknown): boolean =>
	isObject(reply) &&
	([reply.success, reply.ok].some((flag) => isOneOf(flag, [true, 1, 'true', '1'])) ||
		[reply.status, reply.result].some((word) => isOneOf(word, [true, ...SUCCESS_WORDS])));

/** `"error":"none"` and the like stand in replies that are none. */
const NO_ERROR = /^(none|null|false|no|no error|0)$/i;

/** Texts of an `error` or `errors` that says something. */
function ownErrorText(reply: JsonObject): string | undefined {
	const named = [reply.error, reply.errors, reply.err].map(joined).find((text) => text !== undefined);
	return named === undefined || NO_ERROR.test(named) ? undefined : named;
}

const besideText = (reply: JsonObject): string | undefined =>
	TEXT_NAMES.map((name) => joined(reply[name])).find((text) => text !== undefined);

/** Names of replies that hold nothing but words. */
const WORDS_ONLY = [
	...TEXT_NAMES,
	...['code', 'statusCode', 'status_code', 'status', 'success', 'type', 'instance', 'trace'],
	...['traceId', 'timestamp', 'path', 'error', 'errors', 'requestId', 'data'],
];

/**
 * The panel's error text in a reply or a part of one, whatever the envelope: `error` and `errors` as text, list or
 * object, `{status: "error", msg | message}`, `{message}` alone, Laravel's `{message, errors}`, FastAPI's `{detail}`,
 * problem+json. Undefined where it is no error. An order can have the status "Error": figures beside it tell.
 */
export function errorTextOf(reply: unknown): string | undefined {
	if (!isObject(reply)) return undefined;
	const own = ownErrorText(reply);
	const beside = besideText(reply);
	if (own !== undefined) {
		// Laravel's message only repeats the first of the errors; NestJS says "Bad Request" in `error`
		const isTitle = /^(bad request|not found|unprocessable entity|forbidden|unauthorized|conflict)$/i.test(
			own,
		);
		return isTitle && beside !== undefined ? beside : own;
	}
	if (isObject(reply.error) || reply.error === true) return beside ?? 'Unknown error';
	const failed = saysFailed(reply);
	if (failed && beside !== undefined) return beside;
	if (failed && isObject(reply.data)) return errorTextOf(reply.data) ?? joined(reply.data) ?? 'Unknown error';
	if (failed && typeof reply.data === 'string' && reply.data.trim() !== '') return reply.data.trim();
	if (flagsFailed(reply) || reply.status === false) return 'Unknown error';
	if (beside === undefined || saysSucceeded(reply)) return undefined;
	const names = Object.keys(reply);
	const onlyWords = names.every((name) => WORDS_ONLY.includes(name)) && typeof reply.status !== 'string';
	return onlyWords ? beside : undefined;
}

/** Whether a reply says by its structure that it is an error: not by a text under `message` or in place of an ID. */
export const isErrorEnvelope = (reply: unknown): boolean =>
	isObject(reply) && (ownErrorText(reply) !== undefined || isObject(reply.error) || saysFailed(reply));

/** Every other text beside the error: what stands there can contradict it. */
export const allTexts = (reply: unknown): string => (isObject(reply) ? (joined(reply) ?? '') : '');

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
	'id',
	'status',
	'success',
	'message',
	'msg',
	'code',
	'charge',
	'currency',
	'balance',
	'price',
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
	if (depth < DEEPEST_ID || Object.keys(reply).every((name) => BESIDE_ID.includes(name))) {
		const own = wellFormedId(reply.id);
		if (own !== undefined) return own;
	}
	return orderIdIn(reply.data, depth - 1) ?? orderIdIn(reply.result, depth - 1);
}

/** Whether the reply itself, not its HTTP status, says that something went wrong. */
export function hasErrorBeside(reply: unknown): boolean {
	if (!isObject(reply)) return false;
	const code = Number(reply.code ?? reply.statusCode ?? 200);
	return (
		ownErrorText(reply) !== undefined ||
		(isObject(reply.error) && Object.keys(reply.error).length > 0) ||
		saysFailed(reply) ||
		(Number.isInteger(code) && code >= 400 && code < 600) ||
		[reply.data, reply.order, reply.result].some((inner) => isObject(inner) && hasErrorBeside(inner))
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
