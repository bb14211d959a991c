/**
 * What panels say, sorted by what a user can do about it. `refuses` holds wordings that say why one request cannot be
 * taken, as panels document or answer them; `mentions` only names the subject of words that nobody has collected.
 */
import { PLACEHOLDER } from './redaction';
import { troubleIn } from './trouble';
import { WORDINGS_ABROAD, type WordedFamily } from './wordingsAbroad';

export type { WordedFamily };

interface Wording {
	family: WordedFamily;
	refuses: readonly RegExp[];
}

/** More IDs in one request than this panel takes. */
const LIST_TOO_LONG =
	/\b(max(imum)?|up to|only) \d+ (order|refill|id)s?( ids?)?\b|too many (order|refill)?s? ?(ids?|orders|refills)\b/;

const WRONG =
	'(incorrect|invalid|wrong|bad|missing|unknown|unsupported|not valid|empty|disabled|inactive|no)';
const IS = '(is |are |was |has been |field |id |format |you entered |provided )*';
const NOT_RIGHT =
	'(incorrect|invalid|wrong|bad|missing|required|empty|unsupported|deleted|removed|disabled|inactive|not (found|valid|supported|allowed|accepted|accessible|active|enabled|provided|set|correct|exist)|does ?n.?t exist|does not exist)';
/** A noun that panels call wrong, on either side of the word that says so. */
const wrong = (noun: string): RegExp[] => [
	new RegExp(`\\b${WRONG} (${noun})\\b`),
	new RegExp(`\\b(${noun}) ${IS}${NOT_RIGHT}\\b`),
];

