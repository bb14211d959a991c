/** What to watch: IDs and the rows that they come from. */
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
