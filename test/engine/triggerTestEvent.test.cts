/** *Fetch Test Event* on orders of a typed list: what it shows, and that it changes nothing. */
import { told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture();

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
