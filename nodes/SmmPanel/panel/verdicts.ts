/**
 * What a reply means for money. One table, read from top to bottom: the first row that fits decides. A request is
 * refused only where that is certain; whatever fits no row is unknown, and is never sent again by itself.
 */
import {
	allTexts,
	errorTextOf,
	hasErrorBeside,
	isRouterRefusal,
	isValidationRefusal,
	orderIdIn,
	saysSucceeded,
} from './envelopes';
import { excerpt, isRead, PanelError, type ErrorFamily } from './errors';
import { isObject } from './json';
import { saysTryAgain, troubleIn } from './trouble';
import { collectedRefusal, familyOf, normalized, type WordedFamily } from './wordings';

export type Verdict = 'placed' | 'refused' | 'unknown';

/** A reply as it came, or a part of one that speaks of one ID (`status` 200 then). */
export interface Reply {
	action: string;
	status: number;
	/** Undefined where the body is no JSON. */
	json: unknown;
	/** The body without the key; undefined for a part of a reply. */
	body?: string;
	/** The panel's error text where the caller has read it already. */
	words?: string;
}

/** What the rows look at, found once. */
interface Facts extends Reply {
	order: string | undefined;
	errorBeside: boolean;
	family: WordedFamily | undefined;
	/** The words are among those that say why a request cannot be taken. */
	refuses: boolean;
	/** The kind of trouble that the reply speaks of beside. */
	trouble: string | undefined;
}

interface Row {
	name: string;
	verdict: Verdict;
	reason: string;
	source: string;
	fits(facts: Facts): boolean;
}

const isPage = (body: string | undefined) => body !== undefined && /^\s*<[a-z!?]/i.test(body);

const CHALLENGE =
	/just a moment|attention required!|checking your browser|cf-challenge|challenge-platform|cf_chl|enable javascript and cookies|ddos-guard|you have been blocked|error code: 10(06|07|08|09|20)/i;

const isCdnsOwn = ({ json, body }: Reply) =>
	json === undefined || (isObject(json) && json.cloudflare_error === true) || isPage(body);

/** Families that speak of an order that is there already: no reason why a new one cannot be taken. */
const OF_EXISTING: readonly WordedFamily[] = ['order', 'refill', 'cancel'];

/** HTTP statuses of the row "evidence": the panel itself answered, and its status says nothing of its own. */
const mayBeClean = (status: number) =>
	status === 200 ||
	(status >= 400 && status < 500 && ![401, 402, 403, 404, 405, 408, 409, 422, 425, 429].includes(status));

export const VERDICTS: readonly Row[] = [
	{
		name: 'order named',
		verdict: 'placed',
		reason: 'A well-formed ID where replies carry it, and no error beside it.',
		source: 'SMM panel API v2, reply to add; panels that answer 201, {order: {id}} or inside of data',
		fits: ({ order, errorBeside, status }) => order !== undefined && !errorBeside && status < 400,
	},
	{
		name: 'older order named',
		verdict: 'refused',
		reason: 'An ID beside the words of a conflict is the order that stands in the way.',
		source: '{"error":"You have active order with this link","order":777}',
		fits: ({ order, refuses, family, trouble }) =>
			order !== undefined && refuses && family === 'conflict' && trouble === undefined,
	},
	{
		name: 'order beside an error',
		verdict: 'unknown',
		reason: 'An ID beside an error contradicts it: the order can be there.',
		source: 'panels that save an order before they send it on',
		fits: ({ order }) => order !== undefined,
	},
	{
		name: 'rate, by status',
		verdict: 'refused',
		reason: 'HTTP 429 comes from what counts requests, in front of the shop.',
		source: 'RFC 6585, section 4',
		fits: ({ status }) => status === 429,
	},
	{
		name: 'router',
		verdict: 'refused',
		reason: "A framework's router answers where nothing of the shop is.",
		source: 'Laravel "The route … could not be found", FastAPI, Django, Express "Cannot POST /…"',
		fits: ({ status, json, body }) =>
			isRouterRefusal(status, json) || (status === 404 && /<pre>Cannot POST \//.test(body ?? '')),
	},
	{
		name: 'trouble beside',
		verdict: 'unknown',
		reason: 'Trouble, or success, in words: the order can have been taken before it came up.',
		source: 'smm-turk-panel (HTTP 400 after the debit), Glycon (status 114), raw exceptions',
		fits: ({ trouble, words, status, json, body }) =>
			trouble !== undefined && words !== undefined && !isChallenge({ status, json, body }),
	},
	{
		name: 'refused by account',
		verdict: 'refused',
		reason:
			'HTTP 401, 402 and 403 with an error: key, funds and rights are looked at before anything is done.',
		source: 'RFC 9110, sections 15.5.2 to 15.5.4; panels with speaking statuses',
		fits: ({ status, words }) => [401, 402, 403].includes(status) && words !== undefined,
	},
	{
		name: 'validation',
		verdict: 'refused',
		reason: "A framework's validation answers before the shop does.",
		source: 'Laravel {message, errors}, FastAPI {detail: [{loc, msg}]}, with HTTP 422',
		fits: ({ status, json }) => isValidationRefusal(status, json),
	},
	{
		name: 'collected wording',
		verdict: 'refused',
		reason: 'The words say why this request cannot be taken, and nothing else.',
		source: 'documentation and source of panels that speak this API: wordings.ts, wordingsAbroad.ts',
		fits: ({ refuses }) => refuses,
	},
	{
		name: 'origin never reached',
		verdict: 'refused',
		reason: 'The page of a CDN says that the request never reached the panel.',
		source: 'Cloudflare 521, 523, 525, 526, challenge pages',
		fits: (reply) => ([521, 523, 525, 526].includes(reply.status) && isCdnsOwn(reply)) || isChallenge(reply),
	},
	{
		name: 'all else',
		verdict: 'unknown',
		reason: 'Nothing says for certain that the request was not carried out.',
		source: 'at-most-once: what may be paid is not sent again',
		fits: () => true,
	},
];

const isChallenge = ({ status, json, body }: Pick<Reply, 'status' | 'json' | 'body'>) =>
	json === undefined && status !== 502 && status !== 504 && CHALLENGE.test((body ?? '').slice(0, 20_000));

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
	/** An uncollected wording in a clean error envelope: the balance can decide, see `refusedByEvidence`. */
	clean: boolean;
}

