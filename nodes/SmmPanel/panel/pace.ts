import { RATE } from './policies';

/** Time as the client sees it; handed in, so that n8n's `sleep` and tests' clocks both fit. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms`, or at once when the execution is canceled, or `signal` says so. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** One run's part in a pace: its client asks for a turn before each request. */
export interface Runner {
	clock: Clock;
	/** Once it is aborted, no request of the run leaves any more. */
	signal?: AbortSignal;
	/** The user's own limit; Infinity: none. */
	perMinute: number;
	/** How long it waits for a panel that refuses everybody, in milliseconds. */
	patienceMs: number;
	/** What it has waited for the panel's limit, in milliseconds, and until when. */
	waited: { ms: number; until: number };
}

/** What a run has waited for the panel's limit, and that limit as far as it was learned. */
export interface PaceReport {
	waitedMs: number;
	perMinute?: number;
}

/**
 * A request has left; called once, when it is over. `refusal`: the panel refused it for its rate. False: waiting any
 * longer leads to nothing.
 */
export type Turn = (refusal?: { retryAfterMs?: number }) => boolean;

/** At most `count` requests in any `windowMs`, and `more` while a higher limit is tried: next at `riseAt`. */
type Limit = Record<'count' | 'windowMs' | 'more' | 'riseAt' | 'riseAfterMs', number>;

/** Refusals in a row, each after a pause of its own. */
interface Wall {
	refusals: number;
	/** When the first came, how many requests of the minute before had passed, and when the oldest of them expires. */
	since: number;
	passed: number;
	minuteOver: number;
	/** The last request that had left at the latest refusal: those before it are refused for the same reason. */
	wave: number;
	pausedUntil: number;
	/** The pause that the panel asked for last, even one that nobody waits for. */
	askedMs: number;
	/** The panel asked for no pause at all, once: that teaches no limit. */
	isAccident: boolean;
}

/**
 * The pace of all requests with one key, across runs. Panels do not say how they count, so a limit is learned as a
 * count within a sliding window, which keeps to every other way of counting, too.
 */
export class Pace {
	readonly #sent = new SlidingCount();
	/** What users allow a minute, each with the requests of all runs that set the same. */
	readonly #ceilings = new Map<number, SlidingCount>();
	#limit: Limit | undefined;
	#wall: Wall | undefined;
	#left = 0;
	/** So many requests more go alone, until it is clear what the panel lets pass. */
	#careful = 0;
	/** Nothing else leaves until what is under way is answered. */
	#isAlone = false;
	readonly #waiting: Array<() => void> = [];

	/** Whether a fifth of the learned limit is left, and of the user's own: for requests that can be left out. */
	hasRoom({ clock, perMinute }: Runner): boolean {
		const now = clock.now();
		const own = this.#ceilings.get(perMinute)?.size(RATE.windowMs, now) ?? 0;
		const { count = Infinity, windowMs = RATE.windowMs } = this.#limit ?? {};
		const isLow = this.#sent.size(windowMs, now) + 1 > RATE.spare * count;
		return !this.#wall && !isLow && own + 1 < RATE.spare * perMinute;
	}

	/** The limit as far as it was learned. */
	perMinute(): number | undefined {
		const limit = this.#limit;
		return limit && Math.max(1, Math.round((limit.count * RATE.windowMs) / limit.windowMs));
	}

