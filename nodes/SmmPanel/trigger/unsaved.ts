/**
 * What polls that start nothing have seen. n8n saves a node's data with the executions that the node starts, and reads
 * them from its database whenever the workflow is saved and activated anew: a first status that was only remembered, or
 * a balance that recovered, would be forgotten then. It is kept here for as long as n8n's process lives.
 */
import type { IDataObject } from 'n8n-workflow';
import { fingerprint } from './state';

interface Unsaved {
	/** Fingerprint of the state that n8n has saved, as far as this process knows. */
	saved: string;
	/** The state since then, as text: n8n watches its own objects for changes. */
	state: string;
}

const unsavedByNode = new Map<string, Unsaved>();

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

const textOf = ({ state }: IDataObject): string => JSON.stringify(state) ?? '';

/**
 * Puts back what polls have seen since n8n saved the state that it gives now. Returns a function to be called at the end
 * of the poll, which keeps what this one has seen unless n8n saves it.
 */
export function resumeUnsaved(node: string, data: IDataObject): (isSaved: boolean) => void {
	const given = textOf(data);
	const last = unsavedByNode.get(node);
	const goesOn = last?.state === given;
	if (last && !goesOn && last.saved === fingerprint(given))
		data.state = JSON.parse(last.state) as IDataObject;
	else if (!goesOn) unsavedByNode.delete(node);
	const saved = unsavedByNode.get(node)?.saved ?? fingerprint(given);
	return (isSaved) => {
		const state = textOf(data);
		if (isSaved || state === '') unsavedByNode.delete(node);
		else unsavedByNode.set(node, { saved, state });
	};
}

/** As when n8n's process ends. */
export const forgetUnsaved = (): void => unsavedByNode.clear();
