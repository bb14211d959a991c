import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { jsonOf } from '../sandbox/executions.cts';
import { node, reference, SMM_PANEL_TRIGGER, workflow } from '../sandbox/workflow.cts';
import { LINK, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE, FOLLOWERS } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** What works on the order book, in real n8n: guards, mass orders, unknown orders, and the trigger on it. */

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '100000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const order = async (name: string, options: INodeParameters = {}, quantity = 100) =>
	await stand.operate(
		{ ...ORDER_FROM_INPUT, options },
		{ items: [{ link: `${LINK}/${name}`, quantity }], onError: 'continueRegularOutput' },
	);
const onOrder = async (operation: string, parameters: INodeParameters = {}) =>
	await stand.operate({ resource: 'order', operation, ...parameters });
const paid = (name: string) =>
	stand.panel.orders().filter(({ fields }) => String(fields.link).endsWith(`/${name}`)).length;

test('a second order for the same link is skipped, where the user wants that', async () => {
	const { out: first } = await order('same');
	const { out: second } = await order('same', { sameLink: 'skip' });
	expect(second).toMatchObject([{ skipped: true, order: first[0]?.order }]);
	expect(paid('same')).toBe(1);
});

test('a day has its budget', async () => {
	const { out } = await order('budget', { maxPerDay: 0.001 });
	expect(out[0]?.error).toMatch(/Max per Day/);
	expect(paid('budget')).toBe(0);
	expect((await order('budget', { maxPerDay: 1000 })).out[0]).toHaveProperty('order');
});

test('a text of orders is placed line by line, or not at all', async () => {
	const line = (name: string, quantity: string) => `${FOLLOWERS.id} | ${LINK}/${name} | ${quantity}`;
	const wrong = await onOrder('createMass', {
		orders: `${line('mass-1', '100')}\n${line('mass-2', 'many')}`,
	});
	expect(wrong.error?.message).toMatch(/2/);
	expect(paid('mass-1')).toBe(0);
	const { out } = await onOrder('createMass', {
		orders: `${line('mass-1', '100')}\n${line('mass-2', '200')}`,
	});
	expect(out.map(({ line: at }) => at)).toEqual([1, 2]);
	expect([paid('mass-1'), paid('mass-2')]).toEqual([1, 1]);
});

test('an order whose reply got lost is listed, looked for, and resolved by hand', async () => {
	stand.panel.inject({ action: 'add', kind: 'dropAfter', times: 1 });
	expect((await order('lost')).out[0]).toMatchObject({ outcome: 'unknown' });
	const { out } = await onOrder('getAll', { filters: { states: ['unknown'] } });
	expect(out).toMatchObject([{ state: 'unknown', link: `${LINK}/lost` }]);
	const { out: verdicts } = await onOrder('reconcile');
	expect(verdicts).toMatchObject([{ verdict: 'unresolved', row: out[0]?.row }]);
	const id = stand.panel.orders().find(({ fields }) => fields.link === `${LINK}/lost`)?.id ?? '';
	const { out: resolved } = await onOrder('resolve', {
		row: out[0]?.row as number,
		decision: 'placed',
		placedAs: id,
	});
	expect(resolved).toMatchObject([{ state: 'placed', order: id, status: 'Pending' }]);
	expect(paid('lost')).toBe(1);
});

test('the trigger watches the book with nothing chosen, and writes into it', async () => {
	const { out } = await order('watched');
	const id = String(out[0]?.order);
	const n8nApi = await stand.api.createTablesCredential();
	const trigger = node(
		'Trigger',
		SMM_PANEL_TRIGGER,
		{ pollTimes: { item: [{ mode: 'everyMinute' }] } },
		{ credentials: { smmPanelApi: reference(stand.credential), smmPanelN8nApi: reference(n8nApi) } },
	);
	const json = workflow('watching', [trigger, node('Next', 'noOp')]);
	const { id: workflowId } = await stand.api.createWorkflow(json);
	const asked = () => stand.panel.counts().byAction.status ?? 0;
	const before = asked();
	await stand.api.activate(workflowId);
	// What the first check sees is only remembered
	for (const started = Date.now(); asked() === before && Date.now() - started < 60_000; ) await sleep(100);
	stand.panel.moveOrder(id, 'Completed');
	let [execution] = await stand.api.executions(workflowId, 1);
	for (
		const started = Date.now();
		execution === undefined && Date.now() - started < 90_000;
		await sleep(500)
	) {
		[execution] = await stand.api.executions(workflowId, 1);
	}
	const whole = await stand.api.waitForExecution(execution?.id ?? '');
	expect(jsonOf(whole, 'Trigger')).toMatchObject([
		{ order: id, status: 'Completed', previousStatus: 'Pending', minutesToFinish: expect.any(Number) },
	]);
	const rows = await stand.api.rowsOf('SMM Panel Orders');
	expect(rows.filter(({ order: one }) => String(one) === id)).toMatchObject([{ status: 'Completed' }]);
}, 240_000);
