import type { INodeParameters } from 'n8n-workflow';
import { jsonOf } from '../sandbox/executions.cts';
import { node, panelTrigger, workflow } from '../sandbox/workflow.cts';
import { LINK, ORDER_FROM_INPUT, pollTimes } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { until } from '../sandbox/until.cts';
import { withN8n } from './n8nFixture.cts';

/** What works on the order book, in real n8n over its own Data Table node: reading, resolving, and the trigger. */

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '100000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const TABLE = 'SMM Panel Orders';
const onOrder = async (operation: string, parameters: INodeParameters = {}) =>
	await stand.operate({ resource: 'order', operation, ...parameters });
const order = async (...names: string[]) =>
	await stand.operate(ORDER_FROM_INPUT, {
		items: names.map((name) => ({ link: `${LINK}/${name}`, quantity: 100 })),
		onError: 'continueRegularOutput',
	});
const rowsByOrder = async () =>
	new Map((await stand.api.rowsOf(TABLE)).map((row) => [String(row.order), row]));

test('reads make no table', async () => {
	const [known = ''] = stand.panel.seedOrders({ count: 1 });
	expect((await onOrder('getStatus', { orderIds: known })).out).toMatchObject([{ order: known }]);
	const listed = await onOrder('getAll');
	expect([listed.error, listed.out]).toEqual([undefined, []]);
	expect(await stand.api.dataTable(TABLE)).toBeUndefined();
});

test('eight executions that use the book for the first time at once have one table, and none loses an order', async () => {
	const runs = await Promise.all(Array.from({ length: 8 }, (_, at) => order(`first-${at}`)));
	expect(runs.map(({ out }) => out[0]?.error)).toEqual(runs.map(() => undefined));
	const ids = runs.map(({ out }) => String(out[0]?.order));
	expect([...(await rowsByOrder()).keys()].sort()).toEqual(ids.sort());
}, 120_000);

test('what a hundred orders have come to stands in their rows', async () => {
	const { out } = await order(...Array.from({ length: 92 }, (_, at) => `read-${at}`));
	const [first = '', second = ''] = out.map(({ order: id }) => String(id));
	stand.panel.moveOrder(first, 'Completed');
	stand.panel.moveOrder(second, 'In progress', { remains: 40 });
	const read = await onOrder('getStatus', { source: 'orderBook' });
	expect([read.error, read.out.length]).toEqual([undefined, 100]);
	const rows = await rowsByOrder();
	expect(rows.size).toBe(100);
	expect(rows.get(first)).toMatchObject({ status: 'Completed', finished: true, state: 'placed' });
	expect(rows.get(second)).toMatchObject({ status: 'In progress', remains: 40, finished: false });
	expect((await onOrder('getStatus', { source: 'orderBook' })).out).toHaveLength(99);
	const filters = { onlyOpen: true, search: 'read-1' };
	expect((await onOrder('getAll', { filters, limit: 20 })).out).toHaveLength(11);
}, 120_000);

test('an order whose reply got lost is listed, and resolved by hand', async () => {
	stand.panel.inject({ action: 'add', kind: 'dropAfter', times: 1 });
	expect((await order('lost')).out[0]).toMatchObject({ outcome: 'unknown' });
	const { out } = await onOrder('getAll', { filters: { states: ['unknown'] } });
	expect(out).toMatchObject([{ state: 'unknown', link: `${LINK}/lost` }]);
	const id = stand.panel.orders().at(-1)?.id ?? '';
	const decided = { row: out[0]?.row as number, decision: 'placed', placedAs: id };
	expect((await onOrder('resolve', decided)).out).toMatchObject([
		{ state: 'placed', order: id, status: 'Pending' },
	]);
});

test('the trigger watches the book with nothing chosen, writes into it, and outlives a kill', async () => {
	const { out } = await order('watched', 'later');
	const [watched = '', later = ''] = out.map(({ order: id }) => String(id));
	const n8nApi = await stand.api.createTablesCredential();
	const trigger = panelTrigger('Trigger', { pollTimes }, stand.credential, n8nApi);
	const { id } = await stand.api.createWorkflow(workflow('watching', [trigger, node('Next', 'noOp')]));
	const fired = async () => {
		const all = await stand.api.executions(id);
		const whole = await Promise.all(all.map(async (one) => await stand.api.waitForExecution(one.id)));
		return whole
			.flatMap((one) => jsonOf(one, 'Trigger'))
			.map(({ order: one, status, previousStatus }) => [one, previousStatus, status]);
	};
	const asked = () => stand.panel.counts().byAction.status ?? 0;
	const before = asked();
	await stand.api.activate(id);
	// What the first check sees, in two requests, is only remembered
	await until(() => asked() >= before + 2, 'The first poll');
	stand.panel.moveOrder(watched, 'Completed');
	await until(async () => (await fired()).length > 0, 'The change');
	await stand.n8n.kill();
	stand.panel.moveOrder(later, 'Canceled');
	await stand.restart();
	await until(async () => (await fired()).length > 1, 'The change while n8n was away');
	await stand.api.deactivate(id);
	expect(await fired()).toEqual([
		[later, 'Pending', 'Canceled'],
		[watched, 'Pending', 'Completed'],
	]);
	const rows = await rowsByOrder();
	expect([rows.get(watched)?.status, rows.get(later)?.status]).toEqual(['Completed', 'Canceled']);
}, 240_000);
