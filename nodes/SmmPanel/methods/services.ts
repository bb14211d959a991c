/** Services to choose from, and their categories and types to filter by. */
import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { connect } from '../shared/connection';
import { toNodeError } from '../shared/problems';
import { flagsAsked, folded, hasFlags, matchesWords, searchWords, remembered } from '../shared/services';
import { PanelError } from '../panel/errors';
import { CURRENCY_TIMEOUT_MS } from '../panel/policies';
import type { Catalogue } from '../panel/replies';
import type { Service } from '../panel/schemas';
import { labelsOf } from './serviceLabels';

const PAGE = 100;

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

/** Services whose ID, name, category or flags contain every word typed, best matches first, a hundred at a time. */
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
			.slice(from, from + PAGE)
			.map((service) => ({ name: nameOf(service), value: service.service })),
		...(found.length > from + PAGE && { paginationToken: String(from + PAGE) }),
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
