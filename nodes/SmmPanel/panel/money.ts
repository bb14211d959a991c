import Big from 'big.js';

// A rate has at most a handful of decimals; dividing by 1,000 adds three. Twenty places never round it.
Big.DP = 20;

/** An exact amount as decimal text, such as `0.27819`, in the account's currency. */
export type Amount = string;

// Bounded, since an exponent of nine digits would be written out as a number of a billion digits
const PLAIN = /^[+-]?(\d{1,30}\.?\d{0,30}|\.\d{1,30})(e[+-]?\d{1,2})?$/i;

/** As nearly all panels write amounts. */
const USUAL = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

/**
 * The decimal sign of an amount with commas: thousands have three digits behind each comma and no leading 0, so that
 * `0,125` is an eighth and `0,90` ninety hundredths, but `1,234` a thousand and more.
 */
function withDecimalPoint(text: string): string {
	if (!text.includes(',')) return text;
	if (/^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(text)) return text.replaceAll(',', '');
	// 1.234,56
	if (/^[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+$/.test(text)) return text.replaceAll('.', '').replace(',', '.');
	return /^[+-]?\d*,\d+$/.test(text) ? text.replace(',', '.') : text;
}

/** `$0.90`, `100.84 USD`, `1 234.50`: the currency before or behind, blanks between thousands. */
const withoutUnit = (text: string): string =>
	text
		.trim()
		.replace(/^\p{Sc}\s*|\s*\p{Sc}$|\s+[A-Z]{3,4}$/gu, '')
		.replace(/(?<=\d)[\s\u00A0\u202F](?=\d{3}(\D|$))/g, '');

/** Reads an amount as panels write it: number, text, currency, thousands or decimal commas. Undefined for anything else. */
export function parseAmount(value: unknown): Amount | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? new Big(value).toFixed() : undefined;
	if (typeof value !== 'string' || value.length > 100) return undefined;
	// Without the zeros at the end of `1.50` and `1.00`
	if (USUAL.test(value)) return value.includes('.') ? value.replace(/\.?0+$/, '') : value;
	const text = withDecimalPoint(withoutUnit(value));
	return PLAIN.test(text) ? new Big(text.replace(/^\+/, '')).toFixed() : undefined;
}

/** What `units` cost at `rate` (the price of 1,000 units), exactly. */
export const chargeFor = (rate: Amount, units: number): Amount =>
	new Big(rate).times(units).div(1000).toFixed();

export const addAmounts = (a: Amount, b: Amount): Amount => new Big(a).plus(b).toFixed();
export const subtractAmounts = (a: Amount, b: Amount): Amount => new Big(a).minus(b).toFixed();
export const multiplyAmount = (amount: Amount, factor: number): Amount =>
	new Big(amount).times(factor).toFixed();
export const isMore = (a: Amount, b: Amount): boolean => new Big(a).gt(b);
