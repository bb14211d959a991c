/** What the client makes of a stock panel's answers, and what it sends. */
import { ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import { cheapService, EXAMPLES } from '../panel/client.cts';
import { UNSAID } from './said.cts';
import { placeOrders } from './scenario.cts';
import { KEY, plain, scripted, clientFixtures } from './clientFixture.cts';

const { stand, stopAll } = clientFixtures();
afterAll(stopAll);

const LINK = 'https://example.com/p/1';

test('the balance is an exact amount in the account’s currency', async () => {
	const { client } = await stand({ panel: { balance: '100.84292', currency: 'TRY' } });
	expect(await client.balance()).toEqual({
		value: { balance: '100.84292', currency: 'TRY' },
		raw: { balance: '100.84292', currency: 'TRY' },
	});
});

test('a service has an exact rate, numbers for limits and real yes and no', async () => {
	const { client, panel } = await stand();
	panel.setCatalogue([]);
	panel.addService({
		id: 7,
		name: 'Likes',
		category: 'IG',
		rate: '0.00190',
		min: 50,
		max: 10000,
		refill: true,
		cancel: false,
		dripfeed: false,
	});
	const { services, raw, byId } = await client.services();
	expect(services).toEqual([
		{
			service: '7',
			name: 'Likes',
			type: 'Default',
			category: 'IG',
			rate: '0.0019',
			min: 50,
			max: 10000,
			refill: true,
			cancel: false,
			dripfeed: false,
			description: null,
		},
	]);
	expect(raw[0]).toMatchObject({ service: 7, rate: '0.00190', min: '50' });
	expect(byId.get('7')).toBe(0);
});

test.each(ORDER_TYPES.map((type) => [type.name, type] as const))(
	'an order of type %s is placed as given',
	async (name, type) => {
		const { client, panel, asked } = await stand();
		const service = String(cheapService(panel, name).id);
		const fields = Object.fromEntries(type.required.map((field) => [field, EXAMPLES[field] ?? '']));
		const { order, raw } = await client.add({ service, ...fields });
		expect(panel.order(order)).toMatchObject({ serviceType: name, fields: { service, ...fields } });
		expect(raw).toEqual({ order: Number(order) });
		expect(asked('add')).toEqual([{ service, ...fields, action: 'add', key: KEY }]);
	},
);

test('comments with emoji, quotes, ampersands and line ends of both kinds arrive as they were written', async () => {
	const { client, panel } = await stand();
	const comments = 'Çok güzel 🔥 & "great"\r\n100% = a+b; ünïcode\n<b>';
	const service = String(cheapService(panel, 'Custom Comments').id);
	const { order } = await client.add({ service, link: LINK, comments });
	expect(panel.order(order)).toMatchObject({ units: 3, fields: { comments } });
});

test('orders come with status, exact charge, counts and currency; drip-feed and subscriptions with their orders', async () => {
	const there = await stand();
	const { moving, canceled, drip, subscription, ...rest } = await placeOrders(there);
	const told = plain(await there.client.status([moving, canceled, drip, subscription, rest.partial]));
	expect(told).toEqual({
		[moving]: {
			...UNSAID,
			status: 'In progress',
			finished: false,
			charge: '1500',
			startCount: 3572,
			remains: 157,
			currency: 'USD',
		},
		[canceled]: expect.objectContaining({ status: 'Canceled', finished: true, charge: '0' }) as unknown,
		[rest.partial]: expect.objectContaining({
			status: 'Partial',
			finished: true,
			charge: '1125',
			remains: 250,
		}) as unknown,
		[drip]: { ...UNSAID, status: 'Active', finished: false, runs: 3 },
		[subscription]: { ...UNSAID, status: 'Active', finished: false },
	});
});

test('every request is one POST of a form with the key and the action in its body, and nothing in its URL', async () => {
	const there = await stand();
	await placeOrders(there);
	await there.client.balance();
	for (const { method, path, headers, fields } of there.panel.requests()) {
		expect([method, path, fields.key]).toEqual(['POST', '/api/v2', KEY]);
		expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
	}
});

test('an order whose ID has more digits than a JavaScript number keeps all of them', async () => {
	const { clientWith } = await stand();
	const { transport } = scripted({ body: '{"status":"success","order": 12345678901234567890}' });
	expect((await clientWith({ transport }).add({})).order).toBe('12345678901234567890');
});

test.each([
	'{"data":{"order":5}}',
	'{"status":"success","data":{"order":"5"}}',
	'{"order":"5","status":"success"}',
])('an order placed is an order placed, answered with %s', async (body) => {
	const { clientWith } = await stand();
	expect((await clientWith({ transport: scripted({ body }).transport }).add({})).order).toBe('5');
});
