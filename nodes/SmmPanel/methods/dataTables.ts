/** Data tables and their columns, for the trigger's lists. */
import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { getTable, listTables } from '../shared/dataTables';
import { toNodeError } from '../shared/problems';
import type { Result } from '../shared/result';

function orThrow<T>(context: ILoadOptionsFunctions, result: Result<T>): T {
	if (!result.ok) throw toNodeError(context.getNode(), result.problem);
	return result.value;
}

export async function searchDataTables(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const words = (filter ?? '').toLowerCase().split(/\s+/).filter(Boolean);
	const tables = orThrow(this, await listTables(this));
	return {
		results: tables
			.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
			.map(({ id, name }) => ({ name, value: id })),
	};
}

async function columnsOf(context: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const id = String(context.getCurrentNodeParameter('dataTableId', { extractValue: true }) ?? '');
	if (id === '') return [];
	const { columns } = orThrow(context, await getTable(context, id));
	return columns.map((name) => ({ name, value: name }));
}

export async function getColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await columnsOf(this);
}

export async function getFilterColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return [{ name: 'All Rows', value: '' }, ...(await columnsOf(this))];
}
