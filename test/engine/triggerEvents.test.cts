/** The other events, in n8n's engine and against the panel: refills, the balance, services. */
import type { IDataObject } from 'n8n-workflow';
import { told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture({ balance: 100 });

describe('refills', () => {
	async function refillOf(): Promise<string> {
		const { panel } = stand;
		const service = panel.addService({ type: 'Default', refill: true });
		const [order = ''] = panel.seedOrders({ count: 1, status: 'Completed', service: service.id });
		const body = new URLSearchParams({ key: panel.key, action: 'refill', order });
		const reply = (await (await fetch(panel.url, { method: 'POST', body })).json()) as { refill: string };
		return String(reply.refill);
	}
	const poller = (parameters: IDataObject) => stand.poller({ event: 'refillStatusChanged', ...parameters });

	test('that get another status start the workflow, and are not asked for once they are finished', async () => {
		const refill = await refillOf();
		const refills = poller({ refillIds: refill });
		expect(await refills.activate()).toBeNull();
		stand.panel.moveRefill(refill, 'In progress');
		expect((await refills.poll())?.map(({ json }) => json)).toEqual([
			{
				refill,
				status: 'In progress',
				previousStatus: 'Pending',
				finished: false,
				detectedAt: expect.any(String),
			},
		]);
		stand.panel.moveRefill(refill, 'Rejected');
		expect(told(await refills.poll())).toEqual([`${refill}: In progress → Rejected`]);
		stand.panel.clearRequests();
		expect(await refills.poll()).toBeNull();
		expect(stand.panel.counts().total).toBe(0);
	});
});

describe('the balance', () => {
	const poller = (threshold: unknown, more: IDataObject = {}) =>
		stand.poller({ event: 'balanceBelow', threshold: threshold as number, ...more });

	test('starts the workflow when it falls below the threshold: once, and again after it has recovered', async () => {
		const low = poller(50);
		expect(await low.activate()).toBeNull();
		const seen: unknown[] = [];
		for (const balance of ['49.99', '20', '20', '50', '49', '0']) {
			stand.panel.setBalance(balance);
			seen.push((await low.poll())?.map(({ json }) => json) ?? null);
		}
		const item = (balance: number) => [{ balance, currency: 'USD', threshold: 50 }];
		expect(seen).toEqual([item(49.99), null, null, null, item(49), null]);
	});

	test('that is below at the first poll starts the workflow, and not again after a restart', async () => {
		const low = poller(500);
		expect(await low.activate()).toHaveLength(1);
		expect(await low.restart()).toBeNull();
		expect(await low.poll()).toBeNull();
	});
});

describe('services', () => {
	const poller = (filters: IDataObject = {}) => stand.poller({ event: 'servicesChanged', filters });
	const changes = (items: Awaited<ReturnType<ReturnType<typeof poller>['poll']>>) =>
		items?.map(({ json }) => [json.change, json.service, json.changes]) ?? null;

	test('that change, come and go start the workflow once', async () => {
		const { panel } = stand;
		const [first, second] = panel.services();
		const watched = poller();
		expect(await watched.activate()).toBeNull();
		panel.changeService(first!.id, { rate: '123.45', min: 7, refill: !first!.refill });
		panel.removeService(second!.id);
		const added = panel.addService({ name: 'Brand new', type: 'Default' });
		const items = await watched.poll();
		expect(items?.map(({ json }) => json)).toEqual([
			{
				change: 'changed',
				service: String(first!.id),
				name: first!.name,
				changes: {
					rate: { from: Number(first!.rate), to: 123.45 },
					min: { from: first!.min, to: 7 },
					refill: { from: first!.refill, to: !first!.refill },
				},
				rateFrom: Number(first!.rate),
				rateTo: 123.45,
				ratePercent: expect.closeTo((123.45 / Number(first!.rate) - 1) * 100, 1),
			},
			expect.objectContaining({ change: 'added', service: String(added.id), name: 'Brand new' }),
			expect.objectContaining({ change: 'removed', service: String(second!.id), name: second!.name }),
		]);
		expect(await watched.poll()).toBeNull();
		await watched.restart();
		expect(watched.executions).toHaveLength(1);
	});

	test('can be filtered by category, type and ID, and by how far a price moves', async () => {
		const { panel } = stand;
		const [a, b] = [
			panel.addService({ category: 'Mine', rate: '1' }),
			panel.addService({ category: 'Other', rate: '1' }),
		];
		const watched = poller({
			categories: ['Mine'],
			serviceIds: `${a.id}, ${b.id}`,
			minRateChange: 50,
			changes: ['rateUp'],
		});
		await watched.activate();
		panel.changeService(a.id, { rate: '1.4', min: 3 });
		panel.changeService(b.id, { rate: '9' });
		expect(await watched.poll()).toBeNull();
		panel.changeService(a.id, { rate: '1.5' });
		expect(changes(await watched.poll())).toEqual([
			['changed', String(a.id), { rate: { from: 1, to: 1.5 } }],
		]);
	});

	test('with another name or category alone have not changed, and one whose price creeps is told at the tenth', async () => {
		const { panel } = stand;
		const { id } = panel.addService({ rate: '1' });
		const [named, creeping] = [poller(), poller({ minRateChange: 10 })];
		await named.activate();
		await creeping.activate();
		panel.changeService(id, { name: 'New', category: 'Other' });
		expect(await named.poll()).toBeNull();
		const told: unknown[] = [];
		for (const rate of ['1.04', '1.08', '1.1', '1.15', '0.99']) {
			panel.changeService(id, { rate });
			told.push(changes(await creeping.poll())?.map(([, , moved]) => moved) ?? null);
		}
		const moved = (from: number, to: number) => [{ rate: { from, to } }];
		expect(told).toEqual([null, null, moved(1, 1.1), null, moved(1.1, 0.99)]);
	});

	test('that are all gone at once are a fault of the panel, not six thousand removals', async () => {
		const all = stand.panel.services();
		const watched = poller();
		await watched.activate();
		stand.panel.setCatalogue([]);
		for (let poll = 0; poll < 3; poll++) expect(await watched.poll()).toBeNull();
		stand.panel.setCatalogue(all);
		expect(await watched.poll()).toBeNull();
	});

	test('have a test event: a price change and nine more of those that fit the filters', async () => {
		const items = await poller().fetchTestEvent();
		expect(items).toHaveLength(10);
		const rate = Number(stand.panel.services()[0]?.rate);
		const from = Number((rate * 0.8).toFixed(5));
		expect(items?.[0]?.json).toMatchObject({
			change: 'changed',
			service: '1',
			changes: { rate: { from, to: rate } },
			rateFrom: from,
			rateTo: rate,
		});
		expect(items?.[1]?.json).toMatchObject({ change: 'added', changes: { rate: { from: null } } });
		await expect(poller({ categories: ['None'] }).fetchTestEvent()).rejects.toThrow(
			'None of the services fits the filters',
		);
	});
});
