import type { Session } from './rest.cts';

export interface DataTable {
	id: string;
	name: string;
	projectId: string;
}

export type Row = Record<string, string | number | boolean | null>;

export interface Column {
	name: string;
	type: 'string' | 'number' | 'boolean' | 'date';
}

/** n8n's own tables, in the owner's personal project. */
export function dataTablesApi(session: Session) {
	async function tables(): Promise<string> {
		const { id } = await session.call<{ id: string }>('GET', '/rest/projects/personal');
		return `/rest/projects/${id}/data-tables`;
	}
	return {
		createDataTable: async (name: string, columns: Column[]) =>
			await session.call<DataTable>('POST', await tables(), { name, columns }),
		insertRows: async (tableId: string, data: Row[]) =>
			await session.call('POST', `${await tables()}/${tableId}/insert`, { data, returnType: 'count' }),
		async rows(tableId: string): Promise<Row[]> {
			const found = await session.call<{ data: Row[] }>('GET', `${await tables()}/${tableId}/rows?take=1000`);
			return found.data;
		},
		deleteDataTable: async (tableId: string) => await session.call('DELETE', `${await tables()}/${tableId}`),
	};
}
