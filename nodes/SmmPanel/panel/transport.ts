import { excerpt, isRead, PanelError } from './errors';
import { errorTextOf } from './envelopes';
import { jsonWithoutKey, redactor } from './redaction';
import { errorFrom, isFirewall, judge, type Judgement } from './judge';
import type { Reply } from './verdicts';

export interface PanelRequest {
	/** Body fields, `action` among them. The key is added by whoever sends. */
	fields: Record<string, string>;
	timeoutMs: number;
}

interface PanelResponse {
	status: number;
	headers: Record<string, unknown>;
	body: string;
}

/**
 * Sends one POST with form fields to the panel, adds the key, follows no redirect and resolves whatever the HTTP
 * status. Rejects only where no complete response came.
 */
export type Transport = (request: PanelRequest) => Promise<PanelResponse>;

/** `Retry-After` in milliseconds: seconds or an HTTP date. */
function retryAfterMs(headers: Record<string, unknown>, now: number): number | undefined {
	const value = headers['retry-after'];
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const seconds = Number(value);
	if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
	const date = Date.parse(String(value));
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What a page says in its title, or in its text. */
function titleOf(body: string): string {
	const beginning = body.slice(0, 4000);
	const title = beginning.match(/<title[^>]*>([^<]*)/i)?.[1]?.trim();
	return excerpt(title || beginning.replace(/<[^>]*>/g, ' ')) || 'empty';
}

const looksLikeHtml = (body: string) => /^\s*<[a-z!?]/i.test(body);

const PAGE_REMEDY =
	'The panel may be under maintenance: try again in a few minutes. If it stays so, check that the API URL is the address of the API (it usually ends in /api/v2), not that of the web page.';

/** The reply's JSON, or the PanelError that it amounts to. `now` is a time in milliseconds, for `Retry-After`. */
export function readResponse(
	response: PanelResponse,
	context: { action: string; host: string; key: string; now: number } & Pick<Reply, 'mayBeSuppliers'>,
): unknown {
	const { status, headers } = response;
	const { action } = context;
	const body = redactor(context.key)(response.body);
	const json = jsonWithoutKey(response.body, context.key);
	if (status >= 300 && status < 400) throw redirected(status, headers, context);
	const reply = { action, status, headers, json, body, mayBeSuppliers: context.mayBeSuppliers };
	const judgement = judge(reply);
	if (judgement.verdict === 'placed') return json;
	const isFine = status < 400 && json !== undefined && json !== null && errorTextOf(json) === undefined;
	const saysNothing = judgement.words === undefined && judgement.order === undefined;
	if (isFine && (isRead(action) || saysNothing)) return json;
	throw errorFrom(judgement, {
		action,
		status,
		retryAfterMs: retryAfterMs(headers, context.now),
		// What is no JSON is an accident of the moment; a read can ask again
		transient: isRead(action) && status < 400 && (json === undefined || json === null),
		...(isFirewall(reply)
			? byFirewall(status, context.host)
			: withoutWords(judgement.words ?? '', { action, status, json, body }, context.host)),
		...(action === 'balance' && isAboutKey(judgement) && { remedy: WRONG_KEY }),
	});
}

/** The Laravel panel answers "Incorrect request" to a wrong key. */
const WRONG_KEY =
	'Some panels answer so to a wrong API key: copy the key anew from the account page of the panel, and check the API URL.';

const isAboutKey = ({ family, words = '' }: Judgement) => family === 'request' && /request/i.test(words);

const byFirewall = (status: number, host: string) => ({
	message: `A firewall before ${host} answered instead of the panel (HTTP ${status}).`,
	remedy:
		"Firewalls often refuse n8n by its User-Agent: whoever runs n8n can set N8N_ENFORCE_GLOBAL_USER_AGENT=true. Else ask the panel to let this computer's address through.",
});

/** What to say of a reply that is no JSON, or has no words. */
function withoutWords(
	words: string,
	{ action, status, json, body }: { action: string; status: number; json: unknown; body: string },
	host: string,
): { message?: string; remedy?: string } {
	if (words !== '') return {};
	const isPage = json === undefined && looksLikeHtml(body);
	if (status === 429) return { message: 'The panel says that too many requests were sent (HTTP 429).' };
	if (status === 407) return { message: `A proxy before ${host} asks for its password (HTTP 407).` };
	if (status >= 500 || isPage) {
		return {
			message: `${host} answered with ${json === undefined ? 'a web page' : 'a fault'} instead of a reply (HTTP ${status}): ${titleOf(body)}`,
			...(status < 500 && { remedy: PAGE_REMEDY }),
		};
	}
	if (status >= 400)
		return { message: `The panel answered "${action}" with HTTP ${status}: ${excerpt(body)}` };
	const what = body.trim() === '' ? 'nothing' : excerpt(body);
	return { message: `The panel answered "${action}" with something that is not JSON: ${what}` };
}

function redirected(
	status: number,
	headers: Record<string, unknown>,
	{ action, host, key }: { action: string; host: string; key: string },
): PanelError {
	const location = typeof headers.location === 'string' ? redactor(key)(headers.location) : '';
	const at = location === '' ? '' : `: ${location}`;
	return new PanelError(
		`${host} sends requests on to another address${at}. They are not followed, since that would hand the API key to it.`,
		{
			family: 'protocol',
			// Also what a web application answers after it has processed a form
			effect: 'unknown',
			action,
			httpStatus: status,
			remedy: `If you trust that address, enter it as the API URL${at}.`,
		},
	);
}

const charsetIn = (contentType: unknown): string | undefined =>
	typeof contentType === 'string' ? /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] : undefined;

