/** More orders than a poll has time for: each is asked for in its turn. */
import type { IDataObject, NodeApiError } from 'n8n-workflow';
import { fullName, nodeTypeNamed } from './nodeTypes.cts';
import { told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture();

describe('a short budget', () => {
	test('at the first check: what is not reached is remembered later, not fired', async () => {
		const orders = stand.orders(450, 'In progress');
		const poller = stand.poller({ orderIds: orders.join(','), options: { requestsPerPoll: 1 } });
		for (const poll of [poller.activate, poller.poll, poller.poll, poller.poll, poller.poll])
			expect(await poll()).toBeNull();
		orders.forEach((order) => stand.panel.moveOrder(order, 'Completed'));
		const fired: string[] = [];
		for (let poll = 0; poll < 5; poll++) fired.push(...(told(await poller.poll()) ?? []));
		expect(fired.sort()).toEqual(orders.map((order) => `${order}: In progress → Completed`).sort());
	});
});

test('a batch that always fails does not keep the others from being asked', async () => {
	const orders = stand.orders(400);
	const poller = stand.poller({ orderIds: orders.join(','), options: { tolerateOutages: 100 } });
	await poller.activate();
	const poison = orders.slice(0, 100).join(',');
	stand.panel.inject({ kind: 'status', status: 500, fields: { orders: poison }, probability: 1 });
	orders.slice(100).forEach((order) => stand.panel.moveOrder(order, 'Completed'));
	const fired: string[] = [];
	for (let poll = 0; poll < 4; poll++) fired.push(...(told(await poller.poll()) ?? []));
	expect(fired).toHaveLength(300);
}, 30_000);

test('20,000 open orders at 60 requests a minute: the workflow is activated, and each poll does its share', async () => {
	const { panel } = stand;
	const { now } = Date;
	let passed = 0;
	const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + passed);
	const aMinuteLater = () => {
		passed += 65_000;
		panel.configure({ rateLimit: { perMinute: 60, style: '429' } });
	};
	const orders = stand.orders(20_000, 'In progress');
	const parameters = { orderIds: orders.join(','), options: { tolerateOutages: 0 } };
	// Each poll waits for the panel's limit as long as it may, which is five seconds
	const poller = stand.poller(parameters, { budgetMs: 10_000 });
	aMinuteLater();
	expect(await poller.activate()).toBeNull();
	const reached = () =>
		new Set(
			panel
				.requests()
				.filter(({ limited }) => limited !== true)
				.flatMap(({ fields }) => (fields.orders ?? '').split(',')),
		).size;
	const shares = [reached()];
	// A minute's requests are 6,000 orders; a busy machine does not get to send them all
	while ((shares.at(-1) ?? 0) < orders.length && shares.length < 10) {
		aMinuteLater();
		expect(await poller.poll()).toBeNull();
		shares.push(reached());
	}
	clock.mockRestore();
	expect(shares.at(-1)).toBe(20_000);
	shares.forEach((share, at) => expect(share - (shares[at - 1] ?? 0)).toBeLessThanOrEqual(6_000));
}, 120_000);

describe('trouble with one order for ever', () => {
	test.each([
		['in a list', false],
		['alone in its request', true],
	])('does not make each poll fail (%s)', async (_where, alone) => {
		const orders = stand.orders(alone ? 101 : 3);
		const [last = ''] = orders.slice(-1);
		const poller = stand.poller({ orderIds: orders.join(','), options: { tolerateOutages: 0 } });
		await poller.activate();
		const { panel } = stand;
		const figures = { charge: '1', start_count: '0', remains: '0', currency: 'USD' };
		const json = Object.fromEntries(
			orders.map((order) => [order, { ...figures, status: order === orders[0] ? 'Completed' : 'Pending' }]),
		);
		if (alone) {
			panel.moveOrder(orders[0]!, 'Completed');
			panel.inject({ kind: 'error', text: 'Try again later', fields: { order: last }, probability: 1 });
		} else {
			const trouble = { ...json, [last]: { error: 'Try again later' } };
			panel.inject({ kind: 'shape', json: trouble, action: 'status', times: 3 });
		}
		expect(told(await poller.poll())).toEqual([`${orders[0]}: Pending → Completed`]);
		for (let poll = 0; poll < 2; poll++) expect(await poller.poll()).toBeNull();
		panel.clearFaults();
		panel.moveOrder(last, 'Completed');
		expect(told(await poller.poll())).toEqual([`${last}: Pending → Completed`]);
	});
});

test.each<[IDataObject, string]>([
	[{ event: 'orderStatusChanged', orderIds: '1' }, 'Requests per Poll'],
	[{ event: 'balanceBelow', threshold: 1 }, 'poll less often'],
	[{ event: 'servicesChanged' }, 'poll less often'],
])(
	'too many requests at once are told without an option that %j has not',
	async (parameters, remedy) => {
		stand.panel.inject({ kind: 'error', text: 'Too many requests', times: 100 });
		const poller = stand.poller(parameters, { budgetMs: 10_000 });
		const error = (await poller.activate().catch((thrown: unknown) => thrown)) as NodeApiError;
		expect(error.message).toBe('Too many requests for the panel. (Too many requests)');
		expect(error.description).toContain(remedy);
		const named = /'([A-Z][^']*)'/.exec(error.description ?? '')?.[1];
		const options = nodeTypeNamed(fullName('smmPanelTrigger')).description.properties.flatMap((property) =>
			(property.options ?? []).map((option) => ('displayName' in option ? option.displayName : option.name)),
		);
		if (named !== undefined) expect(options).toContain(named);
	},
	30_000,
);
