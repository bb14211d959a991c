import { withinTime } from './withinTime';

export type InTurn = <T>(name: string, work: () => Promise<T>, longestMs?: number) => Promise<T>;

/**
 * Work of the same name is done one after the other, in the order in which it came; whether the one before has failed
 * does not matter. After `longestMs` it is waited for no longer; default: until it has ended.
 */
export function turns(): InTurn {
	const last = new Map<string, Promise<unknown>>();
	return async (name, work, longestMs) => {
		const before = last.get(name) ?? Promise.resolve();
		const mine = (longestMs === undefined ? before : withinTime(before, longestMs)).then(work, work);
		last.set(name, mine);
		try {
			return await mine;
		} finally {
			if (last.get(name) === mine) last.delete(name);
		}
	};
}
