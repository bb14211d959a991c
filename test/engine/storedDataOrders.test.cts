/** What 0.1.0's trigger had stored of orders: it fires what has moved since, and nothing twice. */
import type { IDataObject } from 'n8n-workflow';
import { ordersAsked } from '../panel/ledger.cts';
import { MODES, savedFor, stored, type Mode, type StoredTrigger } from './storedData.cts';
import { createTableServer, tableOf } from './tableServer.cts';
import { serverFor, told, triggerFixture } from './triggerFixture.cts';

type Group = [status: string, count: number];
interface StoredOrders extends StoredTrigger {
	orders: Group[];
	prefixedOrders?: Group[];
}

const stand = triggerFixture();
const serve = serverFor();
const fixtures =
	stored<Record<'longList' | 'otherIds' | 'dataTable' | 'url', StoredOrders>>('orderStatusChanged');

/** The panel as the trigger had last seen it, and the trigger before its first poll by the new version. */
function load(fixture: StoredOrders, mode: Mode, options: IDataObject = {}, more: object = {}) {
	const { panel } = stand;
	for (const [status, count] of fixture.orders) stand.orders(count, status);
	if (fixture.prefixedOrders) panel.setDialect('ids-prefixed');
	for (const [status, count] of fixture.prefixedOrders ?? []) stand.orders(count, status);
	const parameters = {
		...fixture.parameters,
		options: { ...(fixture.parameters.options as IDataObject), ...options },
	};
	return stand.poller(parameters, {
		saved: savedFor(panel, fixture, mode),
		durable: mode === 'durable',
		...more,
	});
}

const idsAsked = () => stand.panel.requests().flatMap(ordersAsked);

describe.each(MODES)('static data of 0.1.0, %s', (mode) => {
	test('hold the statuses of a long list, what was rejected, and where the next poll goes on', async () => {
		const poller = load(fixtures.longList, mode, { recheckFinished: true });
		const { panel } = stand;
		panel.moveOrder(23501, 'In progress');
		panel.moveOrder(23541, 'Completed');
		panel.moveOrder(23567, 'Refunded');
		panel.moveOrder(23620, 'In progress');
		// 23620 was on the list at the first check and not read: its first status is only remembered
		expect(told(await poller.restart())).toEqual([
			'23501: Pending → In progress',
			'23541: In progress → Completed',
			'23567: Completed → Refunded',
		]);
		const asked = idsAsked();
		expect(asked).toHaveLength(100);
		expect(asked).toEqual(expect.arrayContaining(['23600', '23630', '99999', '23501', '23568']));
		expect(await poller.poll()).toBeNull();
		panel.moveOrder(23602, 'Completed');
		panel.moveOrder(23591, 'Partial');
		expect(told(await poller.poll())).toEqual(['23591: Canceled → Partial', '23602: Pending → Completed']);
		expect(await poller.restart()).toBeNull();
	});

	test('say which orders are finished, so that they are not asked for', async () => {
		const poller = load(fixtures.longList, mode);
		expect(await poller.restart()).toBeNull();
		const open = Array.from({ length: 130 }, (_, at) => 23501 + at).filter((id) => id < 23561 || id > 23595);
		expect(idsAsked().sort()).toEqual([...open, 99999].map(String).sort());
	});

	test('hold text IDs, statuses nobody knows, and how far an order had got', async () => {
		const { panel } = stand;
		const poller = load(fixtures.otherIds, mode);
		panel.moveOrder(23503, 'In progress');
		panel.moveOrder(23504, 'Pending');
		panel.moveOrder(23506, 'In progress', { remains: 450 });
		panel.moveOrder('ord_01HG9X23507', 'In progress', { remains: 1000 });
		const fired = await poller.restart();
		expect(told(fired)).toEqual([
			'23504: On hold → Pending',
			'23506: In progress → In progress',
			'ord_01HG9X23507: Pending → In progress',
		]);
		expect(fired?.[1]?.json).toMatchObject({ order: '23506', progress: 55, remains: 450 });
		panel.moveOrder(23506, 'In progress', { remains: 300 });
		expect(await poller.poll()).toBeNull();
		expect(idsAsked()).not.toContain('23505');
		expect(idsAsked()).not.toContain('ord_01HG9X23508');
		expect(await poller.restart()).toBeNull();
	});

	test('a step of progress that was reported is not reported again', async () => {
		const poller = load(fixtures.otherIds, mode);
		stand.panel.moveOrder(23503, 'In progress');
		stand.panel.moveOrder(23506, 'In progress', { remains: 501 });
		expect(await poller.restart()).toBeNull();
	});

	test('belong to a data table, its column and its filter', async () => {
		const rows: IDataObject[] = [
			{ order_id: '23501', customer: 'Ada', state: 'open' },
			{ order_id: 'see chat', customer: 'Bo', state: 'open' },
			{ order_id: '23502', customer: 'Cem', state: 'open' },
		];
		const n8n = createTableServer([tableOf('T1', ['order_id', 'customer', 'state'], rows)]);
		const moreCredentials = { smmPanelN8nApi: { baseUrl: await serve(n8n.handle), apiKey: n8n.key } };
		const poller = load(fixtures.dataTable, mode, {}, { moreCredentials });
		stand.panel.moveOrder(23501, 'Completed');
		stand.panel.moveOrder(23502, 'In progress');
		const fired = await poller.restart();
		// The list is the one that was watched, so that what was added to it is new
		expect(told(fired)).toEqual(['23501: Pending → Completed', '23502: null → In progress']);
		expect(fired?.[0]?.json.row).toMatchObject({ customer: 'Ada' });
		expect(await poller.restart()).toBeNull();
	});

	test('say nothing about the orders of another panel', async () => {
		const poller = load(fixtures.otherIds, mode);
		const elsewhere = poller.saved().replaceAll(stand.panel.url, 'https://other.example/api/v2');
		const { parameters } = fixtures.otherIds;
		stand.panel.moveOrder(23501, 'Completed');
		const other = stand.poller(parameters, { saved: elsewhere, durable: mode === 'durable' });
		expect(told(await other.restart())).toEqual(['007: Incorrect order ID']);
	});
});

test('the polls that had failed in a row before the update still count', async () => {
	const { panel } = stand;
	const poller = load(fixtures.otherIds, 'durable');
	panel.moveOrder(23503, 'In progress');
	panel.moveOrder(23506, 'In progress', { remains: 600 });
	panel.inject({ kind: 'html', times: 100 });
	await expect(poller.poll()).rejects.toMatchObject({
		description: expect.stringContaining('5 polls in a row have failed') as string,
	});
	panel.clearFaults();
	panel.moveOrder(23501, 'Completed');
	expect(told(await poller.poll())).toEqual(['23501: Pending → Completed']);
}, 30_000);
