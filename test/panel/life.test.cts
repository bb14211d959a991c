import { cheapService, orderFor, testPanels } from './client.cts';
import { createRandom } from './random.cts';
import { amountOf, textOf } from './state.cts';
import { startPanel } from './server.cts';

/** What becomes of orders and refills, by a clock that only moves when stepped. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = [{ at: MINUTE, status: 'In progress' }];

const { panelWith, stopAll } = testPanels(startPanel);
afterEach(stopAll);

describe('the life of an order', () => {
	const scripted = async (...steps: Array<{ at: number; status: string; remains?: number }>) => {
		const made = await panelWith({ lives: { kind: 'script', steps } });
		await made.call('add', orderFor(cheapService(made.panel)));
		return made;
	};

	it('goes from Pending over In progress to Completed, its remains falling on the way', async () => {
		const { panel, call } = await scripted(
			{ at: MINUTE, status: 'In progress' },
			{ at: 11 * MINUTE, status: 'Completed' },
		);
		expect(await call('status', { order: 23501 })).toEqual({
			charge: '0.90',
			start_count: '0',
			status: 'Pending',
			remains: '1000',
			currency: 'USD',
		});
		panel.step(6 * MINUTE);
		expect(await call('status', { order: 23501 })).toMatchObject({
			status: 'In progress',
			remains: '500',
			start_count: expect.stringMatching(/^[1-9]/),
		});
		panel.step(5 * MINUTE);
		expect(await call('status', { order: 23501 })).toMatchObject({
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
		expect(await partial.call('status', { order: 23501 })).toMatchObject({
			status: 'Partial',
			remains: '250',
			charge: '0.675',
		});
		expect(partial.panel.balance()).toBe('99.325');
		const canceled = await scripted({ at: MINUTE, status: 'Canceled' });
		canceled.panel.step(HOUR);
		expect(await canceled.call('status', { order: 23501 })).toMatchObject({
			status: 'Canceled',
			charge: '0.00',
		});
		expect(canceled.panel.balance()).toBe('100.00');
	});

	it('finishes most orders, some Partial, few Canceled, and the books agree to the last decimal', async () => {
		const { panel, call } = await panelWith({ balance: '1000' });
		const service = cheapService(panel);
		for (let count = 0; count < 200; count++) await call('add', orderFor(service));
		panel.step(2 * HOUR);
		const count = (status: string) => panel.orders().filter((order) => order.status === status).length;
		expect(count('Completed')).toBeGreaterThan(140);
		expect(count('Partial')).toBeGreaterThan(5);
		expect(count('Canceled')).toBeGreaterThan(3);
		const left = panel.orders().reduce((sum, { remains }) => sum + remains, 0);
		expect(panel.balance()).toBe(textOf(amountOf(1000 - 180) + amountOf('0.0009') * BigInt(left)));
	});

	it('counts each order of one link from another start, the same for the same seed', async () => {
		const counts = async (seed: string) => {
			const { panel, call } = await panelWith({ seed, lives: { kind: 'script', steps: START } });
			const service = cheapService(panel);
			for (let count = 0; count < 50; count++) await call('add', orderFor(service));
			panel.step(MINUTE);
			return panel.orders().map(({ startCount }) => startCount);
		};
		const first = await counts('a');
		expect(new Set(first).size).toBe(50);
		expect(await counts('a')).toEqual(first);
		expect(await counts('b')).not.toEqual(first);
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
		const { panel, call } = await panelWith();
		await call('add', orderFor(cheapService(panel), { quantity: 100, runs: 3, interval: 10 }));
		panel.step(12 * MINUTE);
		expect(await call('status', { order: 23501 })).toEqual({
			status: 'Active',
			runs: '3',
			orders: ['23502', '23503'],
		});
		panel.step(10 * MINUTE);
		expect(await call('status', { order: 23501 })).toMatchObject({ status: 'Completed' });
		expect(panel.ledger().balanceChanges.filter(({ why }) => why === 'charge')).toHaveLength(1);

		const service = cheapService(panel, 'Subscriptions').id;
		const { order } = (await call('add', {
			service,
			username: 'anna',
			min: 10,
			max: 20,
			delay: 0,
			posts: 2,
		})) as { order: number };
		expect(await call('status', { order })).toEqual({ status: 'Active', expiry: '', posts: '2', orders: [] });
		const post = panel.newPost(order);
		expect(post.debited).toBe(textOf(amountOf('0.0009') * BigInt(post.units)));
		panel.step(30 * HOUR);
		expect(await call('status', { order })).toMatchObject({
			status: 'Completed',
			orders: [post.id, expect.any(String)],
		});
	});
});

describe('lists', () => {
	it('answers one hundred IDs, each with its own result, and refuses one more', async () => {
		const { panel, call } = await panelWith();
		const ids = panel.seedOrders({ count: 99, status: 'Completed' });
		const reply = (await call('status', { orders: [...ids, '5'].join(',') })) as Record<string, unknown>;
		expect(Object.keys(reply)).toHaveLength(100);
		expect(reply['5']).toEqual({ error: 'Incorrect order ID' });
		const tooMany = [...ids, '5', '6'].join(',');
		expect(await call('status', { orders: tooMany })).toEqual({ error: 'Maximum 100 orders' });
		expect(await call('cancel', { orders: tooMany })).toEqual({ error: 'Maximum 100 orders' });
	});
});

describe('refills and cancellations', () => {
	it('refills completed orders of services that allow it, once in 24 hours', async () => {
		const { panel, call } = await panelWith();
		const tooSoon = { error: 'The order was completed or refill was requested less than 24 hours ago' };
		const service = cheapService(panel);
		await call('add', orderFor(service));
		expect(await call('refill', { order: 23501 })).toEqual(tooSoon);
		panel.moveOrder(23501, 'Completed');
		expect(await call('refill', { orders: '23501,7' })).toEqual([
			{ order: 23501, refill: 1 },
			{ order: 7, refill: { error: 'Incorrect order ID' } },
		]);
		expect(await call('refill', { order: 23501 })).toEqual(tooSoon);
		expect(await call('refill_status', { refills: '1,2' })).toEqual([
			{ refill: 1, status: 'Pending' },
			{ refill: 2, status: { error: 'Refill not found' } },
		]);
		panel.step(24 * HOUR);
		expect(await call('refill_status', { refill: 1 })).toEqual({
			status: expect.stringMatching(/^(Completed|Rejected)$/),
		});
		expect(panel.refills()[0]?.transitions.map(({ to }) => to)).toHaveLength(3);
		expect(await call('refill', { order: 23501 })).toEqual({ refill: '2' });
		panel.changeService(service.id, { refill: false });
		expect(await call('refill', { order: 23501 })).toEqual({ error: 'Refill is disabled for this service' });
	});

	it('cancels what is not finished, after a while, and pays back what remains', async () => {
		const { panel, call } = await panelWith({ lives: { kind: 'still' } });
		const service = cheapService(panel);
		for (let count = 0; count < 3; count++) await call('add', orderFor(service));
		panel.moveOrder(23501, 'In progress', { remains: 400 });
		panel.moveOrder(23502, 'Completed');
		expect(await call('cancel', { orders: '9,23501,23502' })).toEqual([
			{ order: 9, cancel: { error: 'Incorrect order ID' } },
			{ order: 23501, cancel: 1 },
			{ order: 23502, cancel: { error: 'Cannot cancel' } },
		]);
		expect(panel.order(23501).status).toBe('In progress');
		panel.step(HOUR);
		expect(panel.order(23501)).toMatchObject({ status: 'Canceled', remains: 400, refunded: '0.36' });
		expect(panel.balance()).toBe('97.66');
		panel.changeService(service.id, { cancel: false });
		expect(await call('cancel', { orders: '23503' })).toEqual([
			{ order: 23503, cancel: { error: 'Cannot cancel' } },
		]);
		expect(panel.ledger().cancels).toHaveLength(1);
	});
});

it.each([1, 2, 3])('keeps exact books whatever happens (seed %i)', async (seed) => {
	const { panel, call } = await panelWith({ seed, balance: '300' });
	const random = createRandom(seed);
	const single = panel.addService({ rate: '1.23457', min: 1, max: 10000 });
	const posts = panel.addService({ type: 'Subscriptions', rate: '0.07', min: 1, max: 10000 });
	for (let turn = 0; turn < 60; turn++) {
		await call(
			'add',
			orderFor(single, { quantity: random.whole(1, 3000), runs: random.pick([1, 1, 3]), interval: 7 }),
		);
		await call('add', { service: posts.id, username: 'anna', min: 10, max: 90, delay: 5, posts: 3 });
		panel.step(random.whole(0, 40 * MINUTE));
		const whole = panel.orders().filter(({ parent }) => !parent);
		await call('cancel', { orders: random.pick(whole.slice(-4)).id });
	}
	panel.step(100 * HOUR);
	const { orders, balanceChanges } = panel.ledger();
	const sum = (amounts: string[]) => amounts.reduce((total, amount) => total + amountOf(amount), 0n);
	expect(panel.balance()).toBe(textOf(sum(balanceChanges.map(({ amount }) => amount))));
	const spent = sum(orders.map(({ debited }) => debited)) - sum(orders.map(({ refunded }) => refunded));
	expect(panel.balance()).toBe(textOf(amountOf(300) - spent));
	for (const order of orders.filter(({ parent }) => !parent)) {
		const family = [order, ...order.children.map((id) => panel.order(id))];
		const paid = sum(family.map(({ debited }) => debited));
		expect(sum(family.map(({ refunded }) => refunded)) <= paid).toBe(true);
		for (const { transitions } of family) {
			expect(transitions.map(({ at }) => at)).toEqual(transitions.map(({ at }) => at).sort((a, b) => a - b));
			expect(transitions.slice(1).map(({ from }) => from)).toEqual(
				transitions.slice(0, -1).map(({ to }) => to),
			);
		}
	}
	expect(orders.some(({ status, kind }) => kind === 'dripfeed' && status === 'Canceled')).toBe(true);
});
