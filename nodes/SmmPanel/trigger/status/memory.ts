/** What was seen of watched IDs, and of those that have left the list: one map, which n8n keeps grouped by status. */
import type { IDataObject } from 'n8n-workflow';
import { packGroups, unpackGroups, type Group } from '../groups';
import { HOUR_MS } from '../../panel/policies';
import { spelling } from '../../panel/statuses';

/** What the trigger needs to know of an order or a refill. */
export interface Followed {
	status: string;
	finished: boolean;
	remains?: number | null;
}

export interface Progress {
	/** The quantity to be delivered. */
	total: number;
	/** Steps of the percentage that have been reported. */
	steps: number;
}

/** When an order was last seen to move, in seconds since 1970, and what remained of it then. */
export interface Move {
	since: number;
	remains: number | null;
	/** Whether it was reported that the order has not moved since. */
	isTold: boolean;
}

/** What was seen of one ID. All but `move` and progress is the same for many IDs, which n8n keeps as groups. */
export interface Seen {
	/** The last status; missing where the panel has never told one. */
	status?: string;
	/**
	 * It was on the list at the first check, but not looked up yet: its first status will be remembered and starts
	 * nothing.
	 */
	isUnread?: true;
	/** Rejected by the panel, and reported. */
	isRejected?: true;
	/** It was not on the list last time but is still taken to be on it, since too many were gone at once. */
	isMissing?: true;
	/** The day on which it left the list, such as 2026-11-28: an ID that comes back is the old one. */
	leftOn?: string;
	progress?: Progress;
	/** Of orders whose stalls are watched. */
	move?: Move;
}

export interface StatusMemory {
	/** Where the IDs come from: those of another list are looked at as at the first check. */
	source: string;
	/** Where the next poll goes on, if this one could not look all up. */
	next?: string;
	/** Whether the list gave its IDs with rows. */
	withRows: boolean;
	/** When the list was last read in full, for a list that tells what has changed since. ISO text. */
	readAt?: string;
	/** By ID. */
	seen: Map<string, Seen>;
}

type Shared = Omit<Seen, 'progress' | 'move'>;
type Stored = Omit<StatusMemory, 'seen'> & { seen: Array<Group<Shared>> };

export function packMemory({ seen, ...memory }: StatusMemory): IDataObject {
	const groups = packGroups(
		seen,
		({ status, isUnread, isRejected, isMissing, leftOn }) => ({
			status,
			isUnread,
			isRejected,
			isMissing,
			leftOn,
		}),
		({ progress, move }) => [
			...(progress ? [progress.total, progress.steps] : []),
			...(move ? [move.since, move.remains ?? '', move.isTold ? 1 : 0] : []),
		],
	);
	return { ...memory, seen: groups };
}

export function unpackMemory(stored: IDataObject): StatusMemory {
	const memory = stored as unknown as Stored;
	const seen = unpackGroups(memory.seen, (group, [first, second, third]): Seen => {
		if (first === undefined) return group;
		if (third === undefined) return { ...group, progress: { total: Number(first), steps: Number(second) } };
		const remains = second === '' ? null : Number(second);
		return { ...group, move: { since: Number(first), remains, isTold: third === '1' } };
	});
	return { ...memory, seen };
}

export interface Stall {
	/** When status or remains were last seen to change. ISO text. */
	unchangedSince: string;
	hours: number;
}

/**
 * What to remember of an order and, where it has not moved for `afterMs` and that was not reported yet, its stall. A
 * finished order has come to rest and does not stall.
 */
export function stallOf(
	last: Seen | undefined,
	value: Followed,
	row: IDataObject | undefined,
	{ now, afterMs }: { now: number; afterMs: number },
): { move?: Move; stall?: Stall } {
	if (value.finished) return {};
	const remains = value.remains ?? null;
	const isSame = last?.move?.remains === remains && spelling(last.status ?? '') === spelling(value.status);
	const unmoved = isSame ? last.move : undefined;
	const sinceMs = movedInBook(value, row) ?? (unmoved === undefined ? now : 1000 * unmoved.since);
	const since = Math.floor(sinceMs / 1000);
	const wasTold = unmoved?.isTold === true;
	const isDue = now - sinceMs >= afterMs && !wasTold;
	const move = { since, remains, isTold: wasTold || isDue };
	if (!isDue) return { move };
	const unchangedSince = new Date(1000 * since).toISOString();
	return { move, stall: { unchangedSince, hours: Math.floor(((now - sinceMs) / HOUR_MS) * 10) / 10 } };
}

/** When the order last moved according to the order book; undefined where the row shows another state or none. */
function movedInBook({ status, remains }: Followed, row: IDataObject | undefined): number | undefined {
	const { changedAt } = row ?? {};
	if (row === undefined || typeof changedAt !== 'string' || typeof row.status !== 'string') return undefined;
	const isSame = spelling(row.status) === spelling(status) && (row.remains ?? null) === (remains ?? null);
	const at = Date.parse(changedAt);
	return isSame && !Number.isNaN(at) ? at : undefined;
}
