import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import type { Problem } from '../shared/problems';
import { PanelError } from '../panel/errors';
import type { Deadline } from './deadline';

/** Something that kept a poll from reading all it wanted to. */
export interface Fault {
	problem: Problem;
	/** Whether it may pass by itself: tolerated for a few polls. */
	transient: boolean;
}

export interface Change {
	memory: IDataObject;
	items: IDataObject[];
}

/** What a poll has read. */
export interface Round {
	/** Pure: from what is remembered at the end of the poll to what is remembered from then on, and the items. */
	apply?(memory: IDataObject | undefined): Change;
	fault?: Fault;
}

export interface TriggerEvent {
	/** Asks for what there is, as far as time allows. Changes nothing. */
	read(context: IPollFunctions, memory: IDataObject | undefined, deadline: Deadline): Promise<Round>;
	/** Items as real as they can be for the editor, whatever is remembered. */
	sample(context: IPollFunctions, deadline: Deadline): Promise<IDataObject[]>;
}

/** A refused key needs someone to act; whatever else a panel answers may be otherwise at the next poll. */
export const faultOf = (error: PanelError): Fault => ({
	problem: error,
	transient: error.family !== 'auth',
});

/** The value, or the panel's fault. */
export const attempt = async <T>(reading: Promise<T>): Promise<{ value: T } | { fault: Fault }> =>
	await reading.then(
		(value) => ({ value }),
		(error: unknown) =>
			error instanceof PanelError ? { fault: faultOf(error) } : Promise.reject(error as Error),
	);
