import { excerpt, isRead, PanelError } from './errors';
import { errorTextOf } from './envelopes';
import { jsonWithoutKey, redactor } from './redaction';
import { errorFrom, judge } from './judge';

export interface PanelRequest {
	/** Body fields, `action` among them. The key is added by whoever sends. */
	fields: Record<string, string>;
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

/** Errors of looking up, connecting and shaking hands: the request itself never left. */
const NEVER_LEFT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_INVALID_URL)$/;

const RESET = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;
const CLOSED = /socket hang up|closed unexpectedly/i;
/** n8n's own words for a lost connection end with the advice to send it again, which would pay twice. */
const ADVICE = /[\s.]*\b(you can|please)\b[^.]*\b(retry|try again)\b.*$/is;

interface ErrorLike {
	code?: unknown;
	message?: unknown;
	cause?: unknown;
	errors?: unknown;
}

/** Codes of an error and of what caused it: n8n and fetch wrap the one that matters. */
function errorCodes(error: unknown, depth = 0): string[] {
	if (typeof error !== 'object' || error === null || depth > 5) return [];
	const { code, cause, errors } = error as ErrorLike;
	return [
		...(typeof code === 'string' ? [code] : []),
		...errorCodes(cause, depth + 1),
		...(Array.isArray(errors) ? errors.flatMap((inner) => errorCodes(inner, depth + 1)) : []),
	];
}

function errorMessage(error: unknown): string {
	let current = error as ErrorLike | null | undefined;
	let message = '';
	for (let depth = 0; typeof current === 'object' && current !== null && depth < 5; depth++) {
		if (typeof current.message === 'string' && current.message !== '') message = current.message;
		current = current.cause as ErrorLike | null | undefined;
	}
	return message === '' ? String(error) : message;
}

/** Why no response came. `effect` is `none` only where the request certainly never left. */
export function networkError(error: unknown, host: string, key: string, action?: string): PanelError {
	const codes = errorCodes(error);
	const message = redactor(key)(errorMessage(error));
	const neverLeft = codes.some((code) => NEVER_LEFT.test(code));
	const happened = codes.includes('ECONNREFUSED')
		? `${host} refused the connection.`
		: codes.includes('ENOTFOUND') || codes.includes('EAI_AGAIN')
			? `There is no host named ${host}, or its name cannot be looked up right now.`
			: codes.some((code) => /TIMEDOUT|ABORTED/.test(code)) || /timeout|timed out/i.test(message)
				? `${host} did not answer in time.`
				: codes.some((code) => RESET.test(code)) || CLOSED.test(message)
					? `${host} closed the connection before it had answered.`
					: `The connection to ${host} failed: ${excerpt(message.replace(ADVICE, ''))}`;
	return new PanelError(happened, {
		family: 'network',
		effect: neverLeft ? 'none' : 'unknown',
		action,
		transient: !codes.includes('ERR_INVALID_URL') && !codes.some((code) => /CERT|SIGN|UNABLE/.test(code)),
	});
}

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
	context: { action: string; host: string; key: string; now: number },
): unknown {
	const { status, headers } = response;
	const { action } = context;
	const body = redactor(context.key)(response.body);
	const json = jsonWithoutKey(response.body, context.key);
	if (status >= 300 && status < 400) throw redirected(status, headers, context);
	const judgement = judge({ action, status, json, body });
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
		...withoutWords(judgement.words ?? '', { action, status, json, body }, context.host),
	});
}

/** What to say of a reply that is no JSON, or has no words. */
function withoutWords(
	words: string,
	{ action, status, json, body }: { action: string; status: number; json: unknown; body: string },
	host: string,
): { message?: string; remedy?: string } {
	if (words !== '') return {};
	const isPage = json === undefined && looksLikeHtml(body);
	if (status === 429) return { message: 'The panel says that too many requests were sent (HTTP 429).' };
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
