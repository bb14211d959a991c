/** What an event of the trigger is, and what a poll reads for it. */
import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';
import { PanelError } from '../panel/errors';
import type { IdNoun } from '../shared/ids';
import { plainProblem, type Problem } from '../shared/problems';
import { failure, success, type Result } from '../shared/result';
import type { Deadline } from './deadline';

/** One row of the table of events: how the editor shows it, and what a poll does for it. */
export interface TriggerEvent {
	/** Display name in the picker. */
	name: string;
	/** As saved workflows hold it. */
	value: string;
	/** What the node panel offers, where that is another text than the name. */
	action?: string;
	description: string;
	/** Whose IDs it watches, where it has a watch list. */
	watches?: IdNoun;
	/** Its own fields; the table adds when they are shown. */
	fields: INodeProperties[];
	/** Its own entries of 'Options'; the table adds when they are shown. */
	options: INodeProperties[];
	/** Asks for what there is, as far as time allows, and compares it with what is remembered. */
	read(context: IPollFunctions, memory: IDataObject | undefined, deadline: Deadline): Promise<Round>;
	/** Items as real as they can be for the editor, whatever is remembered. */
	sample(context: IPollFunctions, deadline: Deadline): Promise<IDataObject[]>;
}

/** What a poll has read. */
export interface Round {
	/** What is remembered from now on; missing where nothing could be read. */
	memory?: IDataObject;
	items: IDataObject[];
	/** What kept the poll from reading all it wanted to. */
	problem?: Problem;
}

export const nothingRead = (problem: Problem): Round => ({ items: [], problem });

/** A refused key and a wrong parameter need someone to act; whatever else went wrong may be right at the next poll. */
export const mayPass = ({ family }: Problem): boolean => family !== 'auth' && family !== 'input';

const POLL_LESS_OFTEN =
	'Let the workflow poll less often. Everything that uses the same API key counts towards what the panel allows.';

/**
 * The error as a problem with a remedy for the trigger. `rateLimited` is the one where the panel had too many requests.
 */
export const problemIn = (error: PanelError, rateLimited = POLL_LESS_OFTEN): Problem =>
	error.family === 'rateLimit' ? { ...plainProblem(error), remedy: rateLimited } : error;

/** The value, or the panel's problem. */
export const attempt = async <T>(reading: Promise<T>): Promise<Result<T>> =>
	await reading.then(success, (error: unknown) =>
		error instanceof PanelError ? failure(problemIn(error)) : Promise.reject(error as Error),
	);
