/** The order book as watch list: nothing to choose, the trigger's own memory decides, and rows are kept up to date. */
import type { IDataObject } from 'n8n-workflow';
import { createBookServer, type BookServer } from './bookServer.cts';
import { skippableClock } from './skippableClock.cts';
import { askedFor, serverFor, told, triggerFixture } from './triggerFixture.cts';

const MINUTE = 60_000;
const stand = triggerFixture();
const serve = serverFor();

let n8n: BookServer;
let baseUrl: string;
const skip = skippableClock();
beforeEach(async () => {
	n8n = createBookServer();
	baseUrl = await serve(n8n.handle);
});

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const here = () => ({ panel: new URL(stand.panel.url).host, account: new URL(stand.panel.url).host });

/** Orders of the panel that stand in the book. */
function booked(count: number, status = 'Pending', cells: IDataObject = {}): string[] {
	const ids = stand.orders(count, status);
	n8n.add(...ids.map((order) => ({ ...here(), order, placedAt: ago(90 * MINUTE), status, ...cells })));
	return ids;
}
const rowOf = (order: string) => n8n.rows().find((row) => row.order === order);
const onBook = (parameters: IDataObject = {}) =>
	stand.poller(parameters, { moreCredentials: { smmPanelN8nApi: { baseUrl, apiKey: n8n.key } } });

test('is what a trigger watches where nothing is chosen; changes come with their row, and are written into it', async () => {
	const [a = '', b = ''] = booked(2);
	const poller = onBook();
	expect(await poller.activate()).toBeNull();
	stand.panel.moveOrder(a, 'In progress', { remains: 40 });
	const items = await poller.poll();
	expect(items?.map(({ json }) => json)).toEqual([
		expect.objectContaining({
			order: a,
			status: 'In progress',
			previousStatus: 'Pending',
			minutesToStart: 90,
			row: expect.objectContaining({ order: a, status: 'In progress', remains: 40 }),
		}),
	]);
	expect(items?.[0]?.json).not.toHaveProperty('minutesToFinish');
	expect(rowOf(a)).toMatchObject({ status: 'In progress', remains: 40, startedAt: expect.any(String) });
	expect(n8n.rows()).toHaveLength(2);

	stand.panel.moveOrder(b, 'Completed');
	expect((await poller.poll())?.[0]?.json).toMatchObject({
		order: b,
		minutesToStart: 90,
		minutesToFinish: 90,
	});
	expect(rowOf(b)).toMatchObject({ finished: true });
	expect(JSON.stringify(n8n.rows())).not.toContain(stand.panel.key);
});

test('is the table that has its columns, whatever its name; cells of people’s own columns stay', async () => {
	const [a = ''] = booked(1);
	n8n.name = 'Renamed';
	for (const row of n8n.table.rows.values()) Object.assign(row, { customer: 'Ada' });
	const poller = onBook();
	await poller.activate();
	stand.panel.moveOrder(a, 'Completed');
	expect(told(await poller.poll())).toEqual([`${a}: Pending → Completed`]);
	expect([...n8n.table.rows.values()]).toMatchObject([{ order: a, status: 'Completed', customer: 'Ada' }]);
});

test('is watched on with a new credential, and at a new address of the panel', async () => {
	const { host: oldHost } = new URL(stand.panel.url);
	const [a = ''] = booked(1);
	const moreCredentials = { smmPanelN8nApi: { baseUrl, apiKey: n8n.key } };
	const poller = onBook();
	await poller.activate();
	stand.panel.moveOrder(a, 'In progress');
	await poller.poll();
	stand.panel.moveOrder(a, 'Completed');
	const apiUrl = stand.panel.url.replace('127.0.0.1', 'localhost');
	const credentials = { apiUrl, apiKey: stand.panel.key, account: ` ${oldHost.toUpperCase()} ` };
	const moved = stand.poller({}, { moreCredentials, credentials, saved: poller.saved() });
	expect(told(await moved.activate('update'))).toEqual([`${a}: In progress → Completed`]);
});

test('an order placed later is followed from then on, without a change of the workflow', async () => {
	booked(1);
	const poller = onBook();
	await poller.activate();
	const [later = ''] = booked(1, 'Pending', { status: '' });
	stand.panel.moveOrder(later, 'Completed');
	expect(told(await poller.poll())).toEqual([`${later}: null → Completed`]);
	expect(await poller.poll()).toBeNull();
});

test('an order that somebody else has seen finish fires all the same, and once', async () => {
	const [a = ''] = booked(1);
	const poller = onBook();
	await poller.activate();
	stand.panel.moveOrder(a, 'Completed');
	const row = n8n.table.find({ match: 'all', conditions: [{ column: 'order', is: 'eq', value: a }] })[0];
	n8n.table.update(
		{ match: 'all', conditions: [{ column: 'id', is: 'eq', value: row?.id ?? 0 }] },
		{ status: 'Completed', finished: true, checkedAt: ago(0) },
	);
	expect(told(await poller.poll())).toEqual([`${a}: Pending → Completed`]);
	for (let poll = 0; poll < 3; poll++) expect(await poller.poll()).toBeNull();
});

test('orders of another account and unknown ones are left alone', async () => {
	const [a = ''] = booked(1);
	booked(1, 'Pending', { account: 'another' });
	n8n.add({ ...here(), state: 'unknown', order: '' }, { ...here(), state: 'sending', order: '' });
	const poller = onBook();
	await poller.activate();
	expect(askedFor(stand.panel)).toEqual([1]);
	stand.panel.moveOrder(a, 'Completed');
	await poller.poll();
	expect(n8n.rows().filter(({ status }) => status === 'Completed')).toHaveLength(1);
	expect(n8n.rows().map(({ state }) => state)).toEqual(expect.arrayContaining(['unknown', 'sending']));
});

