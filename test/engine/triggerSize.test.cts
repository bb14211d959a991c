/** What ten thousand watched orders cost: requests and bytes. */
import { MAX_BATCH_SIZE } from '../../nodes/SmmPanel/panel/client';
import { askedFor, triggerFixture } from './triggerFixture.cts';

// As of a panel that has had a hundred million orders
const stand = triggerFixture({ services: 6_000, maxRequests: 200_000, firstOrderId: 100_000_000 });

test('10,000 watched orders of which 500 are open cost five requests a poll and a few bytes each', async () => {
	const orders = stand.orders(10_000);
	const poller = stand.poller({ orderIds: orders.join(',') });
	await poller.activate();
	expect(askedFor(stand.panel)).toHaveLength(100);
	orders.filter((_, at) => at % 20 !== 0).forEach((order) => stand.panel.moveOrder(order, 'Completed'));
	expect(await poller.poll()).toHaveLength(9_500);
	stand.panel.clearRequests();
	expect(await poller.poll()).toBeNull();
	expect(askedFor(stand.panel)).toEqual(Array.from({ length: 5 }, () => MAX_BATCH_SIZE));
	expect(Buffer.byteLength(poller.saved())).toBeLessThan(100 * 1024);
}, 60_000);

test('a catalogue of 6,000 services costs one request a poll and less than 20 bytes a service', async () => {
	const poller = stand.poller({ event: 'servicesChanged' });
	await poller.activate();
	stand.panel.clearRequests();
	await poller.poll();
	expect(stand.panel.counts().total).toBe(1);
	expect(Buffer.byteLength(poller.saved()) / 6_000).toBeLessThan(20);
}, 60_000);
