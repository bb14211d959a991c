import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connect } from '../shared/connection';
import { toNodeError } from '../shared/problems';
import { matchesWords, searchWords } from '../shared/searchWords';
import { PanelError } from '../panel/errors';
import type { Catalogue } from '../panel/replies';
import type { Service } from '../panel/schemas';

const PAGE = 100;

/** One line a service, of which n8n shows about sixty letters: what there is to compare first, then the name. */
const label = ({ service, name, rate, min, max, type }: Service): string =>
	[
		service,
		`${Number(rate)}/1K`,
		// Packages are sold one by one
		...(max > 1 && max >= min ? [`${short(min)}–${short(max)}`] : []),
		name,
		...(type === '' ? [] : [type]),
	].join(' · ');

/** 10K for 10000, 1M for 1000000; numbers that are not round stay as they are. */
function short(number: number): string {
	if (number >= 1_000_000 && number % 100_000 === 0) return `${number / 1_000_000}M`;
	return number >= 1000 && number % 100 === 0 ? `${number / 1000}K` : String(number);
}

/** Services whose ID, name or category contains every word typed, a hundred at a time. */
export async function searchServices(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const services = await loadServices(this);
	const words = searchWords(filter ?? '');
	const found = services.filter((service) => matchesWords(service, words));
	const from = Number(paginationToken ?? 0);
	return {
		results: found
			.slice(from, from + PAGE)
			.map((service) => ({ name: label(service), value: service.service })),
		...(found.length > from + PAGE && { paginationToken: String(from + PAGE) }),
	};
}

/** The account's services, for lists in the editor; the error says what to do. */
export const loadServices = async (context: ILoadOptionsFunctions): Promise<Service[]> =>
	(await loadCatalogue(context)).services;

export async function loadCatalogue(context: ILoadOptionsFunctions): Promise<Catalogue> {
	try {
		const { catalogue } = await connect(context);
		return await catalogue();
	} catch (error) {
		throw error instanceof PanelError ? toNodeError(context.getNode(), error) : error;
	}
}
