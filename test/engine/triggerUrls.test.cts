/** URLs as watch list. */
import type { IDataObject } from 'n8n-workflow';
import { serverFor, told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture();
const serve = serverFor();

describe('a URL', () => {
	let body: string;
	let asked: Array<Record<string, unknown>>;
	let status: number;
	async function watch(more: IDataObject = {}) {
		asked = [];
		status = 200;
		const listUrl = await serve((request, response) => {
			asked.push(request.headers);
			response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
		});
		return stand.poller({ source: 'url', listUrl, ...more });
	}

	test.each<[string, (order: string) => unknown, IDataObject]>([
		['an array of IDs', (order) => [Number(order)], {}],
		['an array of objects', (order) => [{ order }], {}],
		['objects with a field of another name', (order) => ({ data: [{ id: order }] }), { idField: 'id' }],
		['plain text', (order) => `order\n${order}\n`, {}],
	])('that answers with %s is watched', async (_what, bodyFor, parameters) => {
		const [order = ''] = stand.orders(1);
		const content = bodyFor(order);
		body = typeof content === 'string' ? content : JSON.stringify(content);
		const poller = await watch(parameters);
		await poller.activate();
		stand.panel.moveOrder(order, 'Completed');
		expect(told(await poller.poll())).toEqual([`${order}: Pending → Completed`]);
	});

	test('of objects gives each order its object as row', async () => {
		const [order = ''] = stand.orders(1, 'In progress');
		body = JSON.stringify([{ order, customer: 'Ada' }]);
		const poller = await watch({ options: { firstCheck: 'fire' } });
		expect((await poller.activate())?.[0]?.json.row).toEqual({ order, customer: 'Ada' });
	});

	test('keeps the long IDs of a JSON list exact', async () => {
		body = '[12345678901234567890]';
		const poller = await watch();
		expect(told(await poller.activate())).toEqual([expect.stringContaining('12345678901234567890: ')]);
	});

	test('gets the header, where one is given', async () => {
		body = '[]';
		const poller = await watch({ headerName: 'Authorization', headerValue: 'Bearer 3f8a' });
		await poller.activate();
		expect(asked[0]).toMatchObject({ authorization: 'Bearer 3f8a' });
	});

	test.each([
		['a web page', 200, '<!doctype html><p>We are down</p>'],
		['HTTP 500', 500, 'oops'],
		['HTTP 429', 429, ''],
	])('that answers with %s is tolerated and forgets nothing', async (_what, code, answer) => {
		const [order = ''] = stand.orders(1, 'In progress');
		body = order;
		const poller = await watch();
		await poller.activate();
		[status, body] = [code, answer];
		expect(await poller.poll()).toBeNull();
		[status, body] = [200, order];
		expect(await poller.poll()).toBeNull();
		stand.panel.moveOrder(order, 'Completed');
		expect(told(await poller.poll())).toEqual([`${order}: In progress → Completed`]);
	});

	test.each([
		['nothing', 200, ''],
		['words', 200, 'Not found'],
		['an error object', 200, '{"error":"Unauthorized"}'],
		['HTTP 404', 404, '[]'],
		['HTTP 401', 401, '{"message":"no"}'],
		['objects without the field', 200, '[{"id":1}]'],
	])('that answers with %s is told at once, and forgets nothing', async (_what, code, answer) => {
		const [order = ''] = stand.orders(1, 'In progress');
		body = order;
		const poller = await watch();
		await poller.activate();
		[status, body] = [code, answer];
		await expect(poller.poll()).rejects.toMatchObject({
			name: 'NodeOperationError',
			description: expect.stringMatching(/./),
		});
		[status, body] = [200, order];
		expect(await poller.poll()).toBeNull();
	});

	test('that says there is nothing is believed: an empty array empties the list, which may come back', async () => {
		const [order = ''] = stand.orders(1, 'In progress');
		body = `[${order}]`;
		const poller = await watch();
		await poller.activate();
		body = '[]';
		stand.panel.clearRequests();
		expect(await poller.poll()).toBeNull();
		expect(stand.panel.counts().total).toBe(0);
		body = `[${order}]`;
		expect(await poller.poll()).toBeNull();
		stand.panel.moveOrder(order, 'Completed');
		expect(told(await poller.poll())).toEqual([`${order}: In progress → Completed`]);
	});

	const bodyOf = (orders: readonly string[]) => JSON.stringify(orders.map((order) => ({ order })));

	test.each([
		['an address that changes with each poll', {}],
		['a name', { listName: 'open orders' }],
	])('with %s is one list', async (_what, more) => {
		const [a = '', b = ''] = stand.orders(2);
		body = bodyOf([a]);
		const poller = await watch(more);
		const listUrl = `={{ "${await serve((_request, response) => response.end(body))}?at=" + $now.toMillis() }}`;
		const changing = { event: 'orderStatusChanged', source: 'url', listUrl, ...more };
		await poller.change(changing);
		body = bodyOf([a, b]);
		stand.panel.moveOrder(b, 'Completed');
		expect(told(await poller.poll())).toEqual([`${b}: null → Completed`]);
	});

	test('keeps what was seen of it when it is given a name, and when 0.1.0 stored it by its address', async () => {
		const [a = '', b = ''] = stand.orders(2, 'In progress');
		body = bodyOf([a]);
		const listUrl = await serve((_request, response) => response.end(body));
		const written = { event: 'orderStatusChanged', source: 'url', listUrl };
		const poller = stand.poller(written);
		await poller.activate();
		// The address as 0.1.0 saw it, now given by an expression; then a name
		body = bodyOf([a, b]);
		expect(told(await poller.change({ ...written, listUrl: `={{ "${listUrl}" }}` }))).toEqual([
			`${b}: null → In progress`,
		]);
		const [c = ''] = stand.orders(1, 'In progress');
		body = bodyOf([a, b, c]);
		const named = { ...written, listUrl: `={{ "${listUrl}" }}`, listName: 'open orders' };
		expect(told(await poller.change(named))).toEqual([`${c}: null → In progress`]);
		const [d = ''] = stand.orders(1, 'In progress');
		body = bodyOf([a, b, c, d]);
		expect(await poller.change({ ...named, listName: 'another' })).toBeNull();
	});

	test.each([
		['{"errors":[],"orders":[{"order":ORDER}]}'],
		['{"meta":{"tags":[]},"data":[{"order":ORDER}]}'],
		['{"range":"A1:B2","values":[["Order ID","Customer"],["ORDER","Ada"]]}'],
		['{"order":{"id":ORDER}}'],
	])('may answer %s', async (shape) => {
		const [order = ''] = stand.orders(1);
		body = shape.replace('ORDER', order);
		const poller = await watch();
		await poller.activate();
		stand.panel.moveOrder(order, 'Completed');
		expect(told(await poller.poll())).toEqual([`${order}: Pending → Completed`]);
	});

	test('that cannot be read is quoted', async () => {
		body = '{"name":"Ada","open":["none at all"]}';
		const poller = await watch();
		await expect(poller.activate()).rejects.toThrow('{"name":"Ada","open":["none at all"]}');
		body = '{"orders":[],"error":"Database is down"}';
		await expect(poller.activate()).rejects.toThrow(/127.0.0.1:\d+ tells of an error .*Database is down/);
	});

	test('has to be a URL', async () => {
		await expect(stand.poller({ source: 'url', listUrl: 'orders.json' }).activate()).rejects.toThrow(
			'"orders.json" is not a URL',
		);
	});
});
