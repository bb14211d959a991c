/** n8n's public API over the order book's table: what the trigger reads and writes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
	columnList,
	newRow,
	TABLE_NAME,
	toCells,
	type BookRow,
	type Cells,
	type StoredRow,
} from '../../nodes/SmmPanel/book/rows';
import type { Comparison, Filter } from '../../nodes/SmmPanel/book/store';
import { MemoryTable } from '../unit/memoryBook.cts';

interface WireFilter {
	type: 'and' | 'or';
	filters: Array<{ columnName: string; condition: Comparison; value: string | number | boolean }>;
}

export interface BookServer {
	key: string;
	table: MemoryTable;
	/** Method and path of each request. */
	asked: string[];
	/** More tables that the key sees, by ID. */
	others: Record<string, string>;
	/** Which requests fail, with which HTTP status. */
	failing?: { matches: RegExp; status: number };
	/** Whether there is a book. */
	exists: boolean;
	name: string;
	rows(): StoredRow[];
	add(...rows: Array<Partial<BookRow>>): void;
	handle(request: IncomingMessage, response: ServerResponse): void;
}

const filterOf = ({ type, filters }: WireFilter): Filter => ({
	match: type === 'and' ? 'all' : 'any',
	conditions: filters.map(({ columnName, condition, value }) => ({
		column: columnName,
		is: condition,
		value,
	})) as Filter['conditions'],
});

export function createBookServer(): BookServer {
	const table = new MemoryTable(() => Date.now());
	const server: BookServer = {
		key: 'n8n-key-of-the-test',
		table,
		asked: [],
		others: {},
		exists: true,
		name: TABLE_NAME,
		rows: () => table.all(),
		add: (...rows) => table.insert(rows.map((row) => toCells(newRow({ state: 'placed', ...row })))),
		handle: (request, response) => void answer(server, request, response),
	};
	return server;
}

async function answer(server: BookServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const { method = '' } = request;
	const url = new URL(request.url ?? '', 'http://localhost');
	const body = await text(request);
	const call = `${method} ${url.pathname.replace('/api/v1/data-tables', '')}`;
	server.asked.push(call);
	const send = (status: number, json: unknown) => {
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify(json));
	};
	if (server.failing?.matches.test(call)) return send(server.failing.status, { message: 'Out of order' });
	if (request.headers['x-n8n-api-key'] !== server.key) return send(401, { message: 'unauthorized' });
	if (call === 'GET ') return send(200, { data: tables(server), nextCursor: null });
	const given = (body === '' ? {} : JSON.parse(body)) as {
		data?: Cells | Cells[];
		filter?: WireFilter;
		dryRun?: boolean;
	};
	if (call === 'POST /book/rows') {
		const known = new Set<string>(columnList().map(({ name }) => name)).add('customer');
		const unknown = (given.data as Cells[])
			.flatMap((row) => Object.keys(row))
			.find((name) => !known.has(name));
		// As n8n says it
		if (unknown) return send(400, { message: `Validation error: unknown column name '${unknown}'` });
		server.table.insert(given.data as Cells[]);
		return send(200, { count: (given.data as Cells[]).length });
	}
	if (call === 'GET /book/rows') {
		const filter = JSON.parse(url.searchParams.get('filter') ?? '{}') as WireFilter;
		const rows = server.table.find(filterOf(filter)).reverse();
		return send(200, { data: rows.slice(0, Number(url.searchParams.get('limit'))), nextCursor: null });
	}
	if (call === 'PATCH /book/rows/update' && given.filter && given.dryRun === true) {
		const found = server.table.find(filterOf(given.filter));
		return send(
			200,
			found.flatMap((row) => ['before', 'after'].map((dryRunState) => ({ ...row, dryRunState }))),
		);
	}
	if (call === 'DELETE /book/rows/delete') {
		const filter = JSON.parse(url.searchParams.get('filter') ?? '{}') as WireFilter;
		return send(200, server.table.delete(filterOf(filter)));
	}
	send(404, { message: `Not known here: ${call}` });
}

const tables = ({ exists, name, others }: BookServer) =>
	Object.entries({ ...(exists && { book: name }), ...others }).map(([id, table]) => ({
		id,
		name: table,
		columns: [...columnList(), { name: 'customer', type: 'string' }],
		projectId: `project-of-${id}`,
	}));