/** In this order: the more specific stand first. Texts are normalized before, see `normalized`. */
const ENGLISH: readonly Wording[] = [
	{
		family: 'rateLimit',
		refuses: [
			/too many (requests|attempts|api calls)|requests? (are )?too (fast|often|frequent|quick)|rate.?limit|request limit|slow down|throttl/,
			/(wait|after|every) \d+ ?(s|sec|seconds?|min|minutes?)\b|(requests|orders) per (second|minute|hour)|api (call )?limit (reached|exceeded)/,
		],
	},
	{
		family: 'request',
		refuses: [LIST_TOO_LONG, /keyword key missing|order limit (reached|exceeded)/],
	},
	{
		family: 'order',
		refuses: [/order .{0,20}(does not|doesn.?t|not) belong/],
	},
	{
		family: 'auth',
		refuses: [
			...wrong('(api |secret |access )?(key|token)'),
			/(api )?(key|token) (is |was |has )?(been )?(expired|blocked|revoked|not active|deactivated)|expired (api )?(key|token)/,
			/api (access )?(is |has been )?(disabled|not enabled|not allowed|blocked|denied|deactivated)|api access/,
			/unauthenticated|unauthori[sz]ed|access denied|^forbidden|invalid credentials|(authentication|authorization) (failed|required|error)|not (authenticated|authori[sz]ed)/,
			/(your|this user|customer|client) account .{0,12}(inactive|suspended|banned|blocked|disabled|locked|not active|deactivated)|^(the )?(user )?account (is |has been )?(inactive|suspended|banned|blocked|disabled|locked|not active|deactivated)|^inactive account|^user (is )?(inactive|blocked|banned)/,
		],
	},
	{
		family: 'funds',
		refuses: [
			/not.?enough.{0,9}(funds?|balance|money|credits?)|insufficient.{0,9}(funds?|balance|money|credits?)|(balance|funds|credits?|wallet) .{0,12}(too low|not enough|insufficient|not sufficient)|low balance/,
			/(n.t|not|no) (have )?(enough |sufficient |any )?(funds|balance|money|credits?)\b|(add|deposit) (more )?funds|top up (your )?(account|balance)|(out of|exceeds? (your )?(available )?)(funds|balance|credits?)|payment required/,
		],
	},
	{
		family: 'conflict',
		refuses: [
			/(active|identical|unfinished) order( (was )?(just )?(placed|exists|already))?( (in progress|processing))?( (with|for|on) (this|the same|that|your) (link|url|username|page))?/,
			/(have|has|is|exists|already) (already )?(an? |another |one )?(pending|running|open|previous|duplicate|same) order( (with|for|on) (this|the same|that|your) (link|url|username|page))?|(pending|running|open|previous|existing|another) order .{0,10}(with|for|on) (this|the same|that|your) (link|url|username|page)/,
			/link.?duplicate|duplicated? (link|order|url)|(with |for )?(this |the )?same link.{0,25}(active|processing|progress|pending|exists?)( processing)?( order)?|already (have |has |is )?(an |one )?order/,
			/(order|link|url) .{0,24}already (exists?|in progress|active|pending|processing|in use|used|running|placed|being processed)|(link|url) is already|already (an )?(active|in progress|exists)|wait (until|for) (the |your |this )?(previous |current |active )?order/,
		],
	},
	{
		family: 'refill',
		refuses: [
			...wrong('refill( id| request)?'),
			/refill (is )?(not (available|possible)|unavailable|already)|(can ?not|can.?t|not) (be )?refill(ed)?|not eligible for .{0,6}refill|refill (was )?requested less than|no refill/,
		],
	},
	{
		family: 'cancel',
		refuses: [
			/(can ?not|can.?t|not|unable to) (be )?cancel(l?ed)?|cancel(l?ation)? .{0,4}(not (available|allowed|possible|supported|enabled)|disabled|unavailable)|no cancel|already (been )?cancel/,
		],
	},
	{
		family: 'quantity',
		refuses: [
			...wrong('(order )?(quantity|amount|qty|count)'),
			/(quantity|amount|qty) .{0,16}(less|more|lower|higher|below|above|greater|smaller|fewer|too (low|high|small|large|big)|between|at least|at most|out of range|multiple|exceeds?)/,
			/\b(min|max|minimum|maximum|minimal|maximal) (order )?(quantity|amount|qty|number|limit|value|order|is|allowed)\b|(not|n't) (meet|reach) the (min|max)|(less|more|lower|greater|higher|below|above|exceeds?) (than )?(the )?(service )?(min|max)/,
		],
	},
	{
		family: 'service',
		refuses: [
			...wrong('service( id| type)?s?'),
			/service .{0,14}(not (found|active|available|exist)|inactive|disabled)|no such service/,
		],
	},
	{
		family: 'order',
		refuses: [
			...wrong('order( id)?s?'),
			/no such order|order( id)? #?[\w-]{1,40} .{0,6}(not found|not exist|invalid|incorrect|not belong)/,
		],
	},
	{
		family: 'link',
		refuses: [
			...wrong('links?|urls?|username|user ?name|profile|page|post|video|channel|media( url)?|target'),
			/error link$|(link|url|username|profile|page|post|account|user|video|channel|media)s? .{0,24}(is |are |be )?(private|blocked|banned|black ?listed|too long|restricted|not public|suspended)\b|account of .{0,20}(banned|blocked|private)/,
			/(link|url) .{0,12}(must|should|has to|needs to) be|check (the |your )?link|only .{0,30}links? (are |is )?(allowed|accepted|supported)|enter a (valid )?(link|url)|(user|account|profile) (was )?(not found|does not exist)/,
		],
	},
	{
		family: 'request',
		refuses: [
			...wrong(
				'(order )?(request|action|method|command|parameters?|params?|fields?|data|input|country|device|keywords?|comments?|hashtags?|usernames?|groups?|interval|runs|delay|expiry|date|posts|coupon|answer number|answer|type|mentions?|start at)',
			),
			/(is|are) (a )?required|required (field|parameter)|validation (failed|error)|must be (an? |at |one |between |greater |less )|may not be (empty|greater|less)|drip ?feed .{0,14}(not|disabled|only)/,
			/neworder error \w+|^error (incorrect|invalid|wrong|missing|bad) \w+/,
		],
	},
];

/** Names the subject of words that nobody has collected; says nothing about what was done. */
const MENTIONS: ReadonlyArray<readonly [WordedFamily, RegExp]> = [
	[
		'maintenance',
		/^service (is )?(temporarily )?(unavailable|overload|busy)|maintenance|unavailable|overload|try again|timed? ?out|internal|server error|unknown error|exception|something went wrong|gateway|database|sql/,
	],
	['funds', /not.?enough|insufficient|\bfunds\b/],
	['conflict', /active order|duplicate/],
	['refill', /refill/],
	['cancel', /cancel/],
	['quantity', /quantity|minimal|minimum|maximum|\b(min|max)\b|amount/],
	['service', /service/],
	['order', /order.?id/],
	['link', /link|\burl\b/],
];

const REFUSALS: readonly Wording[] = [
	...ENGLISH,
	...WORDINGS_ABROAD.map(({ family, refuses }) => ({ family, refuses: [refuses] })),
];

/** What users type comes back in the panels' words: an address is no word of theirs. */
const ADDRESSES = /\bhttps?:\/\/\S+|\bwww\.\S+|\b[\w-]+\.[a-z]{2,6}\/\S*/g;

const LONGEST_TEXT = 1000;

/**
 * One spelling for comparison: small letters without accents (`ş` is `s`, `ı` is `i`, `й` is `и`), `.` and `_` inside of
 * codes as spaces, no addresses and no key.
 */
export function normalized(panelText: string): string {
	return panelText
		.slice(0, LONGEST_TEXT)
		.replaceAll(PLACEHOLDER, ' key-of-account ')
		.toLowerCase()
		.replace(ADDRESSES, ' ')
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.replace(/ı/g, 'i')
		.replace(/[’`´]/g, "'")
		.replace(/(?<=\p{L})[._-](?=\p{L})|_/gu, ' ')
		.replace(/\s+/g, ' ')
		.replace(/ key of account /g, ' ')
		.trim();
}

export interface Collected {
	family: WordedFamily;
	/** The normalized text without the words that refuse. */
	rest: string;
}

/** The refusal that a text is, as far as panels' wordings are known. Undefined for words nobody has collected. */
export function collectedRefusal(panelText: string): Collected | undefined {
	const text = normalized(panelText);
	const found = REFUSALS.find(({ refuses }) => refuses.some((wording) => wording.test(text)));
	if (found === undefined) return undefined;
	let rest = text;
	for (const { refuses } of REFUSALS) for (const wording of refuses) rest = rest.replace(wording, ' ');
	return { family: found.family, rest };
}

/** Kinds of trouble that make a text one about the panel's state, whatever it mentions beside. */
const OF_THE_PANEL = ['time', 'transport', 'storage', 'exception', 'database', 'provider', 'moment'];

/** The family of a panel's own error text; `request` where not even its subject is known. */
export function familyOf(panelText: string): WordedFamily {
	const text = normalized(panelText);
	const collected = collectedRefusal(panelText);
	const trouble = troubleIn(collected?.rest ?? text);
	if (trouble !== undefined && OF_THE_PANEL.includes(trouble)) return 'maintenance';
	return collected?.family ?? MENTIONS.find(([, words]) => words.test(text))?.[0] ?? 'request';
}

/** How many IDs a panel takes that has refused a list of `asked`; undefined where it refused for another reason. */
export function listLimitIn(panelText: string, asked: number): number | undefined {
	if (!LIST_TOO_LONG.test(normalized(panelText))) return undefined;
	const named = Number(/\d+/.exec(panelText)?.[0] ?? 0);
	return named >= 1 && named < asked ? named : Math.ceil(asked / 2);
}