test('a book that cannot be written is still watched, and nothing fires twice', async () => {
	const [a = ''] = booked(1);
	const poller = onBook();
	await poller.activate();
	n8n.failing = { matches: /^(POST|DELETE) .*rows/, status: 403 };
	stand.panel.moveOrder(a, 'In progress');
	expect(told(await poller.poll())).toEqual([`${a}: Pending → In progress`]);
	expect(await poller.poll()).toBeNull();
	expect(poller.errors).toEqual([]);
});

test('a book that cannot be read is an outage like the panel’s, and nothing is forgotten', async () => {
	const [a = ''] = booked(1);
	const poller = onBook();
	await poller.activate();
	n8n.failing = { matches: /./, status: 503 };
	expect(await poller.poll()).toBeNull();
	expect(await poller.poll()).toBeNull();
	delete n8n.failing;
	stand.panel.moveOrder(a, 'Completed');
	expect(told(await poller.poll())).toEqual([`${a}: Pending → Completed`]);
});

test.each<[string, () => void, RegExp]>([
	['no book', () => (n8n.exists = false), /no order book that this API key can see/],
	['another key', () => (n8n.key = 'changed'), /refused access to the order book/],
	[
		'books of two projects',
		() => (n8n.others = { b2: 'Another name' }),
		/sees 2 order books: 'SMM Panel Orders' \(ID book, project project-of-book\), 'Another name' \(ID b2, project project-of-b2\)/,
	],
])('%s is told when the workflow is switched on', async (_, change, message) => {
	booked(1);
	const poller = onBook();
	change();
	await expect(poller.activate()).rejects.toThrow(message);
});

test('Fetch Test Event shows the orders written last where all are finished, and changes no state', async () => {
	const ids = booked(12, 'Completed', { finished: true });
	booked(1, 'Completed', { finished: true, account: 'another' });
	const poller = onBook();
	await poller.activate();
	const before = poller.saved();
	const items = await poller.fetchTestEvent();
	expect(items?.map(({ json }) => json.order)).toEqual(ids.slice(-10));
	expect(items?.[0]?.json).toMatchObject({ status: 'Completed', finished: true, row: { order: ids[2] } });
	expect(poller.saved()).toBe(before);
	expect(poller.executions).toEqual([]);
});

test('refills that the book knows are followed by their own IDs', async () => {
	const [order = ''] = booked(1, 'Completed', { finished: true });
	const answer = await fetch(stand.panel.url, {
		method: 'POST',
		body: new URLSearchParams({ key: stand.panel.key, action: 'refill', order }),
	});
	const { refill } = (await answer.json()) as { refill: string | number };
	for (const row of n8n.table.rows.values())
		Object.assign(row, { refill: String(refill), refilledAt: ago(0) });
	const poller = onBook({ event: 'refillStatusChanged' });
	await poller.activate();
	stand.panel.moveRefill(refill, 'Completed');
	expect(told(await poller.poll())).toEqual([`${refill}: Pending → Completed`]);
	expect(rowOf(order)).toMatchObject({ refillStatus: 'Completed' });
	expect(await poller.poll()).toBeNull();
});

describe('orders that stall', () => {
	const stalls = async (poller: ReturnType<typeof onBook>) =>
		(await poller.poll())?.map(({ json }) => [json.order, json.status, json.hours]) ?? [];

	test('fire once after the hours, and again after they have moved', async () => {
		const [a = ''] = stand.orders(1, 'In progress');
		const poller = stand.poller({ event: 'orderStalled', orderIds: a });
		await poller.activate();
		skip(23 * 60 * MINUTE);
		expect(await stalls(poller)).toEqual([]);
		skip(61 * MINUTE);
		expect(await stalls(poller)).toEqual([[a, 'In progress', 24]]);
		skip(48 * 60 * MINUTE);
		expect(await stalls(poller)).toEqual([]);
		stand.panel.moveOrder(a, 'In progress', { remains: 3 });
		expect(await stalls(poller)).toEqual([]);
		skip(23 * 60 * MINUTE);
		expect(await stalls(poller)).toEqual([]);
		skip(2 * 60 * MINUTE);
		expect((await stalls(poller)).map(([id]) => id)).toEqual([a]);
	});

	test('in the book count from its last change, also right after activation', async () => {
		const [a = ''] = booked(1, 'In progress', { remains: null, changedAt: ago(30 * 60 * MINUTE) });
		const { remains } = stand.panel.order(a) as { remains?: number };
		for (const row of n8n.table.rows.values()) Object.assign(row, { remains: remains ?? null });
		const poller = onBook({ event: 'orderStalled' });
		const fired = await poller.activate();
		expect(fired?.[0]?.json).toMatchObject({ order: a, hours: 30, unchangedSince: expect.any(String) });
		expect(await poller.poll()).toBeNull();
		expect(await poller.restart()).toBeNull();
	});
});

test('also one that was seen to finish long before the next poll', async () => {
	const [a = ''] = booked(1);
	const poller = onBook();
	await poller.activate();
	stand.panel.moveOrder(a, 'Completed');
	for (const row of n8n.table.rows.values()) {
		Object.assign(row, { status: 'Completed', finished: true, updatedAt: ago(-1000) });
	}
	skip(24 * 60 * MINUTE);
	expect(told(await poller.poll())).toEqual([`${a}: Pending → Completed`]);
});