	/** Undefined where the request may not leave: the run was canceled, or the panel refuses everybody. */
	async turn(runner: Runner): Promise<Turn | undefined> {
		const { clock, signal, perMinute, patienceMs, waited } = runner;
		const ceiling = this.#ceilings.get(perMinute) ?? new SlidingCount();
		this.#ceilings.set(perMinute, ceiling);
		const refusals = this.#wall?.refusals ?? 0;
		for (;;) {
			// Whoever has come since the last refusal may ask once
			const isRefusedAnew = (this.#wall?.refusals ?? 0) > refusals;
			if (signal?.aborted || (isRefusedAnew && this.#isHopeless(patienceMs))) return undefined;
			const now = clock.now();
			const byPanel = this.#waitFor(now);
			const wait = Math.max(byPanel, ceiling.waitFor(perMinute, RATE.windowMs, now));
			if (wait === 0) return this.#leave(runner, ceiling);
			if (wait === Infinity) await new Promise<void>((go) => this.#waiting.push(go));
			else await clock.sleep(wait, signal);
			if (wait !== byPanel || wait === Infinity) continue;
			// Requests that wait at the same time count as one wait
			waited.ms += Math.max(0, clock.now() - Math.max(now, waited.until));
			waited.until = clock.now();
		}
	}

	/** Milliseconds until a request may leave; Infinity: not before another one is answered. */
	#waitFor(now: number): number {
		if (this.#isAlone) return Infinity;
		if (this.#wall) return Math.max(0, this.#wall.pausedUntil - now);
		const wait = this.#limitWait(now);
		if (wait === 0 || !this.#limit || now < this.#limit.riseAt) return wait;
		const { count, more, riseAfterMs } = this.#limit;
		// Doubling finds a limit soon that was learned far too low
		const risen = { count: count + more, more: Math.max(1, 2 * more), riseAt: now + riseAfterMs };
		this.#limit = { ...this.#limit, ...risen };
		return this.#limitWait(now);
	}

	#limitWait(now: number): number {
		if (!this.#limit) return 0;
		return this.#sent.waitFor(this.#limit.count + this.#limit.more, this.#limit.windowMs, now);
	}

	#leave({ clock, patienceMs }: Runner, ceiling: SlidingCount): Turn {
		const request = ++this.#left;
		const isTypical = !this.#limit && RATE.typical.includes(this.#sent.size(RATE.windowMs, clock.now()));
		this.#isAlone = this.#wall !== undefined || this.#careful-- > 0 || isTypical;
		this.#sent.leave();
		ceiling.leave();
		return (refusal) => {
			const now = clock.now();
			ceiling.answer(now);
			this.#sent.answer(now, refusal === undefined);
			if (this.#sent.underWay === 0) this.#isAlone = false;
			if (this.#wall && request <= this.#wall.wave) this.#wall.passed += refusal ? 0 : 1;
			else if (refusal) this.#refuse(now, refusal.retryAfterMs);
			else if (this.#wall) this.#resume(this.#wall);
			for (const go of this.#waiting.splice(0)) go();
			return !this.#isHopeless(patienceMs);
		};
	}

	/** Nothing leaves for a while. */
	#refuse(now: number, retryAfterMs: number | undefined): void {
		const isAccident = !this.#wall && retryAfterMs === 0;
		if (!this.#wall && this.#limit && !isAccident) this.#limit = this.#lower(this.#limit, now);
		const size = this.#sent.size(RATE.windowMs, now);
		const minuteOver = now + this.#sent.waitFor(size, RATE.windowMs, now);
		const wall = this.#wall ?? { refusals: 0, since: now, passed: size - this.#sent.underWay, minuteOver };
		// Longer than anyone waits is not kept, so that each later run may ask once; "Retry-After: 0" is believed once
		const isKept = Number(retryAfterMs) <= RATE.patienceMs && (retryAfterMs !== 0 || wall.refusals === 0);
		const spread = 1 + RATE.jitter * Math.random();
		const doubled = spread * Math.min(RATE.longestPauseMs, RATE.firstPauseMs * 2 ** wall.refusals);
		const own = wall.minuteOver > now ? Math.min(doubled, wall.minuteOver - now) : doubled;
		const pause = isKept ? Number(retryAfterMs) : own;
		const byLimit = wall.refusals === 0 && !isAccident ? this.#limitWait(now) : 0;
		const pausedUntil = now + Math.max(pause, byLimit === Infinity ? 0 : byLimit);
		const latest = { wave: this.#left, pausedUntil, askedMs: retryAfterMs ?? 0, isAccident };
		this.#wall = { ...wall, ...latest, refusals: wall.refusals + 1 };
	}

	/** The panel answers again: how many passed before, and how long the pause was, tell its limit. */
	#resume({ since, pausedUntil, passed, isAccident }: Wall): void {
		this.#wall = undefined;
		if (isAccident) return;
		this.#careful = RATE.careful;
		const pauseMs = pausedUntil - since;
		const isShort = pauseMs <= RATE.shortPauseMs;
		const windowMs = isShort ? RATE.secondMs * Math.max(1, Math.floor(pauseMs / 1_000)) : RATE.windowMs;
		// All but the one that passes now. Where none had passed before, others use the key, or it was an accident
		const count = isShort ? this.#sent.size(windowMs, since) - 1 : passed;
		if (count >= (isShort ? 1 : RATE.minuteLike)) this.#limit ??= limitOf(count, windowMs, pausedUntil);
	}

	/** A refusal under a limit: what was tried is too much, or others use the key. */
	#lower({ count, windowMs, more, riseAfterMs }: Limit, now: number): Limit {
		const passed = this.#sent.size(windowMs, now) - this.#sent.underWay;
		if (more > 0 && passed >= count) return limitOf(count, windowMs, now, 2 * riseAfterMs);
		return limitOf(Math.min(count, Math.max(passed, Math.ceil(count / RATE.steepest))), windowMs, now);
	}

	/** Whether the panel refuses, or wants a pause, for so long that a run had better end. */
	#isHopeless(patienceMs: number): boolean {
		const { askedMs = 0, pausedUntil = 0, since = 0 } = this.#wall ?? {};
		return Math.max(askedMs, pausedUntil - since) > patienceMs;
	}
}

function limitOf(count: number, windowMs: number, now: number, after?: number): Limit {
	const riseAfterMs = Math.min(RATE.longestRiseMs, after ?? Math.max(RATE.firstRiseMs, 2 * windowMs));
	return { count, windowMs, more: 0, riseAt: now + riseAfterMs, riseAfterMs };
}

/**
 * The requests of the last minute. Each counts from its departure until a window after its *answer*: it arrived
 * somewhere in between, so that the panel's own window is over by then, however slow the way was.
 */
export class SlidingCount {
	/** How many are not answered yet. */
	underWay = 0;
	readonly #answeredAt: number[] = [];

	leave(): void {
		this.underWay++;
	}

	/** `counts`: whether the panel counts it, which it does not when it refuses. */
	answer(now: number, counts = true): void {
		this.underWay--;
		if (counts) this.#answeredAt.push(now);
		while ((this.#answeredAt[0] ?? now) <= now - RATE.windowMs) this.#answeredAt.shift();
	}

	/** How many have left, but those that were answered more than `windowMs` ago. */
	size(windowMs: number, now: number): number {
		const first = this.#answeredAt.findIndex((at) => at > now - windowMs);
		return this.underWay + (first === -1 ? 0 : this.#answeredAt.length - first);
	}

	/** Milliseconds until one more makes at most `count` within `windowMs`. Infinity: not before an answer. */
	waitFor(count: number, windowMs: number, now: number): number {
		const others = count - this.underWay;
		if (others <= 0) return Infinity;
		const oldest = this.#answeredAt.at(-others);
		return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - now);
	}
}
