/** The lists that the trigger of the transitions' test watches: both note when a poll asked for them. */
import type { INodeParameters } from 'n8n-workflow';
import { createBookServer } from '../engine/bookServer.cts';
import { createTableServer, tableOf } from '../engine/tableServer.cts';
import type { N8nApi, SavedCredential } from '../sandbox/api.cts';
import { serve } from '../sandbox/serve.cts';
import { byId } from '../sandbox/workflow.cts';

export interface List {
	ids: readonly string[];
	add(ids: readonly string[]): void;
	/** When each poll asked. */
	asked: readonly number[];
	/** What the trigger needs to watch it. */
	watch(api: N8nApi, panel: { url: string }): Promise<Watching>;
	close(): void;
}

interface Watching {
	parameters: INodeParameters;
	tables: SavedCredential;
}

/** Polls are five seconds apart; the requests of one follow each other at once. */
const ONE_POLL_MS = 2000;

function notePoll(asked: number[]): void {
	if (Date.now() - (asked.at(-1) ?? 0) > ONE_POLL_MS) asked.push(Date.now());
}

/** A data table, behind n8n's public API. */
export async function serveTable(): Promise<List> {
	const ids: string[] = [];
	const asked: number[] = [];
	const n8n = createTableServer([tableOf('orders', ['order'], [])]);
	n8n.before = () => notePoll(asked);
	const { url, close } = await serve(n8n.handle);
	return {
		ids,
		asked,
		close,
		add(more) {
			const rows = n8n.tables[0]?.rows;
			rows?.push(...more.map((order, at) => ({ id: ids.length + at + 1, order })));
			ids.push(...more);
		},
		async watch(api) {
			const data = { baseUrl: url, apiKey: n8n.key };
			const tables = await api.createCredential({ name: 'Table', type: 'smmPanelN8nApi', data });
			return { parameters: { source: 'dataTable', dataTableId: byId('orders') }, tables };
		},
	};
}

/** The order book, behind n8n's public API, on a server that lives on while n8n is killed. */
export async function serveBook(): Promise<List> {
	const ids: string[] = [];
	const asked: number[] = [];
	const book = createBookServer();
	let row = { panel: '', account: '' };
	const { url, close } = await serve((request, response) => {
		notePoll(asked);
		book.handle(request, response);
	});
	const write = (more: readonly string[]) =>
		book.add(...more.map((order) => ({ ...row, order, placedAt: new Date().toISOString() })));
	return {
		ids,
		asked,
		close,
		add(more) {
			ids.push(...more);
			if (row.panel !== '') write(more);
		},
		async watch(api, panel) {
			const { host } = new URL(panel.url);
			row = { panel: host, account: host };
			write(ids);
			const data = { baseUrl: url, apiKey: book.key };
			const tables = await api.createCredential({ name: 'Book', type: 'smmPanelN8nApi', data });
			return { parameters: { source: 'orderBook' }, tables };
		},
	};
}
