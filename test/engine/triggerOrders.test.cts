/** Orders on a typed list: what starts the workflow, and with what. */
import { askedFor, serverFor, told, triggerFixture, watchedTable } from './triggerFixture.cts';

const stand = triggerFixture();
const serve = serverFor();

test('an order that gets another status starts the workflow, with its figures', async () => {
	const { panel } = stand;
	const [order = ''] = stand.orders(1);
	const poller = stand.poller({ orderIds: order });
	expect(await poller.activate()).toBeNull();
	panel.moveOrder(order, 'Partial', { remains: 157, startCount: 3572 });
	const items = await poller.poll();
	expect(items?.map(({ json }) => json)).toEqual([
		{
			order,
			status: 'Partial',
			previousStatus: 'Pending',
			finished: true,
			charge: expect.any(Number),
			start_count: 3572,
			remains: 157,
			currency: 'USD',
			detectedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
		},
	]);
	expect(await poller.poll()).toBeNull();
});

test('finished orders are not asked for again', async () => {
	const finished = stand.orders(150, 'Completed');
	const open = stand.orders(20);
	const poller = stand.poller({ orderIds: [...finished, ...open].join(',') });
	await poller.activate();
	expect(askedFor(stand.panel).sort()).toEqual([100, 70]);
	stand.panel.clearRequests();
	await poller.poll();
	expect(askedFor(stand.panel)).toEqual([20]);
});

test('finished orders are asked for again where that is wanted, and fire when they change', async () => {
	const [order = ''] = stand.orders(1, 'Completed');
	const poller = stand.poller({ orderIds: order, options: { recheckFinished: true } });
	await poller.activate();
	stand.panel.moveOrder(order, 'In progress');
	expect(told(await poller.poll())).toEqual([`${order}: Completed → In progress`]);
});

test('another spelling is no change, also of a status that nobody knows', async () => {
	const [order = '', odd = ''] = stand.orders(2, 'In progress');
	stand.panel.moveOrder(odd, 'Queued at supplier');
	const poller = stand.poller({ orderIds: `${order},${odd}` });
	await poller.activate();
	stand.panel.moveOrder(odd, 'queued_at_supplier');
	for (const dialect of ['spelling-snake', 'spelling-upper']) {
		stand.panel.setDialect(dialect);
		expect(await poller.poll()).toBeNull();
	}
});

describe('an ID that the panel rejects', () => {
	const STRANGER = '999999999';

	test('is reported once, with the panel’s words, and does not stop the others', async () => {
		const [order = ''] = stand.orders(1);
		const poller = stand.poller({ orderIds: `${STRANGER},${order}` });
		const items = await poller.activate();
		expect(items?.map(({ json }) => json)).toEqual([
			{
				order: STRANGER,
				error: expect.stringContaining('Incorrect order ID'),
				detectedAt: expect.any(String),
			},
		]);
		stand.panel.moveOrder(order, 'Completed');
		expect(told(await poller.poll())).toEqual([`${order}: Pending → Completed`]);
		await poller.restart();
		expect(poller.executions).toHaveLength(2);
	});

	test('is passed over, if that is wanted', async () => {
		const poller = stand.poller({ orderIds: STRANGER, options: { ignoreRejectedIds: true } });
		expect(await poller.activate()).toBeNull();
		expect(await poller.poll()).toBeNull();
	});
});

describe('progress', () => {
	test('counts as a change at each step, where that is wanted', async () => {
		const [order = ''] = stand.orders(1);
		const poller = stand.poller({ orderIds: order, options: { progressStep: 25 } });
		await poller.activate();
		const seen: unknown[] = [];
		for (const remains of [900, 700, 600, 100]) {
			stand.panel.moveOrder(order, 'In progress', { remains });
			seen.push(
				(await poller.poll())?.map(({ json }) => [json.previousStatus, json.status, json.progress]) ?? null,
			);
		}
		expect(seen).toEqual([
			[['Pending', 'In progress', 10]],
			[['In progress', 'In progress', 30]],
			null,
			[['In progress', 'In progress', 90]],
		]);
	});

	test('takes the quantity from the row, where there is one', async () => {
		const [order = ''] = stand.orders(1, 'In progress');
		stand.panel.moveOrder(order, 'In progress', { remains: 600 });
		const table = await watchedTable(serve, [order]);
		Object.assign(table.n8n.tables[0]?.rows[0] ?? {}, { quantity: 1000 });
		const poller = stand.poller({ ...table.parameters, options: { progressStep: 50 } }, table.more);
		await poller.activate();
		stand.panel.moveOrder(order, 'In progress', { remains: 500 });
		expect((await poller.poll())?.[0]?.json).toMatchObject({ previousStatus: 'In progress', progress: 50 });
	});

	test('is none yet of an order that waits and of which nothing remains', async () => {
		const [order = ''] = stand.orders(1);
		stand.panel.moveOrder(order, 'Pending', { remains: 0 });
		const poller = stand.poller({ orderIds: order, options: { progressStep: 50 } });
		await poller.activate();
		const seen: unknown[] = [];
		for (const remains of [800, 300]) {
			stand.panel.moveOrder(order, 'In progress', { remains });
			seen.push((await poller.poll())?.[0]?.json.progress);
		}
		expect(seen).toEqual([0, 62.5]);
	});
});

describe('Fetch Test Event', () => {
	test('shows the current statuses of the ten newest orders, and changes nothing', async () => {
		const orders = stand.orders(30, 'In progress');
		const poller = stand.poller({ orderIds: orders.join(',') });
		await poller.activate();
		const before = poller.saved();
		stand.panel.clearRequests();
		const items = await poller.fetchTestEvent();
		expect(items?.map(({ json }) => json.order)).toEqual(orders.slice(-10));
		expect(items?.[0]?.json).toMatchObject({ status: 'In progress', previousStatus: null, finished: false });
		expect(stand.panel.counts().total).toBe(1);
		expect(poller.saved()).toBe(before);
		expect(poller.executions).toEqual([]);
	});

	test('works before the workflow has ever been active, whatever the filters say', async () => {
		const [order = ''] = stand.orders(1);
		const poller = stand.poller({ orderIds: order, toStatuses: ['Completed'] });
		expect(told(await poller.fetchTestEvent())).toEqual([`${order}: null → Pending`]);
	});

	test('says what to do when there is nothing to watch', async () => {
		await expect(stand.poller({ orderIds: '' }).fetchTestEvent()).rejects.toMatchObject({
			message: "There is nothing in 'Order IDs'",
			description: expect.stringContaining('Enter IDs'),
		});
		await expect(stand.poller({ orderIds: '={{ [] }}' }).fetchTestEvent()).rejects.toMatchObject({
			message: 'There is no order to watch yet',
			description: "Enter at least one ID in 'Order IDs'.",
		});
	});

	test('says what is wrong when the panel cannot be asked', async () => {
		stand.panel.inject({ kind: 'error', text: 'Invalid API key' });
		await expect(stand.poller({ orderIds: '1' }).fetchTestEvent()).rejects.toMatchObject({
			message: 'The panel does not accept the API key. (Invalid API key)',
		});
	});
});
