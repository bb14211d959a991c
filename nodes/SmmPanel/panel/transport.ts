import { excerpt, familyOf, PanelError, refusal } from './errors';
import { mapTexts, parseJson } from './json';
import { errorTextOf } from './replies';
import { redact, redactor } from './redaction';

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
export function networkError(error: unknown, host: string, key: string): PanelError {
	const codes = errorCodes(error);
	const message = redact(errorMessage(error), key);
	const neverLeft = codes.some((code) => NEVER_LEFT.test(code));
	const happened = codes.includes('ECONNREFUSED')
		? `${host} refused the connection.`
		: codes.includes('ENOTFOUND') || codes.includes('EAI_AGAIN')
			? `There is no host named ${host}, or its name cannot be looked up right now.`
			: codes.some((code) => /TIMEDOUT|ABORTED/.test(code)) || /timeout|timed out/i.test(message)
				? `${host} did not answer in time.`
				: `The connection to ${host} failed: ${excerpt(message)}`;
	return new PanelError(happened, {
		family: 'network',
		effect: neverLeft ? 'none' : 'unknown',
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

const looksLikeHtml = (body: string) => /^\s*<[a-z!?]/i.test(body);

/** The reply's JSON, or the PanelError that it amounts to. `now` is a time in milliseconds, for `Retry-After`. */
export function readResponse(
	response: PanelResponse,
	context: { action: string; host: string; key: string; now: number },
): unknown {
	const { status, headers } = response;
	const body = redact(response.body, context.key);
	const retryAfter = retryAfterMs(headers, context.now);
	const json = jsonWithoutKey(body, context.key);
	const words = errorTextOf(json);
	if (status >= 300 && status < 400) throw redirected(status, headers, context);
	// An order that was placed is an order placed, whatever else the reply says
	if (context.action === 'add' && hasOrder(json)) return json;
	if (status === 429 && (words === undefined || isOfRate(words))) {
		throw new PanelError(words ?? 'The panel says that too many requests were sent (HTTP 429).', {
			family: 'rateLimit',
			effect: 'none',
			transient: true,
			panelText: words,
			httpStatus: status,
			retryAfterMs: retryAfter,
		});
	}
	if (words !== undefined) throw refusal(words, status, retryAfter);
	if (status >= 500 || (json === undefined && looksLikeHtml(body))) {
		const beginning = body.slice(0, 4000);
		const page = excerpt(
			beginning.match(/<title[^>]*>([^<]*)/i)?.[1]?.trim() || beginning.replace(/<[^>]*>/g, ' '),
		);
		throw new PanelError(
			`${context.host} answered with ${json === undefined ? 'a web page' : 'a fault'} instead of a reply (HTTP ${status}): ${page || 'empty'}`,
			{
				family: status === 404 ? 'protocol' : 'maintenance',
				effect: 'unknown',
				transient: status !== 404,
				httpStatus: status,
				retryAfterMs: retryAfter,
				...(status < 500 && {
					remedy:
						'The panel may be under maintenance: try again in a few minutes. If it stays so, check that the API URL in the credential is the address of the API (it usually ends in /api/v2), not that of the web page.',
				}),
			},
		);
	}
	if (json === undefined || json === null) {
		const what = body.trim() === '' ? 'nothing' : excerpt(body);
		throw new PanelError(`The panel answered "${context.action}" with something that is not JSON: ${what}`, {
			family: 'protocol',
			effect: 'unknown',
			transient: status < 400,
			httpStatus: status,
		});
	}
	if (status >= 400) {
		throw new PanelError(`The panel answered "${context.action}" with HTTP ${status}: ${excerpt(body)}`, {
			family: status === 401 || status === 403 ? 'auth' : 'request',
			effect: 'unknown',
			httpStatus: status,
		});
	}
	return json;
}

/** Escapes of what can be written plainly: with them, the key can be spelled in more ways than a search knows. */
const HIDING = /\\(?:\\|u00[0-7])/;

/** Escapes of JSON can hide the key from a search in the text. */
function jsonWithoutKey(body: string, key: string): unknown {
	const json = parseJson(body);
	// Where there is no escape at all, the shorter search sees it sooner
	return body.includes('\\') && HIDING.test(body) ? mapTexts(json, redactor(key)) : json;
}

/** HTTP 429 with words about something else is a refusal like any other. */
const isOfRate = (words: string) => ['rateLimit', 'maintenance', 'request'].includes(familyOf(words));

const hasOrder = (json: unknown) =>
	typeof json === 'object' && json !== null && 'order' in json && Boolean(json.order);

function redirected(
	status: number,
	headers: Record<string, unknown>,
	{ host, key }: { host: string; key: string },
): PanelError {
	const location = typeof headers.location === 'string' ? redact(headers.location, key) : '';
	return new PanelError(
		`${host} sends requests on to another address${location === '' ? '' : `: ${location}`}. They are not followed, since that would hand the API key to it.`,
		{
			family: 'protocol',
			// 302 and 303 are also what a web application answers after it has processed a form
			effect: status === 302 || status === 303 ? 'unknown' : 'none',
			httpStatus: status,
			remedy: `If you trust that address, enter it as the API URL in the credential${location === '' ? '' : `: ${location}`}.`,
		},
	);
}
