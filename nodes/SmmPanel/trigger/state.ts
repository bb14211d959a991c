/** What the node keeps between two polls, in n8n's static data, under one key so that it changes as one. */
import type { IDataObject } from 'n8n-workflow';

export { fingerprint } from '../shared/fingerprint';

const VERSION = 1;

export interface State {
	version: typeof VERSION;
	/** Event and panel: what was seen of another says nothing about this one. */
	watching: string;
	/** Polls in a row of which a request failed. */
	failures: number;
	/** What the event remembers; missing until a poll has seen what there is. */
	memory?: IDataObject;
}

/** The state as the last poll left it; a fresh one where there is none, or none that fits. */
export function readState(data: IDataObject, watching: string): State {
	const state = data.state as State | undefined;
	const fits = state?.version === VERSION && state.watching === watching;
	return fits ? { ...state } : { version: VERSION, watching, failures: 0 };
}

/** n8n notices assignments to top-level keys only. */
export function writeState(data: IDataObject, state: State): void {
	data.state = state as unknown as IDataObject;
}
