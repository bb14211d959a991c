/** The lists that the trigger of the transitions' test watches: both note when a poll asked for them. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INode } from 'n8n-workflow';
import { createBookServer } from '../engine/bookServer.cts';
import type { N8nApi, SavedCredential } from '../sandbox/api.cts';
import { reference } from '../sandbox/workflow.cts';

export interface List {
	ids: readonly string[];
	add(ids: readonly string[]): void;
	/** When each poll asked. */
	asked: readonly number[];
	/** What the trigger needs to watch it. */
	watch(api: N8nApi, panel: { url: string; credential: SavedCredential }): Promise<Watching>;
	close(): void;
}

interface Watching {
	parameters: INode['parameters'];
	credentials: NonNullable<INode['credentials']>;
}

async function serve(handle: RequestListener): Promise<{ url: string; close(): void }> {
	const server = createServer(handle);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** A list from a URL. */
export async function serveUrls(): Promise<List> {
	const ids: string[] = [];
	const asked: number[] = [];
	const { url, close } = await serve((_request, response) => {
		asked.push(Date.now());
		response.end(JSON.stringify(ids));
	});
	return {
		ids,
		asked,
		close,
		add: (more) => void ids.push(...more),
		watch: async () =>
			await Promise.resolve({ parameters: { source: 'url', listUrl: `${url}/orders` }, credentials: {} }),
	};
}

/** Polls are five seconds apart; the requests of one follow each other at once. */
const ONE_POLL_MS = 2000;

/** The order book, behind n8n's public API, on a server that lives on while n8n is killed. */
export async function serveBook(): Promise<List> {
	const ids: string[] = [];
	const asked: number[] = [];
	const book = createBookServer();
	let row = { panel: '', account: '' };
	const { url, close } = await serve((request, response) => {
		const last = asked.at(-1) ?? 0;
		if (Date.now() - last > ONE_POLL_MS) asked.push(Date.now());
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
			row = { panel: new URL(panel.url).host, account: panel.credential.id };
			write(ids);
			const data = { baseUrl: url, apiKey: book.key };
			const credential = await api.createCredential({ name: 'Book', type: 'smmPanelN8nApi', data });
			return {
				parameters: { source: 'orderBook' },
				credentials: { smmPanelN8nApi: reference(credential) },
			};
		},
	};
}
