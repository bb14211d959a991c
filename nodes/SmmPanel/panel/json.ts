export type JsonObject = { [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Texts, to be passed over, and numbers. Unrolled, so that a text of megabytes costs no stack. */
const TEXTS_AND_NUMBERS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

// No reply of this API is nested a tenth as deep; what is would exhaust the stack of whoever walks through it
const DEEPEST = 50;

/**
 * Parses a reply; undefined where it is not JSON. Whole numbers too long for a JavaScript number become text, since an
 * order ID that lost its last digits is an order lost.
 */
export function parseJson(text: string): unknown {
	const plain = text.replace(/^\uFEFF/, '');
	const json = parsed(plain);
	if (json === undefined || isDeeper(json, DEEPEST)) return undefined;
	// Only what is known to be JSON is searched: in anything else, quotes that never close take forever
	return /\d{16}/.test(plain)
		? parsed(plain.replace(TEXTS_AND_NUMBERS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token)))
		: json;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

const isDeeper = (json: unknown, than: number): boolean =>
	typeof json === 'object' &&
	json !== null &&
	(than === 0 || Object.values(json).some((inner) => isDeeper(inner, than - 1)));

/** The same JSON with every text and every name in it changed. */
export function mapTexts(json: unknown, change: (text: string) => string): unknown {
	if (typeof json === 'string') return change(json);
	if (Array.isArray(json)) return json.map((inner) => mapTexts(inner, change));
	if (!isObject(json)) return json;
	return Object.fromEntries(Object.entries(json).map(([name, inner]) => [change(name), mapTexts(inner, change)]));
}
