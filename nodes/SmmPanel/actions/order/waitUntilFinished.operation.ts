import {
	randomString,
	WAIT_INDEFINITELY,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
} from 'n8n-workflow';
import { isTool } from '../../book/n8nExecution';
import { WAIT } from '../../panel/policies';
import { KNOWN_ORDER_STATUSES } from '../../panel/statuses';
import { connect } from '../../shared/connection';
import { orderStatusJson } from '../../shared/outputs';
import { failedItem, failRun, ofRead, problemFrom, toNodeError, warn } from '../../shared/problems';
import type { SeveralOutputs } from '../operation';
import { bookToRead } from '../shared/bookReading';
import { executeByIds } from '../shared/executeByIds';
import { idsField, readIdsOfItems } from '../shared/fields';
import { collection, valueOf } from '../../shared/parameters';
import { check } from './waiting/check';
import {
	endedItems,
	failedItems,
	packedIn,
	packedItem,
	pairOf,
	statusesOf,
	type Ended,
	type Packed,
} from './waiting/packed';
import {
	beginWait,
	dueOrders,
	inHours,
	nextCheck,
	openOrders,
	readSettings,
	type Wait,
	type WaitSettings,
} from './waiting/wait';
import { isLastStep, wrongWiring } from './waiting/wiring';

// n8n's lint rule for defaults takes plain names only
const { everyMinutes, maxHours } = WAIT;

/** As a tool it looks once, and these would say nothing. */
const WHERE_IT_WAITS = { hide: { '@tool': [true] } };

const fields: INodeProperties[] = [
	{
		displayName:
			"On the canvas, this node has two outputs on its right. Draw a line from the upper one, 'Not Yet', round to the input on this node's own left: that is how it waits. Connect what comes next to the lower one, 'Finished'.",
		name: 'loopNotice',
		type: 'notice',
		default: '',
		displayOptions: WHERE_IT_WAITS,
	},
	{ ...idsField('order'), default: '={{ $json.order }}' },
	{
		displayName: 'Check Every (Minutes)',
		name: 'checkEvery',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: WAIT.mostEveryMinutes },
		default: everyMinutes,
		displayOptions: WHERE_IT_WAITS,
		description:
			'How long to wait between two looks at an order. The pause grows with its age, to 10% of it and at most 30 minutes.',
	},
	{
		...collection('options', [
			{
				displayName: 'Max Wait (Hours)',
				name: 'maxWait',
				type: 'number',
				typeOptions: { minValue: 0.1, maxValue: WAIT.mostHours },
				default: maxHours,
				description: 'How long after it was placed an order is waited for',
			},
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'multiOptions',
				options: [...KNOWN_ORDER_STATUSES].sort().map((status) => ({ name: status, value: status })),
				default: [],
				displayOptions: { show: { until: ['statuses'] } },
				description: 'Any of these ends the wait for an order, and so does every status that nothing follows',
			},
			{
				displayName: 'Until',
				name: 'until',
				type: 'options',
				options: [
					{ name: 'Finished', value: 'finished' },
					{ name: 'In Certain Statuses', value: 'statuses' },
				],
				default: 'finished',
				description: 'What is waited for',
			},
			{
				displayName: 'When Time Is Up',
				name: 'whenTimeIsUp',
				type: 'options',
				options: [
					{ name: 'Fail', value: 'error' },
					{ name: 'Give It Out', value: 'output' },
				],
				default: 'output',
				description:
					"What becomes of orders that are not finished after the longest wait: given out by 'Finished', they are marked timedOut",
			},
		]),
		displayOptions: WHERE_IT_WAITS,
	},
];

export const waitUntilFinished: SeveralOutputs = {
	value: 'waitUntilFinished',
	name: 'Wait Until Finished',
	action: 'Wait until finished',
	description: 'Wait in the workflow until all orders are finished, then give them with their status',
	toolDescription:
		'Looks once how orders are, whether finished or not. It does not wait: ask again later. Needs their IDs, separated by commas. Reads only.',
	fields,
	outputs: ['Not Yet', 'Finished'],
	executeAll: execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	if (isTool(context)) return [await lookOnce(context)];
	const returned = packedIn(context.getInputData());
	let packed = returned;
	try {
		const wrong = returned === undefined ? wrongWiring(context) : undefined;
		if (wrong !== undefined)
			return await refuseWiring(context, toNodeError(context.getNode(), ofRead(wrong)));
		packed ??= start(context);
		return await goOn(context, packed, returned !== undefined);
	} catch (error) {
		// By 'Finished': n8n would hand on what is thrown, or what stands at the first output, to this node itself
		if (packed === undefined || !context.continueOnFail()) return [[], failRun(context, error)];
		return [[], itemsOf(context, packed, failedItems(packed, problemFrom(error)))];
	}
}

interface Memory {
	/** By the packed item's key. */
	waits?: Record<string, Wait | undefined>;
	hasRefused?: boolean;
}

