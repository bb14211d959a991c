/** What an event of the trigger is, what a poll reads for it, and how long it may take. */
import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';
import { PanelError } from '../panel/errors';
import type { IdNoun } from '../shared/ids';
import { plainProblem, type Problem } from '../shared/problems';
import { failure, success, type Result } from '../shared/result';
import { POLL } from '../panel/policies';
import type { Limits } from '../shared/connection';
import { ParameterReader } from '../shared/parameters';

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

export interface Deadline {
	/** Whether no further request may begin. */
	over(): boolean;
	/** Whether reading the watch list has taken so long that too little time is left for the panel. */
	listOver(): boolean;
	limits: Limits;
}

const between = (value: number, [least, most]: readonly [number, number]) =>
	Math.min(most, Math.max(least, value));

/**
 * A request begins in the first half of the budget only, and takes at most the other half: a quarter until its last
 * try begins and a quarter for that to be answered.
 */
export function startDeadline(context: IPollFunctions, isActivation = false): Deadline {
	const pollBudgetMs = context.getPollBudgetMs();
	const budgetMs = isActivation ? Math.min(pollBudgetMs, POLL.activationBudgetMs) : pollBudgetMs;
	const startedAt = Date.now();
	const elapsed = () => Date.now() - startedAt;
	return {
		over: () => elapsed() > budgetMs * POLL.beginWithin,
		listOver: () => elapsed() > Math.max(POLL.leastListMs, pollBudgetMs * POLL.listWithin),
		limits: {
			readTimeoutMs: between(budgetMs * POLL.share, POLL.timeoutMs),
			retry: { attempts: POLL.attempts, totalMs: between(budgetMs * POLL.share, POLL.retryMs) },
			// A panel without lists is asked about one ID after the other, and one with a limit is waited for: that ends, too
			signal: AbortSignal.timeout(Math.max(POLL.leastBeginMs, budgetMs * POLL.beginWithin)),
		},
	};
}

/** Fields of the form itself. One that the form does not show, or that gives nothing, is missing. */
export const readFields = (context: IPollFunctions, names: readonly string[]): ParameterReader =>
	new ParameterReader(
		Object.fromEntries(names.map((name): [string, unknown] => [name, context.getNodeParameter(name, null)])),
		'Parameters',
	);

export const readOptions = (context: IPollFunctions): ParameterReader =>
	new ParameterReader(context.getNodeParameter('options', {}), 'Options');
