/** What must neither lose a change nor fire it twice: restarts, outages, overlaps, changed parameters. */
import type { Fault } from '../panel/faults.cts';
import { told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture();

const FAULTS: Array<[what: string, fault: Fault]> = [
	['a web page', { kind: 'html' }],
	['HTTP 503', { kind: 'status', status: 503 }],
	['JSON that ends in the middle', { kind: 'cut' }],
	['JSON of another shape', { kind: 'shape', json: [] }],
	['an error in words nobody knows', { kind: 'error', text: 'Oops' }],
];

describe.each([{ durable: false }, { durable: true }])('with durable cursors: $durable', (mode) => {
	test('a change while n8n was down fires after the restart, one before it does not fire again', async () => {
		const [a = '', b = ''] = stand.orders(2);
		const poller = stand.poller({ orderIds: `${a},${b}` }, mode);
		await poller.activate();
		await poller.poll();
		stand.panel.moveOrder(a, 'In progress');
		expect(told(await poller.poll())).toEqual([`${a}: Pending → In progress`]);
		stand.panel.moveOrder(b, 'Completed');
		const atRestart = told(await poller.restart()) ?? [];
		expect([...atRestart, ...(told(await poller.poll()) ?? [])]).toEqual([`${b}: Pending → Completed`]);
		await poller.restart();
		expect(await poller.poll()).toBeNull();
	});

	test('an outage of an hour loses nothing and fails only after five polls', async () => {
		const [order = ''] = stand.orders(1);
		const poller = stand.poller({ orderIds: order }, mode);
		await poller.activate();
		await poller.poll();
		await stand.panel.down('refuse');
		for (let poll = 1; poll <= 4; poll++) expect(await poller.poll()).toBeNull();
		await expect(poller.poll()).rejects.toMatchObject({
			message: expect.stringContaining('refused the connection'),
			description: expect.stringContaining('5 polls in a row have failed'),
			failure: { cause: 'temporarily-unavailable' },
		});
		await expect(poller.poll()).rejects.toThrow('refused the connection');
		await stand.panel.up();
		stand.panel.moveOrder(order, 'Completed');
		expect(told(await poller.poll())).toEqual([`${order}: Pending → Completed`]);
		await stand.panel.down('refuse');
		expect(await poller.poll()).toBeNull();
		await stand.panel.up();
	}, 60_000);
});

test.each(FAULTS)(
	'%s in place of an answer is tolerated, and no order takes it for its own',
	async (_what, fault) => {
		const orders = stand.orders(3);
		const poller = stand.poller({ orderIds: orders.join(',') });
		await poller.activate();
		stand.panel.moveOrder(orders[1] as string, 'Completed');
		const id = stand.panel.inject({ ...fault, times: 50 });
		expect(await poller.poll()).toBeNull();
		stand.panel.removeFault(id);
		expect(told(await poller.poll())).toEqual([`${orders[1]}: Pending → Completed`]);
	},
);

test('a refused key is told at once', async () => {
	const poller = stand.poller({ orderIds: stand.orders(1).join() });
	await poller.activate();
	stand.panel.inject({ kind: 'error', text: 'Invalid API key' });
	await expect(poller.poll()).rejects.toMatchObject({
		message: 'The panel does not accept the API key. (Invalid API key)',
		failure: { cause: 'credential-invalid' },
	});
});

test('a poll that begins before n8n has stored what the last one found does not fire it again', async () => {
	const [order = ''] = stand.orders(1);
	const parameters = { orderIds: order };
	const poller = stand.poller(parameters, { durable: true });
	await poller.poll();
	const notStored = stand.poller(parameters, { durable: true, saved: poller.saved() });
	stand.panel.moveOrder(order, 'In progress');
	expect(told(await poller.poll())).toEqual([`${order}: Pending → In progress`]);
	expect(await notStored.poll()).toBeNull();

	// n8n has not stored it, and will not: it had given the poll up
	const now = Date.now();
	jest.spyOn(Date, 'now').mockImplementation(() => now + 11_000);
	expect(told(await notStored.poll())).toEqual([`${order}: Pending → In progress`]);
	jest.restoreAllMocks();
});

test.each([false, true])('polls that overlap fire a change once (durable cursors: %s)', async (durable) => {
	const orders = stand.orders(5);
	const poller = stand.poller({ orderIds: orders.join(',') }, { durable });
	await poller.activate();
	await poller.poll();
	orders.forEach((order) => stand.panel.moveOrder(order, 'In progress'));
	stand.panel.inject({ kind: 'delay', ms: 300 });
	const slow = poller.poll();
	const during = [await poller.poll(), await poller.poll()];
	const fired = [await slow, ...during].flatMap((items) => told(items) ?? []);
	expect(fired).toEqual(orders.map((order) => `${order}: Pending → In progress`));
	orders.forEach((order) => stand.panel.moveOrder(order, 'Completed'));
	expect(await poller.poll()).toHaveLength(5);
});

test('a workflow that is activated anew during a poll does not wait for it, nor is it disturbed by it', async () => {
	const [a = '', b = ''] = stand.orders(2);
	const poller = stand.poller({ orderIds: a });
	await poller.activate();
	stand.panel.moveOrder(a, 'In progress');
	stand.panel.inject({ kind: 'delay', ms: 300 });
	const old = poller.poll();
	expect(told(await poller.change({ event: 'orderStatusChanged', orderIds: `${a},${b}` }))).toEqual([
		`${a}: Pending → In progress`,
	]);
	expect(await old).toBeNull();
	stand.panel.moveOrder(b, 'Completed');
	expect(told(await poller.poll())).toEqual([`${b}: Pending → Completed`]);
});

describe('changed parameters', () => {
	test('another event, or another panel, starts anew', async () => {
		const [order = ''] = stand.orders(1, 'In progress');
		const poller = stand.poller({ orderIds: order });
		await poller.activate();
		await poller.change({ event: 'balanceBelow', threshold: 1 });
		expect(await poller.change({ event: 'orderStatusChanged', orderIds: order })).toBeNull();
		stand.panel.moveOrder(order, 'Completed');
		expect(told(await poller.poll())).toEqual([`${order}: In progress → Completed`]);
	});

	test('a state of another version is not misread', async () => {
		const [order = ''] = stand.orders(1, 'In progress');
		const saved = JSON.stringify({
			'node:SMM Panel Trigger': { state: { version: 99, watching: 'what', memory: [1] } },
		});
		const poller = stand.poller({ orderIds: order }, { saved });
		expect(await poller.activate()).toBeNull();
		stand.panel.moveOrder(order, 'Completed');
		expect(told(await poller.poll())).toEqual([`${order}: In progress → Completed`]);
	});
});
