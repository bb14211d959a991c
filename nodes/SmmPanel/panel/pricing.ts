/** What an order will cost, as far as anyone can know before. Amounts are exact, in the account's currency. */
import { addAmounts, chargeFor, isMore, type Amount } from './money';
import type { OrderDraft } from './orderFields';
import { orderTypeOf, type Units } from './orderTypes';
import type { Service } from './schemas';

export const countLines = (text: string | undefined) =>
	text === undefined ? 0 : text.split('\n').filter((line) => line.trim() !== '').length;

/** What an order of an unknown type is counted in. */
export const guessUnits = (fields: Record<string, string>): Units | undefined =>
	fields.quantity !== undefined ? 'quantity' : fields.comments !== undefined ? 'comments' : undefined;

/** How many units an order has; null where nobody can know before (a subscription without an end). */
export function unitsOf(
	{ fields }: Pick<OrderDraft, 'fields'>,
	service: Pick<Service, 'type'>,
): number | null {
	switch (orderTypeOf(service.type)?.units ?? guessUnits(fields)) {
		case 'quantity':
			return Number(fields.quantity ?? 0) * Number(fields.runs ?? 1);
		case 'comments':
			return countLines(fields.comments);
		case 'usernames':
			return countLines(fields.usernames);
		case 'package':
			return 1;
		case 'posts': {
			const posts = Number(fields.posts ?? 0);
			return posts > 0 ? Number(fields.max ?? 0) * (posts + Number(fields.old_posts ?? 0)) : null;
		}
		default:
			return null;
	}
}

export interface Estimate {
	/** What most panels charge. */
	estimate: Amount;
	/** The most that any panel was seen to charge: what counts under a limit. */
	highest: Amount;
	/** Whether panels charge differently for orders of this type. */
	uncertain: boolean;
}

const dearest = (amounts: readonly Amount[]): Amount =>
	amounts.reduce((most, amount) => (isMore(amount, most) ? amount : most), '0');

/**
 * What the order will cost; null where nobody can know before. A package costs `rate` as it stands (Glycon, SmartPanel)
 * or a thousandth of it (SSMM), one of comments also a thousandth for each line (Glycon). A subscription is charged post
 * by post, for a number between `min` and `max` that the panel chooses.
 */
export function priceOf(draft: Pick<OrderDraft, 'fields'>, service: Service): Estimate | null {
	const units = unitsOf(draft, service);
	if (units === null) return null;
	const { rate } = service;
	const type = orderTypeOf(service.type);
	const usual = chargeFor(rate, units);
	if (type?.units === 'package') {
		const lines = chargeFor(rate, countLines(draft.fields.comments));
		return { estimate: rate, highest: dearest([rate, lines]), uncertain: true };
	}
	return { estimate: usual, highest: usual, uncertain: type?.units === 'posts' };
}

export const sum = (amounts: readonly Amount[]): Amount => amounts.reduce(addAmounts, '0');
