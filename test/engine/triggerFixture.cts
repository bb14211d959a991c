/** What the trigger's tests share: a panel with a stepped clock, pollers on it, and transitions at a glance. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { startPanel, type DevPanel, type PanelOptions } from '../panel/server.cts';
import { createTableServer, tableOf, type TableServer } from './tableServer.cts';
import { createPoller, type Polled, type Poller, type PollerOptions } from './poller.cts';

export interface TriggerFixture {
	panel: DevPanel;
	/** A trigger on orders with these parameters. */
	poller(parameters?: IDataObject, more?: Partial<PollerOptions>): Poller;
	/** Orders that stay Pending until they are moved. */
	orders(count: number, status?: string): string[];
}

/** A fresh panel for each test. */
export function triggerFixture(options: PanelOptions = {}): TriggerFixture {
	const stand = {} as TriggerFixture;
	beforeEach(async () => {
		const panel = await startPanel({ speed: 0, lives: { kind: 'still' }, services: 40, ...options });
		stand.panel = panel;
		stand.poller = (parameters = {}, more = {}) =>
			createPoller({
				parameters: { event: 'orderStatusChanged', ...parameters },
				credentials: { apiUrl: panel.url, apiKey: panel.key },
				...more,
			});
		stand.orders = (count, status) => panel.seedOrders({ count, status });
	});
	afterEach(async () => await stand.panel.stop());
	return stand;
}

/** `23501: Pending → Completed`, or `23501: Incorrect order ID`. */
export const told = (polled: Polled): string[] | null =>
	polled?.map(({ json }) => {
		const id = String(json.order ?? json.refill);
		return json.error === undefined
			? `${id}: ${json.previousStatus} → ${json.status}`
			: `${id}: ${json.error}`;
	}) ?? null;

/** How many requests for statuses the panel got, and for how many IDs. */
export function askedFor(panel: DevPanel): number[] {
	return panel
		.requests()
		.filter(({ fields }) => fields.action === 'status' || fields.action === 'refill_status')
		.map(
			({ fields }) =>
				(fields.orders ?? fields.order ?? fields.refills ?? fields.refill ?? '').split(',').length,
		);
}

/** A server of a test's own, closed after it. */
export function serverFor(): (
	handle: (request: IncomingMessage, response: ServerResponse) => void,
) => Promise<string> {
	const running: Server[] = [];
	afterEach(() => {
		for (const server of running.splice(0)) {
			server.closeAllConnections();
			server.close();
		}
	});
	return async (handle) => {
		const server = createServer(handle);
		running.push(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	};
}

/** A data table of orders, which tests change while it is watched. */
export interface WatchedTable {
	n8n: TableServer;
	add(...orders: string[]): void;
	parameters: IDataObject;
	/** What a poller on it needs besides its parameters. */
	more: Pick<PollerOptions, 'moreCredentials'>;
}

export async function watchedTable(
	serve: ReturnType<typeof serverFor>,
	orders: readonly string[],
): Promise<WatchedTable> {
	const rows = orders.map((order) => ({ order }));
	const n8n = createTableServer([tableOf('T1', ['order'], rows)]);
	const all = n8n.tables[0]?.rows ?? [];
	const baseUrl = await serve(n8n.handle);
	return {
		n8n,
		add: (...more) => void all.push(...more.map((order, at) => ({ id: all.length + at + 1, order }))),
		parameters: { source: 'dataTable', dataTableId: { __rl: true, mode: 'id', value: 'T1' } },
		more: { moreCredentials: { smmPanelN8nApi: { baseUrl, apiKey: n8n.key } } },
	};
}
