/** Operations on lists of IDs: all IDs of all items in as few requests as possible, one output item for each. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { nodeMemory } from '../../book/n8nExecution';
import type { StepResult } from '../../book/problems';
import type { Writing } from '../../book/writeBack';
import { answersIn, type Outcomes } from '../../panel/batching';
import type { PanelClient } from '../../panel/client';
import type { JsonObject } from '../../panel/json';
import { connect, type Limits } from '../../shared/connection';
import { ID_TITLES, type IdNoun } from '../../shared/ids';
import { failedItem, inputProblem, plainProblem, toNodeError, type Problem } from '../../shared/problems';
import { failure } from '../../shared/result';
import { isLeftToModel } from '../operation';
import { writeBack, type ReadBook } from './bookReading';
import { readIdsOfItems, readListOptions, type RequestedId } from './fields';

export interface IdsOperation<T> {
	noun: IdNoun;
	send(client: PanelClient, ids: readonly string[]): Promise<Outcomes<T>>;
	/** The output item for an ID that was answered. */
	toJson(id: string, value: T, raw: JsonObject): IDataObject;
	/** Fields of an item for an ID that failed, besides its ID and the error. */
	failedJson?: IDataObject;
	/**
	 * Whether a failed ID comes out as an item even where the node would stop the workflow: an agent goes on reading.
	 */
	neverStops?: boolean;
	/** For operations that change something: what was done, as in "canceled 12, 13". */
	verb?: string;
	/** What was made for an ID, such as its new refill: shown in brackets behind it. */
	madeOf?(value: T): string;
	/** The IDs to ask for, where they do not come from the input items. */
	requested?: readonly RequestedId[];
	/** Writes what was answered into the rows of the order book that are there for it. */
	record?(book: ReadBook, answered: ReadonlyMap<string, T>, writing: Writing): Promise<StepResult<void>>;
}

/** What the panel said about an ID, as plain JSON: tries of the same run hand it on (docs/stored-data.md). */
type Answer<T> = { ok: true; value: T; raw: JsonObject } | { ok: false; problem: Problem };
type Failure = { id?: string; item: number; problem: Problem };

/** Runs such an operation over all input items and honours the node's On Error setting and `failedIdsAsData`. */
export async function executeByIds<T>(
	context: IExecuteFunctions,
	operation: IdsOperation<T>,
): Promise<INodeExecutionData[]> {
	const { failedIdsAsData, limits } = readListOptions(context);
	const asked = (operation.requested ?? readIdsOfItems(context, operation.noun)).map(({ item, id }) => ({
		item,
		id: id.ok ? id : failure(asOf(operation, id.problem)),
	}));
	const stopping = operation.neverStops !== true && !context.continueOnFail();
	const invalid = asked.find(({ id }) => !id.ok);
	if (stopping && invalid && !invalid.id.ok) {
		throw toNodeError(context.getNode(), invalid.id.problem, { itemIndex: invalid.item });
	}
	const valid = asked.flatMap(({ id }) => (id.ok ? [id.value] : []));
	refuseManyOfModel(context, operation, new Set(valid).size);
	const answers = await answersFor(context, operation, valid, limits);

	const failures: Failure[] = [];
	const output = asked.map((entry) => {
		const { json, failed } = outputOf(operation, entry, answers);
		const pairedItem = { item: entry.item };
		if (failed === undefined) return { json, pairedItem };
		if (failedIdsAsData && failed.id !== undefined) {
			return { json: { ...json, error: failed.problem.message }, pairedItem };
		}
		failures.push(failed);
		return failedItem(context, failed.problem, entry.item, json);
	});
	const [first] = failures;
	if (stopping && first !== undefined) {
		throw toNodeError(context.getNode(), named(first, operation.noun), {
			itemIndex: first.item,
			done: whatWasDone(operation, answers, failures),
		});
	}
	return output;
}

/** A model that misreads a list would cancel all of it: it acts on one order a call, which somebody can approve. */
function refuseManyOfModel<T>(
	context: IExecuteFunctions,
	{ noun, verb }: IdsOperation<T>,
	count: number,
): void {
	if (verb === undefined || count < 2 || !isLeftToModel(context, `${noun}Ids`)) return;
	throw toNodeError(
		context.getNode(),
		inputProblem(
			`Nothing was ${verb}: ${count} ${noun}s in one call, where a model chooses them`,
			`Call the tool once for each ${noun}. To act on several at once, fix '${ID_TITLES[noun]}' in the tool instead of leaving it to the model.`,
		),
	);
}

