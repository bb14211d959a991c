/**
 * Every retry, time-out and back-off of this package, each with its unit (`…Ms`: milliseconds), its bounds and its
 * reason. What placing adds stands beside its rules: `MOST_UNANSWERED` in `brake.ts`, the waits for n8n's record of
 * keys in `sentKeys.ts`.
 */

export interface RetryPolicy {
	/** Tries in all, the first included. Refusals for rate do not count: see `RATE`. */
	attempts: number;
	/** Upper bound of the first pause; it doubles from try to try. */
	firstPauseMs: number;
	longestPauseMs: number;
	/** No new try starts later than this after the first that failed. */
	totalMs: number;
	/** How long a request waits, from the first refusal for rate on, while the panel answers nobody. */
	rateLimitMs: number;
}

/** For faults that pass: network, HTTP 5xx, maintenance pages. Restarts of a web server take some ten seconds. */
export const DEFAULT_RETRY: RetryPolicy = {
	attempts: 5,
	firstPauseMs: 500,
	longestPauseMs: 30_000,
	totalMs: 120_000,
	// A run is not to hang for an hour because a panel asks for it
	rateLimitMs: 300_000,
};

/** How long a panel may take to answer. A slow `add` that is given up is an order of unknown outcome. */
export const TIMEOUT = { readMs: 30_000, writeMs: 60_000 } as const;

/** How many requests are under way at once, where the user sets no number. */
export const CONCURRENCY = {
	/** Reads of a run begin like this, and never fall below it: what the smallest panels bear. */
	reads: 3,
	/** Reads rise up to this: beyond it, HTTP connections cost more than they bring. */
	mostReads: 16,
	/** Lists of refills and cancellations. Placing has its own option, 1 by default. */
	writes: 3,
} as const;

/** A panel that refuses because too many requests came, and what is learned from it. */
export const RATE = {
	/** Panels count by the minute, when requests arrive: a second more covers requests that travel differently fast. */
	windowMs: 61_000,
	panelWindowMs: 60_000,
	/** Where answers take longer than that second, as much is added, up to this; a slow answer fades by this factor. */
	lateMs: 1_000,
	mostLateMs: 4_000,
	forgets: 0.98,
	/** Limits that panels publish. The request that would cross one goes alone: one is refused, and not 16. */
	typical: [60, 100, 120, 150, 180, 200, 240, 300],
	/** So does the one that would cross it by this factor: a bucket has refilled a little meanwhile. */
	refilled: 1.05,
	/** Nobody waits longer than this for the answer of a request that goes alone. */
	aloneMs: 5_000,
	/** Without `Retry-After`: the first pause, which doubles up to the longest. A minute has 7 of them at most. */
	firstPauseMs: 1_000,
	longestPauseMs: 12_000,
	/** Refusals in a row with `Retry-After: 0` that are believed. */
	saysNow: 5,
	/** So many requests in a minute before a refusal mean a limit by the minute; fewer say little about it. */
	minuteLike: 20,
	/** A refusal after this share of a learned limit is that limit; earlier, someone else uses the key. */
	explains: 0.8,
	/** A pause so short means a limit by the second, such as one `add` a second. */
	quickMs: 3_000,
	/** So many refusals in a row take as long. */
	quickRefusals: 2,
	/** Its window: a second, and a little for requests that travel differently fast. */
	secondMs: 1_030,
	/** Refused all the same, its window is taken to be so much longer. */
	slower: 1.1,
	/** So many go one by one where the panel answers before a minute is over, and this share of its limit more. */
	leastCareful: 4,
	carefulShare: 0.05,
	/** A limit that was learned is tried again, one request higher, after so many full windows; then twice as many. */
	windowsBeforeRaise: 2,
	/** The same where windows are as short as a second. */
	dripsBeforeRaise: 20,
	/** What was learned holds for an hour: limits change seldom, but with an account's plan. */
	keptMs: 3_600_000,
	/** Given up after so many refusals in a row without an answer in between: about two and a half minutes. */
	mostRefusals: 15,
	/** A longer `Retry-After` ends the runs that wait, and is not kept: each later run may ask once. */
	patienceMs: 300_000,
} as const;

/** Someone looks at a spinner while a credential is tested. */
export const CREDENTIAL_TEST = {
	timeoutMs: 15_000,
	retry: { attempts: 2, totalMs: 5_000, rateLimitMs: 5_000 },
} as const;

/** List URLs and n8n's own API: a GET whose answer is at hand. Not repeated: the next poll asks again. */
export const LIST_TIMEOUT_MS = 20_000;

/** A poll of the trigger. n8n says how long it may take; n8n 1.x does not, and its default is five minutes. */
export const POLL = {
	defaultBudgetMs: 300_000,
	/** Someone waits in the editor for the workflow to be active, or n8n for its start; later polls do the rest. */
	activationBudgetMs: 60_000,
	/** Of the budget: no request begins later than this; the rest is for the last answer and for storing. */
	beginWithin: 0.5,
	/** Of the budget, for reading the watch list: longer, and too little time is left for the panel. */
	listWithin: 0.4,
	leastListMs: 5_000,
	leastBeginMs: 5_000,
	/** Of the budget, within these bounds: for one answer, and for all tries of a request. */
	share: 0.25,
	timeoutMs: [5_000, 30_000],
	retryMs: [2_000, 30_000],
	attempts: 3,
} as const;

/** Executions that check their orders at the same moment do so in turn; one that hangs holds up no other for longer. */
export const CHECK_TURN_MS = 30_000;
