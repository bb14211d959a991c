export type JsonObject = { [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const LONG_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses a reply; undefined where it is not JSON. Whole numbers too long for a JavaScript number become text, since an
 * order ID that lost its last digits is an order lost.
 */
export function parseJson(text: string): unknown {
	const exact = /\d{16}/.test(text)
		? text.replace(LONG_NUMBERS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token))
		: text;
	try {
		return JSON.parse(exact.replace(/^\uFEFF/, '')) as unknown;
	} catch {
		return undefined;
	}
}
