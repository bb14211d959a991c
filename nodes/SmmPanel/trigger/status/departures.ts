/** IDs that are no longer on the list: whether that is to be believed, and what is remembered of them. */
import type { WatchList } from '../watchList/parse';
import { packSeen, unpackSeen, type Departed, type Seen, type StatusMemory } from './memory';

/** Orders are closed within days; a list that was wrong for a weekend is right again on Monday. */
export const REMEMBERED_DAYS = 7;
/** Packed, a quarter of a megabyte of whole-numbered IDs: n8n writes the state with each execution. */
export const MOST_REMEMBERED = 100_000;
/** Ten orders that are closed at once are an evening's work. */
const BELIEVED_AT_ONCE = 10;

const onList = ({ rows, unusable }: WatchList, id: string): boolean => rows.has(id) || unusable.has(id);

export const idsIn = ({ statuses, unread, rejected }: Seen): Set<string> =>
	new Set([...statuses.keys(), ...unread, ...rejected]);

/**
 * IDs that are gone from the list and still taken to be on it: where more than half of all, and more than ten, are gone
 * at once, half a list or an empty one may have been given by mistake. If the next list lacks them too, they have left.
 */
export function doubtedIds(memory: StatusMemory, list: WatchList): Set<string> {
	const known = idsIn(memory);
	const gone = [...known].filter((id) => !onList(list, id));
	const goneNow = gone.filter((id) => !memory.missing.has(id));
	const before = known.size - (gone.length - goneNow.length);
	const isTooMuch = goneNow.length > BELIEVED_AT_ONCE && goneNow.length * 2 > before;
	return new Set(isTooMuch ? goneNow : []);
}

const isIn = ({ statuses, unread, rejected }: Seen, id: string): boolean =>
	statuses.has(id) || unread.has(id) || rejected.has(id);

/** What was seen of an ID, on the list or before it left. */
export function recall(memory: StatusMemory): (id: string) => Seen | undefined {
	let departed: Seen[] | undefined;
	return (id) => {
		if (isIn(memory, id)) return memory;
		departed ??= memory.left.map(unpackSeen);
		return departed.find((seen) => isIn(seen, id));
	};
}

/** The IDs that have left, without those that came back, those of more than a week ago and the oldest of too many. */
export function departures(
	before: StatusMemory,
	watched: ReadonlyMap<string, unknown>,
	today: number,
): Departed[] {
	const unknown = [...watched.keys()].filter((id) => !isIn(before, id));
	const left = before.left
		.filter(({ day }) => day >= today - REMEMBERED_DAYS)
		.map((departed) => (unknown.length > 0 ? withoutReturned(departed, unknown) : departed));
	const leaving = without(before, (id) => watched.has(id));
	if (idsIn(leaving).size > 0) {
		const sameDay = left.findIndex(({ day }) => day === today);
		const [gone] = sameDay < 0 ? [] : left.splice(sameDay, 1);
		left.push(departedOn(today, gone ? merged(unpackSeen(gone), leaving) : leaving));
	}
	return withoutOldest(left).filter(({ count }) => count > 0);
}

const departedOn = (day: number, seen: Seen): Departed => ({
	day,
	count: idsIn(seen).size,
	...packSeen(seen),
});

function withoutReturned(departed: Departed, ids: readonly string[]): Departed {
	const seen = unpackSeen(departed);
	const returned = new Set(ids.filter((id) => isIn(seen, id)));
	return returned.size > 0
		? departedOn(
				departed.day,
				without(seen, (id) => returned.has(id)),
			)
		: departed;
}

const without = (
	{ statuses, unread, rejected, progress, moves }: Seen,
	isOut: (id: string) => boolean,
): Seen => ({
	statuses: new Map([...statuses].filter(([id]) => !isOut(id))),
	unread: new Set([...unread].filter((id) => !isOut(id))),
	rejected: new Set([...rejected].filter((id) => !isOut(id))),
	progress: new Map([...progress].filter(([id]) => !isOut(id))),
	moves: new Map([...moves].filter(([id]) => !isOut(id))),
});

const merged = (one: Seen, other: Seen): Seen => ({
	statuses: new Map([...one.statuses, ...other.statuses]),
	unread: new Set([...one.unread, ...other.unread]),
	rejected: new Set([...one.rejected, ...other.rejected]),
	progress: new Map([...one.progress, ...other.progress]),
	moves: new Map([...one.moves, ...other.moves]),
});

function withoutOldest(left: readonly Departed[]): Departed[] {
	let tooMany = left.reduce((sum, { count }) => sum + count, 0) - MOST_REMEMBERED;
	return left.map((departed) => {
		if (tooMany <= 0) return departed;
		const seen = unpackSeen(departed);
		const forgotten = new Set([...idsIn(seen)].slice(0, tooMany));
		tooMany -= forgotten.size;
		return departedOn(
			departed.day,
			without(seen, (id) => forgotten.has(id)),
		);
	});
}
