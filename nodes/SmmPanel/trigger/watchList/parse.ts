/** What to watch: reading a list of IDs out of whatever a parameter, a table or a URL holds. */
import type { IDataObject } from 'n8n-workflow';
import { readId } from '../../panel/schemas';
import { isId, withoutHash } from '../../shared/ids';

export interface WatchList {
	/** By ID, in the list's order, each ID once: the row or entry it comes from, where there is one. */
	rows: Map<string, IDataObject | undefined>;
	/** Entries whose ID cannot be one, by what stands in its place. */
	unusable: Map<string, IDataObject | undefined>;
}

export const emptyList = (): WatchList => ({ rows: new Map(), unusable: new Map() });

/** Adds an entry's ID; an entry without one, such as a row not filled in yet, is left out. */
export function addEntry(list: WatchList, value: unknown, row?: IDataObject): void {
	const read = readId(value);
	if (read === undefined) return;
	const id = withoutHash(read);
	const [entries, key] = isId(id) ? [list.rows, id] : [list.unusable, id.slice(0, 64)];
	if (!entries.has(key)) entries.set(key, row);
}

/** IDs in plain text; undefined where the text is about something else. */
export function listInText(text: string): WatchList | undefined {
	const [heading = '', ...rest] = text.trim().split(/\r?\n/);
	// The name of a column, above its IDs
	const body = rest.length > 0 && !/\d/.test(heading) ? rest.join('\n') : text;
	const words = body
		.split(/[\s,;"']+/)
		.map(withoutHash)
		.filter(Boolean);
	// A message such as "Not found" must not pass for IDs
	if (!words.every((word) => isId(word) && /\d/.test(word))) return undefined;
	const list = emptyList();
	for (const word of words) addEntry(list, word);
	// Nor must a lone 0 pass for an empty list
	return list.rows.size > 0 ? list : undefined;
}
