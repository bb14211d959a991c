/** Operations on lists of IDs: all IDs of all items in as few requests as possible, one output item for each. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import type { Outcomes, PanelClient } from '../../panel/client';
import type { JsonObject } from '../../panel/json';
import { earlierAttempts } from './executionMemory';
import { failedItem, plainProblem, toNodeError, type Problem } from '../../shared/problems';
import { readIdsOfItems, type IdNoun } from './ids';
import { limitsOf, readListOptions } from './options';

export interface IdsOperation<T> {
	noun: IdNoun;
	ask(client: PanelClient, ids: readonly string[]): Promise<Outcomes<T>>;
	/** The output item for an ID that was answered. */
	toJson(id: string, value: T, raw: JsonObject): IDataObject;
	/** Fields of an item for an ID that failed, besides its ID and the error. */
	failedJson?: IDataObject;
	/** For operations that change something: what was done, as in "canceled 12, 13". */
	verb?: string;
}

type Result<T> = { ok: true; value: T; raw: JsonObject } | { ok: false; problem: Problem };
type Failure = { id?: string; itemIndex: number; problem: Problem };

/** Runs such an operation over all input items and honours the node's On Error setting and `failedIdsAsData`. */
export async function executeByIds<T>(
	context: IExecuteFunctions,
	operation: IdsOperation<T>,
): Promise<INodeExecutionData[]> {
	const perItem = readIdsOfItems(context, operation.noun).map((ids) =>
		Array.isArray(ids) ? ids : asOf(operation, ids),
	);
	const stopping = !context.continueOnFail();
	const invalid = perItem.findIndex((ids) => !Array.isArray(ids));
	if (stopping && invalid >= 0) {
		throw toNodeError(context.getNode(), perItem[invalid] as Problem, { itemIndex: invalid });
	}
	const options = readListOptions(context);
	const results = await ask(
		context,
		operation,
		perItem.flatMap((ids) => (Array.isArray(ids) ? ids : [])),
	);

	const failures: Failure[] = [];
	const output = perItem.flatMap((ids, itemIndex): INodeExecutionData[] => {
		if (!Array.isArray(ids)) return [failedItem(context, ids, itemIndex, {})];
		return ids.map((id) => {
			const result = results.get(id) as Result<T>;
			if (result.ok) {
				return { json: operation.toJson(id, result.value, result.raw), pairedItem: { item: itemIndex } };
			}
			const json = { [operation.noun]: id, ...operation.failedJson };
			if (options.failedIdsAsData === true) {
				return { json: { ...json, error: result.problem.message }, pairedItem: { item: itemIndex } };
			}
			failures.push({ id, itemIndex, problem: result.problem });
			return failedItem(context, result.problem, itemIndex, json);
		});
	});
	const [first] = failures;
	if (stopping && first !== undefined) {
		throw toNodeError(context.getNode(), named(first, operation.noun), {
			itemIndex: first.itemIndex,
			done: whatWasDone(operation, results, failures),
		});
	}
	return output;
}

/** What is wrong with the input of a read has no outcome, either. */
const asOf = <T>({ verb }: IdsOperation<T>, problem: Problem): Problem =>
	verb === undefined ? { ...problem, action: 'status' } : problem;

const named = ({ id, problem }: Failure, noun: IdNoun): Problem => ({
	...plainProblem(problem),
	message: `${noun === 'order' ? 'Order' : 'Refill'} ${id}: ${problem.message}`,
});

/** Asks for all IDs; of a try that is repeated only for those that an earlier try certainly left undone. */
async function ask<T>(
	context: IExecuteFunctions,
	operation: IdsOperation<T>,
	ids: readonly string[],
): Promise<Map<string, Result<T>>> {
	const remembered = operation.verb === undefined ? {} : earlierAttempts<Result<T>>(context);
	const results = new Map<string, Result<T>>();
	const open: string[] = [];
	for (const id of new Set(ids)) {
		const known = remembered[id];
		if (known) results.set(id, known);
		else open.push(id);
	}
	if (open.length === 0) return results;
	const { client } = await connect(context, limitsOf(readListOptions(context)));
	for (const [id, outcome] of await operation.ask(client, open)) {
		const result = outcome.ok ? outcome : ({ ok: false, problem: plainProblem(outcome.error) } as const);
		results.set(id, result);
		if (result.ok || result.problem.effect === 'unknown') remembered[id] = result;
	}
	return results;
}

/** For the error that stops a run: nothing that was done, or may have been done, is lost with it. */
function whatWasDone<T>(
	{ verb, noun }: IdsOperation<T>,
	results: Map<string, Result<T>>,
	failures: readonly Failure[],
) {
	const entries = [...results];
	const done = entries.filter(([, result]) => result.ok).map(([id]) => id);
	const failed = [...new Map(failures.map(({ id, problem }) => [id, problem.message]))].map(
		([id, error]) => ({ [noun]: id, error }),
	);
	const eachFailure =
		failed.length < 2
			? ''
			: `Failed: ${failed.map((one) => `${String(one[noun])} (${one.error})`).join(', ')}.`;
	if (verb === undefined) return { text: eachFailure, data: { failed } };
	const unknown = entries
		.filter(([, result]) => !result.ok && result.problem.effect === 'unknown')
		.map(([id]) => id);
	return {
		text: [
			done.length === 0
				? `Nothing was ${verb} in this run.`
				: `Already ${verb} in this run: ${done.join(', ')}.`,
			unknown.length === 0 ? '' : `Not certain, look in the panel: ${unknown.join(', ')}.`,
			eachFailure,
		]
			.join(' ')
			.trim(),
		data: { done, unknown, failed },
	};
}
