/** When the day of this moment began in a time zone; in UTC where this computer does not know the zone. */
export function startOfDay(now: Date, timeZone: string): Date {
	try {
		return startIn(now, timeZone);
	} catch {
		return startIn(now, 'UTC');
	}
}

function startIn(now: Date, timeZone: string): Date {
	const today = partsOf(now, timeZone);
	const start = now.getTime() - today.ms;
	const { day, ms } = partsOf(new Date(start), timeZone);
	// Where clocks were changed since, this is an hour beside it: in today, or in the evening before
	return new Date(day === today.day ? start - ms : start + DAY_MS - ms);
}

const DAY_MS = 24 * 60 * 60_000;

/** The day, and the milliseconds that clocks show since its midnight. */
function partsOf(date: Date, timeZone: string): { day: string; ms: number } {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(date);
	const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '0';
	const seconds = (Number(part('hour')) * 60 + Number(part('minute'))) * 60 + Number(part('second'));
	return { day: part('day'), ms: 1000 * seconds + date.getMilliseconds() };
}
