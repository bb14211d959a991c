/** IDs that are no longer on the list: whether that is to be believed, and how long they are remembered. Pure. */
import { POLL } from '../../panel/policies';
import type { WatchList } from '../watchList/list';
import type { Seen, StatusMemory } from './memory';

/** About half a megabyte: n8n writes the state with each execution. */
export const MOST_REMEMBERED = 50_000;
/** Ten orders that are closed at once are an evening's work. */
const BELIEVED_AT_ONCE = 10;

/**
 * IDs that are gone from the list but still taken to be on it. Where more than half of all, and more than ten, are gone
 * at once, half a list or an empty one may have been read by mistake: they have left only if the next list lacks them,
 * too.
 */
export function doubtedIds({ seen }: StatusMemory, { rows, unusable }: WatchList): string[] {
	let listed = 0;
	const gone: string[] = [];
	for (const [id, { leftOn, isMissing }] of seen) {
		if (leftOn !== undefined) continue;
		const isThere = rows.has(id) || unusable.has(id);
		if (isThere || isMissing !== true) listed++;
		if (!isThere && isMissing !== true) gone.push(id);
	}
	return gone.length > BELIEVED_AT_ONCE && gone.length * 2 > listed ? gone : [];
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What was seen of the IDs that have left the list: for a week, and of the newest where they are too many. */
export function departures(
	{ seen: before }: StatusMemory,
	watched: ReadonlyMap<string, unknown>,
	now: number,
): Array<[string, Seen]> {
	const today = dayOf(now);
	const oldest = dayOf(now - POLL.rememberedMs);
	const left: Array<[string, Seen]> = [];
	for (const [id, seen] of before) {
		if (watched.has(id) || (seen.leftOn ?? today) < oldest) continue;
		left.push([id, seen.leftOn === undefined ? { ...seen, isMissing: undefined, leftOn: today } : seen]);
	}
	if (left.length <= MOST_REMEMBERED) return left;
	return left.sort(([, a], [, b]) => ((a.leftOn ?? '') < (b.leftOn ?? '') ? -1 : 1)).slice(-MOST_REMEMBERED);
}
