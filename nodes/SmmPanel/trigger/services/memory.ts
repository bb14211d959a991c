/** A catalogue as n8n keeps it: services with the same terms stand together, each with its rate. */
import type { IDataObject } from 'n8n-workflow';
import { packGroups, unpackGroups, type Group } from '../groups';

export const FLAGS = ['refill', 'cancel', 'dripfeed'] as const;

/** What is compared of a service, and reported as `from` and `to`. */
export interface Offer {
	/** As a decimal text, exact. */
	rate: string;
	min: number;
	max: number;
	type: string;
	refill: boolean;
	cancel: boolean;
	dripfeed: boolean;
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
