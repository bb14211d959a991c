/** A poll: asks, applies what was read to what is remembered, and remembers the result, in one go at the end. */
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { toNodeError } from '../shared/problems';
import { PanelError } from '../panel/errors';
import { normalizeApiUrl } from '../panel/url';
import { balanceBelow } from './balance/event';
import { startDeadline, type Deadline } from './deadline';
import type { Fault, TriggerEvent } from './event';
import { servicesChanged } from './services/event';
import { fingerprint, readState, writeState } from './state';
import { orderStatusChanged, refillStatusChanged } from './status/event';

const EVENTS: Record<string, TriggerEvent> = {
	balanceBelow,
	orderStatusChanged,
	refillStatusChanged,
	servicesChanged,
};

const DEFAULT_TOLERANCE = 5;
const LONGEST_POLL_MS = 900_000;
const STORING_MS = 10_000;

// By node. Nothing is remembered here beyond the end of a poll
const underWay = new Map<string, { data: IDataObject; since: number }>();

// By node: the state that the last items were found with, which n8n may be about to replace
const handedOver = new Map<string, { before: string; at: number }>();

export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const items = await pollOnce(context);
		return items.length > 0 ? [items.map((json) => ({ json }))] : null;
	} catch (error) {
		throw error instanceof PanelError ? toNodeError(context.getNode(), error) : error;
	}
}

async function pollOnce(context: IPollFunctions): Promise<IDataObject[]> {
	const name = context.getNodeParameter('event') as string;
	const event = EVENTS[name] ?? orderStatusChanged;
	const deadline = startDeadline(context);
	if (context.getMode() === 'manual') return await event.sample(context, deadline);

	const data = context.getWorkflowStaticData('node');
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const other = underWay.get(node);
	/*
	 * One at a time: an older reading must not overwrite a newer one. Polls of an active workflow share its data, and a
	 * second one would find nothing more. Other data are those of the workflow as it was activated anew, or a copy that
	 * n8n made for this poll: the poll before may no longer change anything then.
	 */
	if (other?.data === data && Date.now() - other.since < LONGEST_POLL_MS) return [];
	const own = { data, since: Date.now() };
	underWay.set(node, own);
	try {
		const { apiUrl } = await context.getCredentials<{ apiUrl: string }>('smmPanelApi');
		const watching = `${name} ${normalizeApiUrl(apiUrl)}`;
		const before = fingerprint(`${watching} ${JSON.stringify(data.state)}`);
		/*
		 * With durable cursors n8n stores the new state a moment after it got the items: a poll that begins in between
		 * would find them again. Should n8n not have stored them at all, a later poll does.
		 */
		const last = handedOver.get(node);
		if (last?.before === before && Date.now() - last.at < STORING_MS) return [];
		handedOver.delete(node);
		const isCurrent = () => underWay.get(node) === own;
		const items = await readAndApply(context, event, { data, watching, deadline, isCurrent });
		if (items.length > 0) handedOver.set(node, { before, at: Date.now() });
		return items;
	} finally {
		if (underWay.get(node) === own) underWay.delete(node);
	}
}

interface Run {
	data: IDataObject;
	watching: string;
	deadline: Deadline;
	isCurrent(): boolean;
}

async function readAndApply(
	context: IPollFunctions,
	event: TriggerEvent,
	{ data, watching, deadline, isCurrent }: Run,
): Promise<IDataObject[]> {
	const { apply, fault } = await event.read(context, readState(data, watching).memory, deadline);
	if (!isCurrent()) return [];
	const state = readState(data, watching);
	if (fault && !mayWait(context, fault, state.memory)) throw toNodeError(context.getNode(), fault.problem);
	const failures = fault ? state.failures + 1 : 0;
	const { memory, items } = apply?.(state.memory) ?? { memory: state.memory, items: [] };
	writeState(data, { ...state, failures, memory });
	if (fault && items.length === 0 && failures >= tolerance(context)) throw failed(context, fault, failures);
	return items;
}

/**
 * What was never seen cannot be missed: someone who switches the workflow on learns at once what is wrong. `update` is
 * also what polls are called with where n8n schedules each of them by itself.
 */
const mayWait = (context: IPollFunctions, fault: Fault, memory: IDataObject | undefined): boolean =>
	fault.transient && (memory !== undefined || context.getActivationMode() === 'update');

function tolerance(context: IPollFunctions): number {
	const { tolerateOutages } = context.getNodeParameter('options', {}) as { tolerateOutages?: number };
	return Number(tolerateOutages ?? DEFAULT_TOLERANCE);
}

function failed(context: IPollFunctions, { problem }: Fault, failures: number) {
	const error = toNodeError(context.getNode(), problem);
	if (failures > 1)
		error.description = `${failures} polls in a row have failed. ${error.description ?? ''}`.trim();
	return error;
}
