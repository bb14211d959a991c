/**
 * Reads n8n's execution data, which it writes with `flatted`: a JSON array of values, in which every text inside an
 * object or array is the index of the value that stands there. So shared and circular values stay what they are.
 */
export function parseFlatted(text: string): unknown {
	const table = JSON.parse(text) as unknown[];
	const seen = new Map<number, unknown>();

	function at(index: number): unknown {
		const raw = table[index];
		if (typeof raw !== 'object' || raw === null) return raw;
		if (seen.has(index)) return seen.get(index);
		const value: Record<string, unknown> | unknown[] = Array.isArray(raw) ? [] : {};
		seen.set(index, value);
		for (const [key, entry] of Object.entries(raw)) {
			(value as Record<string, unknown>)[key] = typeof entry === 'string' ? at(Number(entry)) : entry;
		}
		return value;
	}

	return at(0);
}
