/**
 * A catalogue in few characters: for each service its ID, its rate and the number of its terms, since hundreds of
 * services share the same minimum, maximum, type and flags.
 */
import type { IDataObject } from 'n8n-workflow';

export const FLAGS = ['refill', 'cancel', 'dripfeed'] as const;

/** What is compared, and told as `from` and `to`. */
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

type Terms = [min: number, max: number, type: string, flags: number];

export interface PackedServices {
	terms: Terms[];
	services: string;
}

const WHOLE = /^[1-9]\d{0,14}$/;

const termsOf = (offer: Offer): Terms => [
	offer.min,
	offer.max,
	offer.type,
	FLAGS.reduce((flags, name, bit) => flags + (offer[name] ? 1 << bit : 0), 0),
];

export function packServices(offers: ReadonlyMap<string, Offer>): IDataObject {
	const numbers = new Map<string, number>();
	const terms: Terms[] = [];
	let last = 0;
	const services = [...offers].map(([id, offer]) => {
		const own = termsOf(offer);
		const key = JSON.stringify(own);
		const number = numbers.get(key) ?? terms.push(own) - 1;
		numbers.set(key, number);
		const isWhole = WHOLE.test(id);
		const shown = isWhole ? (Number(id) - last).toString(36) : `'${encodeURIComponent(id)}`;
		if (isWhole) last = Number(id);
		return `${shown}:${offer.rate}:${number.toString(36)}`;
	});
	return { terms, services: services.join(',') } as unknown as IDataObject;
}

export function unpackServices(packed: IDataObject): Map<string, Offer> {
	const { terms, services } = packed as unknown as PackedServices;
	const offers = new Map<string, Offer>();
	let last = 0;
	for (const token of services === '' ? [] : services.split(',')) {
		const [shown = '', rate = '0', number = '0'] = token.split(':');
		if (!shown.startsWith("'")) last += parseInt(shown, 36);
		const id = shown.startsWith("'") ? decodeURIComponent(shown.slice(1)) : String(last);
		const [min, max, type, flags] = terms[parseInt(number, 36)] as Terms;
		const has = (bit: number) => Math.floor(flags / 2 ** bit) % 2 === 1;
		offers.set(id, { rate, min, max, type, refill: has(0), cancel: has(1), dripfeed: has(2) });
	}
	return offers;
}
