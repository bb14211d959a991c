/** Seeded random numbers: the same seed gives the same panel, whatever else is random in the process. */

export interface Random {
	/** 0 ≤ x < 1 */
	next(): number;
	/** a whole number, both ends included */
	whole(from: number, to: number): number;
	chance(probability: number): boolean;
	pick<T>(list: readonly T[]): T;
}

function hash(text: string): number {
	let state = 2166136261;
	for (let at = 0; at < text.length; at++) {
		state = Math.imul(state ^ text.charCodeAt(at), 16777619);
	}
	return state >>> 0;
}

/** Mulberry32, started from any text or number. */
export function createRandom(seed: string | number): Random {
	let state = hash(`seed ${seed}`);
	const next = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
	const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
	return {
		next,
		whole,
		chance: (probability) => next() < probability,
		pick: <T,>(list: readonly T[]) => {
			if (list.length === 0) throw new Error('Nothing to pick from an empty list');
			return list[whole(0, list.length - 1)] as T;
		},
	};
}
