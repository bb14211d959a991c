/** Services in a list of one line each, of which n8n shows about sixty letters. Pure. */
import type { Service } from '../panel/schemas';
import { remembered } from '../shared/remembered';

export const SEEN_LETTERS = 60;

/** Longer ones, which resellers make of their product names, come last. */
const SHORT_ID = 12;

/** 10K for 10000, 1M for 1000000; numbers that are not round stay as they are. */
function short(number: number): string {
	if (number >= 1_000_000 && number % 100_000 === 0) return `${number / 1_000_000}M`;
	return number >= 1000 && number % 100 === 0 ? `${number / 1000}K` : String(number);
}

/** On one line, without the ornaments that panels put around names: they take the room of words. */
const tidied = (name: string): string =>
	name
		.replace(/\p{Extended_Pictographic}|\u{FE0F}|\u{200D}|\u{20E3}/gu, ' ')
		.replace(/\s+/g, ' ')
		.trim() || name;

const price = ({ rate }: Service): string => `${rate}/1K`;

function roomFor(service: Service): number {
	const id = service.service.length > SHORT_ID ? 0 : service.service.length + 3;
	return SEEN_LETTERS - id - price(service).length - 3;
}

/** Beginning and end, where names that begin alike differ: refill, speed, country. */
function ends(name: string, room: number): string {
	const tail = name.slice(-Math.floor(room / 2)).replace(/^\S*\s/, '');
	return `${name.slice(0, room - tail.length - 3).trimEnd()} … ${tail}`;
}

/**
 * The label of each service: ID, price and name within what is seen, then limits and type. A name that is too long is
 * cut off, or, where that would make it look like another one, in the middle.
 */
export const labelsOf = remembered((services: readonly Service[]): ((service: Service) => string) => {
	const alike = new Map<string, number>();
	const beginning = (service: Service) => tidied(service.name).slice(0, roomFor(service));
	for (const service of services) {
		const text = beginning(service);
		alike.set(text, (alike.get(text) ?? 0) + 1);
	}
	return (service) => {
		const { service: id, min, max, type } = service;
		const name = tidied(service.name);
		const room = roomFor(service);
		const isCut = name.length > room && (alike.get(beginning(service)) ?? 0) > 1;
		const isLong = id.length > SHORT_ID;
		return [
			...(isLong ? [] : [id]),
			price(service),
			isCut ? ends(name, room) : name,
			// Packages are sold one by one
			...(max > 1 && max >= min ? [`${short(min)}–${short(max)}`] : []),
			...(type === '' || /^default$/i.test(type) ? [] : [type]),
			...(isLong ? [id] : []),
		].join(' · ');
	};
});
