/** Keeps the key out of whatever a panel or a network says. */
import { isObject, mapTexts, parseReply } from './json';

/** What stands in place of the key. */
export const PLACEHOLDER = '[API key]';

/** Keys that could also be a part of an order's ID or of an amount: these are found only where they stand alone. */
const isWeak = (key: string) => key.length < 8 || /^\d{1,15}$/.test(key);

/**
 * Takes the key out of texts before anyone can see it, however it is spelled there: as it is, in other case, URL-encoded,
 * in the escapes of JSON, in base64, in hexadecimal. A short or numeric key is found as a word of its own.
 */
export function redactor(key: string): (text: string) => string {
	if (last?.key !== key) last = { key, clear: searchFor(key) };
	return last.clear;
}

/** Every request of a run has the same key. */
let last: { key: string; clear: (text: string) => string } | undefined;

function searchFor(key: string): (text: string) => string {
	if (key === '') return (text) => text;
	const pattern = patternFor(key);
	const base64 = base64Pattern(key);
	const bytes = [...new TextEncoder().encode(key)].map((byte) => byte.toString(16).padStart(2, '0'));
	// Six bytes in hexadecimal are no accident
	const inHex = bytes.length < 6 ? undefined : new RegExp(bytes.join('[\\s:]?'), 'gi');
	return (text) => {
		const spelled = text.replace(pattern, PLACEHOLDER);
		const redacted = inHex ? spelled.replace(inHex, PLACEHOLDER) : spelled;
		return base64 === undefined ? redacted : redacted.replace(base64, PLACEHOLDER);
	};
}

function patternFor(key: string): RegExp {
	const spelled = [...key].map(spellings).join('');
	return new RegExp(isWeak(key) ? `(?<![\\w.])${spelled}(?![\\w]|\\.\\d)` : spelled, 'gi');
}

const SHORTEST_BASE64 = 8;

/**
 * The key inside of base64, wherever it begins there: a text of three bytes is four characters, so that there are three
 * ways. What the bytes beside it change is left out of the search and taken along as what follows.
 */
function base64Pattern(key: string): RegExp | undefined {
	const bytes = new TextEncoder().encode(key);
	const cores = [0, 1, 2].flatMap((offset) => {
		const encoded = btoa(String.fromCharCode(...new Uint8Array(offset), ...bytes));
		const core = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
		return core.length < SHORTEST_BASE64 ? [] : [core];
	});
	if (cores.length === 0) return undefined;
	const safe = cores.map((core) => core.replace(/[+-]/g, '[+-]').replace(/\//g, '(?:\\\\?/|_)'));
	return new RegExp(`[\\w+/-]{0,2}(?:${safe.join('|')})[\\w+/-]{0,2}={0,2}`, 'g');
}

/** A pattern for one character in each of its spellings. */
function spellings(char: string): string {
	const code = char.charCodeAt(0);
	const percent =
		code < 128
			? `%${hex(code, 2)}`
			: isHalf(char)
				? '%'
				: encodeURIComponent(char).replace(/[A-F]/g, eitherCase);
	const unicode = [...Array(char.length).keys()].map((at) => `\\\\u${hex(char.charCodeAt(at), 4)}`).join('');
	const plain = char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
	return `(?:\\\\?${plain}|${percent}|${unicode}${char === ' ' ? '|\\+' : ''})`;
}

/** Half of a surrogate pair: no character, and not to be encoded. */
const isHalf = (char: string) => /^[\ud800-\udfff]$/.test(char);

const hex = (code: number, length: number) =>
	code.toString(16).padStart(length, '0').replace(/[a-f]/g, eitherCase);
const eitherCase = (digit: string) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`;

/** Escapes of what can be written plainly: with them, the key can be spelled in more ways than a search knows. */
const HIDING = /\\(?:\\|u00[0-7])/;

/** A reply's body, and its JSON, without the key; `json` is undefined where the body holds none. */
export function withoutKey(sent: string, key: string): { body: string; json: unknown } {
	const clear = redactor(key);
	const body = clear(sent);
	if (key !== '' && isWeak(key)) return { body, json: withoutWeakKey(parseReply(sent), key, clear, '') };
	const json = parseReply(body);
	// Where there is no escape at all, the shorter search sees it sooner
	return { body, json: body.includes('\\') && HIDING.test(body) ? mapTexts(json, clear) : json };
}

/** Names whose values are IDs and figures: an order is not lost because its ID equals a key of three digits. */
const FIGURES =
	/^(\d+|orders?|order_id|id|refills?|cancel|service|rate|min|max|charge|balance|remains|start_count(er)?|quantity|runs|posts)$/;

function withoutWeakKey(json: unknown, key: string, clear: (text: string) => string, name: string): unknown {
	if (Array.isArray(json)) return json.map((inner) => withoutWeakKey(inner, key, clear, name));
	if (isObject(json)) {
		const entries = Object.entries(json);
		return Object.fromEntries(entries.map(([own, inner]) => [own, withoutWeakKey(inner, key, clear, own)]));
	}
	const text = typeof json === 'string' ? json.trim() : typeof json === 'number' ? String(json) : undefined;
	if (text === undefined) return json;
	if (text.toLowerCase() === key.toLowerCase()) return FIGURES.test(name) ? json : PLACEHOLDER;
	return typeof json === 'string' ? clear(json) : json;
}
