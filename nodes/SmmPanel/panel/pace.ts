/** Lets requests leave as a panel's limit, the user's limit and the panel's speed allow. */
export { forEachLimited } from './lanes';
import { RATE } from './policies';
import { RateLimit } from './rateLimit';

/** Time as the client sees it; handed in, so that n8n's `sleep` and tests' clocks both fit. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms`, or at once when the execution is canceled. */
	sleep(ms: number): Promise<void>;
}

/** A whole number of at least 1; anything else that came in place of one (an expression's text) is the fallback. */
export function wholeOr(value: unknown, fallback: number): number {
	const number = Math.floor(Number(value ?? NaN));
	return Number.isFinite(number) && number >= 1 ? number : fallback;
}

/** Waits until one more request stays within `perMinute` in any minute. Callers are served in turn. */
export function createRateLimiter(perMinute: number): (clock: Clock) => Promise<void> {
	const sentAt: number[] = [];
	let turn: Promise<void> = Promise.resolve();
	const wait = async (clock: Clock) => {
		const oldest = sentAt[sentAt.length - perMinute];
		if (oldest !== undefined) {
			const pause = oldest + RATE.windowMs - clock.now();
			if (pause > 0) await clock.sleep(pause);
		}
		sentAt.push(clock.now());
		if (sentAt.length > perMinute) sentAt.shift();
	};
	return async (clock) => {
		const mine = turn.then(async () => await wait(clock));
		turn = mine.catch(() => undefined);
		await mine;
	};
}

/** One run's part in a pace. */
export interface Runner {
	clock: Clock;
	/** Once it is aborted, nobody waits any more. */
	signal?: AbortSignal;
	/** The user's own limit; 0 or missing: none. A fraction above 0 is meant as a limit, too. */
	requestsPerMinute?: number;
	/** How long it waits for a panel that refuses everybody, in milliseconds. */
	patienceMs: number;
}

/** What a run has waited for the panel's limit. */
export interface PaceReport {
	waitedMs: number;
	/** The limit as far as it was learned. */
	perMinute?: number;
}

/** A request that may leave now, and what came of it: exactly one of these is called. */
export interface Turn {
	/** The panel answered, whatever it said. */
	passed(): void;
	/** Refused for its rate. False: waiting any longer leads to nothing. */
	refused(retryAfterMs?: number): boolean;
	/** No answer came, or none was waited for. */
	lost(): void;
}

interface Waiter {
	runner: Runner;
	/** Undefined where the runner was canceled, or the panel refuses everybody: the request may not leave. */
	go(turn: Turn | undefined): void;
}

/** The pace of all requests with one key, across runs. */
export class Pace {
	readonly #limit = new RateLimit();
	readonly #ceilings = new Map<number, (clock: Clock) => Promise<void>>();
	readonly #waiters: Waiter[] = [];
	/** How many requests have left, and which of them are under way. */
	#left = 0;
	readonly #underWay = new Set<number>();
	/** Nothing else leaves until this request and all that left before it are answered: they may arrive in any order. */
	#alone: { request: number; until: number } | undefined;
	#wakesAt = Infinity;

	/** A run takes part; its client asks for a turn before each request. */
	join(runner: Runner) {
		const perMinute = Number(runner.requestsPerMinute) > 0 ? wholeOr(runner.requestsPerMinute, 1) : 0;
		const untilAllowed = this.#ceilingOf(perMinute);
		const serve = () => this.#serve();
		let waiting = 0;
		let waitedMs = 0;
		let countedUntil = 0;
		return {
			/** Undefined where the request may not leave: the run was canceled, or the panel refuses everybody. */
			turn: async (): Promise<Turn | undefined> => {
				await untilAllowed?.(runner.clock);
				const from = runner.clock.now();
				if (waiting++ === 0) runner.signal?.addEventListener('abort', serve);
				const turn = await new Promise<Turn | undefined>((go) => {
					this.#waiters.push({ runner, go });
					this.#serve();
				});
				if (--waiting === 0) runner.signal?.removeEventListener('abort', serve);
				const until = runner.clock.now();
				// Requests that wait at the same time wait once; a moment is the next one's answer, not the limit
				if (until - from >= 1_000) waitedMs += until - Math.max(from, countedUntil);
				countedUntil = until;
				return turn;
			},
			report: (): PaceReport | undefined =>
				waitedMs > 0 ? { waitedMs, perMinute: this.#limit.perMinute() } : undefined,
		};
	}

	#ceilingOf(perMinute: number): ((clock: Clock) => Promise<void>) | undefined {
		if (perMinute === 0) return undefined;
		const ceiling = this.#ceilings.get(perMinute) ?? createRateLimiter(perMinute);
		this.#ceilings.set(perMinute, ceiling);
		return ceiling;
	}

	/** Lets leave who may, in order of arrival, and comes back when the next one may. */
	#serve(): void {
		for (;;) {
			const [next] = this.#waiters;
			if (next === undefined) return;
			if (next.runner.signal?.aborted) {
				this.#waiters.shift()?.go(undefined);
				continue;
			}
			const now = next.runner.clock.now();
			const wait = Math.max(this.#limit.waitFor(now), (this.#alone?.until ?? now) - now);
			if (wait > 0) return this.#serveIn(wait, now, next.runner.clock);
			this.#waiters.shift();
			next.go(this.#turnOf(next.runner, now));
		}
	}

	#serveIn(wait: number, now: number, clock: Clock): void {
		const at = now + wait;
		this.#dismiss(({ signal }) => signal?.aborted === true);
		if (this.#wakesAt <= at && this.#wakesAt > now) return;
		this.#wakesAt = at;
		void clock.sleep(wait).then(() => {
			if (this.#wakesAt === at) this.#wakesAt = Infinity;
			this.#serve();
		});
	}

	#turnOf({ clock, patienceMs }: Runner, sentAt: number): Turn {
		const request = ++this.#left;
		this.#underWay.add(request);
		if (this.#limit.goesAlone(sentAt)) this.#alone = { request, until: sentAt + RATE.aloneMs };
		this.#limit.left(sentAt);
		const over = () => {
			this.#underWay.delete(request);
			const [oldest = Infinity] = this.#underWay;
			if (this.#alone && oldest > this.#alone.request) this.#alone = undefined;
			this.#serve();
		};
		return {
			passed: () => {
				this.#limit.passed(clock.now(), sentAt);
				over();
			},
			refused: (retryAfterMs) => {
				this.#limit.refused(clock.now(), sentAt, retryAfterMs);
				this.#dismiss((runner) => this.#limit.isHopeless(runner.patienceMs));
				const goesOn = !this.#limit.isHopeless(patienceMs);
				over();
				return goesOn;
			},
			lost: over,
		};
	}

	#dismiss(whom: (runner: Runner) => boolean): void {
		for (const waiter of this.#waiters.filter(({ runner }) => whom(runner))) {
			this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
			waiter.go(undefined);
		}
	}
}
