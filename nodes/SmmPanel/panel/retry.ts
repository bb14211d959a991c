import { PanelError } from './errors';
import type { Clock, Turn } from './pace';
import type { RetryPolicy } from './policies';

interface Attempts {
	/** The request may leave when it resolves. Undefined: it may not. */
	turn(): Promise<Turn | undefined>;
	mayRepeat(error: PanelError): boolean;
	/** What a request that may not leave ends with. `refusal`: the panel's last word to this request, if any. */
	notSent(refusal: PanelError | undefined): PanelError;
	policy: RetryPolicy;
	clock: Clock;
}

/**
 * Sends `request` when its turn comes, and repeats it while `mayRepeat` says so. After a refusal for rate it takes its
 * next turn, as long as the panel answers anyone. After other faults: exponential backoff with jitter, never earlier
 * than the panel's `Retry-After`; where the panel asks for more time than there is, its error comes out at once.
 */
export async function withRetry<T>(
	request: () => Promise<T>,
	{ turn: nextTurn, mayRepeat, notSent, policy, clock }: Attempts,
): Promise<T> {
	let failedAt: number | undefined;
	let refusal: PanelError | undefined;
	for (let attempt = 1; ; ) {
		const turn = await nextTurn();
		if (turn === undefined) throw notSent(refusal);
		const outcome = await request().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) {
			turn();
			return outcome.value;
		}
		const { error } = outcome;
		const goesOn = settle(turn, error);
		if (!(error instanceof PanelError) || !mayRepeat(error)) throw error;
		if (error.family === 'rateLimit') {
			if (!goesOn) throw error;
			refusal = error;
			continue;
		}
		// Waiting for one's turn is no part of the time that a panel in trouble is given
		failedAt ??= clock.now();
		if (attempt >= policy.attempts) throw error;
		const ceiling = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (attempt - 1));
		const pause = Math.max(error.retryAfterMs ?? 0, ceiling / 2 + (Math.random() * ceiling) / 2);
		if (clock.now() - failedAt + pause > policy.totalMs) throw error;
		await clock.sleep(pause);
		attempt++;
	}
}

/** What the outcome says about the panel's limit. False: waiting any longer leads to nothing. */
const settle = (turn: Turn, error: unknown): boolean =>
	turn(error instanceof PanelError && error.family === 'rateLimit' ? error : undefined);

/** Reads have no effect: whatever passes is worth another try. */
export const mayRepeatRead = (error: PanelError): boolean => error.transient;

/** What spends money is repeated only if it certainly did nothing: it never left, or was refused for its rate. */
export const mayRepeatWrite = (error: PanelError): boolean =>
	error.effect === 'none' && error.transient && (error.family === 'network' || error.family === 'rateLimit');
