/** Services in a list of one line each, of which n8n shows about sixty letters. Pure. */
import type { Service } from '../panel/schemas';

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

interface Written {
	id: string;
	price: string;
	name: string;
	/** Letters that are seen of the name. */
	room: number;
	/** What is seen of it where it is cut off at its end. */
	beginning: string;
}

function written(service: Service, currency: string): Written {
	const id = service.service.length > SHORT_ID ? '' : service.service;
	const price = `${service.rate}${currency === '' ? '' : ` ${currency}`}/1K`;
	const name = tidied(service.name);
	const room = SEEN_LETTERS - (id === '' ? 0 : id.length + 3) - price.length - 3;
	return { id, price, name, room, beginning: name.slice(0, room) };
}

/** How many letters all names begin with in common. */
function inCommon([first = '', ...others]: readonly string[]): number {
	const differs = (at: number) => others.some((name) => name[at] !== first[at]);
	let at = 0;
	while (at < first.length && !differs(at)) at++;
	return at;
}

/** Beginning and the part from where the name differs from those that begin alike; its end, where that is too long. */
function ends(name: string, room: number, differsAt: number): string {
	const fromThere = name.slice(0, differsAt).replace(/\S*$/, '').length;
	const most = Math.floor(room * 0.7);
	const tail =
		name.length - fromThere <= most
			? name.slice(fromThere)
			: name.slice(-Math.floor(room / 2)).replace(/^\S*\s/, '');
	return `${name.slice(0, room - tail.length - 3).trimEnd()} … ${tail}`;
}

/**
 * The label of each service: ID, price and name within what is seen, then limits and type. A name that is too long is
 * cut off, or, where that would make it look like another one, in the middle.
 */
export function labelsOf(services: readonly Service[], currency = ''): (service: Service) => string {
	const namesByBeginning = new Map<string, Set<string>>();
	for (const service of services) {
		const { beginning, name } = written(service, currency);
		const names = namesByBeginning.get(beginning) ?? new Set<string>();
		namesByBeginning.set(beginning, names.add(name));
	}
	return (service) => {
		const { service: id, min, max, type } = service;
		const { id: shortId, price, name, room, beginning } = written(service, currency);
		const alike = [...(namesByBeginning.get(beginning) ?? [])];
		const isCut = name.length > room && alike.length > 1;
		return [
			...(shortId === '' ? [] : [id]),
			price,
			isCut ? ends(name, room, inCommon(alike)) : name,
			// Packages are sold one by one
			...(max > 1 && max >= min ? [`${short(min)}–${short(max)}`] : []),
			...(type === '' || /^default$/i.test(type) ? [] : [type]),
			...(shortId === '' ? [id] : []),
		].join(' · ');
	};
}
