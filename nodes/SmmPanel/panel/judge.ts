/** From a reply to its judgement by the table of verdicts, and to the error that says so. */
import {
	allTexts,
	errorTextOf,
	hasErrorBeside,
	isErrorEnvelope,
	isRouterRefusal,
	orderIdIn,
	saysSucceeded,
} from './envelopes';
import { excerpt, isRead, PanelError, type ErrorFamily } from './errors';
import { isObject, parseJson } from './json';
import {
	ALL_ELSE,
	isChallenge,
	isDecidedByBalance,
	isPage,
	VERDICTS,
	type Facts,
	type Reply,
	type Verdict,
} from './verdicts';
import type { WordedFamily } from './refusals';
import { familyOf, normalized, refusalOf, troubleIn } from './words';

/** Families that speak of an order that is there already: no reason why a new one cannot be taken. */
const OF_EXISTING: readonly WordedFamily[] = ['order', 'refill', 'cancel'];

export interface Judgement {
	verdict: Verdict;
	/** The row of the table that decided. */
	row: string;
	reason: string;
	family: ErrorFamily;
	/** The error's words, as the panel wrote them. */
	words: string | undefined;
	/** The ID that the reply names: of the placed order, of an older one, or of one that may be the placed one. */
	order?: string;
	/** The balance can decide, see `refusedByEvidence`. */
	clean: boolean;
}

/** A text in place of JSON, or of an ID, is the panel's words as well. */
function wordsOf({ json, body, words, action }: Reply): string | undefined {
	const text = words ?? errorTextOf(json);
	if (text !== undefined) return text;
	if (typeof json === 'string' && json.trim() !== '') return json.trim();
	if (action === 'add' && isObject(json) && orderIdIn(json) === undefined) {
		const { order, message, msg } = json;
		const sentence = [order, message, msg].find(
			(text) => typeof text === 'string' && /\S\s\S|\w\.\w/.test(text),
		);
		if (typeof sentence === 'string') return sentence.trim();
	}
	const isText = json === undefined && body !== undefined && !isPage(body) && /\p{L}{2}/u.test(body);
	return isText && body.length < 2_000 && !body.includes('\uFFFD') && !/[{}]/.test(body)
		? body.trim()
		: undefined;
}

/** Words beside an ID are an error where they refuse, and nothing says that it worked. */
function refusalBeside(json: unknown): string | undefined {
	if (!isObject(json) || saysSucceeded(json)) return undefined;
	return [json.message, json.msg].find((text): text is string => {
		const family = typeof text === 'string' ? refusalOf(normalized(text)) : undefined;
		return family !== undefined && !OF_EXISTING.includes(family);
	});
}

/** What stands beside the error's words can contradict them. */
function troubleAround(json: unknown, words: string): string | undefined {
	const around = allTexts(json)
		.split('; ')
		.filter((text) => !words.includes(text));
	return around.map((text) => troubleIn(normalized(text))).find((trouble) => trouble !== undefined);
}

/** PHP's notices around a reply tell of a fault in the script: what it did before is open. */
const isWhole = ({ body, json }: Reply) =>
	isObject(json) && (body === undefined || parseJson(body.trim()) !== undefined);

function factsOf(reply: Reply): Facts {
	const { action, json, status } = reply;
	const order = action === 'add' ? orderIdIn(json) : undefined;
	const ownWords = wordsOf(reply);
	const message = order !== undefined && ownWords === undefined ? refusalBeside(json) : undefined;
	const words = ownWords ?? message;
	const facts = { ...reply, order, words, errorBeside: hasErrorBeside(json) || message !== undefined };
	if (words === undefined) {
		const trouble = order === undefined && saysSucceeded(json) ? 'success' : undefined;
		return { ...facts, family: undefined, refuses: false, isEnvelope: false, trouble };
	}
	const text = normalized(words);
	const refusal = refusalOf(text);
	const isOfAnother = action === 'add' && refusal !== undefined && OF_EXISTING.includes(refusal);
	const success = order === undefined && saysSucceeded(json) ? 'success' : undefined;
	const trouble = troubleIn(text) ?? troubleAround(json, words) ?? success;
	return {
		...facts,
		family: refusal ?? familyOf(words),
		refuses: refusal !== undefined && trouble === undefined && !isOfAnother,
		isEnvelope: action !== 'add' || (isWhole(reply) && (isErrorEnvelope(json) || status >= 400)),
		trouble,
	};
}

