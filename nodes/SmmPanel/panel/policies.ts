/**
 * Every number of this package that has a unit, with its reason and its bounds. `…Ms`, `…_MS`: milliseconds. What a
 * panel is asked comes first, then the order book and the trigger.
 */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** When a failed request is sent again: sending.ts does it, and says there which requests may be repeated at all. */
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

/** Reads at the same time: more with each answer, as long as answers come about as fast as the fastest one did. */
export const LANES = {
	/** By so many with each answer: a run of a hundred requests is to have all of them before it is over. */
	rise: 2,
	/** Answers that take this many times as long, and by more than this, mean that the panel has enough to do. */
	slower: 2,
	slowerMs: 100,
} as const;

/** A panel that refuses because too many requests came, and what is learned from it. */
export const RATE = {
	/** Of a limit: beyond it, no request is made that could be left out. */
	spare: 0.8,
	/** Panels count by the minute; a second more covers those that count whole seconds. */
	windowMs: 61_000,
	/** Limits that panels publish. The request that would cross one goes alone: one is refused, and not 16. */
	typical: [60, 100, 120, 150, 180, 200, 240, 300] as readonly number[],
	/** So many go one by one after refusals, until it is clear what the panel lets pass. */
	careful: 4,
	/** Without `Retry-After`: the first pause, which doubles up to the longest. The sixth ends after a minute. */
	firstPauseMs: 1_000,
	longestPauseMs: 30_000,
	/** A pause is up to this share longer: other processes with the key are not to come back at the same moment. */
	jitter: 0.02,
	/** A pause so short means a limit by the second, such as one `add` a second, or a bucket that refills. */
	shortPauseMs: 4_000,
	/** The window of such a limit: a second, and a little for timers that are early. */
	secondMs: 1_030,
	/** So many requests in a minute before a refusal mean a limit by the minute; fewer say little about it. */
	minuteLike: 20,
	/** A refusal within a learned limit lowers it to what has passed, at most by this factor. */
	steepest: 4,
	/** A limit that was learned is tried again, one request higher, after two windows and never sooner than this. */
	firstRiseMs: 20_000,
	/** A try that fails doubles the time until the next, up to this: limits change seldom, but with an account's plan. */
	longestRiseMs: 3_600_000,
	/** A longer `Retry-After` ends the runs that wait, and is not kept: each later run may ask once. */
	patienceMs: 300_000,
} as const;

/** Prices change over hours: a minute spares a run of many items, and an editor, all but one request for the list. */
export const CATALOGUE_FRESH_MS = MINUTE_MS;

/** Below this, a run's wait for the panel's limit is nothing to act upon, and no hint speaks of it. */
export const WAIT_WORTH_A_HINT_MS = 10_000;

/** Node's longest timer: whatever waits longer would be over at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Someone looks at a spinner while a credential is tested. */
export const CREDENTIAL_TEST = {
	timeoutMs: 15_000,
	retry: { attempts: 2, totalMs: 5_000, rateLimitMs: 5_000 },
} as const;

/** A list of services without the currency is better than one that someone in the editor waits for. */
export const CURRENCY_TIMEOUT_MS = 3_000;

/** n8n's own API: a request whose answer is at hand. Not repeated: the next poll asks again. */
export const LIST_TIMEOUT_MS = 20_000;

