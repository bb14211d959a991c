/** What a run shows of its orders: an item for each, the list in its error, and hints where nothing failed. Pure. */
import type { IDataObject } from 'n8n-workflow';
import { hasOutcome } from '../../../panel/errors';
import { isMore, type Amount } from '../../../panel/money';
import { sum } from '../../../panel/serviceChecks';
import { notSent, type Problem, type Hint } from '../../../shared/problems';
import { listed } from './columns';
import { inputIndexOf, type Origin, type Stated } from './input';
import { spentOn } from './limits';
import { failureOf, type Placement, type Placements } from './outcome';
import type { PlannedOrder } from './plan';
import { lineOf, NOT_SENT, plannedProblem } from './texts';

/** An order's output item: what it says, and why it failed where it did. */
export interface OrderOutput {
	json: IDataObject;
	problem?: Problem;
}

interface Told {
	order?: PlannedOrder;
	/** Why an order that was never tried was not sent. */
	problem?: Problem;
	origin?: Origin;
	/** Whether it is known what earlier tries and executions have paid. */
	isAsked: boolean;
}

/** What a placed order says itself, which no field of the same name replaces. */
const OF_PLACED = ['order', 'service', 'serviceName', 'limits', 'charge', 'currency', 'reference', 'error'];

export function outputOf(
	placement: Placement | undefined,
	{ order, problem, origin, isAsked }: Told,
): OrderOutput {
	const about = placement ?? order ?? { service: '', fields: {} };
	const { service, fields, idempotencyKey, reference, serviceName, limits }: Partial<PlannedOrder> = about;
	const line = origin?.line === undefined ? {} : { line: origin.line };
	const key = origin?.key ?? idempotencyKey;
	if (placement?.state === 'placed') {
		const { charge, currency } = placement;
		const json = {
			order: placement.order,
			service,
			serviceName,
			limits,
			charge: charge === null ? null : Number(charge),
			currency,
			reference,
			...without(fields, OF_PLACED),
			...line,
		};
		return { json: withValues(json) };
	}
	const json = withValues({
		service: service || undefined,
		reference,
		...without(fields, ['error', 'reference']),
		...(key !== undefined && { idempotencyKey: key }),
		...line,
	});
	if (placement?.state === 'duplicate') {
		const { order: first, status } = placement;
		const rest = without(json, ['order', 'duplicate', 'status']);
		return { json: withValues({ order: first, ...rest, duplicate: true, status }) };
	}
	if (placement?.state === 'skipped') {
		const { order: other, reason } = placement;
		const rest = without(json, ['order', 'skipped', 'reason']);
		return { json: withValues({ order: other, ...rest, skipped: true, reason }) };
	}
	const failure = failureOf(placement);
	// What was not claimed since the book failed says nothing of money
	if (failure) return { json, problem: notSent(failure, { isAsked: hasOutcome(failure.action) }) };
	const own = order && order.problems.length > 0 ? plannedProblem(order) : undefined;
	return { json, problem: notSent(own ?? problem ?? NOT_SENT, { isAsked }) };
}

const withValues = (json: Record<string, IDataObject[string]>): IDataObject =>
	Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));

const without = (fields: IDataObject = {}, names: readonly string[]): IDataObject =>
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
	isAsked: boolean,
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
		isAsked && placed.length + unknown.length === 0 ? 'No order was placed in this run.' : '',
	];
	return { text: text.filter(Boolean).join(' '), data: { placed, unknown } };
}

export interface SpentLimits {
	maxTotalCharge?: Amount;
	maxPerDay?: Amount;
	/** Of the day, before the run. */
	spentBefore?: Amount;
}

export const BOOK_IS_NEW: Hint = {
	message:
		"From now on orders are recorded in the data table 'SMM Panel Orders', which members of this project can read.",
};

const howMany = (count: number): string => (count === 1 ? '1 order' : `${count} orders`);

/** `manual`: run by hand in the editor, where an output can be pinned. */
export function placingHints(
	placements: Placements,
	{ maxTotalCharge, maxPerDay, spentBefore }: SpentLimits,
	manual: boolean,
): Hint[] {
	const all = Object.values(placements);
	const hints: Hint[] = [];
	const placed = all.flatMap((one) => (one.state === 'placed' ? one : []));
	if (placed.length > 0) {
		const total = sum(placed.map(({ charge }) => charge ?? '0'));
		// The currency, where every order knows it
		const [currency, ...others] = new Set(placed.map((one) => one.currency));
		const amount = currency === undefined || others.length > 0 ? total : `${total} ${currency}`;
		// A price that nobody knew before makes it a least amount
		const cost = `${amount}${placed.some(({ charge }) => charge === null) ? ' or more' : ''}`;
		// A retry of the execution finds its orders in the book; a new one places whatever has no key of its own
		const open = placed.filter(({ idempotencyKey }) => idempotencyKey === undefined).length;
		const what = open < placed.length ? `the ${open} without idempotency key` : open === 1 ? 'it' : 'them';
		const repeats =
			open === 0
				? 'Nothing is placed twice as long as the idempotency keys stay the same.'
				: manual
					? `Running this again places ${what} again: pin this output.`
					: `A retry of this execution places nothing again, a new execution places ${what} again.`;
		const spent = [
			`${howMany(placed.length)} placed${isMore(total, '0') ? ` for ${cost}` : ''}.`,
			repeats,
			...(maxTotalCharge === undefined
				? []
				: [`This run has taken ${spentOn(all)} of Max Total Charge (${maxTotalCharge}).`]),
			...(maxPerDay === undefined || spentBefore === undefined
				? []
				: [`Of Max per Day (${maxPerDay}), ${spentBefore} was spent today before this run.`]),
		];
		hints.push({ message: spent.join(' ') });
	}
	const unknown = all.flatMap((one) => (one.state === 'unknown' ? one : []));
	if (unknown.length > 0) {
		const rows = unknown.flatMap(({ row }) => row ?? []);
		const where = rows.length === 0 ? '' : ` (${rows.length === 1 ? 'row' : 'rows'} ${rows.join(', ')})`;
		const message = `The outcome of ${howMany(unknown.length)} is unknown${where}: placed and paid, perhaps, and not sent again. Look in the panel; 'Reconcile' searches for such orders, and with 'Resolve' you say what you have found.`;
		hints.push({ message, type: 'warning' });
	}
	return hints;
}

/** Which columns became fields and which did not; undefined where nothing was mapped automatically. */
export function columnsHint(plan: readonly PlannedOrder[]): Hint | undefined {
	const used = new Set(plan.flatMap(({ columns }) => columns?.used ?? []));
	if (used.size === 0) return undefined;
	const left = new Set(plan.flatMap(({ columns }) => columns?.left ?? []).filter((name) => !used.has(name)));
	const rest = left.size > 0 ? ` Not used: ${listed([...left])}.` : '';
	return { message: `Columns mapped automatically: ${[...used].join(', ')}.${rest}` };
}
