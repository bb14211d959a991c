/** From what came of a run's orders to its output, and to what its error lists. Pure. */
import type { IDataObject } from 'n8n-workflow';
import type { Problem } from '../../../shared/problems';
import { inputIndexOf, type Origin, type Stated } from './input';
import { failureOf, type Placement, type Placements } from './placement';
import type { PlannedOrder } from './plan';
import { lineOf, NOT_SENT, plannedProblem } from './texts';

/** An order's output item: what it says, and why it failed where it did. */
interface OrderOutput {
	json: IDataObject;
	problem?: Problem;
}

/** `runProblem` says why an order that was never tried was not sent. */
export function outputOf(
	placement: Placement | undefined,
	order?: PlannedOrder,
	runProblem?: Problem,
	origin?: Origin,
): OrderOutput {
	const line = origin?.line === undefined ? {} : { line: origin.line };
	if (placement?.state === 'placed') return { json: { ...placedJson(placement), ...line } };
	const about: Pick<PlannedOrder, 'service' | 'reference'> & Pick<Placement, 'fields' | 'idempotencyKey'> =
		placement ?? order ?? { service: '', fields: {} };
	const { service, fields, idempotencyKey, reference } = about;
	const key = origin?.key ?? idempotencyKey;
	const json = {
		...(service !== '' && { service }),
		...(reference !== undefined && { reference }),
		...without(fields, ['error', 'reference']),
		...(key !== undefined && { idempotencyKey: key }),
		...line,
	};
	if (placement?.state === 'duplicate') return { json: duplicateJson(placement, json) };
	if (placement?.state === 'skipped') return { json: skippedJson(placement, json) };
	const own =
		failureOf(placement) ?? (order && order.problems.length > 0 ? plannedProblem(order) : undefined);
	return { json, problem: own ?? runProblem ?? NOT_SENT };
}

function placedJson({
	order,
	service,
	serviceName,
	reference,
	fields,
	charge,
	currency,
}: Extract<Placement, { state: 'placed' }>) {
	return {
		order,
		service,
		...(serviceName !== undefined && { serviceName }),
		charge: charge === null ? null : Number(charge),
		...(currency !== undefined && { currency }),
		...(reference !== undefined && { reference }),
		...without(fields, ['order', 'service', 'serviceName', 'charge', 'currency', 'reference', 'error']),
	};
}

const duplicateJson = (
	{ order, status }: Extract<Placement, { state: 'duplicate' }>,
	json: IDataObject,
): IDataObject => ({
	...(order !== undefined && { order }),
	...without(json, ['order', 'duplicate', 'status']),
	duplicate: true,
	...(status !== undefined && { status }),
});

const skippedJson = (
	{ order, reason }: Extract<Placement, { state: 'skipped' }>,
	json: IDataObject,
): IDataObject => ({
	...(order !== undefined && { order }),
	...without(json, ['order', 'skipped', 'reason']),
	skipped: true,
	reason,
});

const without = (fields: IDataObject, names: readonly string[]): IDataObject =>
	Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

/**
 * The error that ends a run: the first order's that failed, with its item. A `problem` that leaves open what was paid,
 * since it could not be written down, comes before those of the orders that for this reason were not sent.
 */
export function whyStopped(
	plan: readonly PlannedOrder[],
	placements: Placements,
	problem: Problem | undefined,
): { problem?: Problem; item?: number } {
	if (problem?.effect === 'unknown') return { problem };
	const failed = plan.find(({ item }) => failureOf(placements[item]));
	const failure = failed && failureOf(placements[failed.item]);
	if (!failed || !failure) return { problem };
	return { problem: { ...failure, message: `${lineOf(failed)}${failure.message}` }, item: failed.item };
}

/** What a run has placed, and may have placed: an ID that was paid for is never lost with an error. */
export function whatWasPlaced(
	placements: Placements,
	inputs: ReadonlyArray<Stated>,
): { text: string; data: IDataObject } {
	const placed: IDataObject[] = [];
	const unknown: IDataObject[] = [];
	for (const [number, placement] of Object.entries(placements)) {
		const { state, service, fields, idempotencyKey } = placement;
		const input = inputs[Number(number)];
		const key = input?.origin?.key ?? idempotencyKey;
		const { line } = input?.origin ?? {};
		const order = {
			service,
			...fields,
			...(key !== undefined && { idempotencyKey: key }),
			...(input && { item: inputIndexOf(input) }),
			...(line !== undefined && { line }),
		};
		if (state === 'placed') placed.push({ ...order, order: placement.order });
		if (state === 'unknown') {
			const { row, problem } = placement;
			unknown.push({ ...order, ...(row !== undefined && { row }), error: problem.message });
		}
	}
	const nameOf = ({ link, username }: IDataObject) => String(link ?? username ?? '');
	const placeOf = ({ line, item }: IDataObject) =>
		line !== undefined
			? `line ${String(line)}`
			: item !== undefined
				? `item ${String(item)}`
				: 'an earlier try';
	const text = [
		placed.length > 0
			? `Orders already placed in this run: ${placed.map((entry) => `${String(entry.order)} (${placeOf(entry)})`).join(', ')}.`
			: '',
		unknown.length > 0
			? `Unknown, look in the panel: ${unknown.map((entry) => `${placeOf(entry)} (${entry.row === undefined ? '' : `row ${String(entry.row)}, `}service ${String(entry.service)} ${nameOf(entry)})`).join(', ')}.`
			: '',
		placed.length + unknown.length === 0 ? 'No order was placed in this run.' : '',
	];
	return { text: text.filter(Boolean).join(' '), data: { placed, unknown } };
}
