import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connect } from '../shared/connection';
import { toNodeError } from '../shared/problems';
import { ranked } from './ranking';
import { labelsOf } from './serviceLabels';
import { matchesWords, searchWords } from '../shared/searchWords';
import { PanelError } from '../panel/errors';
import type { Catalogue } from '../panel/replies';
import type { Service } from '../panel/schemas';

const PAGE = 100;

/** Services whose ID, name or category contains every word typed, best matches first, a hundred at a time. */
export async function searchServices(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const services = await loadServices(this);
	const words = searchWords(filter ?? '');
	const found = ranked(
		services.filter((service) => matchesWords(service, words)),
		filter ?? '',
	);
	const label = labelsOf(services);
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
