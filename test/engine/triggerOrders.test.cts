/** Orders on a typed list: what starts the workflow, and with what. */
import { askedFor, told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture();

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
});