/** The family where no words tell it. An empty or HTML 401 or 403 is a firewall's: a panel that refuses a key says so. */
function familyByStatus({ status, body, json }: Facts): ErrorFamily {
	if ((status === 401 || status === 403) && isObject(json)) return 'auth';
	if (status === 429) return 'rateLimit';
	if (status === 402) return 'funds';
	if (status === 404 || status === 405 || (status >= 300 && status < 400)) return 'protocol';
	if (status === 407) return 'network';
	if (status >= 500 || [401, 403, 408, 425].includes(status) || isPage(body)) return 'maintenance';
	if (status >= 400) return 'request';
	return 'protocol';
}

function familyFor(facts: Facts): ErrorFamily {
	const { status, json, words, family, action } = facts;
	// A text that is no JSON comes from what stands before the panel
	const isForeign = json === undefined && [401, 403, 407, 429].includes(status);
	if (words === undefined || family === undefined || isForeign) return familyByStatus(facts);
	if (status === 429 && isRead(action) && ['request', 'maintenance', 'conflict'].includes(family))
		return 'rateLimit';
	const isUncollected = family === 'request' && !facts.refuses;
	if (status === 402 && isUncollected) return 'funds';
	// "Not Found" in nobody's words, or in a framework's, is about the address
	if (isRouterRefusal(status, json) || ([404, 405].includes(status) && isUncollected)) return 'protocol';
	if (status === 401 && isUncollected) return 'auth';
	return family;
}

export function judge(reply: Reply): Judgement {
	const facts = factsOf(reply);
	const row = VERDICTS.find(({ fits }) => fits(facts)) ?? ALL_ELSE;
	const { words, order } = facts;
	return {
		verdict: row.verdict,
		row: row.name,
		reason: row.reason,
		family: familyFor(facts),
		words,
		...(order !== undefined && { order }),
		clean: isDecidedByBalance(facts, row),
	};
}

/** Whether what answers with this status and body is a firewall before the panel, not the panel. */
export const isFirewall = (reply: Reply): boolean =>
	([401, 403].includes(reply.status) && reply.json === undefined) || isChallenge(reply);

/** The PanelError that a part of a reply amounts to which speaks of one ID in these words. */
export function refusal(words: string, action: string, part?: unknown): PanelError {
	const judgement = judge({ action, status: 200, json: part, words });
	// What stands beside one ID is about that ID: the key was good enough for the others
	const ofOne = action === 'refill_status' ? 'refill' : 'order';
	const family = judgement.family === 'auth' ? ofOne : judgement.family;
	return errorFrom({ ...judgement, family }, { action, status: undefined });
}

/** From a judgement to the error that says so; `message` for replies without words of their own. */
export function errorFrom(
	{ verdict, family, words, order, clean, row }: Judgement,
	details: {
		action: string;
		status: number | undefined;
		retryAfterMs?: number;
		message?: string;
		transient?: boolean;
		remedy?: string;
	},
): PanelError {
	const { action, status, retryAfterMs, message, remedy, transient = false } = details;
	const isForeign = row === "perhaps the supplier's words";
	return new PanelError(
		words === undefined
			? (message ??
				(order === undefined ? 'The panel gave no reason.' : `The panel names order ${order}, and an error.`))
			: excerpt(words, 400),
		{
			family,
			effect: verdict === 'refused' ? 'none' : 'unknown',
			// Whatever a server's fault is worded like, a read can succeed a little later
			transient:
				transient ||
				family === 'rateLimit' ||
				family === 'maintenance' ||
				(isRead(action) && status !== undefined && status >= 500),
			panelText: words?.slice(0, 1000),
			httpStatus: status,
			retryAfterMs,
			action,
			remedy: isForeign ? SUPPLIERS : remedy,
			clean,
			...(order !== undefined && { namedOrder: order }),
		},
	);
}

const SUPPLIERS =
	"The key has just worked, or the balance covers the order: these are perhaps the words of the panel's own supplier.";
