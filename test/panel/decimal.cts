/** Exact decimal amounts: whole multiples of 10^-18 as BigInt, so that no charge is ever rounded in binary. */

const PLACES = 18;
const ONE = 10n ** BigInt(PLACES);

export type Amount = bigint;

export function amountOf(value: string | number): Amount {
	const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value).trim());
	if (!match) throw new Error(`Not a decimal number: ${value}`);
	const [, sign, whole = '0', fraction = ''] = match;
	if (fraction.length > PLACES) throw new Error(`More than ${PLACES} decimals: ${value}`);
	const size = BigInt(whole) * ONE + BigInt(fraction.padEnd(PLACES, '0'));
	return sign ? -size : size;
}

/** Plain notation with at least two decimals and no superfluous zero. */
export function textOf(amount: Amount): string {
	const size = amount < 0n ? -amount : amount;
	const digits = (size % ONE).toString().padStart(PLACES, '0').replace(/0+$/, '');
	return `${amount < 0n ? '-' : ''}${size / ONE}.${digits.padEnd(2, '0')}`;
}

/** The price of `units` when 1,000 of them cost `rate`. */
export const chargeFor = (rate: Amount, units: number): Amount => (rate * BigInt(units)) / 1000n;
