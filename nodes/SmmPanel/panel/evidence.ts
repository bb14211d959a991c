/** Refused by evidence: words nobody has collected, and a balance that did not move. */
import { isMore, type Amount } from './money';
import type { PanelError } from './errors';

/** What was seen around an order's answer. Amounts in the account's currency. */
export interface Evidence {
	/** Whether orders are sent one at a time: another one's charge would hide this one's. */
	alone: boolean;
	/** The balance as the panel wrote it, read after the previous answer and before this order left. */
	before: string | undefined;
	/** The balance as the panel wrote it, read after this order's answer. */
	after: string | undefined;
	/** What this order would cost at the least; null where nobody knows. */
	estimate: Amount | null;
}

/** The last decimal that a balance shows: `0.01` for `12.50`, `1` for `12`. Undefined for what is no plain amount. */
export function lastDecimalOf(balance: string): Amount | undefined {
	const text = balance.trim().replace(/,(?=\d{3}(\D|$))/g, '');
	const [, decimals] = /^-?\d+(?:[.,](\d+))?$/.exec(text) ?? [undefined, undefined];
	if (!/^-?\d+(?:[.,]\d+)?$/.test(text)) return undefined;
	return decimals === undefined ? '1' : `0.${'0'.repeat(decimals.length - 1)}1`;
}

/**
 * Whether an order that the panel answered with uncollected words was certainly not placed. `error` is what `add` threw:
 * only a `clean` one can be decided this way. The balance has to be the same before and after, with a charge that it
 * would have shown.
 */
export function refusedByEvidence(error: Pick<PanelError, 'clean'>, evidence: Evidence): boolean {
	const { alone, before, after, estimate } = evidence;
	if (!error.clean || !alone || before === undefined || after === undefined || estimate === null)
		return false;
	const step = lastDecimalOf(after);
	if (step === undefined || before.trim() !== after.trim()) return false;
	return !isMore(step, estimate);
}
