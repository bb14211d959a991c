/** More orders than a poll has time for: each is asked for in its turn. */
import { MAX_BATCH_SIZE } from '../../nodes/SmmPanel/panel/client';
import { askedFor, told, triggerStand } from './triggerStand.cts';

const stand = triggerStand();

describe('a short budget', () => {
	const open = () => stand.orders(10 * MAX_BATCH_SIZE);

	test('is used for at least one request; the next polls go on with the rest, each in its turn', async () => {
		const orders = open();
		const poller = stand.poller(
			{ orderIds: orders.join(','), options: { firstCheck: 'fire' } },
			{ budgetMs: 1 },
		);
		await poller.activate();
		orders.forEach((order) => stand.panel.moveOrder(order, 'In progress'));
		const fired: string[] = [];
		for (let poll = 0; poll < 40 && fired.length < orders.length; poll++)
			fired.push(...(told(await poller.poll()) ?? []));
		expect(fired).toHaveLength(orders.length);
		expect(new Set(fired).size).toBe(orders.length);
	});

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

	test('nobody waits longer than a round', async () => {
		const orders = stand.orders(1000);
		const poller = stand.poller({ orderIds: orders.join(','), options: { requestsPerPoll: 3 } });
		await poller.activate();
		for (let poll = 0; poll < 9; poll++) await poller.poll();
		const times = new Map<string, number>();
		for (const { fields } of stand.panel.requests()) {
			for (const id of fields.orders?.split(',') ?? []) times.set(id, (times.get(id) ?? 0) + 1);
		}
		expect(askedFor(stand.panel).every((size) => size === 100)).toBe(true);
		expect([...new Set(times.values())]).toEqual([3]);
	});

	test('is enough for a panel that has to be asked one by one', async () => {
		stand.panel.setDialect('statuses-unsupported');
		const orders = stand.orders(120);
		const poller = stand.poller({ orderIds: orders.join(',') });
		await poller.activate();
		stand.panel.moveOrder(orders[119] as string, 'Completed');
		expect(told(await poller.poll())).toEqual([`${orders[119]}: Pending → Completed`]);
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
