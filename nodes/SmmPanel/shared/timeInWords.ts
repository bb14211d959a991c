/** `2026-11-24 23:52:34 (Europe/Istanbul)`: a time as users compare it with what their panel shows. */
export function timeInWords(time: Date, timeZone: string): string {
	const parts = { dateStyle: 'short', timeStyle: 'medium' } as const;
	const written = (zone: string) =>
		new Intl.DateTimeFormat('sv-SE', { ...parts, timeZone: zone }).format(time);
	try {
		return `${written(timeZone)} (${timeZone})`;
	} catch {
		// Settings can name a zone that this computer does not know
		return `${written('UTC')} (UTC)`;
	}
}
