/** Recipes 11 to 14, imported and published in one n8n, with a shop and a feed of the tests' own. */
import { createHash, createHmac } from 'node:crypto';
import type { SavedWorkflow } from '../sandbox/api.cts';
import { errorOf } from '../sandbox/executions.cts';
import { serveJson, type Served } from '../sandbox/serve.cts';
import { until } from '../sandbox/until.cts';
import { everyMinute } from '../sandbox/workflow.cts';
import {
	executionsOf,
	importExample,
	inAll,
	messagesOf,
	publish,
	untilWaiting,
} from '../e2e/exampleFiles.cts';
import { withN8n } from '../e2e/n8nFixture.cts';
import { FOLLOWERS, LIKES } from '../e2e/services.cts';

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '100' } });
const LINK = 'https://www.instagram.com/bought';
const SHOP = { consumerKey: 'ck_1', consumerSecret: 'cs_1' };

let shopAndFeed: Served;
let hook = '';
const updates: Array<[path: string, body: unknown]> = [];
const posts: string[] = [];

const feed = () =>
	`<rss version="2.0"><channel><title>A</title>${posts
		.map(
			(link, at) =>
				`<item><title>${at}</title><link>${link}</link><pubDate>${new Date(Date.now() + at * 1000).toUTCString()}</pubDate></item>`,
		)
		.join('')}</channel></rss>`;

beforeAll(async () => {
	stand.panel.setCatalogue([FOLLOWERS, LIKES]);
	shopAndFeed = await serveJson((body, { method, url = '' }) => {
		if (url === '/feed') return feed();
		if (method === 'POST' && url.includes('/webhooks')) hook = String(body.delivery_url);
		if (url.includes('/orders/')) updates.push([url, body]);
		return method === 'GET' ? [] : { id: 1, ...body };
	});
});
afterAll(() => shopAndFeed.close());

/** As WooCommerce sends an order that has changed. */
async function changed(
	order: object,
	secret = createHash('md5').update('ck_1,cs_1').digest('hex'),
): Promise<number> {
	const body = JSON.stringify(order);
	const signature = createHmac('sha256', secret).update(body).digest('base64');
	const headers = {
		'content-type': 'application/json',
		'x-wc-webhook-id': '1',
		'x-wc-webhook-signature': signature,
	};
	return (await fetch(hook, { method: 'POST', headers, body })).status;
}

it('recipe 11 delivers what was paid once, answers the shop, and takes nothing that is not signed', async () => {
	const data = { ...SHOP, url: shopAndFeed.url };
	const shop = await stand.api.createCredential({ name: 'Shop', type: 'wooCommerceApi', data });
	const recipe = await importExample(stand, '11-paid-shop-order', {
		credentials: {
			...inAll(['When a Shop Order Changes', 'Answer the Shop'], shop),
			...inAll(['Place Orders', 'Wait Until Finished'], stand.credential),
		},
		parameters: { 'Wait Until Finished': { checkEvery: 1 } },
	});
	await publish(stand, recipe);
	await until(() => hook !== '', 'The shop knows the webhook');
	const line = {
		id: 7,
		sku: `smm-${FOLLOWERS.id}-500`,
		quantity: 2,
		meta_data: [{ key: 'Link', value: LINK }],
	};
	const order = { id: 41, status: 'processing', line_items: [line, { id: 8, sku: 'shirt', quantity: 1 }] };
	// n8n keeps what signatures are checked with a moment after the shop knows the webhook
	await until(async () => (await changed(order, 'forged')) === 401, 'What is not signed is refused');
	await changed({ ...order, status: 'pending' });
	await changed(order);
	await untilWaiting(stand, recipe, 1);
	expect(stand.panel.orders().map(({ fields }) => [fields.link, fields.quantity])).toEqual([[LINK, '1000']]);
	stand.panel.moveOrder(String(stand.panel.orders()[0]?.id), 'Completed');
	const executions = await executionsOf(stand, recipe, 2, 150_000);
	expect(executions.map((each) => errorOf(each))).toEqual([undefined, undefined]);
	expect(executions.flatMap(messagesOf)).toEqual(['Shop order 41 is delivered']);
	expect(updates).toEqual([['/wp-json/wc/v3/orders/41', expect.objectContaining({ status: 'completed' })]]);
	await changed(order);
	await executionsOf(stand, recipe, 3, 150_000);
	expect(stand.panel.orders()).toHaveLength(1);
}, 400_000);

it('recipe 12 orders for each new post once, within the budget, and recipe 13 tells of the change', async () => {
	posts.push('https://example.com/old');
	const recipe = await importExample(stand, '12-new-post', {
		credentials: inAll(['Place the Order'], stand.credential),
		parameters: { 'When a Post Appears': { pollTimes: everyMinute, feedUrl: `${shopAndFeed.url}/feed` } },
	});
	stand.panel.addService({ id: 1702, name: 'Views', type: 'Default', rate: '0.5', min: 100, max: 10_000 });
	await publish(stand, recipe);
	const before = stand.panel.orders().length;
	posts.push('https://example.com/a', 'https://example.com/b');
	const [execution] = await executionsOf(stand, recipe, 1, 150_000);
	expect(execution && errorOf(execution)).toBeUndefined();
	const links = stand.panel
		.orders()
		.slice(before)
		.map(({ fields }) => fields.link);
	expect(links.sort()).toEqual(expect.arrayContaining(['https://example.com/a', 'https://example.com/b']));
	await stand.api.deactivate(recipe.id);
	const told = await importExample(stand, '13-changes-without-key', {
		credentials: inAll(['Get Status Changes'], stand.credential),
	});
	await stand.api.run(told);
	const order = stand.panel.orders().at(-1);
	stand.panel.moveOrder(String(order?.id), 'Partial', { remains: 12 });
	const second = await stand.api.run(told);
	expect(messagesOf(second)).toEqual([`Order ${order?.id}: Partial, 12 missing`]);
}, 300_000);

it('recipe 14 places each portion once, all of them together the whole quantity', async () => {
	const big = (begins: Date): SavedWorkflow['nodes'][number]['parameters'] => ({
		assignments: {
			assignments: Object.entries({
				...{ name: 'spring', service: String(FOLLOWERS.id), link: LINK, quantity: 6000 },
				...{ portions: 6, days: 2, begins: begins.toISOString() },
			}).map(([name, value]) => ({ id: name, name, value, type: typeof value })),
		},
		options: {},
	});
	const recipe = await importExample(stand, '14-uneven-portions', {
		credentials: inAll(['Place the Portions'], stand.credential),
	});
	/** As if it had begun so many days ago. */
	const at = async (daysAgo: number) => {
		const parameters = big(new Date(Date.now() - daysAgo * 86_400_000));
		const nodes = recipe.nodes.map((each) =>
			each.name === 'The Big Order' ? { ...each, parameters } : each,
		);
		const before = stand.panel.orders().length;
		const execution = await stand.api.run(await stand.api.updateWorkflow(recipe.id, { nodes }));
		expect(errorOf(execution)).toBeUndefined();
		return stand.panel
			.orders()
			.slice(before)
			.map(({ fields }) => Number(fields.quantity));
	};
	const first = await at(1);
	expect(first).toHaveLength(3);
	const rest = await at(3);
	const all = [...first, ...rest];
	expect(all).toHaveLength(6);
	expect(new Set(all).size).toBeGreaterThan(4);
	expect(all.reduce((sum, size) => sum + size, 0)).toBe(6000);
	expect(await at(3)).toEqual([]);
}, 120_000);
