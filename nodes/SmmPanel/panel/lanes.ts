/** How many requests are under way at the same time. */
import { CONCURRENCY, LANES } from './policies';

/** Runs `work` over all entries, at most `concurrency` at a time, started in order. */
export async function forEachLimited<T>(
	entries: readonly T[],
	concurrency: number,
	work: (entry: T, index: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < entries.length; index = next++) await work(entries[index] as T, index);
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, entries.length) }, worker));
}

/** Lanes of one run's reads: with each answer there are more, up to `most`; fewer where the panel slows down. */
export class Lanes {
	readonly #most: number;
	#open: number;
	#busy = 0;
	readonly #waiting: Array<() => void> = [];
	#fastestMs = Infinity;

	constructor(most: number) {
		this.#most = most;
		this.#open = Math.min(CONCURRENCY.reads, most);
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

	answered(ms: number): void {
		this.#fastestMs = Math.min(ms, this.#fastestMs);
		if (ms > LANES.slower * this.#fastestMs + LANES.slowerMs) this.refused();
		else this.#open = Math.min(this.#most, this.#open + LANES.rise);
	}

	/** The panel has enough to do. */
	refused(): void {
		this.#open = Math.max(Math.min(CONCURRENCY.reads, this.#most), Math.floor(this.#open / 2));
	}
}
