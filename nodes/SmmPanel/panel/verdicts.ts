/**
 * What a reply means for money. One table, read from top to bottom: the first row that fits decides. A request is
 * refused only where that is certain; whatever fits no row is unknown, and is never sent again by itself.
 */
import { isRouterRefusal } from './envelopes';
import { isObject } from './json';
import type { WordedFamily } from './refusals';

export type Verdict = 'placed' | 'refused' | 'unknown';

/** A reply as it came, or a part of one that speaks of one ID (`status` 200, and no body, then). */
export interface Reply {
	action: string;
	status: number;
	headers?: Record<string, unknown>;
	/** Undefined where the body is no JSON. */
	json: unknown;
	/** The body without the key. */
	body?: string;
	/** The panel's error text. Default: where error envelopes have it. */
	words?: string;
	/** Families of words that may be the panel's own supplier's: the key has just worked, the balance covers the order. */
	mayBeSuppliers?: ReadonlyArray<'auth' | 'funds'>;
}

/** What the rows look at, found once. */
export interface Facts extends Reply {
	/** The ID that a reply to `add` names: of the placed order, of an older one, or of one that may be the placed one. */
	order: string | undefined;
	errorBeside: boolean;
	family: WordedFamily | undefined;
	/** The words are, as a whole, collected sentences that say why a request cannot be taken. */
	refuses: boolean;
	/** The reply says by its structure that it is an error. */
	isEnvelope: boolean;
	/** The kind of trouble that the reply speaks of. */
	trouble: string | undefined;
}

interface Row {
	name: string;
	verdict: Verdict;
	reason: string;
	source: string;
	fits(facts: Facts): boolean;
}

export const isPage = (body: string | undefined) => body !== undefined && /^\s*<[a-z!?]/i.test(body);

const CHALLENGE =
	/just a moment|attention required!|checking your browser|cf-challenge|challenge-platform|cf_chl|enable javascript and cookies|ddos-guard/i;

/** A CDN's challenge, which is answered in front of the panel. */
export const isChallenge = ({ status, json, body, headers }: Reply) =>
	[403, 429, 503].includes(status) &&
	json === undefined &&
	(headers?.['cf-mitigated'] !== undefined || CHALLENGE.test((body ?? '').slice(0, 20_000)));

/** Statuses with which a panel, or the framework under it, says that it has taken nothing. */
const SPEAKING = [401, 402, 403, 404, 405, 422];
/** Statuses of what stands between, and of a panel that broke off. */
const isBroken = (status: number) => status >= 500 || status === 408 || status === 425;

export const SUPPLIERS_WORDS = "perhaps the supplier's words";

export const ALL_ELSE: Row = {
	name: 'all else',
	verdict: 'unknown',
	reason: 'Nothing says for certain that the request was not carried out.',
	source: 'at-most-once: what may be paid is not sent again',
	fits: () => true,
};

export const VERDICTS: readonly Row[] = [
	{
		name: "proxy's refusal",
		verdict: 'refused',
		reason: 'A proxy that asks for its password has sent nothing on.',
		source: 'RFC 9110, section 15.5.8',
		fits: ({ status }) => status === 407,
	},
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
		fits: ({ order, refuses, family, status }) =>
			order !== undefined && refuses && family === 'conflict' && !isBroken(status),
	},
	{
		name: 'order beside an error',
		verdict: 'unknown',
		reason: 'An ID beside an error contradicts it: the order can be there.',
		source: 'panels that save an order before they send it on',
		fits: ({ order }) => order !== undefined,
	},
	{
		name: 'created without an ID',
		verdict: 'unknown',
		reason: 'HTTP 201 and 202 say that something was made, whatever the words.',
		source: 'RFC 9110, sections 15.3.2 and 15.3.3; panels that answer 201 to add',
		fits: ({ status }) => status === 201 || status === 202,
	},
	{
		name: 'origin never reached',
		verdict: 'refused',
		reason: 'The page of a CDN says that the request never reached the panel.',
		source: 'Cloudflare 521, 523, 525, 526, cf-mitigated, challenge scripts',
		fits: (reply) => {
			const { status, json } = reply;
			const isCdns = json === undefined || (isObject(json) && json.cloudflare_error === true);
			return ([521, 523, 525, 526].includes(status) && isCdns) || isChallenge(reply);
		},
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
		name: SUPPLIERS_WORDS,
		verdict: 'unknown',
		reason:
			'The key has just worked, or the balance covers the order: who refuses may stand behind the panel.',
		source: 'panels that pass on what their supplier answers, after the debit',
		fits: ({ mayBeSuppliers, family }) => mayBeSuppliers?.some((suppliers) => suppliers === family) === true,
	},
	{
		name: 'trouble',
		verdict: 'unknown',
		reason: 'Trouble, or success, in words: the order can have been taken before it came up.',
		source: 'smm-turk-panel (HTTP 400 after the debit), Glycon (status 114), raw exceptions',
		fits: ({ trouble }) => trouble !== undefined,
	},
	{
		name: 'rate, by status',
		verdict: 'refused',
		reason: 'HTTP 429 comes from what counts requests, in front of the shop.',
		source: 'RFC 6585, section 4',
		fits: ({ status }) => status === 429,
	},
	{
		name: 'refused by status',
		verdict: 'refused',
		reason: 'Key, funds, rights, address and form are looked at before anything is done.',
		source: 'RFC 9110, sections 15.5.2 to 15.5.6 and 15.5.21; panels with speaking statuses',
		fits: ({ status, words, json }) => SPEAKING.includes(status) && words !== undefined && isObject(json),
	},
	{
		name: 'collected refusal',
		verdict: 'refused',
		reason: 'An error whose every sentence says why this request cannot be taken.',
		source: 'documentation and source of panels that speak this API: refusals.ts',
		fits: ({ refuses, isEnvelope, status }) => refuses && isEnvelope && !isBroken(status),
	},
	ALL_ELSE,
];

/** Whether the balance may decide: a whole JSON reply of the panel itself says something, but neither order nor trouble. */
export const isDecidedByBalance = ({ status, json, trouble, words }: Facts, row: Row): boolean => {
	const answers = status === 200 || (status >= 400 && status < 500 && ![408, 425, 429].includes(status));
	const isOpen = row === ALL_ELSE || row.name === SUPPLIERS_WORDS;
	return isOpen && answers && isObject(json) && words !== undefined && trouble === undefined;
};
