/** Which of the services that a search finds come first. Pure. */
import type { Service } from '../panel/schemas';
import { remembered } from '../shared/remembered';
import { folded } from '../shared/searchWords';

const wordsIn = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const wordsOf = remembered(({ name }: Service) => wordsIn(name));

/** Where each typed word begins a word of the name; undefined where one does not. */
function placesOf(typed: readonly string[], name: readonly string[]): number[] | undefined {
	const places = typed.map((word) => name.findIndex((own) => own.startsWith(word)));
	return places.includes(-1) ? undefined : places;
}

const FAR = 1000;

/** The lower, the better: how far apart the typed words stand in the name, in their order before any other. */
function distance(service: Service, typed: readonly string[]): number {
	if (typed.length === 1 && typed[0] === service.service.toLowerCase()) return -1;
	const own = wordsOf(service);
	const places = placesOf(typed, own);
	if (places === undefined) return FAR;
	const phrase = own.findIndex((_, at) => typed.every((word, index) => own[at + index]?.startsWith(word)));
	if (phrase >= 0) return phrase === 0 ? 0 : 1;
	return 2 + Math.max(...places) - Math.min(...places);
}

/** Best first; those that fit equally well stay in the panel's order. */
export function ranked(services: readonly Service[], typed: string): Service[] {
	const words = wordsIn(typed);
	if (words.length === 0) return [...services];
	return services
		.map((service) => ({ service, far: distance(service, words) }))
		.sort((a, b) => a.far - b.far)
		.map(({ service }) => service);
}
