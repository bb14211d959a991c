/** Moments in the workflow's zone, as n8n itself reads and writes them; time-outs; turns. */
import { tryToParseDateTime } from 'n8n-workflow';
import { BOOK, LONGEST_TIMER_MS } from '../panel/policies';

/** Settings can name a zone that this computer does not know: that is UTC. */
function inZone(time: Date | string, timeZone: string) {
	try {
		return tryToParseDateTime(time, timeZone);
	} catch {
		return tryToParseDateTime(time, 'UTC');
	}
}

/** In milliseconds. What names no zone is a time of the workflow's; undefined for what is no time at all. */
export function momentIn(value: unknown, timeZone: string): number | undefined {
	// A Date, or the DateTime that n8n's own `$now` is
	const given = typeof value === 'object' ? value?.valueOf() : value;
	if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
	// n8n's reader makes a time of any text with a number in it
	if (typeof given !== 'string' || !/^\s*\d{4}-\d{2}-\d{2}/.test(given)) return undefined;
	try {
		return inZone(given, timeZone).toMillis();
	} catch {
		return undefined;
	}
}

/** As the order book writes its times, which sort as texts. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** When the day of this moment began. */
export const startOfDay = (now: Date, timeZone: string): Date =>
	inZone(now, timeZone).startOf('day').toJSDate();

/** `2026-11-24 23:52:34 (Europe/Istanbul)`: a time as users compare it with what their panel shows. */
export function timeInWords(time: Date, timeZone: string): string {
	const there = inZone(time, timeZone);
	return `${there.toFormat('yyyy-MM-dd HH:mm:ss')} (${there.zoneName})`;
}

/**
 * The result of a request, or an error of the code ETIMEDOUT once `timeoutMs` are over, counted from now to the last
 * byte. n8n's own time-out counts only while nothing comes: a byte a second keeps such a request alive for ever.
 */
export async function withinTime<T>(request: Promise<T>, timeoutMs: number): Promise<T> {
	const signal = AbortSignal.timeout(Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(timeoutMs))));
	const timeout = new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => {
			reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }));
		});
	});
	// An answer that comes after the time-out is nobody's any more
	request.catch(() => undefined);
	return await Promise.race([request, timeout]);
}

type InTurn = <T>(name: string, work: () => Promise<T>, longestMs?: number) => Promise<T>;

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

/** Does the work, and calls `beat` again and again until it is done. */
export async function keepAlive<T>(
	work: () => Promise<T>,
	beat: () => Promise<unknown>,
	everyMs: number = BOOK.beatMs,
): Promise<T> {
	let isOver = false;
	void (async () => {
		for (;;) {
			// Unlike a sleep it does not keep the process from ending
			const signal = AbortSignal.timeout(everyMs);
			await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
			if (isOver) return;
			// One that fails is followed by another
			await beat().catch(() => undefined);
		}
	})();
	try {
		return await work();
	} finally {
		isOver = true;
	}
}