/** The order book: what the age of a row, or of what a process knows of the book, means. */
export const BOOK = {
	/** A `sending` row that nobody has touched for so long is what a dead sender has left: the unknown order. */
	sendingLimitMs: 5 * MINUTE_MS,
	/** A `waiting` row that is older was left by an execution that has died. */
	waitingLimitMs: HOUR_MS,
	/** Rows that are being sent are touched so often: well within `sendingLimitMs`, also after two touches that failed. */
	beatMs: 90_000,
	/** A request that leaves longer than this after its row was marked last asks first whether the row still stands. */
	markLimitMs: 2 * MINUTE_MS,
	/** What is begun later than this after its window is claimed anew, well before its row looks like a dead sender's. */
	windowLimitMs: 4 * MINUTE_MS,
	/** A Retry of an execution that began before sends nothing: no finished row is surely kept for longer. */
	retryLimitMs: 30 * DAY_MS,
	/** For so long the earlier of two claims may finish first; then it counts as dead. */
	yieldMs: 5_000,
	/** Another execution that sends the same order is waited for so long: most panels answer within two seconds. */
	rivalMs: 10_000,
	/** How often that execution's rows are looked at meanwhile. */
	rivalLookMs: 500,
	/** A window holds what is sent in about this time: a crash leaves no more orders than that unknown. */
	windowMs: 1_000,
	/** What was sent is tried to be written for so long; then no further order is sent. */
	recordMs: 30_000,
	/** Between two of these tries: the first pause, which doubles up to the longest. A database restarts in seconds. */
	firstPauseMs: 250,
	longestPauseMs: 4_000,
	/** A process of n8n that has run for so long has loaded its data tables, or never will. */
	startingMs: HOUR_MS,
	/** So long after the first look that found no data tables, there are none. */
	loadingMs: 30_000,
	/** Where a project was seen without a book, reads do not look for one again before. */
	lookAgainMs: 5 * MINUTE_MS,
	/** Rows are written after the panel has answered, by the database's clock: who reads what is new looks so far back. */
	overlapMs: 5 * MINUTE_MS,
	/** `checkedAt` of an order that does not move is written no more often than this, where nobody needs it. */
	renewMs: HOUR_MS,
	/** A refill that is still open after so long will never be answered. */
	openRefillMs: 60 * DAY_MS,
	/** Of the column `fields`: what people put into an order fits, longer lists are kept as a hash. */
	mostFieldsBytes: 2048,
	/** Orders that were finished so long ago are forgotten, with their keys: panels refill for up to 60 days or so. */
	keptMs: 90 * DAY_MS,
	/** No key goes sooner: users are told that it holds for 30 days, and a Retry is refused after as long. */
	leastKeptMs: 30 * DAY_MS,
	/** A row with all columns filled takes 690 bytes on SQLite: so many are 138 of the 200 MB that n8n has by default. */
	mostRows: 200_000,
	/** Room for some days: whoever is told that there is none waits for seconds. */
	roomRows: 10_000,
	/** What goes at once where there is no room. */
	roomStepMs: 10 * DAY_MS,
	/** A table may have been copied or moved while n8n runs: so long is known which one is the book. */
	knownMs: MINUTE_MS,
	/** n8n looks at the room that is taken every five seconds: sooner, it does not know what has been deleted. */
	roomSeenMs: 6_000,
} as const;

/** Between which of an account's orders an unknown one has to stand. */
export const RECONCILE = {
	/** An answer comes within two minutes, the option's limit, or never; and clocks are read before the request leaves. */
	marginMs: 150_000,
	/** A row that is being sent is touched every 90 s: whoever has not done so for so long sends no more. */
	windowMs: 4 * MINUTE_MS,
	/** So many of the account's orders before the first unknown one are read, however long ago: enough for probes. */
	before: 200,
} as const;

/** A poll of the trigger. n8n says how long it may take. */
export const POLL = {
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
	/** A poll that has not ended by then is given up: n8n's longest budget is five minutes. */
	givenUpAfterMs: 900_000,
	/** n8n stores a new state within milliseconds; a database that is busy may take seconds. */
	storedWithinMs: 10_000,
	/** IDs that left the list: orders are closed within days, and a list that was wrong for a weekend is right on Monday. */
	rememberedMs: 604_800_000,
} as const;

/** *Wait Until Finished*: how often it looks at an order, and for how long. */
export const WAIT = {
	/** Panels renew a status every few minutes; a day between two looks is no waiting any more. */
	everyMinutes: 2,
	mostEveryMinutes: 24 * 60,
	/** Most orders end within three days; after 90 the order book forgets finished ones. */
	maxHours: 72,
	mostHours: 90 * 24,
	/** An order that takes days need not be asked for every two minutes. */
	ageShare: 0.1,
	longestPauseMs: 30 * MINUTE_MS,
	/** Orders that are due so much of the interval later are asked for with those that are due now. */
	together: 0.1,
	/** One rejection of an ID can be a hiccup; and slow panels do not know an order in its first minutes. */
	rejections: 2,
	unknownMs: 10 * MINUTE_MS,
	/**
	 * Of executions that learned from one answer, most wake late: the first is alone with its check for 1/7 of the time,
	 * so that the others find what it has asked for, also where workers know nothing of each other. Holds for e^7 of them.
	 */
	lateness: 7,
	/** A check takes some tenths of a second, however often it is wanted. */
	leastSpreadMs: 12_000,
	/** Executions that check at the same moment do so in turn; one that hangs holds up no other for longer. */
	turnMs: 30_000,
} as const;

/** The balance as evidence that an order was not placed. */
export const EVIDENCE = {
	/** A balance that was read longer ago than this, before an order left, proves nothing of it. */
	freshMs: 60_000,
	/** It is read anew before an order that leaves later than this after the last reading. */
	refreshMs: 45_000,
	/** It is read twice after an answer, so far apart: panels debit within seconds, or only with their queue. */
	againMs: 3_000,
	/** No order waits longer than this for a reading, which is only needed if its answer is unclear. */
	withinMs: 2_000,
	/** Of the estimate: the deepest discount that an account was seen to have is 5 %. */
	cheapest: 0.9,
	/** From a reading before an order to the one that shows its charge: after longer, a kept balance is a new one. */
	atOnceMs: 3_000,
	/** So many placed orders of a process have to show that the account is debited at once: one can be a coincidence. */
	seen: 2,
	/** So many may be looked at; then nobody looks again. */
	looks: 4,
} as const;
