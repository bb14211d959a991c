/** What to watch: reading a list of IDs out of whatever a parameter, a table or a URL holds. */
import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../panel/json';
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
	if (words.length === 0 || !words.every((word) => isId(word) && /\d/.test(word))) return undefined;
	const list = emptyList();
	for (const word of words) addEntry(list, word);
	return list;
}

/** IDs in an array of IDs or objects, or in an object that wraps one; undefined where there is no such array. */
export function listInJson(value: unknown, field: string): WatchList | undefined {
	const entries = arrayIn(value, field);
	if (entries === undefined) return undefined;
	const list = emptyList();
	let found = 0;
	for (const entry of entries) {
		const id = isObject(entry) ? valueAt(entry, field) : entry;
		if (id !== undefined) found++;
		addEntry(list, id, isObject(entry) ? (entry as IDataObject) : undefined);
	}
	return found > 0 || entries.length === 0 ? list : undefined;
}

/** The array itself, or the first one inside an object; an object with the field is a list of one. */
function arrayIn(value: unknown, field: string, depth = 0): unknown[] | undefined {
	if (Array.isArray(value)) return value as unknown[];
	if (!isObject(value) || depth > 3) return undefined;
	const own = valueAt(value, field);
	if (typeof own === 'string' || typeof own === 'number') return [value];
	for (const inner of Object.values(value)) {
		const found = arrayIn(inner, field, depth + 1);
		if (found) return found;
	}
	return undefined;
}

/** `order`, or a path such as `details.order`. */
function valueAt(entry: Record<string, unknown>, field: string): unknown {
	if (Object.hasOwn(entry, field)) return entry[field];
	return field
		.split('.')
		.reduce<unknown>(
			(value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
			entry,
		);
}
