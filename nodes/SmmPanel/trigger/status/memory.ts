/** The last status of each watched ID. In n8n's state, the IDs of each status are packed: two to four bytes an ID. */
import type { IDataObject } from 'n8n-workflow';
import { packIds, unpackIds } from './packedIds';

export interface Progress {
	/** What was to be delivered. */
	total: number;
	/** Steps of the percentage that have been reported. */
	steps: number;
}

export interface StatusMemory {
	/** Where the IDs come from: those of another list are looked at as at the first check. */
	source: string;
	statuses: Map<string, string>;
	/** On the list at the first check, but not read yet. */
	unread: Set<string>;
	/** Rejected by the panel, and reported. */
	rejected: Set<string>;
	progress: Map<string, Progress>;
	/** Where the next poll goes on, if this one could not ask for all. */
	next?: string;
}

interface Packed {
	source: string;
	statuses: Array<[status: string, ids: string]>;
	unread?: string;
	rejected?: string;
	progress?: Record<string, [total: number, steps: number]>;
	next?: string;
}

export function packMemory({
	source,
	statuses,
	unread,
	rejected,
	progress,
	next,
}: StatusMemory): IDataObject {
	const byStatus = new Map<string, string[]>();
	for (const [id, status] of statuses) {
		const ids = byStatus.get(status);
		if (ids) ids.push(id);
		else byStatus.set(status, [id]);
	}
	const packed: Packed = {
		source,
		statuses: [...byStatus].map(([status, ids]) => [status, packIds(ids)]),
		...(unread.size > 0 && { unread: packIds(unread) }),
		...(rejected.size > 0 && { rejected: packIds(rejected) }),
		...(progress.size > 0 && {
			progress: Object.fromEntries([...progress].map(([id, { total, steps }]) => [id, [total, steps]])),
		}),
		...(next !== undefined && { next }),
	};
	return packed as unknown as IDataObject;
}

export function unpackMemory(packed: IDataObject): StatusMemory {
	const { source, statuses, unread = '', rejected = '', progress = {}, next } = packed as unknown as Packed;
	return {
		source,
		statuses: new Map(statuses.flatMap(([status, ids]) => unpackIds(ids).map((id) => [id, status] as const))),
		unread: new Set(unpackIds(unread)),
		rejected: new Set(unpackIds(rejected)),
		progress: new Map(Object.entries(progress).map(([id, [total, steps]]) => [id, { total, steps }])),
		next,
	};
}
