import { OLD_N8N } from '../sandbox/paths.cts';
import { jsonOf } from '../sandbox/executions.cts';
import {
	manualTrigger,
	node,
	panelNode,
	reference,
	SMM_PANEL_TRIGGER,
	workflow,
} from '../sandbox/workflow.cts';
import { inputs, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** The same package in the last n8n 1.x: the tests of 2.x once more, and what only concerns 1.x. */

process.env.N8N_VERSION = OLD_N8N;

// Each with an n8n of its own that ends before the next one starts
/* eslint-disable @typescript-eslint/no-require-imports */
describe(`operations in n8n ${OLD_N8N}`, () => void require('./operations.test.cts'));
describe(`errors in n8n ${OLD_N8N}`, () => void require('./errors.test.cts'));
/* eslint-enable @typescript-eslint/no-require-imports */

describe(`n8n ${OLD_N8N}`, () => {
	const stand = withN8n({ version: OLD_N8N });
	beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

	const trigger = (parameters: Parameters<typeof node>[2]) =>
		workflow('Trigger', [
			node(
				'Trigger',
				SMM_PANEL_TRIGGER,
				{ pollTimes: { item: [{ mode: 'everyMinute' }] }, ...parameters },
				{
					credentials: { smmPanelApi: reference(stand.credential) },
				},
			),
		]);

	it('is 1.x', async () => {
		const { versionCli } = await stand.api.session.call<{ versionCli: string }>('GET', '/rest/settings');
		expect(versionCli).toBe(OLD_N8N);
	});

	it('sends an order with an idempotency key once in all executions', async () => {
		const items = inputs(100, 200).map((item, id) => ({ ...item, id }));
		const parameters = { ...ORDER_FROM_INPUT, options: { idempotencyKey: '={{ $json.id }}' } };
		const saved = await stand.api.createWorkflow({
			...workflow('Keyed', [manualTrigger(), panelNode('Panel', parameters, stand.credential)]),
			pinData: { Start: items.map((json) => ({ json })) },
		});
		expect(jsonOf(await stand.api.run(saved), 'Panel').map(({ order }) => order)).toEqual([
			expect.any(String),
			expect.any(String),
		]);
		expect(jsonOf(await stand.api.run(saved), 'Panel')).toMatchObject([
			{ duplicate: true },
			{ duplicate: true },
		]);
		expect(stand.panel.orders()).toHaveLength(2);
	});

	it('activates the trigger, which asks the panel at once', async () => {
		const [order = ''] = stand.panel.seedOrders({ count: 1 });
		const asked = () => stand.panel.counts().byAction.status ?? 0;
		const before = asked();
		const saved = await stand.api.createWorkflow(
			trigger({ event: 'orderStatusChanged', source: 'ids', orderIds: order }),
		);
		await stand.api.activate(saved.id);
		expect((await stand.api.workflow(saved.id)).active).toBe(true);
		expect(asked()).toBe(before + 1);
	});

	it('waits until an order is finished', async () => {
		const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
		const wait = { resource: 'order', operation: 'waitUntilFinished', orderIds: order, checkEvery: 1 };
		const saved = await stand.api.createWorkflow(
			workflow(
				'Waiting',
				[manualTrigger(), panelNode('Wait', wait, stand.credential), node('Next', 'noOp')],
				[
					['Start', 'Wait'],
					['Wait', 'Wait', 0],
					['Wait', 'Next', 1],
				],
			),
		);
		const id = await stand.api.startRun(saved);
		for (let status = ''; status !== 'waiting'; ) {
			[{ status } = { status: '' }] = await stand.api.executions(saved.id, 1);
			expect(['', 'new', 'running', 'waiting']).toContain(status);
		}
		stand.panel.moveOrder(order, 'Completed');
		const execution = await stand.api.waitForExecution(id, 200_000);
		expect(jsonOf(execution, 'Next')).toMatchObject([{ order, status: 'Completed', finished: true }]);
	}, 240_000);

	it('has no data tables in its public API, so that the trigger cannot watch one', async () => {
		const response = await fetch(`${stand.n8n.url}/api/v1/data-tables`, {
			headers: { 'X-N8N-API-KEY': 'any' },
		});
		expect(response.status).toBe(404);
	});
});
