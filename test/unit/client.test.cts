/** What the client makes of a stock panel's answers, and what it sends. */
import { cheapService } from '../panel/client.cts';
import { placeOrders } from './scenario.cts';
import { KEY, clientFixtures } from './clientFixture.cts';

const { stand, stopAll } = clientFixtures();
afterAll(stopAll);

const LINK = 'https://example.com/p/1';

test('comments with emoji, quotes, ampersands and line ends of both kinds arrive as they were written', async () => {
	const { client, panel } = await stand();
	const comments = 'Çok güzel 🔥 & "great"\r\n100% = a+b; ünïcode\n<b>';
	const service = String(cheapService(panel, 'Custom Comments').id);
	const { order } = await client.add({ service, link: LINK, comments });
	expect(panel.order(order)).toMatchObject({ units: 3, fields: { comments } });
});

test('every request is one POST of a form with the key and the action in its body, and nothing in its URL', async () => {
	const there = await stand();
	await placeOrders(there);
	await there.client.balance();
	for (const { method, path, headers, fields } of there.panel.requests()) {
		expect([method, path, fields.key]).toEqual(['POST', '/api/v2', KEY]);
		expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
	}
});
