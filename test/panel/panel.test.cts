import { ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import { apiClient, cheapService, EXAMPLES, orderFor, testPanels, post } from './client.cts';
import { startPanel } from './server.cts';

/** What the stock panel answers and does, by a clock that only moves when stepped. */

const { panelWith, stopAll } = testPanels(startPanel);
afterEach(stopAll);

describe('services', () => {
	it('lists a generated catalogue with all types, the same for the same seed', async () => {
		const { call } = await panelWith({ services: 1500, seed: 'a' });
		const again = await panelWith({ services: 1500, seed: 'a' });
		const list = (await call('services')) as Array<Record<string, unknown>>;
		expect(list).toHaveLength(1500);
		expect(new Set(list.map(({ type }) => type))).toEqual(new Set(ORDER_TYPES.map(({ name }) => name)));
		expect(list[0]).toEqual({
			service: 1,
			name: expect.any(String),
			type: 'Default',
			category: expect.any(String),
			rate: expect.stringMatching(/^\d+(\.\d+)?$/),
			min: expect.stringMatching(/^\d+$/),
			max: expect.stringMatching(/^\d+$/),
			dripfeed: expect.any(Boolean),
			refill: expect.any(Boolean),
			cancel: expect.any(Boolean),
		});
		expect(list.some(({ name }) => [...String(name)].length > 250)).toBe(true);
		expect(await again.call('services')).toEqual(list);
	});

	it.each(Array.from({ length: 20 }, (_, seed) => seed))(
		'prices some so that 1,000 units cost five decimals (seed %i)',
		async (seed) => {
			const { panel, call } = await panelWith({ seed, services: 20, lives: { kind: 'still' } });
			const service = panel
				.services()
				.find(({ type, rate }) => type === 'Default' && /\.\d{4}[1-9]$/.test(rate));
			await call('add', orderFor(service ?? { id: 0 }, { quantity: 1000 }));
			expect(await call('status', { order: 23501 })).toMatchObject({ charge: service?.rate });
			expect(panel.balance()).toMatch(/^\d+\.\d{5}$/);
		},
	);

	it('shows changes of the catalogue at once', async () => {
		const { panel, call } = await panelWith({ services: 3 });
		await call('services');
		panel.changeService(2, { rate: '7.5' });
		panel.removeService(1);
		const added = panel.addService({ name: 'New' });
		expect(await call('services')).toMatchObject([
			{ service: 2, rate: '7.5' },
			{ service: 3 },
			{ service: added.id, name: 'New' },
		]);
	});
});

describe('keys and actions', () => {
	it('refuses keys that are wrong, missing or inactive, unknown or missing actions, and what is no form', async () => {
		const { panel, call } = await panelWith();
		expect((await post(panel.url, { key: 'wrong', action: 'balance' })).json).toEqual({
			error: 'Invalid API key',
		});
		expect((await post(panel.url, { action: 'balance' })).json).toEqual({ error: 'Invalid API key' });
		expect(await call('orders')).toEqual({ error: 'Invalid action' });
		expect((await post(panel.url, { key: panel.key })).json).toEqual({ error: 'Incorrect request' });
		expect(await call('')).toEqual({ error: 'Incorrect request' });
		const get = await fetch(`${panel.url}?key=${panel.key}&action=balance`);
		expect(await get.json()).toEqual({ error: 'Invalid API key' });
		panel.setActive(false);
		expect(await call('balance')).toEqual({ error: 'Your account is inactive' });
	});

	it('answers at every /api path', async () => {
		const { panel } = await panelWith();
		for (const path of ['/api', '/api/v1', '/api/v3']) {
			const { json } = await post(new URL(path, panel.url).href, { key: panel.key, action: 'balance' });
			expect(json).toEqual({ balance: '100.00', currency: 'USD' });
		}
	});

	it('keeps the orders and the balance of each key apart', async () => {
		const { panel, call } = await panelWith({ keys: [{ key: 'second', balance: '5', currency: 'TRY' }] });
		const other = apiClient({ ...panel, key: 'second' });
		const { order } = (await call('add', orderFor(cheapService(panel)))) as { order: number };
		expect(await other('status', { order })).toEqual({ error: 'Incorrect order ID' });
		expect(await other('balance')).toEqual({ balance: '5.00', currency: 'TRY' });
		expect(await call('balance')).toEqual({ balance: '99.10', currency: 'USD' });
	});
});

it('answers a status with the figures that the API is documented with', async () => {
	const { panel, call } = await panelWith();
	await call('add', orderFor(panel.addService({ rate: '0.33' })));
	panel.moveOrder(23501, 'Partial', { remains: 157, startCount: 3572 });
	expect(await call('status', { order: 23501 })).toEqual({
		charge: '0.27819',
		start_count: '3572',
		status: 'Partial',
		remains: '157',
		currency: 'USD',
	});
});

describe('add', () => {
	it.each(ORDER_TYPES.map((type) => [type.name, type] as const))(
		'takes %s with its fields and refuses it without any of them',
		async (name, type) => {
			const { panel, call } = await panelWith();
			const { id } = cheapService(panel, name);
			const fields = Object.fromEntries(type.required.map((field) => [field, EXAMPLES[field] ?? '']));
			for (const field of type.required) {
				expect(await call('add', { service: id, ...fields, [field]: '' })).toEqual({
					error: expect.any(String),
				});
			}
			expect(panel.orders()).toEqual([]);
			expect(await call('add', { service: id, ...fields })).toEqual({ order: 23501 });
			expect(panel.order(23501)).toMatchObject({
				serviceType: name,
				fields: { service: String(id), ...fields },
				request: expect.any(Number),
			});
		},
	);

	it('charges rate × units ÷ 1000 exactly', async () => {
		const { panel, call } = await panelWith();
		const at = (type: string, rate: string) => ({
			service: panel.addService({ type, rate, min: 1, max: 10000 }).id,
		});
		await call('add', { ...orderFor({ id: 0 }), ...at('Default', '0.123457'), quantity: 333 });
		await call('add', {
			...at('Custom Comments', '3.3'),
			link: 'https://a.b',
			comments: 'one\ntwo\r\n\nthree',
		});
		await call('add', { ...at('Package', '12.5'), link: 'https://a.b' });
		await call('add', { ...orderFor({ id: 0 }), ...at('Default', '1'), quantity: 10, runs: 3, interval: 5 });
		await call('add', { ...at('Subscriptions', '1'), username: 'anna', min: 10, max: 20, delay: 0 });
		expect(panel.orders().map(({ charge }) => charge)).toEqual([
			'0.041111181',
			'0.0099',
			'12.50',
			'0.03',
			'0.00',
		]);
		expect(panel.balance()).toBe('87.418988819');
		expect(panel.ledger().balanceChanges.map(({ amount }) => amount)).toEqual([
			'100.00',
			'-0.041111181',
			'-0.0099',
			'-12.50',
			'-0.03',
		]);
	});

	it.each([
		['an unknown service', { service: 99999 }, 'Incorrect service ID'],
		['no link', { link: ' ' }, 'neworder.error.link'],
		['too little', { quantity: 9 }, 'neworder.error.min_quantity'],
		['too much', { quantity: 10001 }, 'neworder.error.max_quantity'],
		['too much in all runs', { quantity: 6000, runs: 2 }, 'neworder.error.max_quantity'],
		['no whole number', { quantity: '10.5' }, 'Incorrect quantity'],
		['words for a number', { quantity: 'many' }, 'Incorrect quantity'],
		['runs that are no number', { runs: 'x' }, 'neworder.error.runs'],
	])('refuses %s', async (_what, fields, error) => {
		const { panel, call } = await panelWith();
		const service = panel.addService({ min: 10, max: 10000 });
		expect(await call('add', orderFor(service, fields))).toEqual({ error });
		expect(panel.orders()).toEqual([]);
		expect(panel.balance()).toBe('100.00');
	});

	it('asks Web Traffic for the field that its kind of traffic needs', async () => {
		const { panel, call } = await panelWith();
		const traffic = { ...orderFor(cheapService(panel, 'Web Traffic')), country: 'TR', device: 2 };
		expect(await call('add', { ...traffic, type_of_traffic: 1 })).toEqual({
			error: 'neworder.error.google_keyword',
		});
		expect(await call('add', { ...traffic, type_of_traffic: 9 })).toEqual({
			error: 'neworder.error.type_of_traffic',
		});
		expect(await call('add', { ...traffic, type_of_traffic: 1, google_keyword: 'shoes' })).toEqual({
			order: 23501,
		});
	});

	it('refuses what the balance does not cover', async () => {
		const { panel, call } = await panelWith({ balance: '0.90' });
		const service = cheapService(panel);
		expect(await call('add', orderFor(service, { quantity: 1001 }))).toEqual({
			error: 'neworder.error.not_enough_funds',
		});
		expect(await call('add', orderFor(service))).toEqual({ order: 23501 });
		expect(panel.balance()).toBe('0.00');
	});

	it('refuses a second order for a link while the first is active, when told to', async () => {
		const { panel, call } = await panelWith({ refuseDuplicateLinks: true });
		const service = cheapService(panel);
		await call('add', orderFor(service));
		expect(await call('add', orderFor(service))).toEqual({
			error: expect.stringContaining('You have active order with this link'),
		});
		panel.moveOrder(23501, 'Completed');
		expect(await call('add', orderFor(service))).toEqual({ order: 23502 });
	});
});
