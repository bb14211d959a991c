/** Times in the workflow's zone, as n8n itself reads and writes them. */
import { tryToParseDateTime } from 'n8n-workflow';

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

/** When the day of this moment began. */
export const startOfDay = (now: Date, timeZone: string): Date =>
	inZone(now, timeZone).startOf('day').toJSDate();

/** `2026-11-24 23:52:34 (Europe/Istanbul)`: a time as users compare it with what their panel shows. */
export function timeInWords(time: Date, timeZone: string): string {
	const there = inZone(time, timeZone);
	return `${there.toFormat('yyyy-MM-dd HH:mm:ss')} (${there.zoneName})`;
}
