import { withinTime } from '../../../shared/withinTime';

// Module state: all executions of a process check the same book
const turns = new Map<string, Promise<unknown>>();

/**
 * Runs what has the same name one after the other, so that each finds what the one before it has written. After
 * `longestMs` it is waited for no longer; that one has failed does not matter to the next.
 */
export async function inTurn<T>(name: string, longestMs: number, run: () => Promise<T>): Promise<T> {
	const before = turns.get(name) ?? Promise.resolve();
	const turn = withinTime(before, longestMs)
		.catch(() => undefined)
		.then(run);
	turns.set(name, turn);
	try {
		return await turn;
	} finally {
		if (turns.get(name) === turn) turns.delete(name);
	}
}
