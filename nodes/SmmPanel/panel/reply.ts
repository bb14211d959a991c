/** From a panel's response to its JSON, or to the error that it amounts to: body, JSON, facts, verdict. */
import {
	errorTextOf,
	hasErrorBeside,
	isErrorEnvelope,
	isRouterRefusal,
	orderIdIn,
	saysSucceeded,
	textsIn,
} from './envelopes';
import { excerpt, isRead, PanelError, type ErrorFamily, type PanelErrorDetails } from './errors';
import { isObject, parseJson } from './json';
import { redactor, withoutKey } from './redaction';
import type { WordedFamily } from './refusals';
import type { PanelResponse } from './transport';
import {
	ALL_ELSE,
	isChallenge,
	isDecidedByBalance,
	isPage,
	SUPPLIERS_WORDS,
	VERDICTS,
	type Facts,
	type Reply,
} from './verdicts';
import { familyOf, normalized, refusalOf, troubleIn } from './words';

interface Asked extends Pick<Reply, 'mayBeSuppliers'> {
	action: string;
	host: string;
	key: string;
	/** The time in milliseconds, for `Retry-After`. */
	now: number;
}

/** The reply's JSON. Throws the PanelError that the response amounts to. */
export function readResponse(response: PanelResponse, asked: Asked): unknown {
	const { status, headers } = response;
	const { action, mayBeSuppliers } = asked;
	if (status >= 300 && status < 400) throw redirected(response, asked);
	const reply: Reply = { action, status, headers, mayBeSuppliers, ...withoutKey(response.body, asked.key) };
	const facts = factsOf(reply);
	const row = rowFor(facts);
	if (row.verdict === 'placed') return reply.json;
	const isJson = reply.json !== undefined && reply.json !== null;
	const saysNothing = facts.words === undefined && facts.order === undefined;
	const isFine = status < 400 && isJson && errorTextOf(reply.json) === undefined;
	if (isFine && (isRead(action) || saysNothing)) return reply.json;
	const family = familyFor(facts);
	throw errorFrom(facts, row, family, {
		httpStatus: status,
		retryAfterMs: retryAfterMs(headers['retry-after'], asked.now),
		// What is no JSON is an accident of the moment, and so is a server's fault: a read can ask again
		transient: isRead(action) && (status >= 500 || (status < 400 && !isJson)),
		...adviceOn(facts, family, asked.host),
	});
}

/** The PanelError that a part of a reply amounts to which speaks of one ID in these words. */
export function refusal(words: string, action: string, part?: unknown): PanelError {
	const facts = factsOf({ action, status: 200, json: part, words });
	const family = familyFor(facts);
	// What stands beside one ID is about that ID: the key was good enough for the others
	const ofOne = action === 'refill_status' ? 'refill' : 'order';
	return errorFrom(facts, rowFor(facts), family === 'auth' ? ofOne : family, {});
}

const rowFor = (facts: Facts) => VERDICTS.find(({ fits }) => fits(facts)) ?? ALL_ELSE;

/** Families that speak of an order that is there already: no reason why a new one cannot be taken. */
const OF_EXISTING: ReadonlyArray<WordedFamily | undefined> = ['order', 'refill', 'cancel'];

function factsOf(reply: Reply): Facts {
	const { action, json, status, body } = reply;
	const order = action === 'add' ? orderIdIn(json) : undefined;
	const hasSucceeded = saysSucceeded(json);
	const isBesideOrder = order !== undefined && isObject(json) && !hasSucceeded;
	// Words beside an ID are an error where they refuse an order, and nothing says that it worked
	const beside = (isBesideOrder ? [json.message, json.msg] : []).find((text): text is string => {
		const family = typeof text === 'string' ? refusalOf(normalized(text)) : undefined;
		return family !== undefined && !OF_EXISTING.includes(family);
	});
	const own = wordsOf(reply, order);
	const words = own ?? beside;
	const success = order === undefined && hasSucceeded ? 'success' : undefined;
	const hasError = hasErrorBeside(json) || (own === undefined && beside !== undefined);
	const facts = { ...reply, order, words, errorBeside: hasError, refuses: false, isEnvelope: false };
	if (words === undefined) return { ...facts, family: undefined, trouble: success };
	// What stands beside the error's words can contradict them
	const around = isObject(json) ? textsIn(json).filter((text) => !words.includes(text)) : [];
	const trouble = [words, ...around].map((text) => troubleIn(normalized(text))).find(Boolean) ?? success;
	const refused = refusalOf(normalized(words));
	const isOfAnother = action === 'add' && OF_EXISTING.includes(refused);
	// PHP's notices around a reply tell of a fault in the script: what it did before is open
	const isWhole = isObject(json) && (body === undefined || parseJson(body.trim()) !== undefined);
	return {
		...facts,
		family: refused ?? familyOf(words),
		refuses: refused !== undefined && trouble === undefined && !isOfAnother,
		isEnvelope: action !== 'add' || (isWhole && (isErrorEnvelope(json) || status >= 400)),
		trouble,
	};
}

