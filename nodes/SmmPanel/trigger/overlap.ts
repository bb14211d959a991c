/** Two polls of one node at the same time, or one right after the other: what each of them may do. */
import type { IDataObject } from 'n8n-workflow';

/** A poll that has not ended by then is given up: n8n's longest budget is five minutes. */
const LONGEST_POLL_MS = 900_000;
/** n8n stores a new state within milliseconds; a database that is busy may take seconds. */
const STORING_MS = 10_000;

interface Turn {
	/** The node's static data as this poll got them. */
	data: IDataObject;
	since: number;
}

// By node. Nothing is remembered here beyond the end of a poll
const underWay = new Map<string, Turn>();

// By node: the state that the last items were found with, which n8n may be about to replace
const handedOver = new Map<string, { before: string; at: number }>();

/**
 * Runs one poll of a node at a time; a poll that comes too early gets `undefined`.
 *
 * Polls of an active workflow share its data: a second one would find nothing more, and the older reading of the two
 * must not overwrite the newer one. Other data are those of the workflow as it was activated anew, or a copy that n8n
 * made for this poll: then this poll goes on, and the one before may change nothing any more (`isCurrent`).
 */
export async function oneAtATime<T>(
	node: string,
	data: IDataObject,
	poll: (isCurrent: () => boolean) => Promise<T>,
): Promise<T | undefined> {
	const other = underWay.get(node);
	if (other?.data === data && Date.now() - other.since < LONGEST_POLL_MS) return undefined;
	const own: Turn = { data, since: Date.now() };
	underWay.set(node, own);
	try {
		return await poll(() => underWay.get(node) === own);
	} finally {
		if (underWay.get(node) === own) underWay.delete(node);
	}
}

/**
 * Whether n8n has got items for this very state and has yet to store the next one. With durable cursors n8n stores it a
 * moment after it got the items: a poll that begins in between would find them again. Should n8n not have stored it
 * at all, a later poll finds them.
 */
export function isBeingStored(node: string, before: string): boolean {
	const last = handedOver.get(node);
	if (last?.before === before && Date.now() - last.at < STORING_MS) return true;
	handedOver.delete(node);
	return false;
}

/** Notes that n8n gets items that were found with the state `before`. */
export const itemsHandedOver = (node: string, before: string): void =>
	void handedOver.set(node, { before, at: Date.now() });