function outputOf<T>(
	{ noun, toJson, failedJson }: IdsOperation<T>,
	{ item, id }: RequestedId,
	answers: ReadonlyMap<string, Answer<T>>,
): { json: IDataObject; failed?: Failure } {
	if (!id.ok) return { json: {}, failed: { item, problem: id.problem } };
	const answer = answers.get(id.value);
	if (answer?.ok) return { json: toJson(id.value, answer.value, answer.raw) };
	// The client answers for every ID that it is asked about
	const problem = answer?.problem ?? { message: `${noun} ${id.value} was not asked for`, ...NO_ANSWER };
	return { json: { [noun]: id.value, ...failedJson }, failed: { id: id.value, item, problem } };
}

const NO_ANSWER = {
	remedy: 'Ask for it again.',
	family: 'protocol',
	effect: 'none',
	action: 'status',
} as const;

/** Marks a problem with the input of a read as one of a read, which has no outcome. */
const asOf = <T>({ verb }: IdsOperation<T>, problem: Problem): Problem =>
	verb === undefined ? { ...problem, action: 'status' } : problem;

const named = ({ id, problem }: Failure, noun: IdNoun): Problem => ({
	...plainProblem(problem),
	message: `${noun === 'order' ? 'Order' : 'Refill'} ${id}: ${problem.message}`,
});

/**
 * Asks for all IDs. Where n8n repeats a failed run, it asks only for those that the earlier try certainly left undone.
 */
async function answersFor<T>(
	context: IExecuteFunctions,
	operation: IdsOperation<T>,
	ids: readonly string[],
	limits: Limits,
): Promise<Map<string, Answer<T>>> {
	const memory = operation.verb === undefined ? {} : earlierAttempts<Answer<T>>(context);
	const answers = new Map<string, Answer<T>>();
	const open: string[] = [];
	for (const id of new Set(ids)) {
		const known = memory[id];
		if (known) answers.set(id, known);
		else open.push(id);
	}
	if (open.length === 0) return answers;
	const { client } = await connect(context, limits);
	const outcomes = await operation.send(client, open);
	for (const [id, outcome] of outcomes) {
		const answer: Answer<T> = outcome.ok ? outcome : { ok: false, problem: plainProblem(outcome.error) };
		answers.set(id, answer);
		if (answer.ok || answer.problem.effect === 'unknown') memory[id] = answer;
	}
	const { record } = operation;
	const answered = answersIn(outcomes);
	if (record && answered.size > 0) {
		const writing = { now: Date.now() };
		await writeBack(context, async (book) => await record(book, answered, writing));
	}
	return answers;
}

/** Lists for the error that stops a run what was done, or may have been done: nothing of it is lost with the error. */
function whatWasDone<T>(
	{ verb, noun, madeOf }: IdsOperation<T>,
	answers: ReadonlyMap<string, Answer<T>>,
	failures: readonly Failure[],
) {
	const entries = [...answers];
	const done = entries.flatMap(([id, answer]) =>
		answer.ok ? [{ id, text: madeOf ? `${id} (${madeOf(answer.value)})` : id }] : [],
	);
	const failed = [...new Map(failures.map(({ id, problem }) => [id, problem.message]))].map(
		([id, error]) => ({
			[noun]: id,
			error,
		}),
	);
	const eachFailure =
		failed.length < 2
			? ''
			: `Failed: ${failed.map((one) => `${String(one[noun])} (${one.error})`).join(', ')}.`;
	const keepsOthers =
		entries.length > failed.length ? "The option 'Failed IDs as Data' keeps the others where some fail." : '';
	if (verb === undefined)
		return { text: [eachFailure, keepsOthers].filter(Boolean).join(' '), data: { failed } };
	const unknown = entries
		.filter(([, answer]) => !answer.ok && answer.problem.effect === 'unknown')
		.map(([id]) => id);
	return {
		text: [
			done.length > 0 ? `Already ${verb} in this run: ${done.map(({ text }) => text).join(', ')}.` : '',
			unknown.length > 0 ? `Not certain, look in the panel: ${unknown.join(', ')}.` : '',
			done.length + unknown.length === 0 ? `Nothing was ${verb} in this run.` : '',
			eachFailure,
			keepsOthers,
		]
			.filter(Boolean)
			.join(' '),
		data: { done: done.map(({ id }) => id), unknown, failed },
	};
}

/**
 * What earlier tries of this run have done at the panel, by ID. n8n's Retry On Fail runs the node again within the same
 * execution, and its context survives from try to try, also into a retry of the whole failed execution. In a loop each
 * round is a run of its own and starts with an empty memory. Entries must be plain JSON.
 */
export function earlierAttempts<T>(context: IExecuteFunctions): Record<string, T> {
	const run = Number(context.getWorkflowDataProxy(0).$runIndex ?? 0);
	const store: { attempts?: { run: number; entries: Record<string, T> } } = nodeMemory(context);
	if (store.attempts?.run !== run) store.attempts = { run, entries: {} };
	return store.attempts.entries;
}
