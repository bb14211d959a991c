import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { connect, type Connection } from '../../shared/connection';
import { wholeOr } from '../../panel/pace';
import type { Operation } from '../operation';
import { earlierAttempts, earlierToolCalls } from '../shared/executionMemory';
import { limitsOf } from '../shared/options';
import { problemFrom, type Problem } from '../../shared/problems';
import { checkBudget, spentOn } from './placing/budget';
import { placingFields } from './placing/fields';
import { isSettled, placeOrders, type Placement, type Placements } from './placing/send';
import { planOrders, readPlacingOptions, type PlannedOrder } from './placing/plan';
import { failureOf, orderItem, problemOf, stopError } from './placing/items';

export const create: Operation = {
	name: 'Create',
	action: 'Place an order',
	description: 'Place orders at the panel. Each order spends money and is sent at most once.',
	fields: placingFields,
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const placements = earlierAttempts<Placement>(context);
	return await placeRun(context, placements).catch((error: unknown) => failStart(context, error, placements));
}

/** Not even the service list came, or the balance: what earlier tries of this run have placed is not lost with it. */
function failStart(context: IExecuteFunctions, error: unknown, placements: Placements): INodeExecutionData[] {
	const problem = problemFrom(error);
	if (!context.continueOnFail()) {
		// What this run throws on purpose says already what was placed
		if (error instanceof NodeApiError || error instanceof NodeOperationError) throw error;
		throw stopError(context, problem, placements);
	}
	return context
		.getInputData()
		.map((_, item) => orderItem(context, item, placements[item], undefined, problem));
}

async function placeRun(context: IExecuteFunctions, placements: Placements): Promise<INodeExecutionData[]> {
	const connection = await connect(context, limitsOf({ timeout: 60, ...readPlacingOptions(context) }));
	const plan = await planOrders(context, connection, { alwaysPrice: false });
	const toolCalls = earlierToolCalls<Placement>(context);
	recallUnknown(plan, placements, toolCalls);
	const stopping = !context.continueOnFail();

	const open = plan.filter(({ itemIndex }) => !isSettled(placements[itemIndex]));
	const wrong = open.find(({ problems }) => problems.length > 0);
	if (stopping && wrong) throw stopError(context, problemOf(wrong), placements, wrong.itemIndex);

	const sendable = open.filter(({ problems }) => problems.length === 0);
	const runProblem = await sendWithinBudget(context, connection, sendable, placements, stopping);
	if (toolCalls) rememberUnknown(placements, toolCalls);
	if (stopping) {
		const failed = plan.find(({ itemIndex }) => failureOf(placements[itemIndex]) !== undefined);
		const problem = failed && failureOf(placements[failed.itemIndex]);
		if (failed && problem) throw stopError(context, problem, placements, failed.itemIndex);
	}
	return plan.map((order) =>
		orderItem(context, order.itemIndex, placements[order.itemIndex], order, runProblem),
	);
}

/** Places the orders, or not all of them and returns why. */
async function sendWithinBudget(
	context: IExecuteFunctions,
	{ client }: Connection,
	sendable: readonly PlannedOrder[],
	placements: Placements,
	stopping: boolean,
): Promise<Problem | undefined> {
	const options = readPlacingOptions(context);
	const { problem, balance } = await checkBudget(
		client,
		options,
		sendable,
		spentOn(Object.values(placements)),
	);
	if (problem && stopping) throw stopError(context, problem, placements);
	if (problem) return problem;
	return await placeOrders(context, sendable, {
		client,
		concurrency: wholeOr(options.concurrency, 1),
		currency: balance?.currency ?? null,
		stopAtFailure: stopping,
		placements,
	});
}

const signature = ({ service, fields }: Pick<PlannedOrder, 'service' | 'fields'>) =>
	JSON.stringify([service, Object.entries(fields).sort()]);

/** An order that an agent's earlier call left unknown stays so: agents, too, try again what failed. */
function recallUnknown(
	plan: readonly PlannedOrder[],
	placements: Placements,
	toolCalls: Record<string, Placement> = {},
): void {
	for (const order of plan) {
		const earlier = toolCalls[signature(order)];
		if (earlier) placements[order.itemIndex] ??= earlier;
	}
}

function rememberUnknown(placements: Placements, toolCalls: Record<string, Placement>): void {
	for (const placement of Object.values(placements)) {
		if (placement.state === 'unknown') {
			toolCalls[signature({ ...placement, fields: placement.fields as Record<string, string> })] = placement;
		}
	}
}
