/** Each operation on orders, refills and the balance in n8n's engine: parameters and items in, the contract's items out. */
import { jsonOf, pairsOf, panelRuns } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

describe('order: getStatus', () => {
	test('gives status, exact figures and whether it is finished', async () => {
		const { run, panel } = await panelRun();
		const [moving = '', done = ''] = panel.seedOrders({
			count: 2,
			service: panel.addService({ rate: '1.5' }).id,
			units: 1000,
		});
		panel.moveOrder(moving, 'In progress', { startCount: 3572, remains: 157 });
		panel.moveOrder(done, 'Completed');
		const { items } = await run('order', 'getStatus', { orderIds: `${moving}, ${done}` });
		expect(jsonOf(items)).toMatchObject([
			{
				order: moving,
				status: 'In progress',
				finished: false,
				charge: 1.5,
				start_count: 3572,
				remains: 157,
				currency: 'USD',
			},
			{ order: done, status: 'Completed', finished: true, remains: 0 },
		]);
		expect(pairsOf(items)).toEqual([0, 0]);
	});

	test('gives the panel’s own words without Simplify, beside the ID', async () => {
		const { run, panel } = await panelRun({ dialects: ['spelling-snake'] });
		const [order = ''] = panel.seedOrders({
			count: 1,
			status: 'In progress',
			service: panel.addService({ rate: '1.5' }).id,
		});
		const { items } = await run('order', 'getStatus', { orderIds: order, simplify: false });
		expect(jsonOf(items)).toMatchObject([
			{ order, status: 'In_progress', charge: '1.50', remains: expect.any(String) as string },
		]);
	});
});

test('order: cancel gives what was accepted, and the panel has it', async () => {
	const { run, panel } = await panelRun();
	const orders = panel.seedOrders({ count: 3, service: panel.addService({ cancel: true }).id });
	const { items } = await run('order', 'cancel', { orderIds: orders.join() });
	expect(jsonOf(items)).toEqual(orders.map((order) => ({ order, accepted: true })));
	expect(panel.cancels().map(({ order }) => order)).toEqual(orders);
});

test('refill: create gives the refills’ IDs, and refill: getStatus their status', async () => {
	const { run, panel } = await panelRun();
	const orders = panel.seedOrders({
		count: 2,
		status: 'Completed',
		service: panel.addService({ refill: true }).id,
	});
	const created = jsonOf((await run('refill', 'create', { orderIds: orders.join(' ') })).items);
	const refills = panel.refills().map(({ id }) => id);
	expect(created).toEqual(orders.map((order, at) => ({ order, accepted: true, refill: refills[at] })));
	panel.moveRefill(refills[1] ?? '', 'Rejected');
	const { items } = await run(
		'refill',
		'getStatus',
		{ refillIds: '={{ $json.refill }}' },
		{ items: created },
	);
	expect(jsonOf(items)).toEqual([
		{ refill: refills[0], status: 'Pending', finished: false },
		{ refill: refills[1], status: 'Rejected', finished: true },
	]);
	expect(pairsOf(items)).toEqual([0, 1]);
	const raw = await run('refill', 'getStatus', { refillIds: refills[1], simplify: false });
	expect(jsonOf(raw.items)).toEqual([{ refill: refills[1], status: 'Rejected' }]);
});

test('balance: get asks once, however many items come in', async () => {
	const { run, asked } = await panelRun({
		balance: '1234567.5',
		currency: 'TRY',
		dialects: ['balance-commas'],
	});
	const { items } = await run('balance', 'get', {}, { items: [{}, {}, {}] });
	expect(jsonOf(items)).toEqual(Array(3).fill({ balance: 1234567.5, currency: 'TRY' }));
	expect([pairsOf(items), asked('balance')]).toEqual([[0, 1, 2], 1]);
	expect(jsonOf((await run('balance', 'get', { simplify: false })).items)).toEqual([
		{ balance: '1,234,567.50', currency: 'TRY' },
	]);
});

test('2,345 IDs spread over 500 items with repeats go out in 24 requests and come back in the order of the input, paired', async () => {
	const { run, panel, asked } = await panelRun();
	const orders = panel.seedOrders({ count: 2345, status: 'In progress' });
	orders.forEach((id, index) => panel.moveOrder(id, 'In progress', { remains: index % 1000 }));
	const lists = Array.from({ length: 500 }, (_, item): string[] =>
		orders.filter((_id, index) => index % 500 === (item * 7) % 500),
	);
	lists.forEach((list, item) => list.push(...(lists[(item + 250) % 500]?.slice(0, 2) ?? []), list[0] ?? ''));
	const items = lists.map((list, item) => ({
		ids: item % 2 === 0 ? list : list.join(item % 3 === 0 ? '\n' : ', '),
	}));
	const outcome = await run('order', 'getStatus', { orderIds: '={{ $json.ids }}' }, { items });
	expect(asked('status')).toBe(24);
	expect(jsonOf(outcome.items).map(({ order }) => order)).toEqual(lists.flat());
	expect(pairsOf(outcome.items)).toEqual(lists.flatMap((list, item) => list.map(() => item)));
	for (const { order, remains } of jsonOf(outcome.items))
		expect(remains).toBe(orders.indexOf(String(order)) % 1000);
});
