/** Data tables of n8n as watch list. */
import type { IDataObject } from 'n8n-workflow';
import { createTableServer, tableOf, type TableServer } from './tableServer.cts';
import { serverFor, told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture();
const serve = serverFor();

describe('a data table', () => {
	let n8n: TableServer;
	let baseUrl: string;
	const rowsFor = (orders: readonly string[], more: IDataObject = {}) =>
		orders.map((order_id) => ({ order_id, ...more }));

	async function watch(rows: IDataObject[], more: IDataObject = {}) {
		n8n = createTableServer([tableOf('T1', ['order_id', 'customer', 'state'], rows)]);
		baseUrl = await serve(n8n.handle);
		return pollerOn(more);
	}
	const pollerOn = (more: IDataObject = {}, credential: IDataObject = {}) =>
		stand.poller(
			{
				source: 'dataTable',
				dataTableId: { __rl: true, mode: 'list', value: 'T1', cachedResultName: 'Table T1' },
				idColumn: 'order_id',
				...more,
			},
			{ moreCredentials: { smmPanelN8nApi: { baseUrl, apiKey: n8n.key, ...credential } as never } },
		);
	const table = () => n8n.tables[0]!;

	test('is watched row by row, and the row comes along', async () => {
		const [a = '', b = ''] = stand.orders(2);
		const poller = await watch([
			{ order_id: Number(a), customer: 'Ada' },
			{ order_id: b, customer: 'Bo' },
		]);
		expect(await poller.activate()).toBeNull();
		stand.panel.moveOrder(a, 'Completed');
		const items = await poller.poll();
		expect(items?.map(({ json }) => json)).toEqual([
			expect.objectContaining({ order: a, status: 'Completed', row: table().rows[0] }),
		]);
		expect(items?.[0]?.json.row).toMatchObject({ id: 1, customer: 'Ada' });
	});

	test('is read to its last page', async () => {
		const orders = stand.orders(700);
		const poller = await watch(rowsFor(orders));
		await poller.activate();
		expect(n8n.asked).toHaveLength(3);
		stand.panel.moveOrder(orders[699]!, 'Completed');
		expect(told(await poller.poll())).toEqual([`${orders[699]}: Pending → Completed`]);
	});

	test('may lose rows while it is read, and no other row is taken to be gone', async () => {
		const orders = stand.orders(600, 'In progress');
		const poller = await watch(rowsFor(orders));
		await poller.activate();
		// The workflow deletes rows of the first page after that page was read
		let answers = 0;
		n8n.before = () => {
			if (answers++ === 1) table().rows.splice(0, 50);
		};
		expect(await poller.poll()).toBeNull();
		expect(await poller.poll()).toBeNull();
	});

	test.each(['{}', '{"nextCursor":null}', '{"data":{}}'])(
		'that answers %s has failed, and what was seen of it stays',
		async (answer) => {
			const orders = stand.orders(20, 'Completed');
			const poller = await watch(rowsFor(orders), { options: { tolerateOutages: 2 } });
			await poller.activate();
			n8n.before = (_request, response) => {
				response.writeHead(200).end(answer);
				return true;
			};
			expect(await poller.poll()).toBeNull();
			await expect(poller.poll()).rejects.toThrow(`holds no data: ${answer}`);
			n8n.before = () => {};
			expect(await poller.poll()).toBeNull();
		},
	);

	test('is watched in part, where a column has the chosen value', async () => {
		const [a = '', b = '', c = ''] = stand.orders(3, 'In progress');
		const poller = await watch(
			[
				{ order_id: a, state: 'open' },
				{ order_id: b, state: 'done' },
				{ order_id: c, state: null },
			],
			{ filterColumn: 'state', filterValue: 'open' },
		);
		await poller.activate();
		[a, b, c].forEach((order) => stand.panel.moveOrder(order, 'Completed'));
		expect(told(await poller.poll())).toEqual([`${a}: In progress → Completed`]);
	});

	test('may have rows without an ID, and rows with something else in its place', async () => {
		const [a = ''] = stand.orders(1);
		const poller = await watch([
			{ order_id: null },
			{ order_id: '' },
			{ order_id: 'not yet known' },
			{ order_id: a },
		]);
		expect(told(await poller.activate())).toEqual(['not yet known: "not yet known" is not an ID']);
		expect(await poller.poll()).toBeNull();
		stand.panel.moveOrder(a, 'Completed');
		expect(told(await poller.poll())).toEqual([`${a}: Pending → Completed`]);
	});

	test.each<[string, IDataObject, IDataObject, RegExp]>([
		['the key is wrong', {}, { apiKey: 'wrong' }, /refused the API key/],
		[
			'the table is gone',
			{ dataTableId: { __rl: true, mode: 'id', value: 'gone' } },
			{},
			/no such data table/,
		],
		['the column is gone', { idColumn: 'nothing' }, {}, /has no column "nothing"/],
		[
			'no table is chosen',
			{ dataTableId: { __rl: true, mode: 'list', value: '' } },
			{},
			/No data table chosen/,
		],
		['the usual column is missing, none being chosen', { idColumn: '' }, {}, /has no column "order"/],
	])('says at once that %s', async (_what, parameters, credential, message) => {
		const [order = ''] = stand.orders(1);
		await watch(rowsFor([order]));
		await expect(pollerOn(parameters, credential).activate()).rejects.toThrow(message);
	});

	test('behind a port on which nothing listens names the likely cause, and the cure', async () => {
		await watch(rowsFor(stand.orders(1)));
		await expect(pollerOn({}, { baseUrl: 'http://localhost:1' }).activate()).rejects.toMatchObject({
			message: 'n8n at http://localhost:1 cannot be reached: ECONNREFUSED',
			description: expect.stringMatching(/port of 'Base URL'.*N8N_PORT.*Docker.*http:\/\/n8n:5678/),
		});
	});
});
