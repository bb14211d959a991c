/** How many requests are under way at the same time. */
import { CONCURRENCY } from './policies';

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

/** Answers twice as slow as usual, and by more than this, mean that the panel has enough to do. */
const SLOWER = 2;
const SLOWER_MS = 100;
/** By so many lanes with each answer: a run of a hundred requests is to have all of them before it is over. */
const RISE = 2;
/** How much a new answer counts in the average, and by how much the usual time may rise with each. */
const WEIGHT = 0.3;
const DRIFT = 1.02;

/**
 * Lanes of one run's reads: they rise with each answer up to `most`, as long as answers come as fast as
 * before, and fall by a quarter when they slow down, by half when the panel refuses.
 */
export class Lanes {
	readonly #least: number;
	#open: number;
	#busy = 0;
	readonly #waiting: Array<() => void> = [];
	#recentMs: number | undefined;
	#usualMs = Infinity;
	/** So many answers more are to requests that left before the lanes fell. */
	#settling = 0;
	readonly #most: number;

	constructor(most: number) {
		this.#most = most;
		this.#least = Math.min(CONCURRENCY.reads, most);
		this.#open = this.#least;
	}

	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.#busy >= Math.floor(this.#open)) await new Promise<void>((go) => this.#waiting.push(go));
		else this.#busy++;
		try {
			return await work();
		} finally {
			this.#busy--;
			this.#fill();
		}
	}

	answered(ms: number): void {
		this.#recentMs = this.#recentMs === undefined ? ms : this.#recentMs + WEIGHT * (ms - this.#recentMs);
		this.#usualMs = Math.min(this.#recentMs, this.#usualMs * DRIFT);
		if (this.#settling > 0) this.#settling--;
		else if (this.#recentMs > SLOWER * this.#usualMs + SLOWER_MS) this.#fall(0.75);
		else this.#open = Math.min(this.#most, this.#open + RISE);
		this.#fill();
	}

	refused(): void {
		if (this.#settling === 0) this.#fall(0.5);
	}

	#fall(share: number): void {
		this.#open = Math.max(this.#least, this.#open * share);
		this.#settling = this.#busy;
	}

	#fill(): void {
		while (this.#busy < Math.floor(this.#open)) {
			const go = this.#waiting.shift();
			if (go === undefined) return;
			this.#busy++;
			go();
		}
	}
}
