/** What 0.1.0's trigger had stored of refills, the balance, services and a list at a URL. */
import { createServer, type Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Service } from '../panel/catalogue.cts';
import { runNode } from './engine.cts';
import { MODES, savedFor, stored, type Mode, type StoredTrigger } from './storedData.cts';
import { told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture({ balance: 100 });

const load = (fixture: StoredTrigger, mode: Mode) =>
	stand.poller(fixture.parameters, {
		saved: savedFor(stand.panel, fixture, mode),
		durable: mode === 'durable',
	});

/** What the test below changes in the stored catalogue, beside flags. */
const CHANGED = [
	{ change: 'changed', service: '90', changes: { rate: { from: 0.00001, to: 0.00002 } } },
	{
		change: 'changed',
		service: '1523',
		changes: {
			min: { from: 10, to: 11 },
			max: { from: 5_000_000, to: 6_000_000 },
			type: { from: 'Custom Comments', to: 'Default' },
		},
	},
	{
		change: 'removed',
		service: '1524',
		changes: {
			rate: { from: 12, to: null },
			min: { from: 1, to: null },
			max: { from: 1, to: null },
			type: { from: 'Package', to: null },
			refill: { from: true, to: null },
			cancel: { from: false, to: null },
			dripfeed: { from: false, to: null },
		},
	},
];

describe.each(MODES)('static data of 0.1.0, %s', (mode) => {
	test('hold the statuses of refills, and what was rejected', async () => {
		const { watched } = stored<{ watched: StoredTrigger & { refills: string[] } }>('refillStatusChanged');
		const { panel } = stand;
		const service = panel.addService({ type: 'Default', refill: true });
		const orders = panel.seedOrders({
			count: watched.refills.length,
			status: 'Completed',
			service: service.id,
		});
		await runNode({
			credentials: { apiUrl: panel.url, apiKey: panel.key },
			parameters: { resource: 'refill', operation: 'create', orderIds: orders.join(' '), options: {} },
		});
		watched.refills.forEach((status, at) => panel.moveRefill(at + 1, status));
		const refills = load(watched, mode);
		panel.moveRefill(1, 'Completed');
		panel.moveRefill(2, 'Rejected');
		panel.clearRequests();
		expect(told(await refills.restart())).toEqual(['1: Pending → Completed', '2: In progress → Rejected']);
		expect(panel.requests().map(({ fields }) => fields.refills)).toEqual(['1,2,987654']);
		expect(await refills.poll()).toBeNull();
		expect(await refills.restart()).toBeNull();
	});

	test('remember that the balance was below: that is not reported again, the next fall is', async () => {
		const { below } = stored<Record<'below', StoredTrigger>>('balanceBelow');
		stand.panel.setBalance(20);
		const low = load(below, mode);
		expect(await low.restart()).toBeNull();
		stand.panel.setBalance(50);
		expect(await low.poll()).toBeNull();
		stand.panel.setBalance(49);
		expect((await low.poll())?.map(({ json }) => json)).toEqual([
			{ balance: 49, currency: 'USD', threshold: 50 },
		]);
	});

	test('remember that the balance was above: a fall while n8n was updated is reported', async () => {
		const { above } = stored<Record<'above', StoredTrigger>>('balanceBelow');
		stand.panel.setBalance(20);
		const low = load(above, mode);
		expect(await low.restart()).toHaveLength(1);
		expect(await low.restart()).toBeNull();
	});

	const services =
		stored<Record<'all' | 'filtered', StoredTrigger & { catalogue: Service[] }>>('servicesChanged');

	test('hold a whole catalogue, with every combination of flags', async () => {
		const { panel } = stand;
		const { catalogue } = services.all;
		panel.setCatalogue(catalogue);
		const watched = load(services.all, mode);
		expect(await watched.restart()).toBeNull();
		const flagged = catalogue.filter(({ id }) => id > 100 && id < 109);
		expect(flagged).toHaveLength(8);
		for (const { id, refill, cancel, dripfeed } of flagged) {
			panel.changeService(id, { refill: !refill, cancel: !cancel, dripfeed: !dripfeed });
		}
		panel.changeService(90, { rate: '0.00002' });
		panel.changeService(1523, { type: 'Default', min: 11, max: 6_000_000 });
		panel.removeService(1524);
		const items = (await watched.poll())?.map(({ json }) => json) ?? [];
		expect(items.map(({ change, service, changes }) => ({ change, service, changes }))).toEqual([
			...flagged.map(({ id, refill, cancel, dripfeed }) => ({
				change: 'changed',
				service: String(id),
				changes: {
					refill: { from: refill, to: !refill },
					cancel: { from: cancel, to: !cancel },
					dripfeed: { from: dripfeed, to: !dripfeed },
				},
			})),
			...CHANGED,
		]);
		expect(await watched.restart()).toBeNull();
	});

	test('belong to a choice of services, with the price last reported', async () => {
		const { panel } = stand;
		panel.setCatalogue(services.filtered.catalogue);
		const watched = load(services.filtered, mode);
		panel.changeService(101, { rate: '1.34' });
		panel.changeService(102, { rate: '9' });
		expect(await watched.restart()).toBeNull();
		panel.changeService(101, { rate: '1.35' });
		panel.changeService(1524, { rate: '18' });
		expect((await watched.poll())?.map(({ json }) => [json.service, json.changes])).toEqual([
			['101', { rate: { from: 0.9, to: 1.35 } }],
			['1524', { rate: { from: 12, to: 18 } }],
		]);
	});
});

/** The list's address is part of what was stored, so that it has to be this one, once nobody else has it. */
async function listAt(url: string, body: string): Promise<Server> {
	const server = createServer((_request, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(body);
	});
	const { hostname, port } = new URL(url);
	for (let tries = 1; ; tries++) {
		const failed = await new Promise<Error | undefined>((resolve) => {
			server.once('error', resolve);
			server.listen(Number(port), hostname, () => resolve(undefined));
		});
		if (!failed) return server;
		if (tries === 50) throw failed;
		await setTimeout(200);
	}
}

test.each(MODES)(
	'static data of 0.1.0, %s, belong to the address and the field of a list',
	async (mode) => {
		const { url } = stored<{ url: StoredTrigger & { orders: Array<[string, number]> } }>(
			'orderStatusChanged',
		);
		const list = await listAt(
			String(url.parameters.listUrl),
			'{"orders":[{"id":23501},{"id":23502},{"id":23503}]}',
		);
		try {
			for (const [status, count] of url.orders) stand.orders(count, status);
			const poller = load(url, mode);
			stand.panel.moveOrder(23502, 'Completed');
			stand.orders(1, 'In progress');
			expect(told(await poller.restart())).toEqual([
				'23502: Pending → Completed',
				'23503: null → In progress',
			]);
			expect(await poller.restart()).toBeNull();
		} finally {
			list.closeAllConnections();
			await new Promise((resolve) => list.close(resolve));
		}
	},
	20_000,
);
