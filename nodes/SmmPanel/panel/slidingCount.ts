import { RATE } from './policies';

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
