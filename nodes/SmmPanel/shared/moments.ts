/** Points in time as parameters give them. */

const WITH_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;

/** In milliseconds. What names no zone is a time of the workflow's; undefined for what is no time at all. */
export function momentIn(value: unknown, timeZone: string): number | undefined {
	if (typeof value === 'number') return millisecondsOf(value);
	// A Date, or the DateTime that n8n's own `$now` is
	if (typeof value === 'object') return millisecondsOf(value?.valueOf());
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	if (!WITHOUT_ZONE.test(text)) return WITH_ZONE.test(text) ? millisecondsOf(Date.parse(text)) : undefined;
	const asUtc = Date.parse(text.length === 10 ? `${text}T00:00Z` : `${text.replace(' ', 'T')}Z`);
	if (Number.isNaN(asUtc)) return undefined;
	// The clock may have been changed in between: the offset there decides
	const near = asUtc - offsetAt(asUtc, timeZone);
	return asUtc - offsetAt(near, timeZone);
}

const millisecondsOf = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
	const format = { dateStyle: 'short', timeStyle: 'medium' } as const;
	try {
		const written = new Intl.DateTimeFormat('sv-SE', { ...format, timeZone }).format(moment);
		return Date.parse(`${written.replace(' ', 'T')}Z`) - Math.floor(moment / 1000) * 1000;
	} catch {
		// Settings can name a zone that this computer does not know
		return 0;
	}
}
