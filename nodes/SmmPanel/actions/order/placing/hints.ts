/** What a reader of a run should know of its orders although nothing failed. Pure. */
import { isMore, type Amount } from '../../../panel/money';
import { sum } from '../../../panel/pricing';
import type { Hint } from '../../../shared/hints';
import { spentOn } from './budget';
import { listed } from './columns';
import type { Placement, Placements } from './placement';
import type { PlannedOrder } from './plan';

interface HintedRun {
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
