import { PanelError } from './errors';
import type { Clock } from './pace';

export interface RetryPolicy {
	/** Tries in all, the first included. */
	attempts: number;
	/** Upper bound of the first pause; it doubles from try to try. */
	firstPauseMs: number;
	longestPauseMs: number;
	/** No new try starts later than this after the first. */
	totalMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
	attempts: 5,
	firstPauseMs: 500,
	longestPauseMs: 30_000,
	totalMs: 120_000,
};

/**
 * Sends `request` when `untilAllowed` lets it, and repeats it while `mayRepeat` says so: exponential backoff with jitter, never earlier than the panel's
 * `Retry-After`. Where the panel asks for more time than there is, its error comes out at once.
 */
export async function withRetry<T>(
	request: () => Promise<T>,
	mayRepeat: (error: PanelError) => boolean,
	policy: RetryPolicy,
	clock: Clock,
	untilAllowed: () => Promise<void>,
): Promise<T> {
	let startedAt: number | undefined;
	for (let attempt = 1; ; attempt++) {
		await untilAllowed();
		// Waiting for one's turn is no part of the time that a panel in trouble is given
		startedAt ??= clock.now();
		const outcome = await request().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) return outcome.value;
		const { error } = outcome;
		if (!(error instanceof PanelError) || !mayRepeat(error) || attempt >= policy.attempts) throw error;
		const ceiling = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (attempt - 1));
		const pause = Math.max(error.retryAfterMs ?? 0, ceiling / 2 + (Math.random() * ceiling) / 2);
		if (clock.now() - startedAt + pause > policy.totalMs) throw error;
		await clock.sleep(pause);
	}
}

/** Reads have no effect: whatever passes is worth another try. */
export const mayRepeatRead = (error: PanelError): boolean => error.transient;

/** What spends money is repeated only if it certainly did nothing: it never left, or was refused for its rate. */
export const mayRepeatWrite = (error: PanelError): boolean =>
	error.effect === 'none' && error.transient && (error.family === 'network' || error.family === 'rateLimit');
