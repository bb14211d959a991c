/** Making one takes longer than all else that is done for an order. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
	const parts = { dateStyle: 'short', timeStyle: 'medium' } as const;
	const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { ...parts, timeZone });
	formats.set(timeZone, format);
	return format;
}

/** `2026-11-24 23:52:34 (Europe/Istanbul)`: a time as users compare it with what their panel shows. */
export function timeInWords(time: Date, timeZone: string): string {
	try {
		return `${formatIn(timeZone).format(time)} (${timeZone})`;
	} catch {
		// Settings can name a zone that this computer does not know
		return `${formatIn('UTC').format(time)} (UTC)`;
	}
}
