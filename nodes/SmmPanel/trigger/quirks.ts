/**
 * What n8n does around a poll, and what follows from it: polls of one node can overlap, an execution is stored a moment
 * after the poll that found it, and what a poll without items has seen is not saved at all.
 */
import type { IDataObject } from 'n8n-workflow';
import { POLL } from '../panel/policies';
import { fingerprint } from '../shared/connection';

interface Turn {
	/** The node's static data as this poll got them. */
	data: IDataObject;
	since: number;
}

// By node. Nothing is remembered here beyond the end of a poll
const underWay = new Map<string, Turn>();

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
	if (other?.data === data && Date.now() - other.since < POLL.givenUpAfterMs) return undefined;
	const own: Turn = { data, since: Date.now() };
	underWay.set(node, own);
	try {
		return await poll(() => underWay.get(node) === own);
	} finally {
		if (underWay.get(node) === own) underWay.delete(node);
	}
}

// By node: the state that the last items were found with, which n8n may be about to replace
const handedOver = new Map<string, { before: string; at: number }>();

/**
 * Whether n8n has got items for this very state and has yet to store the next one. With durable cursors n8n stores it a
 * moment after it got the items: a poll that begins in between would find them again. Should n8n not have stored it
 * at all, a later poll finds them.
 */
export function isBeingStored(node: string, before: string): boolean {
	const last = handedOver.get(node);
	if (last?.before === before && Date.now() - last.at < POLL.storedWithinMs) return true;
	handedOver.delete(node);
	return false;
}

/** Notes that n8n gets items that were found with the state `before`. */
export const itemsHandedOver = (node: string, before: string): void =>
	void handedOver.set(node, { before, at: Date.now() });

const polledBefore = new WeakSet<IDataObject>();

/**
 * Whether this is the first poll that gets these data: the one with which n8n activates the workflow, after which it
 * saves them. With durable cursors each poll gets a copy of its own, and what it leaves is saved with each.
 */
export function isFirstPollWith(data: IDataObject): boolean {
	const isFirst = !polledBefore.has(data);
	polledBefore.add(data);
	return isFirst;
}

interface Unsaved {
	/** Fingerprint of the state that n8n has saved, as far as this process knows. */
	saved: string;
	/** The state since then, as text: n8n watches its own objects for changes. */
	state: string;
}

// By node: what polls that start nothing have seen. n8n reads a node's data from its database whenever the workflow is
// saved and activated anew: a first status that was only remembered, or a balance that recovered, would be forgotten then
const unsavedByNode = new Map<string, Unsaved>();

const stateText = ({ state }: IDataObject): string => JSON.stringify(state) ?? '';

/**
 * Puts back what polls have seen since n8n saved the state that it gives now. Returns a function to be called at the end
 * of the poll, which keeps what this one has seen unless n8n saves it.
 */
export function resumeUnsaved(node: string, data: IDataObject): (isSaved: boolean) => void {
	const given = stateText(data);
	const last = unsavedByNode.get(node);
	const goesOn = last?.state === given;
	if (last && !goesOn && last.saved === fingerprint(given))
		data.state = JSON.parse(last.state) as IDataObject;
	else if (!goesOn) unsavedByNode.delete(node);
	const saved = unsavedByNode.get(node)?.saved ?? fingerprint(given);
	return (isSaved) => {
		const state = stateText(data);
		if (isSaved || state === '') unsavedByNode.delete(node);
		else unsavedByNode.set(node, { saved, state });
	};
}

/** Forgets what was not saved, as the end of n8n's process does. For tests. */
export const forgetUnsaved = (): void => unsavedByNode.clear();
