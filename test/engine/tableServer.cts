/** n8n's public API, as far as data tables go: pages, cursors, filter and sorting as n8n 2.41 has them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IDataObject } from 'n8n-workflow';

export interface Table {
	id: string;
	name: string;
	columns: Array<{ id: string; name: string; type: string; index: number }>;
	rows: IDataObject[];
}

export interface TableServer {
	key: string;
	tables: Table[];
	/** Paths with query, in their order. */
	asked: string[];
	/** Called before each answer: to change rows between pages, or to answer itself (true). */
	before(request: IncomingMessage, response: ServerResponse): boolean | void;
	handle(request: IncomingMessage, response: ServerResponse): void;
}

export const tableOf = (id: string, columns: string[], rows: IDataObject[]): Table => ({
	id,
	name: `Table ${id}`,
	columns: columns.map((name, index) => ({ id: `c${index}`, name, type: 'string', index })),
	rows: rows.map((row, at) => ({
		id: at + 1,
		createdAt: '2026-11-01T00:00:00.000Z',
		updatedAt: '2026-11-01T00:00:00.000Z',
		...row,
	})),
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

function page(all: unknown[], query: URLSearchParams) {
	const cursor = query.get('cursor');
	const { offset, limit } = cursor
		? (JSON.parse(Buffer.from(cursor, 'base64').toString()) as { offset: number; limit: number })
		: { offset: 0, limit: Math.min(250, Number(query.get('limit') ?? 100)) };
	const next = all.length > offset + limit ? encode({ limit, offset: offset + limit }) : null;
	return { data: all.slice(offset, offset + limit), nextCursor: next };
}

function filtered(rows: IDataObject[], query: URLSearchParams): IDataObject[] {
	const { filters } = JSON.parse(query.get('filter') ?? '{"filters":[]}') as {
		filters: Array<{ columnName: string; condition: string; value: number }>;
	};
	return rows.filter((row) =>
		filters.every(
			({ columnName, condition, value }) => condition === 'gt' && Number(row[columnName]) > value,
		),
	);
}

export function createTableServer(tables: Table[]): TableServer {
	const server: TableServer = {
		key: 'n8n-key',
		tables,
		asked: [],
		before: () => {},
		handle(request, response) {
			const url = new URL(request.url ?? '', 'http://localhost');
			server.asked.push(`${url.pathname}${url.search}`);
			const send = (status: number, body: unknown) => {
				response.writeHead(status, { 'content-type': 'application/json' });
				response.end(JSON.stringify(body));
			};
			if (server.before(request, response) === true) return;
			if (request.headers['x-n8n-api-key'] !== server.key) return send(401, { message: 'unauthorized' });
			const [, id, rows] = /^\/api\/v1\/data-tables(?:\/([^/]+)(\/rows)?)?$/.exec(url.pathname) ?? [];
			if (!url.pathname.startsWith('/api/v1/data-tables')) return send(404, { message: 'not found' });
			if (id === undefined)
				return send(
					200,
					page(
						server.tables.map(({ rows: _rows, ...table }) => table),
						url.searchParams,
					),
				);
			const table = server.tables.find((one) => one.id === decodeURIComponent(id));
			if (!table) return send(404, { message: `Could not find the data table: '${id}'` });
			if (!rows) return send(200, { ...table, rows: undefined });
			send(200, page(filtered(table.rows, url.searchParams), url.searchParams));
		},
	};
	return server;
}
