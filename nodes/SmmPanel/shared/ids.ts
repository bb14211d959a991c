/** The one rule for IDs of orders, refills and services, and the one parser for lists of them. */
import { isObject, parseJson } from '../panel/json';
import { shorten } from './parameters';
import { inputProblem } from './problems';
import { failure, success, type Result } from './result';

export type IdNoun = 'order' | 'refill';

export const ID_TITLES = { order: 'Order IDs', refill: 'Refill IDs' } as const;

/** Whether a panel may have given this ID: numbers, and texts with a digit such as `ord_01HG9X`. */
export const isId = (text: string): boolean => /^(?=.*\d)[A-Za-z\d_-]{1,64}$/.test(text);

/** People write `#23501`. */
export const withoutHash = (text: string): string => text.trim().replace(/^#/, '');

/**
 * Splits what a user or an expression gives into IDs: a number, text with commas, spaces or lines, JSON text, an
 * array, objects that hold the ID. An entry that cannot be an ID is a problem of its own; no entry at all is one of
 * the whole.
 */
export function parseIds(value: unknown, noun: IdNoun): Result<Array<Result<string>>> {
	const entries = idsIn(value, noun);
	if (entries.length > 0)
		return success(entries.map((entry) => (isId(entry) ? success(entry) : notAnId(entry, noun))));
	return failure(
		inputProblem(
			`No ${noun} ID given`,
			`Enter at least one ID in '${ID_TITLES[noun]}', or check that its expression finds one in every input item.`,
		),
	);
}

const notAnId = (entry: string, noun: IdNoun) =>
	failure(
		inputProblem(
			`"${shorten(entry)}" is not an ID of ${noun === 'order' ? 'an order' : 'a refill'}`,
			`'${ID_TITLES[noun]}' takes IDs as the panel gave them, separated by commas, spaces or lines.`,
		),
	);

/** People copy `Order ID: 23501`. */
const LABEL = /\b(orders?|refills?)?\s*\b(ids?|no|number)?\s*:/gi;

function idsIn(value: unknown, noun: IdNoun): string[] {
	if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
	if (typeof value === 'string') {
		const json = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
		if (json !== undefined) return idsIn(json, noun);
		return value
			.replace(LABEL, ' ')
			.split(/[\s,;]+/)
			.map(withoutHash)
			.filter((id) => id !== '');
	}
	if (Array.isArray(value)) return value.flatMap((entry) => idsIn(entry, noun));
	if (!isObject(value)) return [];
	const own = Object.hasOwn(value, noun) ? value[noun] : Object.hasOwn(value, 'id') ? value.id : undefined;
	return own === undefined ? [shorten(value)] : idsIn(own, noun);
}
