/** The last status of each watched ID. In n8n's state, the IDs of each status are packed: two to four bytes an ID. */
import type { IDataObject } from 'n8n-workflow';
import { packIds, unpackIds } from './packedIds';

export interface Progress {
	/** What was to be delivered. */
	total: number;
	/** Steps of the percentage that have been reported. */
	steps: number;
}

/** When an order was last seen to move, in seconds since 1970, and what remained of it then. */
export interface Move {
	since: number;
	remains: number | null;
	/** Whether it was told that it has not moved since. */
	isTold: boolean;
}

/** What was seen of IDs. */
export interface Seen {
	statuses: Map<string, string>;
	/** On the list at the first check, but not read yet. */
	unread: Set<string>;
	/** Rejected by the panel, and reported. */
	rejected: Set<string>;
	progress: Map<string, Progress>;
	/** Of orders whose stalls are watched. */
	moves: Map<string, Move>;
}

/** What was seen of the IDs on the list, and of those that were on it. */
export interface StatusMemory extends Seen {
	/** Where the IDs come from: those of another list are looked at as at the first check. */
	source: string;
	/** Where the next poll goes on, if this one could not look all up. */
	next?: string;
	/** Whether the list gave its IDs with rows. */
	withRows: boolean;
	/** Not on the list as it was last read, but still taken to be on it: too many were gone at once. */
	missing: Set<string>;
	/** When the list was last read in full, for a list that tells what has changed since. ISO text. */
	readAt?: string;
	/** What has left the list, oldest first: an ID that comes back is the old one. */
	left: Departed[];
}

/** IDs that left the list on one day. They stay packed until an ID has to be found among them. */
export interface Departed extends PackedSeen {
	/** Days since 1970. */
	day: number;
	/** How many IDs they are. */
	count: number;
}

export interface PackedSeen {
	statuses: Array<[status: string, ids: string]>;
	unread?: string;
	rejected?: string;
	progress?: Record<string, [total: number, steps: number]>;
	moves?: Record<string, [since: number, remains: number | null, isTold: 0 | 1]>;
}

/** Fields behind `next` came with 0.2.0; a state of 0.1.0 does not have them. */
interface Packed extends PackedSeen {
	source: string;
	next?: string;
	withRows?: true;
	missing?: string;
	readAt?: string;
	left?: Departed[];
}

export const nothingSeen = (): Seen => ({
	statuses: new Map(),
	unread: new Set(),
	rejected: new Set(),
	progress: new Map(),
	moves: new Map(),
});

export function packSeen({ statuses, unread, rejected, progress, moves }: Seen): PackedSeen {
	const byStatus = new Map<string, string[]>();
	for (const [id, status] of statuses) {
		const ids = byStatus.get(status);
		if (ids) ids.push(id);
		else byStatus.set(status, [id]);
	}
	return {
		statuses: [...byStatus].map(([status, ids]) => [status, packIds(ids)]),
		...(unread.size > 0 && { unread: packIds(unread) }),
		...(rejected.size > 0 && { rejected: packIds(rejected) }),
		...(progress.size > 0 && {
			progress: Object.fromEntries([...progress].map(([id, { total, steps }]) => [id, [total, steps]])),
		}),
		...(moves.size > 0 && {
			moves: Object.fromEntries(
				[...moves].map(([id, { since, remains, isTold }]) => [id, [since, remains, isTold ? 1 : 0]]),
			),
		}),
	};
}

export const unpackSeen = ({
	statuses,
	unread = '',
	rejected = '',
	progress = {},
	moves = {},
}: PackedSeen): Seen => ({
	statuses: new Map(statuses.flatMap(([status, ids]) => unpackIds(ids).map((id) => [id, status] as const))),
	unread: new Set(unpackIds(unread)),
	rejected: new Set(unpackIds(rejected)),
	progress: new Map(Object.entries(progress).map(([id, [total, steps]]) => [id, { total, steps }])),
	moves: new Map(
		Object.entries(moves).map(([id, [since, remains, told]]) => [id, { since, remains, isTold: told === 1 }]),
	),
});

export function packMemory(memory: StatusMemory): IDataObject {
	const { source, next, withRows, missing, readAt, left } = memory;
	const packed: Packed = {
		source,
		...packSeen(memory),
		...(next !== undefined && { next }),
		...(withRows && { withRows }),
		...(missing.size > 0 && { missing: packIds(missing) }),
		...(readAt !== undefined && { readAt }),
		...(left.length > 0 && { left }),
	};
	return packed as unknown as IDataObject;
}

export function unpackMemory(packed: IDataObject): StatusMemory {
	const memory = packed as unknown as Packed;
	const { source, next, withRows = false, missing = '', readAt, left = [] } = memory;
	return {
		source,
		...unpackSeen(memory),
		next,
		withRows,
		missing: new Set(unpackIds(missing)),
		...(readAt !== undefined && { readAt }),
		left,
	};
}
