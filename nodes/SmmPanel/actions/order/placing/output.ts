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

export function outputOf(
	placement: Placement | undefined,
	{ order, problem, origin, isAsked }: Told,
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
	const failure = failureOf(placement);
	// What was not claimed since the book failed says nothing of money
	if (failure) return { json, problem: notSent(failure, { isAsked: hasOutcome(failure.action) }) };
	const own = order && order.problems.length > 0 ? plannedProblem(order) : undefined;
	return { json, problem: notSent(own ?? problem ?? NOT_SENT, { isAsked }) };
}

function placedJson({
	order,
	service,
	serviceName,
	limits,
	reference,
	fields,
	charge,
	currency,
}: Extract<Placement, { state: 'placed' }>) {
	return {
		order,
		service,
		...(serviceName !== undefined && { serviceName }),
		...(limits !== undefined && { limits }),
		charge: charge === null ? null : Number(charge),
		...(currency !== undefined && { currency }),
		...(reference !== undefined && { reference }),
		...without(fields, [
			'order',
			'service',
			'serviceName',
			'limits',
			'charge',
			'currency',
			'reference',
			'error',
		]),
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

export interface HintedRun {
	placements: Placements;
	/** Run by hand in the editor, where an output can be pinned. */
	manual: boolean;
	limits: SpentLimits;
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

export function placingHints({ placements, manual, limits }: HintedRun): Hint[] {
	const all = Object.values(placements);
	const placed = all.filter(({ state }) => state === 'placed');
	const unknown = all.filter(({ state }) => state === 'unknown');
	const hints: Hint[] = [];
	if (placed.length > 0) {
		const message = `${howMany(placed.length)} placed${costOf(placed)}. ${whatRepeats(placed, manual)}${whatIsSpent(all, limits)}`;
		hints.push({ message });
	}
	if (unknown.length > 0) hints.push({ message: whereToLook(unknown), type: 'warning' });
	return hints;
}

function whatIsSpent(
	all: readonly Placement[],
	{ maxTotalCharge, maxPerDay, spentBefore }: SpentLimits,
): string {
	const run =
		maxTotalCharge === undefined
			? ''
			: ` This run has taken ${spentOn(all)} of Max Total Charge (${maxTotalCharge}).`;
	if (maxPerDay === undefined || spentBefore === undefined) return run;
	return `${run} Of Max per Day (${maxPerDay}), ${spentBefore} was spent today before this run.`;
}

const howMany = (count: number): string => (count === 1 ? '1 order' : `${count} orders`);

/** With the currency where every order knows it. A price that nobody knew before makes it a least amount. */
function costOf(placed: readonly Placement[]): string {
	const total = sum(placed.map(({ charge }) => charge ?? '0'));
	if (!isMore(total, '0')) return '';
	const currencies = new Set(placed.map((one) => (one.state === 'placed' ? one.currency : undefined)));
	const [currency] = currencies.size === 1 ? currencies : [];
	const more = placed.some(({ charge }) => charge === null) ? ' or more' : '';
	return ` for ${total}${currency === undefined ? '' : ` ${currency}`}${more}`;
}

/** A retry of the execution finds its orders in the book; a new execution places whatever has no key of its own. */
function whatRepeats(placed: readonly Placement[], manual: boolean): string {
	const open = placed.filter(({ idempotencyKey }) => idempotencyKey === undefined).length;
	if (open === 0) return 'Nothing is placed twice as long as the idempotency keys stay the same.';
	const what = open < placed.length ? `the ${open} without idempotency key` : open === 1 ? 'it' : 'them';
	if (manual) return `Running this again places ${what} again: pin this output.`;
	return `A retry of this execution places nothing again, a new execution places ${what} again.`;
}

function whereToLook(unknown: readonly Placement[]): string {
	const rows = unknown.flatMap((one) => (one.state === 'unknown' ? (one.row ?? []) : []));
	const where = rows.length === 0 ? '' : ` (${rows.length === 1 ? 'row' : 'rows'} ${rows.join(', ')})`;
	return `The outcome of ${howMany(unknown.length)} is unknown${where}: placed and paid, perhaps, and not sent again. Look in the panel; 'Reconcile' searches for such orders, and with 'Resolve' you say what you have found.`;
}

/** Which columns became fields and which did not; undefined where nothing was mapped automatically. */
export function columnsHint(plan: readonly PlannedOrder[]): Hint | undefined {
	const used = new Set(plan.flatMap(({ columns }) => columns?.used ?? []));
	if (used.size === 0) return undefined;
	const left = new Set(plan.flatMap(({ columns }) => columns?.left ?? []).filter((name) => !used.has(name)));
	const rest = left.size > 0 ? ` Not used: ${listed([...left])}.` : '';
	return { message: `Columns mapped automatically: ${[...used].join(', ')}.${rest}` };
}
