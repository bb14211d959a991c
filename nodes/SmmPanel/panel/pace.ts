/** Time as the client sees it; handed in, so that n8n's `sleep` and tests' clocks both fit. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms`, or at once when the execution is canceled. */
	sleep(ms: number): Promise<void>;
}

// A panel counts requests when they arrive: the margin covers requests that travel at different speeds
const WINDOW_MS = 61_000;

/** A whole number of at least 1; anything else that came in place of one (an expression's text) is the fallback. */
export function wholeOr(value: unknown, fallback: number): number {
	const number = Math.floor(Number(value ?? NaN));
	return Number.isFinite(number) && number >= 1 ? number : fallback;
}

/** Waits until one more request stays within `perMinute` in any minute; 0 or missing: no limit. Callers are served in turn. */
export function createRateLimiter(limit: number | undefined, clock: Clock): () => Promise<void> {
	// A fraction above 0 is meant as a limit, too
	const perMinute = Number(limit) > 0 ? wholeOr(limit, 1) : 0;
	const sentAt: number[] = [];
	let turn: Promise<void> = Promise.resolve();
	const wait = async () => {
		const oldest = sentAt[sentAt.length - perMinute];
		if (oldest !== undefined) {
			const pause = oldest + WINDOW_MS - clock.now();
			if (pause > 0) await clock.sleep(pause);
		}
		sentAt.push(clock.now());
		if (sentAt.length > perMinute) sentAt.shift();
	};
	return async () => {
		if (perMinute === 0) return;
		const mine = turn.then(wait);
		turn = mine.catch(() => undefined);
		await mine;
	};
}

/** Runs `work` over all entries, at most `concurrency` at a time, started in order. */
export async function forEachLimited<T>(
	entries: readonly T[],
	concurrency: number,
	work: (entry: T, index: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < entries.length) {
			const index = next++;
			await work(entries[index] as T, index);
		}
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, entries.length) }, worker));
}
