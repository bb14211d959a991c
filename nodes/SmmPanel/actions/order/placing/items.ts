/** From what came of a run's orders to its output items, and to the error that ends it. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failedItem, inputProblem, toNodeError, type Problem } from '../../../shared/problems';
import type { Placement, Placements } from './send';
import type { PlannedOrder } from './plan';

export const failureOf = (placement: Placement | undefined): Problem | undefined =>
	placement?.state === 'refused' || placement?.state === 'unknown' ? placement.problem : undefined;

/** Of the same family as when the panel itself says that it has no such service. */
export const problemOf = ({ problems, serviceIsMissing }: PlannedOrder): Problem => ({
	...inputProblem(
		problems.join('. '),
		'This order was not sent. Correct the item, or its mapping, and run again.',
	),
	...(serviceIsMissing && { family: 'service' }),
});

const NOT_SENT = inputProblem(
	'Not sent, because the run was ended before it was this order’s turn',
	'Run it again: nothing was placed for this item.',
);

/** The error that stops a run. It lists what the run has placed: an ID that was paid for is never lost. */
export const stopError = (
	context: IExecuteFunctions,
	problem: Problem,
	placements: Placements,
	itemIndex?: number,
) => toNodeError(context.getNode(), problem, { itemIndex, done: whatWasPlaced(placements) });

function whatWasPlaced(placements: Placements): { text: string; data: IDataObject } {
	const placed: IDataObject[] = [];
	const unknown: IDataObject[] = [];
	for (const [index, placement] of Object.entries(placements)) {
		const { state, service, fields, idempotencyKey } = placement;
		const order = { service, ...fields, ...(idempotencyKey !== undefined && { idempotencyKey }) };
		const item = Number(index);
		if (state === 'placed') placed.push({ ...order, item, order: placement.order });
		if (state === 'unknown') unknown.push({ ...order, item, error: placement.problem.message });
	}
	const nameOf = ({ link, username }: IDataObject) => String(link ?? username ?? '');
	const text = [
		placed.length === 0
			? 'No order was placed in this run.'
			: `Orders already placed in this run: ${placed.map(({ order, item }) => `${String(order)} (item ${String(item)})`).join(', ')}.`,
		unknown.length === 0
			? ''
			: `Unknown, look in the panel: ${unknown.map((entry) => `item ${String(entry.item)} (service ${String(entry.service)} ${nameOf(entry)})`).join(', ')}.`,
	];
	return { text: text.join(' ').trim(), data: { placed, unknown } };
}

/** The item for an order; `runProblem` says why one that was never tried was not sent. */
export function orderItem(
	context: IExecuteFunctions,
	itemIndex: number,
	placement: Placement | undefined,
	order?: PlannedOrder,
	runProblem?: Problem,
): INodeExecutionData {
	if (placement?.state === 'placed') {
		const { service, fields, charge, currency } = placement;
		return {
			json: {
				order: placement.order,
				service,
				charge: charge === null ? null : Number(charge),
				...(currency !== undefined && { currency }),
				...without(fields, ['order', 'service', 'charge', 'currency', 'error']),
			},
			pairedItem: { item: itemIndex },
		};
	}
	const { service, fields, idempotencyKey } = placement ?? order ?? { service: '', fields: {} };
	const sent = { ...(service !== '' && { service }), ...without(fields, ['error']) };
	if (placement?.state === 'duplicate') {
		return { json: { ...sent, duplicate: true, idempotencyKey }, pairedItem: { item: itemIndex } };
	}
	const own = failureOf(placement) ?? (order && order.problems.length > 0 ? problemOf(order) : undefined);
	return failedItem(context, own ?? runProblem ?? NOT_SENT, itemIndex, {
		...sent,
		...(idempotencyKey !== undefined && { idempotencyKey }),
	});
}

const without = (fields: IDataObject, names: readonly string[]): IDataObject =>
	Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
