/** What the account's balance proves of an order that the words of its answer leave open. */
import { PanelError, type Effect } from './errors';
import { isMore, multiplyAmount, parseAmount, subtractAmounts, type Amount } from './money';
import { EVIDENCE } from './policies';

/** What was seen around an order's answer. Amounts in the account's currency. */
export interface Evidence {
	/** Whether orders are sent one at a time: another one's charge would hide this one's. */
	alone: boolean;
	/** The balance as the panel wrote it, read before this order left, and how long before. */
	before: string | undefined;
	ageMs: number;
	/** What orders placed since that reading really cost; undefined where one of these charges is missing. */
	chargedSince: Amount | undefined;
	/** The balance as the panel wrote it, read at once after the answer, and again a little later. */
	after: string | undefined;
	later: string | undefined;
	/** What this order would cost at the least; null where nobody knows. */
	estimate: Amount | null;
	/** Whether this account was seen to be debited as soon as an order is placed. */
	debitsAtOnce: boolean;
}

/** The last decimal that a balance shows: `0.01` for `12.50`, `1` for `12`. Undefined for what is no plain amount. */
export function lastDecimalOf(balance: string): Amount | undefined {
	const text = balance.trim().replace(/,(?=\d{3}(\D|$))/g, '');
	const [, decimals] = /^-?\d+(?:[.,](\d+))?$/.exec(text) ?? [undefined, undefined];
	if (!/^-?\d+(?:[.,]\d+)?$/.test(text)) return undefined;
	return decimals === undefined ? '1' : `0.${'0'.repeat(decimals.length - 1)}1`;
}

/**
 * Whether an order was certainly not placed, of which the panel's words alone do not say so. `error` is what `add` threw:
 * only a `clean` one can be decided this way. The balance has to be what it was before, less what other orders have cost
 * since, with a charge that it would have shown.
 */
export function refusedByEvidence(error: Pick<PanelError, 'clean'>, evidence: Evidence): boolean {
	const { alone, before, ageMs, chargedSince, after, later, estimate, debitsAtOnce } = evidence;
	if (!error.clean || !alone || !debitsAtOnce || ageMs > EVIDENCE.freshMs) return false;
	if (before === undefined || after === undefined || estimate === null || chargedSince === undefined)
		return false;
	const step = lastDecimalOf(after);
	const was = parseAmount(before);
	if (step === undefined || step !== lastDecimalOf(before) || was === undefined) return false;
	const expected = subtractAmounts(was, chargedSince);
	if (parseAmount(after) !== expected || parseAmount(later) !== expected) return false;
	return !isMore(step, multiplyAmount(estimate, EVIDENCE.cheapest));
}

/** How the balance has changed beside what other orders have cost since; undefined: not at all, or nobody knows. */
export function changeOf(
	before: string,
	chargedSince: Amount | undefined,
	after: string,
): string | undefined {
	const [was, is] = [parseAmount(before), parseAmount(after)];
	if (was === undefined || is === undefined || chargedSince === undefined) return undefined;
	const by = subtractAmounts(subtractAmounts(was, chargedSince), is);
	if (by === '0') return undefined;
	return isMore(by, '0') ? `the balance fell by ${by}` : `the balance rose by ${by.slice(1)}`;
}

/** The error, with what the balance says of its effect. */
export const withEffect = (
	error: PanelError,
	effect: Effect,
	message = error.message,
	family = error.family,
) =>
	new PanelError(message, {
		family,
		effect,
		panelText: error.panelText,
		httpStatus: error.httpStatus,
		action: error.action,
		...(error.hasOwnRemedy && (effect === 'unknown' || family !== error.family) && { remedy: error.remedy }),
	});
