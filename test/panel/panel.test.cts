import { ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import { asker, cheapService, EXAMPLES, orderFor, panelStand, post } from './ask.cts';
import { amountOf, textOf } from './decimal.cts';

/** What the stock panel answers and does, by a clock that only moves when stepped. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const { panelWith, stopAll } = panelStand();
afterEach(stopAll);

describe('services', () => {
	it('lists a generated catalogue with all types, the same for the same seed', async () => {
		const { ask } = await panelWith({ services: 1500, seed: 'a' });
		const again = await panelWith({ services: 1500, seed: 'a' });
		const list = (await ask('services')) as Array<Record<string, unknown>>;
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
		expect(await again.ask('services')).toEqual(list);
	});

	it('shows changes of the catalogue at once', async () => {
		const { panel, ask } = await panelWith({ services: 3 });
		await ask('services');
		panel.changeService(2, { rate: '7.5' });
		panel.removeService(1);
		const added = panel.addService({ name: 'New' });
		expect(await ask('services')).toMatchObject([
			{ service: 2, rate: '7.5' },
			{ service: 3 },
			{ service: added.id, name: 'New' },
		]);
	});
});

describe('who asks', () => {
	it('refuses a wrong, a missing and an inactive key, an unknown action and anything but a posted form', async () => {
		const { panel, ask } = await panelWith();
		expect((await post(panel.url, { key: 'wrong', action: 'balance' })).json).toEqual({
			error: 'Invalid API key',
		});
		expect((await post(panel.url, { action: 'balance' })).json).toEqual({ error: 'Invalid API key' });
		expect(await ask('orders')).toEqual({ error: 'Invalid action' });
		const get = await fetch(`${panel.url}?key=${panel.key}&action=balance`);
		expect(await get.json()).toEqual({ error: 'Invalid API key' });
		panel.setActive(false);
		expect(await ask('balance')).toEqual({ error: 'Your account is inactive' });
	});

	it('answers at every /api path', async () => {
		const { panel } = await panelWith();
		for (const path of ['/api', '/api/v1', '/api/v3']) {
			const { json } = await post(new URL(path, panel.url).href, { key: panel.key, action: 'balance' });
			expect(json).toEqual({ balance: '100.00', currency: 'USD' });
		}
	});

	it('keeps the orders and the balance of each key apart', async () => {
		const { panel, ask } = await panelWith({ keys: [{ key: 'second', balance: '5', currency: 'TRY' }] });
		const other = asker({ ...panel, key: 'second' });
		const { order } = (await ask('add', orderFor(cheapService(panel)))) as { order: number };
		expect(await other('status', { order })).toEqual({ error: 'Incorrect order ID' });
		expect(await other('balance')).toEqual({ balance: '5.00', currency: 'TRY' });
		expect(await ask('balance')).toEqual({ balance: '99.10', currency: 'USD' });
	});
});

describe('add', () => {
	it.each(ORDER_TYPES.map((type) => [type.name, type] as const))(
		'takes %s with its fields and refuses it without any of them',
		async (name, type) => {
			const { panel, ask } = await panelWith();
			const { id } = cheapService(panel, name);
			const fields = Object.fromEntries(type.required.map((field) => [field, EXAMPLES[field] ?? '']));
			for (const field of type.required) {
				expect(await ask('add', { service: id, ...fields, [field]: '' })).toEqual({
					error: expect.any(String),
				});
			}
			expect(panel.orders()).toEqual([]);
			expect(await ask('add', { service: id, ...fields })).toEqual({ order: 23501 });
			expect(panel.order(23501)).toMatchObject({
				serviceType: name,
				fields: { service: String(id), ...fields },
				request: expect.any(Number),
			});
		},
	);

	it('charges rate × units ÷ 1000 exactly', async () => {
		const { panel, ask } = await panelWith();
		const at = (type: string, rate: string) => ({
			service: panel.addService({ type, rate, min: 1, max: 10000 }).id,
		});
		await ask('add', { ...orderFor({ id: 0 }), ...at('Default', '0.123457'), quantity: 333 });
		await ask('add', {
			...at('Custom Comments', '3.3'),
			link: 'https://a.b',
			comments: 'one\ntwo\r\n\nthree',
		});
		await ask('add', { ...at('Package', '12.5'), link: 'https://a.b' });
		await ask('add', { ...orderFor({ id: 0 }), ...at('Default', '1'), quantity: 10, runs: 3, interval: 5 });
		await ask('add', { ...at('Subscriptions', '1'), username: 'anna', min: 10, max: 20, delay: 0 });
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
		const { panel, ask } = await panelWith();
		const service = panel.addService({ min: 10, max: 10000 });
		expect(await ask('add', orderFor(service, fields))).toEqual({ error });
		expect(panel.orders()).toEqual([]);
		expect(panel.balance()).toBe('100.00');
	});

	it('asks Web Traffic for the field that its kind of traffic needs', async () => {
		const { panel, ask } = await panelWith();
		const traffic = { ...orderFor(cheapService(panel, 'Web Traffic')), country: 'TR', device: 2 };
		expect(await ask('add', { ...traffic, type_of_traffic: 1 })).toEqual({
			error: 'neworder.error.google_keyword',
		});
		expect(await ask('add', { ...traffic, type_of_traffic: 9 })).toEqual({
			error: 'neworder.error.type_of_traffic',
		});
		expect(await ask('add', { ...traffic, type_of_traffic: 1, google_keyword: 'shoes' })).toEqual({
			order: 23501,
		});
	});

	it('refuses what the balance does not cover', async () => {
		const { panel, ask } = await panelWith({ balance: '0.90' });
		const service = cheapService(panel);
		expect(await ask('add', orderFor(service, { quantity: 1001 }))).toEqual({
			error: 'neworder.error.not_enough_funds',
		});
		expect(await ask('add', orderFor(service))).toEqual({ order: 23501 });
		expect(panel.balance()).toBe('0.00');
	});

	it('refuses a second order for a link while the first is active, when told to', async () => {
		const { panel, ask } = await panelWith({ refuseDuplicateLinks: true });
		const service = cheapService(panel);
		await ask('add', orderFor(service));
		expect(await ask('add', orderFor(service))).toEqual({
			error: expect.stringContaining('You have active order with this link'),
		});
		panel.moveOrder(23501, 'Completed');
		expect(await ask('add', orderFor(service))).toEqual({ order: 23502 });
	});
});

describe('the life of an order', () => {
	const scripted = async (...steps: Array<{ at: number; status: string; remains?: number }>) => {
		const made = await panelWith({ lives: { kind: 'script', steps } });
		await made.ask('add', orderFor(cheapService(made.panel)));
		return made;
	};

	it('goes from Pending over In progress to Completed, its remains falling on the way', async () => {
		const { panel, ask } = await scripted(
			{ at: MINUTE, status: 'In progress' },
			{ at: 11 * MINUTE, status: 'Completed' },
		);
		expect(await ask('status', { order: 23501 })).toEqual({
			charge: '0.90',
			start_count: '0',
			status: 'Pending',
			remains: '1000',
			currency: 'USD',
		});
		panel.step(6 * MINUTE);
		expect(await ask('status', { order: 23501 })).toMatchObject({
			status: 'In progress',
			remains: '500',
			start_count: expect.stringMatching(/^[1-9]/),
		});
		panel.step(5 * MINUTE);
		expect(await ask('status', { order: 23501 })).toMatchObject({
			status: 'Completed',
			remains: '0',
			charge: '0.90',
		});
		const start = panel.order(23501).placedAt;
		expect(panel.ledger().transitions.map(({ from, to, at }) => [from, to, at - start])).toEqual([
			[null, 'Pending', 0],
			['Pending', 'In progress', MINUTE],
			['In progress', 'Completed', 11 * MINUTE],
		]);
		expect(panel.order(23501).told.map(({ status }) => status)).toEqual([
			'Pending',
			'In progress',
			'Completed',
		]);
	});

	it('pays back what a Partial order leaves, and all of a Canceled one', async () => {
		const partial = await scripted({ at: MINUTE, status: 'Partial', remains: 250 });
		partial.panel.step(HOUR);
		expect(await partial.ask('status', { order: 23501 })).toMatchObject({
			status: 'Partial',
			remains: '250',
			charge: '0.675',
		});
		expect(partial.panel.balance()).toBe('99.325');
		const canceled = await scripted({ at: MINUTE, status: 'Canceled' });
		canceled.panel.step(HOUR);
		expect(await canceled.ask('status', { order: 23501 })).toMatchObject({
			status: 'Canceled',
			charge: '0.00',
		});
		expect(canceled.panel.balance()).toBe('100.00');
	});

	it('finishes most of many orders, some Partial, few Canceled, and the books agree to the last decimal', async () => {
		const { panel, ask } = await panelWith({ balance: '1000' });
		const service = cheapService(panel);
		for (let count = 0; count < 200; count++) await ask('add', orderFor(service));
		panel.step(2 * HOUR);
		const count = (status: string) => panel.orders().filter((order) => order.status === status).length;
		expect(count('Completed')).toBeGreaterThan(140);
		expect(count('Partial')).toBeGreaterThan(5);
		expect(count('Canceled')).toBeGreaterThan(3);
		const left = panel.orders().reduce((sum, { remains }) => sum + remains, 0);
		expect(panel.balance()).toBe(textOf(amountOf(1000 - 180) + amountOf('0.0009') * BigInt(left)));
	});

	it('makes random lives from a seed, the same for the same seed', async () => {
		const lives = { kind: 'random', seed: 7, withinMs: 5000 } as const;
		const histories = await Promise.all(
			[1, 2].map(async () => {
				const { panel } = await panelWith({ lives, startTime: 0 });
				panel.seedOrders({ count: 50 });
				panel.step(5000);
				return panel.ledger().transitions.map(({ id, to, at }) => [id, to, at]);
			}),
		);
		expect(histories[0]).toEqual(histories[1]);
		expect(new Set(histories[0]?.map(([, to]) => to)).size).toBeGreaterThan(8);
	});

	it('serves a drip-feed run by run and a subscription post by post', async () => {
		const { panel, ask } = await panelWith();
		await ask('add', orderFor(cheapService(panel), { quantity: 100, runs: 3, interval: 10 }));
		panel.step(12 * MINUTE);
		expect(await ask('status', { order: 23501 })).toEqual({
			status: 'Active',
			runs: '3',
			orders: ['23502', '23503'],
		});
		panel.step(10 * MINUTE);
		expect(await ask('status', { order: 23501 })).toMatchObject({ status: 'Completed' });
		expect(panel.ledger().balanceChanges.filter(({ why }) => why === 'charge')).toHaveLength(1);

		const service = cheapService(panel, 'Subscriptions').id;
		const { order } = (await ask('add', {
			service,
			username: 'anna',
			min: 10,
			max: 20,
			delay: 0,
			posts: 2,
		})) as { order: number };
		expect(await ask('status', { order })).toEqual({ status: 'Active', expiry: '', posts: '2', orders: [] });
		const post = panel.newPost(order);
		expect(post.debited).toBe(textOf(amountOf('0.0009') * BigInt(post.units)));
		panel.step(30 * HOUR);
		expect(await ask('status', { order })).toMatchObject({
			status: 'Completed',
			orders: [post.id, expect.any(String)],
		});
	});
});

describe('lists', () => {
	it('answers one hundred IDs, each with its own result, and refuses one more', async () => {
		const { panel, ask } = await panelWith();
		const ids = panel.seedOrders({ count: 99, status: 'Completed' });
		const reply = (await ask('status', { orders: [...ids, '5'].join(',') })) as Record<string, unknown>;
		expect(Object.keys(reply)).toHaveLength(100);
		expect(reply['5']).toEqual({ error: 'Incorrect order ID' });
		const tooMany = [...ids, '5', '6'].join(',');
		expect(await ask('status', { orders: tooMany })).toEqual({ error: 'Maximum 100 orders' });
		expect(await ask('cancel', { orders: tooMany })).toEqual({ error: 'Maximum 100 orders' });
	});
});

describe('refills and cancellations', () => {
	it('refills completed orders of services that allow it, once in 24 hours', async () => {
		const { panel, ask } = await panelWith();
		const tooSoon = { error: 'The order was completed or refill was requested less than 24 hours ago' };
		const service = cheapService(panel);
		await ask('add', orderFor(service));
		expect(await ask('refill', { order: 23501 })).toEqual(tooSoon);
		panel.moveOrder(23501, 'Completed');
		expect(await ask('refill', { orders: '23501,7' })).toEqual([
			{ order: 23501, refill: 1 },
			{ order: 7, refill: { error: 'Incorrect order ID' } },
		]);
		expect(await ask('refill', { order: 23501 })).toEqual(tooSoon);
		expect(await ask('refill_status', { refills: '1,2' })).toEqual([
			{ refill: 1, status: 'Pending' },
			{ refill: 2, status: { error: 'Refill not found' } },
		]);
		panel.step(24 * HOUR);
		expect(await ask('refill_status', { refill: 1 })).toEqual({
			status: expect.stringMatching(/^(Completed|Rejected)$/),
		});
		expect(panel.refills()[0]?.transitions.map(({ to }) => to)).toHaveLength(3);
		expect(await ask('refill', { order: 23501 })).toEqual({ refill: '2' });
		panel.changeService(service.id, { refill: false });
		expect(await ask('refill', { order: 23501 })).toEqual({ error: 'Refill is disabled for this service' });
	});

	it('cancels what is not finished, after a while, and pays back what remains', async () => {
		const { panel, ask } = await panelWith({ lives: { kind: 'still' } });
		const service = cheapService(panel);
		for (let count = 0; count < 3; count++) await ask('add', orderFor(service));
		panel.moveOrder(23501, 'In progress', { remains: 400 });
		panel.moveOrder(23502, 'Completed');
		expect(await ask('cancel', { orders: '9,23501,23502' })).toEqual([
			{ order: 9, cancel: { error: 'Incorrect order ID' } },
			{ order: 23501, cancel: 1 },
			{ order: 23502, cancel: { error: 'Cannot cancel' } },
		]);
		expect(panel.order(23501).status).toBe('In progress');
		panel.step(HOUR);
		expect(panel.order(23501)).toMatchObject({ status: 'Canceled', remains: 400, refunded: '0.36' });
		expect(panel.balance()).toBe('97.66');
		panel.changeService(service.id, { cancel: false });
		expect(await ask('cancel', { orders: '23503' })).toEqual([
			{ order: 23503, cancel: { error: 'Cannot cancel' } },
		]);
		expect(panel.ledger().cancels).toHaveLength(1);
	});
});
