/** What to watch: IDs, the rows that they come from, and what a source of them is to those who follow it. */
import type { IDataObject } from 'n8n-workflow';
import { readId } from '../../panel/schemas';
import { isId, withoutHash } from '../../shared/ids';
import type { Result } from '../../shared/result';
import type { Deadline } from '../event';
import type { LookedUp } from '../status/lookUp';
import type { StatusMemory } from '../status/memory';

export interface WatchList {
	/** By ID, in the list's order, each ID once: the row that it comes from, where there is one. */
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

/** A list whose entries the panel answers with a `T`. */
export interface Source<T = unknown> {
	/** Tells one list from another: table, column and filter. Typed IDs are one list, whatever they are. */
	identity: string;
	/**
	 * Whether someone typed the IDs. A list that comes from elsewhere may be wrong at one poll and right at the next.
	 */
	isTyped: boolean;
	/** Reads the list. `before` is what earlier polls have seen: some lists are asked for just these orders. */
	read(deadline: Deadline, before: StatusMemory | undefined): Promise<Result<WatchList>>;
	/** For a test event, where the list itself has nothing to show. */
	examples?(): Promise<Result<WatchList>>;
	/** When `read` began, for a source that is asked what has changed since. */
	readAt?: string;
	/** Writes what the panel said to where the list comes from. Never rejects. */
	record?(answers: ReadonlyMap<string, LookedUp<T>>, now: Date): Promise<void>;
	/** What there is to tell of an ID besides the panel's answer. */
	extraFields?(id: string, value: T, now: Date): IDataObject;
	/** What to do when there is nothing on it. */
	whenEmpty: string;
}
