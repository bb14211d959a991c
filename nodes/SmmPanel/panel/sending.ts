/** Sends a request when its turn comes, and again where nothing can have happened; reads side by side, in lanes. */
import { isRead, PanelError } from './errors';
import type { Pace, Runner } from './pace';
import { CONCURRENCY, LANES, type RetryPolicy } from './policies';

/**
 * Repeats `request` while `mayRepeat` says so. After a refusal for rate it takes its next turn, as long as the panel
 * answers anyone. After other faults: exponential backoff with jitter, never earlier than the panel's `Retry-After`; where
 * the panel asks for more time than there is, its error comes out at once.
 */
export async function withRetry<T>(
	request: () => Promise<T>,
	{ action, pace, runner, policy }: { action: string; pace: Pace; runner: Runner; policy: RetryPolicy },
): Promise<T> {
	const { clock, signal } = runner;
	let failedAt: number | undefined;
	let refusal: PanelError | undefined;
	for (let attempt = 1; ; ) {
		const turn = await pace.turn(runner);
		if (turn === undefined) throw notSent(signal, refusal);
		let error: unknown;
		try {
			const reply = await request();
			turn();
			return reply;
		} catch (thrown) {
			error = thrown;
		}
		const isForRate = error instanceof PanelError && error.family === 'rateLimit';
		const goesOn = turn(isForRate ? (error as PanelError) : undefined);
		if (!(error instanceof PanelError) || !mayRepeat(error, action)) throw error;
		if (isForRate) {
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
		await clock.sleep(pause, signal);
		attempt++;
	}
}

/**
 * Reads have no effect: whatever passes is worth another try. What spends money is repeated only if it certainly did
 * nothing: it never left, or was refused for its rate.
 */
const mayRepeat = ({ transient, effect, family }: PanelError, action: string): boolean =>
	transient && (isRead(action) || (effect === 'none' && (family === 'network' || family === 'rateLimit')));

/** What a request that may not leave ends with. Where time is up, the panel's refusal says more than that. */
export function notSent(signal: AbortSignal | undefined, refusal?: PanelError): PanelError {
	const reason: unknown = signal?.reason;
	const isTimeUp = reason instanceof DOMException && reason.name === 'TimeoutError';
	if (signal?.aborted && (refusal === undefined || !isTimeUp)) {
		return new PanelError(
			isTimeUp
				? 'There was no time left for this request: it was not sent.'
				: 'The execution was canceled before this request was sent.',
			{ family: 'canceled', effect: 'none' },
		);
	}
	const message = 'Not sent: the panel has refused one request after the other as too many.';
	return refusal ?? new PanelError(message, { family: 'rateLimit', effect: 'none', transient: true });
}

/** Lanes of one run's reads: with each answer there are more, up to `most`; fewer where the panel slows down. */
export class Lanes {
	readonly #most: number;
	readonly #least: number;
	#open: number;
	#busy = 0;
	readonly #waiting: Array<() => void> = [];
	#fastestMs = Infinity;

	constructor(most: number) {
		this.#most = most;
		this.#least = Math.min(CONCURRENCY.reads, most);
		this.#open = this.#least;
	}

	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.#busy >= this.#open) await new Promise<void>((go) => this.#waiting.push(go));
		else this.#busy++;
		try {
			return await work();
		} finally {
			this.#busy--;
			for (; this.#busy < this.#open && this.#waiting.length > 0; this.#busy++) this.#waiting.shift()?.();
		}
	}

	/** How long an answer took; Infinity where the panel had too much to do for one. */
	answered(ms: number): void {
		this.#fastestMs = Math.min(ms, this.#fastestMs);
		const isSlow = ms === Infinity || ms > LANES.slower * this.#fastestMs + LANES.slowerMs;
		this.#open = isSlow
			? Math.max(this.#least, Math.floor(this.#open / 2))
			: Math.min(this.#most, this.#open + LANES.rise);
	}
}
