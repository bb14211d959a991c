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
	async function dataTable(name: string): Promise<DataTable | undefined> {
		const found = await session.call<{ data: DataTable[] }>('GET', `${await tables()}?take=250`);
		return found.data.find((each) => each.name === name);
	}
	return {
		createDataTable: async (name: string, columns: Column[]) =>
			await session.call<DataTable>('POST', await tables(), { name, columns }),
		insertRows: async (tableId: string, data: Row[]) =>
			await session.call('POST', `${await tables()}/${tableId}/insert`, { data, returnType: 'count' }),
		dataTable,
		/** All rows of the table of this name; none where there is no such table. */
		async rowsOf(name: string): Promise<Row[]> {
			const table = await dataTable(name);
			const rows: Row[] = [];
			for (let skip = 0; table !== undefined; skip = rows.length) {
				const address = `${await tables()}/${table.id}/rows?take=250&skip=${skip}`;
				const page = await session.call<{ data: Row[] }>('GET', address);
				rows.push(...page.data);
				if (page.data.length < 250) break;
			}
			return rows;
		},
	};
}
