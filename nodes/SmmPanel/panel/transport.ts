import { PanelError } from './errors';

/** Body fields. The key is added by whoever sends. */
export type Fields = Record<string, string> & { action: string };

export interface PanelRequest {
	fields: Fields;
	timeoutMs: number;
}

export interface PanelResponse {
	status: number;
	headers: Record<string, unknown>;
	body: string;
}

/**
 * Sends one POST with form fields to the panel, adds the key, follows no redirect and resolves whatever the HTTP
 * status. Rejects only where no complete response came.
 */
export type Transport = (request: PanelRequest) => Promise<PanelResponse>;

/**
 * A body as text: UTF-8 where it is that, else the charset of the content type, else windows-1254, which Turkish panels
 * write as iso-8859-9. What is no bytes comes back as it is, or as JSON.
 */
export function decodeBody(body: unknown, contentType: unknown): string {
	if (typeof body === 'string') return body;
	if (!(body instanceof Uint8Array || body instanceof ArrayBuffer)) return JSON.stringify(body ?? '');
	const [, charset = 'utf-8'] = /charset\s*=\s*"?([\w-]+)/i.exec(String(contentType)) ?? [];
	const ifNotUtf8 = /^utf-?8$/i.test(charset) ? [] : [charset];
	for (const label of ['utf-8', ...ifNotUtf8]) {
		try {
			return new TextDecoder(label, { fatal: label === 'utf-8' }).decode(body);
		} catch {
			// Another one, or one that nobody knows
		}
	}
	return new TextDecoder('windows-1254').decode(body);
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