/** A text in place of JSON, or of an ID, is the panel's words as well. */
function wordsOf({ json, body, words, action }: Reply): string | undefined {
	const told = words ?? errorTextOf(json);
	if (told !== undefined) return told;
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

function factsOf(reply: Reply): Facts {
	const order = reply.action === 'add' ? orderIdIn(reply.json) : undefined;
	const beside = allTexts(reply.json);
	const ownWords = wordsOf(reply);
	// Words beside an ID are an error where they are one of those that refuse
	const message =
		order !== undefined && ownWords === undefined && collectedRefusal(beside) ? beside : undefined;
	const words = ownWords ?? message;
	const collected = words === undefined ? undefined : collectedRefusal(words);
	const around = words === undefined ? '' : normalized(beside.replace(words, ' '));
	const restAround = collectedRefusal(around)?.rest ?? around;
	const success = order === undefined && words !== undefined && saysSucceeded(reply.json);
	const trouble =
		words === undefined
			? undefined
			: (troubleIn(collected?.rest ?? normalized(words)) ??
				troubleIn(restAround) ??
				(success ? 'success' : undefined));
	const irrelevant =
		reply.action === 'add' && collected !== undefined && OF_EXISTING.includes(collected.family);
	return {
		...reply,
		order,
		words,
		errorBeside: hasErrorBeside(reply.json) || message !== undefined,
		family: words === undefined ? undefined : familyOf(words),
		refuses: collected !== undefined && trouble === undefined && !irrelevant,
		trouble,
	};
}

/** The family where no words tell it. */
function familyByStatus({ status, json, body }: Facts): ErrorFamily {
	if (status === 429) return 'rateLimit';
	if (status === 401 || status === 403) return isChallenge({ status, json, body }) ? 'maintenance' : 'auth';
	if (status === 402) return 'funds';
	if (status === 404 || status === 405 || (status >= 300 && status < 400)) return 'protocol';
	if (status >= 500 || status === 408 || status === 425 || isPage(body)) return 'maintenance';
	if (status >= 400) return 'request';
	return 'protocol';
}

/** HTTP 429 with words about something else is about that; 402 without known words is about funds. */
function familyFor(facts: Facts): ErrorFamily {
	const { status, words, family } = facts;
	if (words === undefined || family === undefined) return familyByStatus(facts);
	if (status === 429 && ['request', 'maintenance', 'rateLimit'].includes(family)) return 'rateLimit';
	if (status === 402 && family === 'request' && !facts.refuses) return 'funds';
	// "Not Found" in nobody's words, or in a framework's, is about the address
	const isAddress = isRouterRefusal(status, facts.json) || (family === 'request' && !facts.refuses);
	if ([404, 405].includes(status) && isAddress) return 'protocol';
	if (status === 401 && family === 'request' && !facts.refuses) return 'auth';
	return family;
}

export function judge(reply: Reply): Judgement {
	const facts = factsOf(reply);
	const row = VERDICTS.find(({ fits }) => fits(facts)) ?? (VERDICTS.at(-1) as Row);
	const { words, order, status, json } = facts;
	const text = words === undefined ? '' : normalized(words);
	return {
		verdict: row.verdict,
		row: row.name,
		reason: row.reason,
		family: familyFor(facts),
		words,
		...(order !== undefined && { order }),
		clean:
			row.name === 'all else' &&
			words !== undefined &&
			errorTextOf(json ?? undefined) !== undefined &&
			mayBeClean(status) &&
			facts.family !== 'maintenance' &&
			!saysTryAgain(text),
	};
}

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
	{ verdict, family, words, order, clean }: Judgement,
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
	const certain = verdict === 'refused';
	return new PanelError(
		words === undefined
			? (message ??
				(order === undefined ? 'The panel gave no reason.' : `The panel names order ${order}, and an error.`))
			: excerpt(words, 400),
		{
			family,
			effect: certain ? 'none' : 'unknown',
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
			remedy,
			clean,
			...(order !== undefined && { namedOrder: order }),
		},
	);
}
