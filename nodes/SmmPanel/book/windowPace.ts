/** How many orders go into a window of the order book. */
import { BOOK } from '../panel/policies';

/** n8n's tables take a hundred rows as fast as one; a crash leaves at most one window of unknown orders. */
const MAX_WINDOW = 100;
const FIRST_WINDOW = 10;
/** One fast reply says little about the next: the window grows step by step. */
const GROWTH = 4;

export interface Pace {
	size(): number;
	sent(orders: number, tookMs: number): void;
}

/** About a second of orders: 1 at one order a second, 100 at a hundred. */
export function createPace(first: number = FIRST_WINDOW): Pace {
	let size = Math.min(MAX_WINDOW, Math.max(1, Math.floor(first)));
	return {
		size: () => size,
		sent(orders, tookMs) {
			if (orders < 1) return;
			const aSecond = Math.round((orders * BOOK.windowMs) / Math.max(1, tookMs));
			size = Math.min(MAX_WINDOW, GROWTH * size, Math.max(1, aSecond));
		},
	};
}
