import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { connect, type Connection } from '../../connection';
import { sum } from '../../panel/orderDraft';
import type { Operation } from '../operation';
import { earlierAttempts } from '../shared/attempts';
import { failedItem, inputProblem, toNodeError, type Problem } from '../shared/failures';
import { limitsOf } from '../shared/options';
import { checkBudget } from './budget';
import { placingFields } from './fields';
import { placeOrders, type Placement, type Placements } from './place';
import { planOrders, readPlacingOptions, type PlannedOrder } from './plan';

export const create: Operation = {
	name: 'Create',
	action: 'Place an order',
	description: 'Place orders at the panel. Each order spends money and is sent at most once.',
	fields: placingFields,
	execute,
};

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const options = readPlacingOptions(context);
	const connection = await connect(context, limitsOf({ timeout: 60, ...options }));
	const plan = await planOrders(context, connection, { alwaysPrice: false });
	const placements = earlierAttempts<Placement>(context);
	forgetRefusals(placements);
	const stopping = !context.continueOnFail();

	const open = plan.filter(({ itemIndex }) => placements[itemIndex] === undefined);
	const wrong = open.find(({ problems }) => problems.length > 0);
	if (stopping && wrong) throw stopError(context, wrong, problemOf(wrong), placements);

	const sendable = open.filter(({ problems }) => problems.length === 0);
	const runProblem = await sendWithinBudget(context, connection, sendable, placements, stopping);
	if (stopping) {
		const failed = plan.find(({ itemIndex }) => failureOf(placements[itemIndex]) !== undefined);
		const problem = failed && failureOf(placements[failed.itemIndex]);
		if (failed && problem) throw stopError(context, failed, problem, placements);
	}
	return plan.map((order) => toItem(context, order, placements[order.itemIndex], runProblem));
}

/** A certain refusal of an earlier try is no reason not to try again. */
function forgetRefusals(placements: Placements): void {
	for (const [index, placement] of Object.entries(placements)) {
		if (placement.state === 'refused') delete placements[index];
	}
}

/** Places the orders, or none of them and returns why. */
async function sendWithinBudget(
	context: IExecuteFunctions,
	{ client }: Connection,
	sendable: readonly PlannedOrder[],
	placements: Placements,
	stopping: boolean,
): Promise<Problem | undefined> {
	const options = readPlacingOptions(context);
	const spent = sum(
		Object.values(placements).map((earlier) => (earlier.state === 'placed' ? (earlier.charge ?? '0') : '0')),
	);
	const { problem, balance } = await checkBudget(client, options, sendable, spent);
	if (problem && stopping) {
		throw toNodeError(context.getNode(), problem, { done: whatWasPlaced(placements) });
	}
	if (problem) return problem;
	await placeOrders(context, sendable, {
		client,
		concurrency: Math.max(1, options.concurrency ?? 1),
		currency: balance?.currency ?? null,
		stopAtFailure: stopping,
		placements,
	});
	return undefined;
}

const failureOf = (placement: Placement | undefined): Problem | undefined =>
	placement?.state === 'refused' || placement?.state === 'unknown' ? placement.problem : undefined;

const problemOf = ({ problems }: PlannedOrder): Problem =>
	inputProblem(problems.join('. '), 'This order was not sent. Correct the item, or its mapping, and run again.');

const NOT_SENT = inputProblem(
	'Not sent, because the run was ended before it was this order’s turn',
	'Run it again: nothing was placed for this item.',
);

const stopError = (
	context: IExecuteFunctions,
	order: PlannedOrder,
	problem: Problem,
	placements: Placements,
) =>
	toNodeError(context.getNode(), problem, {
		itemIndex: order.itemIndex,
		done: whatWasPlaced(placements),
	});

/** Everything a run has placed or may have placed, for the error that ends it: an ID that was paid for is never lost. */
function whatWasPlaced(placements: Placements): { text: string; data: IDataObject } {
	const placed: IDataObject[] = [];
	const unknown: IDataObject[] = [];
	for (const [index, placement] of Object.entries(placements)) {
		const item = Number(index);
		if (placement.state === 'placed') {
			placed.push({ item, order: placement.order, service: placement.service, ...placement.fields });
		}
		if (placement.state === 'unknown') unknown.push({ item, error: placement.problem.message });
	}
	const text = [
		placed.length === 0
			? 'No order was placed in this run.'
			: `Orders already placed in this run: ${placed.map(({ order, item }) => `${String(order)} (item ${String(item)})`).join(', ')}.`,
		unknown.length === 0
			? ''
			: `Unknown, look in the panel: ${unknown.map(({ item }) => `item ${String(item)}`).join(', ')}.`,
	];
	return { text: text.join(' ').trim(), data: { placed, unknown } };
}

function toItem(
	context: IExecuteFunctions,
	order: PlannedOrder,
	placement: Placement | undefined,
	runProblem: Problem | undefined,
): INodeExecutionData {
	const { itemIndex, service, fields, idempotencyKey } = order;
	const sent = { service, ...fields };
	if (placement?.state === 'placed') {
		return {
			json: {
				order: placement.order,
				service: placement.service,
				charge: placement.charge === null ? null : Number(placement.charge),
				...(placement.currency !== undefined && { currency: placement.currency }),
				...without(placement.fields, ['order', 'service', 'charge', 'currency']),
			},
			pairedItem: { item: itemIndex },
		};
	}
	if (placement?.state === 'duplicate') {
		return {
			json: { duplicate: true, idempotencyKey: placement.idempotencyKey, ...sent },
			pairedItem: { item: itemIndex },
		};
	}
	const problem =
		failureOf(placement) ?? (order.problems.length > 0 ? problemOf(order) : (runProblem ?? NOT_SENT));
	return failedItem(context, problem, itemIndex, {
		...sent,
		...(idempotencyKey !== undefined && { idempotencyKey }),
	});
}

const without = (fields: IDataObject, names: readonly string[]): IDataObject =>
	Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
