/** What has changed in a panel's catalogue, as a function of what was remembered and what was read. */
import type { IDataObject } from 'n8n-workflow';
import type { Service } from '../../panel/schemas';
import { packGroups, unpackGroups, type Group } from '../groups';

export type ChangeKind = 'added' | 'flags' | 'limits' | 'rateDown' | 'rateUp' | 'removed' | 'type';

export interface ServiceRules {
	/** Tells one choice of services from another: a new choice is remembered first. */
	identity: string;
	categories: ReadonlySet<string>;
	types: ReadonlySet<string>;
	ids: ReadonlySet<string>;
	/** Empty: all. */
	kinds: ReadonlySet<ChangeKind>;
	/** Percent by which a rate has to differ from the one last reported. */
	minRateChange: number;
}

export const isWatched =
	({ categories, types, ids }: ServiceRules) =>
	(service: Service): boolean =>
		(categories.size === 0 || categories.has(service.category)) &&
		(types.size === 0 || types.has(service.type)) &&
		(ids.size === 0 || ids.has(service.service));

const FLAGS = ['refill', 'cancel', 'dripfeed'] as const;

const FIELDS = ['rate', 'min', 'max', 'type', ...FLAGS] as const;
type Field = (typeof FIELDS)[number];

/** What is compared of a service, and reported as `from` and `to`. */
export type Offer = Pick<Service, Field>;

const shown = (offer: Offer | undefined, field: Field) =>
	offer === undefined ? null : field === 'rate' ? Number(offer.rate) : offer[field];

/** `from` of an added service and `to` of a removed one are null. */
const fromTo = (before: Offer | undefined, now: Offer | undefined, fields: readonly Field[]): IDataObject =>
	Object.fromEntries(fields.map((field) => [field, { from: shown(before, field), to: shown(now, field) }]));

/** For the next node's fields, which are dragged one by one: an added service has no `rateFrom`. `ratePercent` has two decimals, below zero where it fell. */
const flatRate = (from: number, to: number): IDataObject => ({
	rateFrom: from,
	rateTo: to,
	...(from > 0 && { ratePercent: Math.round(((to - from) / from) * 10_000) / 100 }),
});

export const addedJson = (service: Service): IDataObject => ({
	change: 'added',
	service: service.service,
	name: service.name,
	changes: fromTo(undefined, service, FIELDS),
	rateTo: Number(service.rate),
});

const changedJson = (known: Offer, service: Service, fields: readonly Field[]): IDataObject => ({
	change: 'changed',
	service: service.service,
	name: service.name,
	changes: fromTo(known, service, fields),
	...(fields.includes('rate') && flatRate(Number(known.rate), Number(service.rate))),
});

/** For a test event: the service, as if it had just become a quarter dearer. */
export const dearerJson = (service: Service): IDataObject =>
	changedJson({ ...service, rate: (Number(service.rate) * 0.8).toFixed(5) }, service, ['rate']);

/** Pure. `nameOf` knows the names of services that are gone, as far as anyone does: they are not remembered. */
export function serviceChanges(
	memory: IDataObject | undefined,
	services: readonly Service[],
	rules: ServiceRules,
	nameOf: (id: string) => string | null,
): { memory: IDataObject; items: IDataObject[] } {
	const before = memory?.identity === rules.identity ? unpackServices(memory.services) : undefined;
	const after = new Map<string, Offer>();
	const items: IDataObject[] = [];
	const isWanted = (kind: ChangeKind) => rules.kinds.size === 0 || rules.kinds.has(kind);
	for (const service of services.filter(isWatched(rules))) {
		const id = service.service;
		if (after.has(id)) continue;
		const known = before?.get(id);
		const reported = known ? changedFields(known, service, rules, isWanted) : [];
		// A price that creeps is compared with the last one reported
		const creeps = known !== undefined && !rateMoved(known, service, rules);
		after.set(id, { ...service, rate: creeps ? known.rate : service.rate });
		if (before && !known && isWanted('added')) items.push(addedJson(service));
		if (known && reported.length > 0) items.push(changedJson(known, service, reported));
	}
	for (const [id, offer] of before ?? []) {
		if (after.has(id) || !isWanted('removed')) continue;
		items.push({
			change: 'removed',
			service: id,
			name: nameOf(id),
			changes: fromTo(offer, undefined, FIELDS),
			rateFrom: Number(offer.rate),
		});
	}
	return { memory: { identity: rules.identity, services: packServices(after) }, items };
}

function changedFields(
	known: Offer,
	now: Offer,
	rules: ServiceRules,
	isWanted: (kind: ChangeKind) => boolean,
): Field[] {
	const kindOf = (field: Field): ChangeKind => {
		if (field === 'rate') return Number(now.rate) > Number(known.rate) ? 'rateUp' : 'rateDown';
		if (field === 'min' || field === 'max') return 'limits';
		return field === 'type' ? 'type' : 'flags';
	};
	const moved = (field: Field) =>
		field === 'rate' ? rateMoved(known, now, rules) : known[field] !== now[field];
	return FIELDS.filter((field) => moved(field) && isWanted(kindOf(field)));
}

function rateMoved(known: Offer, now: Offer, { minRateChange }: ServiceRules): boolean {
	const [from, to] = [Number(known.rate), Number(now.rate)];
	if (from === to) return false;
	// Tenths of a percent are lost in binary fractions: 1.1 is 10 percent more than 1
	return from === 0 || (Math.abs(to - from) / from) * 100 >= minRateChange - 1e-9;
}

interface Shared {
	/** `has` is the first letters of the flags that the service has. */
	terms: [min: number, max: number, type: string, has: string];
}

export const packServices = (offers: ReadonlyMap<string, Offer>): IDataObject[] =>
	packGroups(
		offers,
		({ min, max, type, ...offer }): Shared => ({
			terms: [min, max, type, FLAGS.flatMap((flag) => (offer[flag] ? flag[0] : [])).join('')],
		}),
		({ rate }) => [rate],
	);

export const unpackServices = (services: unknown): Map<string, Offer> =>
	unpackGroups(services as Array<Group<Shared>>, ({ terms: [min, max, type, has] }, [rate = '0']) => ({
		rate,
		min,
		max,
		type,
		refill: has.includes('r'),
		cancel: has.includes('c'),
		dripfeed: has.includes('d'),
	}));
