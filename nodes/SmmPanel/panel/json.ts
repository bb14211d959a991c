export type JsonObject = { [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What matters to a search for numbers outside of texts. No repetition that could go back: texts can be megabytes. */
const TOKENS = /\\[^]|"|-?\d[\d.eE+-]*/g;

// No reply of this API is nested a tenth as deep; what is would exhaust the stack of whoever walks through it
const DEEPEST = 50;

/**
 * Parses a reply; undefined where it is not JSON. Whole numbers too long for a JavaScript number become text, since an
 * order ID that lost its last digits is an order lost.
 */
export function parseJson(text: string): unknown {
	const plain = text.replace(/^\uFEFF/, '');
	const json = parsed(plain);
	const found = lookThrough(json, DEEPEST);
	if (json === undefined || found.tooDeep) return undefined;
	return found.longNumber ? parsed(withLongNumbersAsText(plain)) : json;
}

function withLongNumbersAsText(json: string): string {
	let inText = false;
	return json.replace(TOKENS, (token) => {
		if (token === '"') inText = !inText;
		return !inText && /^-?\d{16,}$/.test(token) ? `"${token}"` : token;
	});
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

interface Found {
	tooDeep?: true;
	longNumber?: true;
}

/** Once through everything: a catalogue has tens of thousands of values, and nearly all of them are texts. */
function lookThrough(json: unknown, depth: number, found: Found = {}): Found {
	if (typeof json === 'number' && Math.abs(json) > Number.MAX_SAFE_INTEGER) found.longNumber = true;
	if (typeof json !== 'object' || json === null) return found;
	if (depth === 0) found.tooDeep = true;
	else if (Array.isArray(json)) for (const inner of json) lookThrough(inner, depth - 1, found);
	// No list of the values: it would be made for each of thousands of services
	else for (const name in json) lookThrough((json as JsonObject)[name], depth - 1, found);
	return found;
}

/** The same JSON with every text and every name in it changed. */
export function mapTexts(json: unknown, change: (text: string) => string): unknown {
	if (typeof json === 'string') return change(json);
	if (Array.isArray(json)) return json.map((inner) => mapTexts(inner, change));
	if (!isObject(json)) return json;
	return Object.fromEntries(
		Object.entries(json).map(([name, inner]) => [change(name), mapTexts(inner, change)]),
	);
}
