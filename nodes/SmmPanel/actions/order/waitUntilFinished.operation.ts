import {
	NodeOperationError,
	randomString,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import { connect } from '../../shared/connection';
import { showHints, type Hint } from '../../shared/hints';
import { orderStatusJson } from '../../shared/outputs';
import { failedItem, failRun, problemFrom, toNodeError, type Problem } from '../../shared/problems';
import type { SeveralOutputs } from '../operation';
import { bookToRead } from '../shared/bookReading';
import { executeByIds } from '../shared/executeByIds';
import { readIdsOfItems, type AskedId } from '../shared/idsField';
import { isTool } from '../shared/leftToModel';
import { valueOf } from '../shared/valueOf';
import { check } from './waiting/check';
import { readWaitSettings, waitingFields } from './waiting/fields';
import { isStepOnly, leadsBack } from './waiting/loop';
import { endedItems, statusesOf } from './waiting/output';
import {
	keptWait,
	packedIn,
	packedItem,
	pairOf,
	type Asked,
	type KeptWait,
	type Packed,
} from './waiting/packed';
import { beginWait, dueOrders, nextCheck, openOrders, type Wait } from './waiting/wait';

export const waitUntilFinished: SeveralOutputs = {
	value: 'waitUntilFinished',
	name: 'Wait Until Finished',
	action: 'Wait until orders are finished',
	description: 'Wait in the workflow until all orders are finished, then give them with their status',
	fields: waitingFields,
	outputs: ['Not Yet', 'Finished'],
	executeAll: execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	if (isTool(context)) return [await lookOnce(context)];
	const returned = packedIn(context.getInputData());
	try {
		const packed = returned ?? start(context);
		return await goOn(context, packed, returned !== undefined);
	} catch (error) {
		// Throws where the run is to stop
		if (returned === undefined || !context.continueOnFail()) return [[], failRun(context, error)];
		const problem = problemFrom(error);
		return [
			[],
			returned.asked.map(({ item }) => failedOf(context, problem, { json: {}, packed: returned, item })),
		];
	}
}

/** Everything that is wrong is found before the first wait. */
function start(context: IExecuteFunctions): Packed {
	const node = context.getNode();
	const source = context.getInputSourceData();
	refuseLostWait(context, source.previousNode);
	const back = isStepOnly(context) ? true : leadsBack(context, node);
	if (back !== true) throw notConnected(node, back === false);
	const settings = valueOf(context, readWaitSettings(context));
	const asked = readIdsOfItems(context, 'order').map((one) => askedOf(context, one));
	return { key: randomString(KEY_LENGTH), asked, source, settings };
}

const KEY_LENGTH = 16;

function notConnected(node: INode, isVisible: boolean): NodeOperationError {
	return isVisible
		? new NodeOperationError(node, "The output 'Not Yet' does not lead back to this node", {
				description:
					"Nothing was waited for. Draw a line from 'Not Yet' to this node's own input, and go on from 'Finished'. The node that placed the orders would place them again: pin its output before you execute the workflow anew.",
			})
		: new NodeOperationError(node, 'This n8n does not show a node its own connections', {
				description: 'Nothing was waited for. Update n8n, or use a Schedule with Get Status Changes.',
			});
}

function askedOf(context: IExecuteFunctions, { item, id }: AskedId): Asked {
	if (id.ok) return { item, order: id.value };
	if (!context.continueOnFail())
		throw toNodeError(context.getNode(), { ...id.problem, action: 'status' }, { itemIndex: item });
	return { item, message: id.problem.message, remedy: id.problem.remedy };
}

/** A node on the way from *Not Yet* has dropped the wait: it would begin anew, without a pause, for ever. */
function refuseLostWait(context: IExecuteFunctions, from: string): void {
	const node = context.getNode();
	const isBack = from === node.name || context.getChildNodes(node.name).some(({ name }) => name === from);
	if (!isBack || !Object.values(waitsOf(context)).some((wait) => keptWait(wait)?.endedIn === undefined))
		return;
	throw new NodeOperationError(node, `"${from}" has changed the item that came from 'Not Yet'`, {
		description:
			"That item carries the wait. Connect 'Not Yet' straight to this node, or only through nodes that hand it on as it is.",
	});
}

async function goOn(
	context: IExecuteFunctions,
	packed: Packed,
	isBack: boolean,
): Promise<INodeExecutionData[][]> {
	const waits = waitsOf(context);
	const now = Date.now();
	const known = keptWait(waits[packed.key]);
	const executionId = context.getExecutionId();
	// A retry by hand of a wait that had ended with an error begins anew
	const kept = known?.endedIn === undefined || known.endedIn === executionId ? known : undefined;
	const before: KeptWait =
		kept ??
		beginWait(
			packed.asked.flatMap((one) => ('order' in one ? [one.order] : [])),
			now,
		);
	const wait = await checked(context, before, packed);
	waits[packed.key] = wait;
	const open = openOrders(wait, packed.settings);
	if (open.length > 0) {
		if (isStepOnly(context)) showHints(context, STEP_ONLY);
		if (isBack)
			await context.putExecutionToWait(new Date(nextCheck(wait, packed.settings, Date.now(), Math.random())));
		return [[packedItem(packed, open.length)], []];
	}
	const finished = finish(context, packed, wait);
	// Should its item come back all the same, it does not begin anew
	waits[packed.key] = { since: wait.since, orders: [], endedIn: executionId };
	return [[], finished];
}

/** A key that is refused at the first check is told at once. */
async function checked(context: IExecuteFunctions, kept: KeptWait, { settings }: Packed): Promise<KeptWait> {
	if (dueOrders(kept, settings, Date.now()).length === 0) return kept;
	const book = await bookToRead(context, { patient: true });
	const wait = await check(kept, settings, {
		book: book.ok ? book.value : undefined,
		client: async () => (await connect(context)).client,
		asksAll: isStepOnly(context),
	});
	return { ...kept, ...valueOf(context, wait) };
}

function finish(context: IExecuteFunctions, packed: Packed, wait: Wait): INodeExecutionData[] {
	const ended = endedItems(packed, wait, Date.now());
	const failed = ended.find(({ problem }) => problem !== undefined);
	if (failed?.problem !== undefined && !context.continueOnFail()) {
		waitsOf(context)[packed.key] = { ...wait, endedIn: context.getExecutionId() };
		throw toNodeError(context.getNode(), failed.problem, { itemIndex: failed.item, done: statusesOf(ended) });
	}
	return ended.map(({ item, json, problem }) =>
		problem === undefined
			? { json, pairedItem: pairOf(packed, item) }
			: failedOf(context, problem, { json, packed, item }),
	);
}

/**
 * n8n merges items of the error output with the input items that they name: that would be the item that goes round, and
 * n8n fails where they name an earlier one. Without a name they stay as they are.
 */
function failedOf(
	context: IExecuteFunctions,
	problem: Problem,
	{ json, packed, item }: { json: IDataObject; packed: Packed; item: number },
): INodeExecutionData {
	const unpaired = failedItem(context, problem, item, json);
	delete unpaired.pairedItem;
	const hasErrorOutput = context.getNode().onError === 'continueErrorOutput';
	return hasErrorOutput ? unpaired : { ...unpaired, pairedItem: pairOf(packed, item) };
}

const STEP_ONLY: Hint = {
	message:
		'Not all orders are finished. Executing a step looks once and does not wait: execute the whole workflow for that.',
};

/** n8n keeps it with the execution, over waits and restarts (docs/stored-data.md). */
function waitsOf(context: IExecuteFunctions): Record<string, unknown> {
	const data: { waits?: Record<string, unknown> } = context.getContext('node');
	data.waits ??= {};
	// Read back, since the store may keep a copy
	return data.waits;
}

/** As an agent's tool: an agent cannot be parked, so that it gets what there is now. */
const lookOnce = async (context: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await executeByIds(context, {
		noun: 'order',
		send: async (client, ids) => await client.status(ids),
		toJson: (order, status) => ({ ...orderStatusJson(order, status), waited: false }),
		failedJson: { waited: false },
		neverStops: true,
	});
