/** Data tables and their columns, for the trigger's lists. */
import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { N8nApi, type DataTable } from '../shared/n8nApi';
import { valueOf } from '../shared/parameters';

const tablesOf = async (context: ILoadOptionsFunctions): Promise<DataTable[]> =>
	valueOf(context, await new N8nApi(context).tables());

export async function searchDataTables(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const words = (filter ?? '').toLowerCase().split(/\s+/).filter(Boolean);
	return {
		results: (await tablesOf(this))
			.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
			.map(({ id, name }) => ({ name, value: id })),
	};
}

export async function getColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const id = String(this.getCurrentNodeParameter('dataTableId', { extractValue: true }) ?? '');
	if (id === '') return [];
	const table = (await tablesOf(this)).find((one) => one.id === id);
	return table?.columns.map(({ name }) => ({ name, value: name })) ?? [];
}

export async function getFilterColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return [{ name: 'All Rows', value: '' }, ...(await getColumns.call(this))];
}
