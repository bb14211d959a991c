/** Services to choose from, and their categories and types to filter by. */
import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { connect } from '../shared/connection';
import { toNodeError } from '../shared/problems';
import { flagsAsked, folded, hasFlags, matchesWords, searchWords, remembered } from '../shared/services';
import { PanelError } from '../panel/errors';
import { CURRENCY_TIMEOUT_MS } from '../panel/policies';
import type { Catalogue, Service } from '../panel/schemas';

const LISTED_AT_ONCE = 100;

type Label = (service: Service) => string;
/** By the catalogue, which is kept for a minute: someone who types searches at each keystroke. */
const labels = new WeakMap<Catalogue, Promise<Label>>();

async function labelWithCurrency(context: ILoadOptionsFunctions, services: Service[]): Promise<Label> {
	try {
		const { client } = await connect(context, { readTimeoutMs: CURRENCY_TIMEOUT_MS, retry: { attempts: 1 } });
		return labelsOf(services, (await client.balance()).value.currency ?? '');
	} catch {
		return labelsOf(services);
	}
}

/** Services whose ID, name, category, type or flags contain every word typed, best matches first, a hundred at a time. */
export async function searchServices(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const catalogue = await loadCatalogue(this);
	const { services } = catalogue;
	const words = searchWords(filter ?? '');
	const found = ranked(
		services.filter((service) => matchesWords(service, words)),
		filter ?? '',
	);
	const label = labels.get(catalogue) ?? labelWithCurrency(this, services);
	labels.set(catalogue, label);
	const nameOf = await label;
	const from = Number(paginationToken ?? 0);
	return {
		results: found
			.slice(from, from + LISTED_AT_ONCE)
			.map((service) => ({ name: nameOf(service), value: service.service })),
		...(found.length > from + LISTED_AT_ONCE && { paginationToken: String(from + LISTED_AT_ONCE) }),
	};
}

/** The account's services, for lists in the editor; the error says what to do. */
export async function loadCatalogue(context: ILoadOptionsFunctions): Promise<Catalogue> {
	try {
		const { catalogue } = await connect(context);
		return await catalogue();
	} catch (error) {
		throw error instanceof PanelError ? toNodeError(context.getNode(), error) : error;
	}
}

/** Loads the different values of a field over all services, with how many services have each. */
const distinct = (field: 'category' | 'type') =>
	async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const counts = new Map<string, number>();
		for (const { [field]: value } of (await loadCatalogue(this)).services) {
			if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
		}
		return [...counts]
			.sort(([a], [b]) => a.localeCompare(b))
			.map(([value, count]) => ({
				name: value,
				value,
				description: count === 1 ? '1 service' : `${count} services`,
			}));
	};

export const getCategories = distinct('category');
export const getTypes = distinct('type');

const wordsIn = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const nameWords = remembered(({ name }: Service) => wordsIn(name));

const FAR = 1000;

/** The lower, the better: how far apart the typed words stand in the name, in their order before any other. */
function distance(service: Service, typed: readonly string[]): number {
	if (typed.length === 1 && typed[0] === service.service.toLowerCase()) return -1;
	const own = nameWords(service);
	const places = typed.map((word) => own.findIndex((one) => one.startsWith(word)));
	if (places.includes(-1)) return FAR;
	const phrase = own.findIndex((_, at) => typed.every((word, index) => own[at + index]?.startsWith(word)));
	if (phrase >= 0) return phrase === 0 ? 0 : 1;
	return 2 + Math.max(...places) - Math.min(...places);
}

/**
 * Best first, and of those that fit equally well the cheapest. Who asks for refill wants services that have it before
 * those with "No refill" in their name. Without a search the panel's own order stays.
 */
export function ranked(services: readonly Service[], typed: string): Service[] {
	const { flags, rest } = flagsAsked(typed);
	const words = wordsIn(rest);
	if (words.length === 0 && flags.length === 0) return [...services];
	return services
		.map((service) => ({
			service,
			far: (words.length === 0 ? 0 : distance(service, words)) + (hasFlags(service, flags) ? 0 : 2 * FAR),
		}))
		.sort((a, b) => a.far - b.far || Number(a.service.rate) - Number(b.service.rate))
		.map(({ service }) => service);
}

/** So many letters of a line n8n shows in a list. */
export const SEEN_LETTERS = 60;

const SEPARATOR = ' · ';

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

/** What stands before the name, how many letters are seen of it, and its beginning where it is cut off there. */
function written(service: Service, currency: string) {
	const id = service.service.length > SHORT_ID ? [] : [service.service];
	const price = `${service.rate}${currency === '' ? '' : ` ${currency}`}/1K`;
	const before = [...id, price];
	const room = SEEN_LETTERS - before.join(SEPARATOR).length - SEPARATOR.length;
	const name = tidied(service.name);
	return { before, name, room, beginning: name.slice(0, room) };
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
		const { before, name, room, beginning } = written(service, currency);
		const alike = [...(namesByBeginning.get(beginning) ?? [])];
		const isCut = name.length > room && alike.length > 1;
		return [
			...before,
			isCut ? ends(name, room, inCommon(alike)) : name,
			// Packages are sold one by one
			...(max > 1 && max >= min ? [`${short(min)}–${short(max)}`] : []),
			...(type === '' || /^default$/i.test(type) ? [] : [type]),
			...(before.includes(id) ? [] : [id]),
		].join(SEPARATOR);
	};
}