function decoded(bytes: Uint8Array, charset: string, fatal: boolean): string | undefined {
	try {
		return new TextDecoder(charset, { fatal }).decode(bytes);
	} catch {
		return undefined;
	}
}

/**
 * A body as text: UTF-8 where it is that, else the charset of the content type, else windows-1254, which Turkish panels
 * write as iso-8859-9. What is no bytes comes back as it is, or as JSON.
 */
export function decodeBody(body: unknown, contentType: unknown): string {
	if (typeof body === 'string') return body;
	if (!(body instanceof Uint8Array || body instanceof ArrayBuffer)) return JSON.stringify(body ?? '');
	const bytes = body instanceof ArrayBuffer ? new Uint8Array(body) : body;
	const utf8 = decoded(bytes, 'utf-8', true);
	if (utf8 !== undefined) return utf8;
	const charset = charsetIn(contentType);
	const named =
		charset === undefined || /^utf-?8$/i.test(charset) ? undefined : decoded(bytes, charset, false);
	return named ?? decoded(bytes, 'windows-1254', false) ?? '';
}

/**
 * The URL that a text is. `URL.canParse`, once it is optimised, refuses hosts with letters such as "ü" in some versions
 * of Node.
 */
export function parseUrl(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}

/**
 * The address to send to, from what the user typed: `https://` and `/api/v2` are added where missing, a trailing
 * slash is dropped. Throws a PanelError (`request`) for anything that would send the key in the clear or to nowhere.
 */
export function normalizeApiUrl(input: string): string {
	const text = input.trim();
	if (text === '') throw invalid('The API URL is empty.');
	const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`;
	const url = parseUrl(withScheme);
	if (url === undefined) throw invalid(`"${text}" is not a valid API URL.`);
	if (url.protocol !== 'https:' && url.protocol !== 'http:') {
		throw invalid(`The API URL has to begin with https://, not ${url.protocol}//.`);
	}
	if (url.username !== '' || url.password !== '' || url.search !== '') {
		throw invalid(
			'The API URL contains a user name, a password or parameters behind a question mark. Enter the bare address; the key belongs in the field "API Key".',
		);
	}
	if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
		throw invalid(
			`The API URL begins with http://, which would send the API key unencrypted over the internet. Use https://${url.host}${url.pathname}.`,
		);
	}
	const path = url.pathname.replace(/\/+$/, '');
	return `${url.origin}${path === '' ? '/api/v2' : path}`;
}

const invalid = (message: string) =>
	new PanelError(message, {
		family: 'request',
		effect: 'none',
		remedy: 'Correct the API URL, for example https://sosyalzirvemedya.com/api/v2.',
	});

/** Loopback, private and link-local addresses, and names without a dot, which only a local network knows. */
function isPrivateHost(hostname: string): boolean {
	const host = hostname.toLowerCase();
	if (host.startsWith('[')) return /^\[(::1|f[cd][\da-f]{2}:.*|fe[89ab][\da-f]:.*)\]$/.test(host);
	if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
		return /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(host);
	}
	return !host.includes('.') || host.endsWith('.localhost');
}
