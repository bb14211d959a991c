/** What a watch list is to those who follow it. */
import type { IDataObject } from 'n8n-workflow';
import type { Result } from '../../shared/result';
import type { Deadline } from '../deadline';
import type { Answer } from '../status/lookUp';
import type { Remembered } from '../status/remembered';
import type { WatchList } from './parse';

/** A list whose entries the panel answers with a `T`. */
export interface Source<T = unknown> {
	/** Tells one list from another: table, column and filter. Typed IDs are one list, whatever they are. */
	identity: string;
	/** Whether someone typed the IDs: a list from elsewhere may be wrong for a poll. */
	isTyped: boolean;
	/** `remembered` unpacks what the last poll has left, where there was one: only a list that needs it asks. */
	read(deadline: Deadline, remembered?: () => Remembered | undefined): Promise<Result<WatchList>>;
	/** When `read` began, for a source that is asked what has changed since. */
	readAt?: string;
	/** Writes what the panel said to where the list comes from. Never rejects. */
	record?(answers: ReadonlyMap<string, Answer<T>>, now: Date): Promise<void>;
	/** What there is to tell of an ID besides the panel's answer. */
	told?(id: string, value: T, now: Date): IDataObject;
	/** What to do when there is nothing on it. */
	whenEmpty: string;
}
