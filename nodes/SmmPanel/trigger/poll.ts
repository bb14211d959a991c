/** A poll: asks, holds what was read against what is remembered, and remembers the result, in one go at the end. */
import {
	NodeOperationError,
	type IDataObject,
	type INodeExecutionData,
	type IPollFunctions,
} from 'n8n-workflow';
import { PanelError } from '../panel/errors';
import { accountOf, fingerprint } from '../shared/connection';
import { toNodeError, type Problem } from '../shared/problems';
import { valueOf } from '../shared/parameters';
import { startDeadline, readOptions, type TriggerEvent, type Deadline } from './event';
import { DEFAULT_TOLERANCE, EVENTS } from './index';
import { isBeingStored, isFirstPollWith, itemsHandedOver, oneAtATime, resumeUnsaved } from './quirks';

const VERSION = 2;

/** What the node keeps between two polls, in n8n's static data, under one key so that it changes as one. */
interface State {
	version: typeof VERSION;
	/** Event and account that the memory is about: what was seen of another one says nothing about this one. */
	watching: string;
	/** Polls in a row of which a request failed. */
	failures: number;
	/** What the event remembers; missing until a poll has seen what there is. */
	memory?: IDataObject;
}

/** Reads the state that the last poll left; begins a new one where there is none, or none that fits. */
function readState(data: IDataObject, watching: string): State {
	const state = data.state as State | undefined;
	const fits = state?.version === VERSION && state.watching === watching;
	return fits ? state : { version: VERSION, watching, failures: 0 };
}

export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const items = await pollOnce(context);
		return items.length > 0 ? [items.map((json) => ({ json }))] : null;
	} catch (error) {
		throw error instanceof PanelError ? toNodeError(context.getNode(), error) : error;
	}
}

async function pollOnce(context: IPollFunctions): Promise<IDataObject[]> {
	const event = eventOf(context);
	if (context.getMode() === 'manual') return await event.sample(context, startDeadline(context));

	const data = context.getWorkflowStaticData('node');
	const isActivation = isFirstPollWith(data);
	const deadline = startDeadline(context, isActivation);
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const items = await oneAtATime(node, data, async (isCurrent) => {
		const tolerance = readTolerance(context);
		const watching = `${event.value} ${await accountOf(context)}`;
		// n8n may call again before it has stored what the last poll found: the same items would come out twice
		const before = fingerprint(`${watching} ${JSON.stringify(data.state)}`);
		if (isBeingStored(node, before)) return [];
		const endPoll = resumeUnsaved(node, data);
		let found: IDataObject[] = [];
		try {
			found = await readAndRemember(context, event, { data, watching, deadline, tolerance, isCurrent });
		} finally {
			if (isCurrent()) endPoll(isActivation || found.length > 0);
		}
		if (found.length > 0) itemsHandedOver(node, before);
		return found;
	});
	return items ?? [];
}

/** The chosen event. It takes no expression. */
function eventOf(context: IPollFunctions): TriggerEvent {
	const chosen = context.getNodeParameter('event', '');
	const event = EVENTS.find(({ value }) => value === chosen);
	if (event !== undefined) return event;
	throw new NodeOperationError(context.getNode(), `This node has no event "${String(chosen)}"`, {
		description: "Choose 'Trigger On' anew from its list.",
	});
}

interface Run {
	data: IDataObject;
	watching: string;
	deadline: Deadline;
	/** Failed polls in a row from which on a failed execution says so. */
	tolerance: number;
	isCurrent(): boolean;
}

async function readAndRemember(
	context: IPollFunctions,
	event: TriggerEvent,
	{ data, watching, deadline, tolerance, isCurrent }: Run,
): Promise<IDataObject[]> {
	const state = readState(data, watching);
	const { memory = state.memory, items, problem } = await event.read(context, state.memory, deadline);
	if (!isCurrent()) return [];
	if (problem && !mayWait(context, problem, state.memory)) throw toNodeError(context.getNode(), problem);
	const failures = problem ? state.failures + 1 : 0;
	const next: State = { ...state, failures, memory };
	// n8n notices assignments to top-level keys only
	data.state = { ...next };
	if (problem && items.length === 0 && failures >= tolerance) throw failed(context, problem, failures);
	return items;
}

/**
 * Whether a failed poll may be waited out. A refused key and a wrong parameter need someone to act; whatever else went
 * wrong may be right at the next poll. Someone who switches the workflow on learns of that, too, at once: nothing has
 * been seen yet that could be missed. `update` is also what polls are called with where n8n schedules each of them by
 * itself.
 */
const mayWait = (context: IPollFunctions, { family }: Problem, memory: IDataObject | undefined): boolean =>
	family !== 'auth' &&
	family !== 'input' &&
	(memory !== undefined || context.getActivationMode() === 'update');

function readTolerance(context: IPollFunctions): number {
	const options = readOptions(context);
	const tolerance = options.number('tolerateOutages', 'Tolerate Outages', { least: 0 }, DEFAULT_TOLERANCE);
	return valueOf(context, options.result(tolerance));
}

function failed(context: IPollFunctions, problem: Problem, failures: number) {
	const error = toNodeError(context.getNode(), problem);
	if (failures > 1)
		error.description = `${failures} polls in a row have failed. ${error.description ?? ''}`.trim();
	return error;
}