/** n8n keeps it with the execution, over waits and restarts (docs/stored-data.md). */
const memoryOf = (context: IExecuteFunctions): Memory => context.getContext('node');

/**
 * With *On Error: Continue* n8n goes on along the lines that are wrong: whatever comes back finds a node that is silent
 * and, where *Always Output Data* wakes it again and again all the same, one that rests.
 */
async function refuseWiring(context: IExecuteFunctions, error: Error): Promise<INodeExecutionData[][]> {
	const memory = memoryOf(context);
	if (memory.hasRefused !== true || !context.continueOnFail()) {
		memory.hasRefused = true;
		return [[], failRun(context, error)];
	}
	if (context.getNode().alwaysOutputData === true) await context.putExecutionToWait(WAIT_INDEFINITELY);
	return [[], []];
}

/** Everything that is wrong is found before the first wait. */
function start(context: IExecuteFunctions): Packed {
	const checkEvery = context.getNodeParameter('checkEvery', 0, everyMinutes);
	const settings = valueOf(context, readSettings(checkEvery, context.getNodeParameter('options', 0, {})));
	const asked = readIdsOfItems(context, 'order').map(({ item, id }) =>
		id.ok ? { item, order: id.value } : { item, problem: ofRead(id.problem) },
	);
	const wrong = asked.find(({ problem }) => problem !== undefined);
	if (wrong?.problem !== undefined && !context.continueOnFail())
		throw toNodeError(context.getNode(), wrong.problem, { itemIndex: wrong.item });
	const timeoutMs = 1000 * (context.getWorkflowSettings().executionTimeout ?? 0);
	if (timeoutMs > 0 && timeoutMs < settings.maxWaitMs) warn(context, timesOut(inHours(timeoutMs)));
	return { key: randomString(16), asked, source: context.getInputSourceData(), settings };
}

const STEP_ONLY =
	'Not all are finished. A step looks once. Before you execute the whole workflow to wait, pin the output of the node that placed the orders: it would place them again.';

const timesOut = (hours: number) =>
	`The workflow's 'Timeout' ends this execution after ${hours} hours, before 'Max Wait (Hours)' is over: what is not finished by then does not come out. Set a longer one in the workflow's settings.`;

async function goOn(
	context: IExecuteFunctions,
	packed: Packed,
	isBack: boolean,
): Promise<INodeExecutionData[][]> {
	const waits = (memoryOf(context).waits ??= {});
	const known = waits[packed.key];
	// A retry by hand of a wait that had ended with an error begins anew
	const kept = known?.endedIn === undefined || known.endedIn === context.getExecutionId() ? known : undefined;
	const orders = packed.asked.flatMap(({ order }) => order ?? []);
	const wait = await afterCheck(context, kept ?? beginWait(orders, Date.now()), packed.settings);
	if (openOrders(wait, packed.settings).length > 0) {
		waits[packed.key] = wait;
		if (isLastStep(context)) warn(context, STEP_ONLY);
		// n8n wakes a node with the items that it rested with: at its start they are not packed yet, so that it first goes round
		if (isBack)
			await context.putExecutionToWait(new Date(nextCheck(wait, packed.settings, Date.now(), Math.random())));
		return [[packedItem(packed, wait)], []];
	}
	const ended = endedItems(packed, wait, Date.now());
	const failed = ended.find(({ problem }) => problem !== undefined);
	if (failed?.problem !== undefined && !context.continueOnFail()) {
		waits[packed.key] = { ...wait, endedIn: context.getExecutionId() };
		throw toNodeError(context.getNode(), failed.problem, { itemIndex: failed.item, done: statusesOf(ended) });
	}
	waits[packed.key] = undefined;
	return [[], itemsOf(context, packed, ended)];
}

/** Throws where the panel refuses the key at the first check. */
async function afterCheck(context: IExecuteFunctions, kept: Wait, settings: WaitSettings): Promise<Wait> {
	const asksAll = isLastStep(context);
	if (!asksAll && dueOrders(kept, settings, Date.now()).length === 0) return kept;
	const book = await bookToRead(context, { patient: true });
	const client = async () => (await connect(context)).client;
	return valueOf(
		context,
		await check(kept, settings, { book: book.ok ? book.value : undefined, client, asksAll }),
	);
}

/**
 * n8n merges items of the error output with the input items that they name: that would be the item that goes round, and
 * n8n fails where they name an earlier one. Without a name they stay as they are.
 */
function itemsOf(context: IExecuteFunctions, packed: Packed, ended: readonly Ended[]): INodeExecutionData[] {
	const hasErrorOutput = context.getNode().onError === 'continueErrorOutput';
	return ended.map(({ item, json, problem }) => {
		const paired = { pairedItem: pairOf(packed, item) };
		if (problem === undefined) return { json, ...paired };
		return { ...(!hasErrorOutput && paired), json: failedItem(context, problem, item, json).json };
	});
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
