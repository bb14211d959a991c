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
	try {
		const json = JSON.parse(plain) as unknown;
		const found = lookThrough(json, DEEPEST);
		if (found.tooDeep) return undefined;
		return found.longNumber ? (JSON.parse(withLongNumbersAsText(plain)) as unknown) : json;
	} catch {
		return undefined;
	}
}

/** What PHP prints in front of a reply where `display_errors` is on. */
const NOTICE =
	/\s*(?:<br ?\/?>\s*)*(?:<b>)?(?:PHP )?(?:Warning|Notice|Deprecated|Strict Standards|Parse error|Fatal error)(?:<\/b>)?: {0,4}/iy;
const NOTICE_END = / on line (?:<b>)?\d+(?:<\/b>)?(?:\s*<br ?\/?>)*\s*/gi;
const MOST_NOTICES = 100;

/** Where the reply begins behind PHP's notices; 0 where there are none. */
function afterNotices(text: string): number {
	let at = 0;
	for (let count = 0; count < MOST_NOTICES; count++) {
		NOTICE.lastIndex = at;
		if (!NOTICE.test(text)) return at;
		NOTICE_END.lastIndex = NOTICE.lastIndex;
		const end = NOTICE_END.exec(text);
		if (end === null) return at;
		at = end.index + end[0].length;
	}
	return at;
}

/** Where the object or list that begins at `start` ends; undefined where it is cut. */
function endOfJson(text: string, start: number): number | undefined {
	let depth = 0;
	let inText = false;
	for (let at = start; at < text.length; at++) {
		const char = text[at];
		if (char === '\\') at++;
		else if (char === '"') inText = !inText;
		else if (inText) continue;
		else if (char === '{' || char === '[') depth++;
		else if ((char === '}' || char === ']') && --depth === 0) return at + 1;
	}
	return undefined;
}

/** What may follow a reply: a script or a notice that a host or a plugin adds, no second reply. */
function isAfterthought(tail: string): boolean {
	if (!/^\s*(<|\/\/|PHP |$)/.test(tail)) return false;
	return !/"(error|order)"/.test(tail.replace(/<script\b[^>]*>[^<]*(?:<(?!\/script)[^<]*)*<\/script>/gi, ''));
}

/**
 * Parses a reply as panels send it: behind a byte order mark and PHP's notices, before a trailing script. Undefined
 * where there is no JSON, or more than one.
 */
export function parseReply(text: string): unknown {
	const whole = parseJson(text);
	if (whole !== undefined) return whole;
	const plain = text.replace(/^[\uFEFF\s]+/, '');
	const start = afterNotices(plain);
	if (plain[start] !== '{' && plain[start] !== '[') return undefined;
	const end = endOfJson(plain, start);
	if (end === undefined || !isAfterthought(plain.slice(end))) return undefined;
	return parseJson(plain.slice(start, end));
}

function withLongNumbersAsText(json: string): string {
	let inText = false;
	return json.replace(TOKENS, (token) => {
		if (token === '"') inText = !inText;
		return !inText && /^-?\d{16,}$/.test(token) ? `"${token}"` : token;
	});
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
