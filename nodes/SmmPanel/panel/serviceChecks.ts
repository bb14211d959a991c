/** What a service would refuse of an order, and what the order will cost, as far as anyone can know before. */
import type { OrderDraft } from './orderFields';
import { ORDER_FIELDS, orderTypeOf, type OrderFieldName, type OrderType, type Units } from './orderTypes';
import { DAY_MS } from './policies';
import { addAmounts, chargeFor, isMore, type Amount } from './money';
import type { Catalogue, Service } from './schemas';

const LABELS = new Map<string, string>(ORDER_FIELDS.map(({ name, label }) => [name, label]));

/** Everything about a draft that this service would refuse. */
export function checkAgainstService(draft: OrderDraft, service: Service, now = Date.now()): string[] {
	const type = orderTypeOf(service.type);
	const problems = (type ? missingFields(draft, type) : []).map(
		(name) => `${labelled(name)} is missing: services of type "${type?.name}" need it`,
	);
	problems.push(...outOfRange(draft, service, type));
	const { runs, interval, expiry } = draft.fields;
	if (Number(runs ?? 1) > 1 && interval === undefined) {
		problems.push(`${labelled('interval')} is missing: Runs needs the minutes between two of them`);
	}
	const [day = 0, month = 1, year = 0] = (expiry ?? '').split('/').map(Number);
	// A day is over when it is so everywhere on Earth
	if (expiry !== undefined && Date.UTC(year, month - 1, day) + 2 * DAY_MS <= now) {
		problems.push(`${labelled('expiry')}: ${expiry} is over`);
	}
	return problems;
}

const labelled = (name: string): string => `${LABELS.get(name) ?? name} (${name})`;

/** The fields that the type requires and the draft leaves empty. */
export function missingFields({ fields, problems }: OrderDraft, type: OrderType): OrderFieldName[] {
	const needed = [
		...type.required,
		...(type.requiredIf ?? []).filter(({ when, is }) => fields[when] === is).map(({ field }) => field),
	];
	return needed.filter(
		(name) => fields[name] === undefined && !problems.some((problem) => problem.startsWith(labelled(name))),
	);
}

function outOfRange({ fields }: OrderDraft, service: Service, type: OrderType | undefined): string[] {
	const { min, max } = service;
	if (max <= 0 || max < min) return [];
	const allowed = `service ${service.service} allows ${min} to ${max}`;
	const units = type?.units ?? guessUnits(fields);
	if (units === 'posts') {
		const from = Number(fields.min ?? min);
		const to = Number(fields.max ?? from);
		if (from > to) return [`Minimum per Post (${from}) is more than Maximum per Post (${to})`];
		return from < min || to > max ? [`${from} to ${to} per post: ${allowed}`] : [];
	}
	if (units === 'comments' || units === 'usernames') {
		const lines = countLines(fields[units]);
		return lines > 0 && (lines < min || lines > max) ? [`${lines} ${units}: ${allowed}`] : [];
	}
	if (units !== 'quantity' || fields.quantity === undefined) return [];
	const quantity = Number(fields.quantity);
	if (quantity < min || quantity > max) return [`Quantity ${quantity}: ${allowed}`];
	const total = quantity * Number(fields.runs ?? 1);
	return total > max ? [`Quantity ${quantity} in ${fields.runs} runs makes ${total}: ${allowed}`] : [];
}

const tellsOfDripFeed = (raw: Catalogue['raw']): boolean => raw.some((row) => 'dripfeed' in row);

/** What nobody can check of an order, since the panel's list does not tell it; empty: nothing. */
export function uncheckedOf({ fields }: OrderDraft, service: Service, { raw }: Catalogue): string {
	const isTold = Number(fields.runs ?? 1) <= 1 || tellsOfDripFeed(raw);
	const dripFeed = isTold ? '' : 'drip-feed, since the list tells of no service whether it allows it';
	return [service.unreadLimits ?? '', dripFeed].filter(Boolean).join('; ');
}

/** A panel that says of no service whether it allows drip-feed leaves it to its users to know. */
export const allowsDripFeed = (service: Service, { raw }: Catalogue): boolean =>
	service.dripfeed || !tellsOfDripFeed(raw);

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
