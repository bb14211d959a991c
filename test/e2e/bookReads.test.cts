import { errorOf, jsonOf } from '../sandbox/executions.cts';
import { node, panelNode, workflow } from '../sandbox/workflow.cts';
import { LINK, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** What operations on existing orders read from the order book and write into it, in real n8n. */

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '1000000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const TABLE = 'SMM Panel Orders';
const FROM_BOOK = { resource: 'order', source: 'orderBook' };
const rowsByOrder = async () =>
	new Map((await stand.api.rowsOf(TABLE)).map((row) => [String(row.order), row]));

test('reads make no table', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1 });
	const { out } = await stand.operate({ resource: 'order', operation: 'getStatus', orderIds: order });
	expect(out).toMatchObject([{ order }]);
	const listed = await stand.operate({ resource: 'order', operation: 'getAll' });
	expect([listed.error, listed.out]).toEqual([undefined, []]);
	expect(await stand.api.rowsOf(TABLE)).toEqual([]);
});

test('what a hundred orders have come to stands in their rows, and in the list', async () => {
	const items = Array.from({ length: 100 }, (_, at) => ({ link: `${LINK}/read-${at}`, quantity: 100 }));
	const placed = await stand.operate(ORDER_FROM_INPUT, { items });
	expect(placed.error).toBeUndefined();
	const ids = placed.out.map(({ order }) => String(order));
	const [first = '', second = ''] = ids;
	stand.panel.moveOrder(first, 'Completed');
	stand.panel.moveOrder(second, 'In progress', { remains: 40 });

	const read = await stand.operate({ ...FROM_BOOK, operation: 'getStatus' });
	expect(read.error).toBeUndefined();
	expect(read.out.map(({ order }) => order).sort()).toEqual([...ids].sort());
	const rows = await rowsByOrder();
	expect(rows.size).toBe(100);
	expect(rows.get(first)).toMatchObject({ status: 'Completed', finished: true, state: 'placed' });
	expect(rows.get(second)).toMatchObject({ status: 'In progress', remains: 40, finished: false });
	expect((await stand.api.rowsOf(TABLE)).length).toBe(100);

	const open = await stand.operate({ ...FROM_BOOK, operation: 'getStatus' });
	expect(open.out).toHaveLength(99);
	const unchanged = await rowsByOrder();
	expect(unchanged.get(second)?.id).toBe(rows.get(second)?.id);

	const filters = { onlyOpen: true, search: 'read-1' };
	const list = await stand.operate({ resource: 'order', operation: 'getAll', filters, limit: 20 });
	expect(list.error).toBeUndefined();
	expect(list.out.map(({ link }) => link)).toEqual(
		items.flatMap(({ link }, at) => (link.includes('read-1') && at > 0 ? [link] : [])).reverse(),
	);
	const { out: newest } = await stand.operate({ resource: 'order', operation: 'getAll' });
	expect(newest).toHaveLength(50);
}, 120_000);

test('changes come out of a schedule although somebody else has seen them', async () => {
	const changes = { ...FROM_BOOK, operation: 'getStatusChanges' };
	const json = workflow('changes', [
		node(
			'Webhook',
			'webhook',
			{ path: 'changes', httpMethod: 'POST' },
			{ typeVersion: 2, webhookId: 'changes' },
		),
		panelNode('Panel', changes, stand.credential),
	]);
	const { id } = await stand.api.createWorkflow(json);
	await stand.api.activate(id);
	const run = async () => {
		const before = await stand.api.executions(id, 100);
		await stand.api.callWebhook('changes', {});
		// The webhook may answer before the execution is listed
		let [newest] = await stand.api.executions(id, 1);
		while (newest === undefined || before.some((one) => one.id === newest?.id)) {
			[newest] = await stand.api.executions(id, 1);
		}
		const execution = await stand.api.waitForExecution(newest.id);
		expect(errorOf(execution)).toBeUndefined();
		return jsonOf(execution, 'Panel').map(({ order, status, seenBefore }) => ({ order, status, seenBefore }));
	};
	expect(await run()).toHaveLength(100);
	expect(await run()).toEqual([]);
	const list = await stand.operate({ ...FROM_BOOK, operation: 'getStatus' });
	const order = String(list.out.at(-1)?.order);
	stand.panel.moveOrder(order, 'Completed');
	await stand.operate({ resource: 'order', operation: 'getStatus', orderIds: order });
	expect((await rowsByOrder()).get(order)).toMatchObject({ status: 'Completed' });
	expect(await run()).toEqual([{ order, status: 'Completed', seenBefore: true }]);
	expect(await run()).toEqual([]);
}, 120_000);

test('a refill stands in the row of its order', async () => {
	const done = await stand.operate({
		resource: 'order',
		operation: 'getAll',
		filters: { statuses: ['Completed'] },
	});
	const order = String(done.out[0]?.order);
	const { out } = await stand.operate({ resource: 'refill', operation: 'create', orderIds: order });
	expect(out).toMatchObject([{ order, accepted: true }]);
	expect((await rowsByOrder()).get(order)?.refilledAt).toEqual(expect.any(String));
});