/** A text in place of JSON, or of an ID, is the panel's words as well. */
function wordsOf({ json, body = '', words, action }: Reply, order: string | undefined): string | undefined {
	const text =
		words ?? errorTextOf(json) ?? (typeof json === 'string' ? json.trim() || undefined : undefined);
	if (text !== undefined) return text;
	if (action === 'add' && isObject(json) && order === undefined) {
		const sentence = [json.order, json.message, json.msg].find(
			(text) => typeof text === 'string' && /\S\s\S|\w\.\w/.test(text),
		);
		if (typeof sentence === 'string') return sentence.trim();
	}
	if (json !== undefined || isPage(body) || !/\p{L}{2}/u.test(body)) return undefined;
	return body.length < 2_000 && !/[{}\uFFFD]/.test(body) ? body.trim() : undefined;
}

function familyFor({ action, status, json, body, words, family, refuses }: Facts): ErrorFamily {
	// A text that is no JSON comes from what stands before the panel
	const isForeign = json === undefined && [401, 403, 407, 429].includes(status);
	if (words !== undefined && family !== undefined && !isForeign) {
		const isOfRate = ['request', 'maintenance', 'conflict'].includes(family);
		if (status === 429 && isRead(action) && isOfRate) return 'rateLimit';
		const isUncollected = family === 'request' && !refuses;
		if (status === 402 && isUncollected) return 'funds';
		// "Not Found" in nobody's words, or in a framework's, is about the address
		if (isRouterRefusal(status, json) || ([404, 405].includes(status) && isUncollected)) return 'protocol';
		return status === 401 && isUncollected ? 'auth' : family;
	}
	// An empty or HTML 401 or 403 is a firewall's: a panel that refuses a key says so
	if ((status === 401 || status === 403) && isObject(json)) return 'auth';
	if (status === 429) return 'rateLimit';
	if (status === 402) return 'funds';
	if (status === 404 || status === 405) return 'protocol';
	if (status === 407) return 'network';
	if (status >= 500 || [401, 403, 408, 425].includes(status) || isPage(body)) return 'maintenance';
	return status >= 400 ? 'request' : 'protocol';
}

function errorFrom(
	facts: Facts,
	row: ReturnType<typeof rowFor>,
	family: ErrorFamily,
	{ message = '', ...more }: Partial<PanelErrorDetails> & { message?: string },
): PanelError {
	const { words, order, action } = facts;
	return new PanelError(words === undefined ? message : excerpt(words, 400), {
		...more,
		action,
		family,
		effect: row.verdict === 'refused' ? 'none' : 'unknown',
		transient: more.transient === true || family === 'rateLimit' || family === 'maintenance',
		panelText: words?.slice(0, 1000),
		...(row.name === SUPPLIERS_WORDS && { remedy: SUPPLIERS }),
		clean: isDecidedByBalance(facts, row),
		namedOrder: order,
	});
}

const SUPPLIERS =
	"The key has just worked, or the balance covers the order: these are perhaps the words of the panel's own supplier.";
const FIREWALL =
	"Firewalls often refuse n8n by its User-Agent: whoever runs n8n can set N8N_ENFORCE_GLOBAL_USER_AGENT=true. Else ask the panel to let this computer's address through.";
const HTML_PAGE =
	'The panel may be under maintenance: try again in a few minutes. If it stays so, check that the API URL is the address of the API (it usually ends in /api/v2), not that of the web page.';
/** The Laravel panel answers "Incorrect request" to a wrong key. */
const WRONG_KEY =
	'Some panels answer so to a wrong API key: copy the key anew from the account page of the panel, and check the API URL.';

/** What to say of a reply without words, and what to do where that is not the family's remedy. */
function adviceOn(facts: Facts, family: ErrorFamily, host: string): { message?: string; remedy?: string } {
	const { action, status, json, body = '', words = '', order } = facts;
	if (isChallenge(facts) || ([401, 403].includes(status) && json === undefined)) {
		const message = `A firewall before ${host} answered instead of the panel (HTTP ${status}).`;
		return { message, remedy: FIREWALL };
	}
	if (words !== '') {
		const isPerhapsKey = action === 'balance' && family === 'request' && /request/i.test(words);
		return isPerhapsKey ? { remedy: WRONG_KEY } : {};
	}
	if (status === 429) return { message: 'The panel says that too many requests were sent (HTTP 429).' };
	if (status === 407) return { message: `A proxy before ${host} asks for its password (HTTP 407).` };
	if (status >= 500 || (json === undefined && isPage(body))) {
		const what = json === undefined ? 'a web page' : 'a fault';
		const title = /<title[^>]*>([^<]*)/i.exec(body.slice(0, 4000))?.[1]?.trim();
		const text = excerpt(title || body.slice(0, 4000).replace(/<[^>]*>/g, ' ')) || 'empty';
		const message = `${host} answered with ${what} instead of a reply (HTTP ${status}): ${text}`;
		return status < 500 ? { message, remedy: HTML_PAGE } : { message };
	}
	if (status >= 400)
		return { message: `The panel answered "${action}" with HTTP ${status}: ${excerpt(body)}` };
	if (order !== undefined) return { message: `The panel names order ${order}, and an error.` };
	const what = body.trim() === '' ? 'nothing' : excerpt(body);
	return { message: `The panel answered "${action}" with something that is not JSON: ${what}` };
}

function redirected({ status, headers }: PanelResponse, { action, host, key }: Asked): PanelError {
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

/** `Retry-After` in milliseconds: seconds or an HTTP date. */
function retryAfterMs(value: unknown, now: number): number | undefined {
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const seconds = Number(value);
	const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(String(value)) - now;
	return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
