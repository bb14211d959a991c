import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connect } from '../connection';
import { toNodeError } from '../actions/shared/failures';
import { matchesWords } from '../actions/service/search';
import { PanelError } from '../panel/errors';
import type { Catalogue } from '../panel/replies';
import type { Service } from '../panel/schemas';

const PAGE = 100;

/** One line a service. n8n cuts the end off: price first, what the form shows anyway last. */
const label = ({ service, name, rate, min, max, type }: Service): string =>
	[
		`${service} – ${Number(rate)}/1K – ${name}`,
		...(max > 0 && max >= min ? [`${min}–${max}`] : []),
		...(type === '' ? [] : [type]),
	].join(' · ');

/** Services whose ID, name or category contains every word typed, a hundred at a time. */
export async function searchServices(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const services = await loadServices(this);
	const words = (filter ?? '').toLowerCase().split(/\s+/).filter(Boolean);
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
