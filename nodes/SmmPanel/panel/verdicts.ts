/**
 * What a reply means for money. One table, read from top to bottom: the first row that fits decides. A request is
 * refused only where that is certain; whatever fits no row is unknown, and is never sent again by itself.
 */
import { isRouterRefusal, isValidationRefusal } from './envelopes';
import { isObject } from './json';
import type { WordedFamily } from './wordings';

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
export interface Facts extends Reply {
	order: string | undefined;
	errorBeside: boolean;
	family: WordedFamily | undefined;
	/** The words are among those that say why a request cannot be taken. */
	refuses: boolean;
	/** The kind of trouble that the reply speaks of beside. */
	trouble: string | undefined;
}

export interface Row {
	name: string;
	verdict: Verdict;
	reason: string;
	source: string;
	fits(facts: Facts): boolean;
}

export const isPage = (body: string | undefined) => body !== undefined && /^\s*<[a-z!?]/i.test(body);

const CHALLENGE =
	/just a moment|attention required!|checking your browser|cf-challenge|challenge-platform|cf_chl|enable javascript and cookies|ddos-guard|you have been blocked|error code: 10(06|07|08|09|20)/i;

const isCdnsOwn = ({ json, body }: Reply) =>
	json === undefined || (isObject(json) && json.cloudflare_error === true) || isPage(body);

export const ALL_ELSE: Row = {
	name: 'all else',
	verdict: 'unknown',
	reason: 'Nothing says for certain that the request was not carried out.',
	source: 'at-most-once: what may be paid is not sent again',
	fits: () => true,
};

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
	ALL_ELSE,
];

export const isChallenge = ({ status, json, body }: Pick<Reply, 'status' | 'json' | 'body'>) =>
	json === undefined && status !== 502 && status !== 504 && CHALLENGE.test((body ?? '').slice(0, 20_000));
