import { join } from 'node:path';
import { errorOf, jsonOf } from '../sandbox/executions.cts';
import { call, called, manualTrigger, node, panelNode, workflow } from '../sandbox/workflow.cts';
import { inputs, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** The order book and waiting under n8n 3.0's rules, as far as they are known: `n8nNext.cjs`. */

const stand = withN8n({
	panel: { lives: { kind: 'still' } },
	env: { NODE_OPTIONS: `--require ${join(__dirname, 'n8nNext.cjs')}` },
});
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

test('the rules are in force: a workflow that "any" may call is called by none', async () => {
	expect(stand.n8n.log().match(/Patched with a rule/g)).toHaveLength(2);
	const child = await stand.api.publish({
		...workflow('child', [called()]),
		settings: { callerPolicy: 'any' },
	});
	const execution = await stand.run(workflow('parent', [manualTrigger(), call('Call', child)]));
	expect(errorOf(execution)?.message).toMatch(/may only be called|can only be called|cannot be called/);
});

test('orders stand in the order book', async () => {
	const { error, out } = await stand.operate(ORDER_FROM_INPUT, { items: inputs(100, 200) });
	expect(error).toBeUndefined();
	const rows = await stand.api.rowsOf('SMM Panel Orders');
	expect(rows.map(({ order }) => order).sort()).toEqual(out.map(({ order }) => order).sort());
	expect(out).toHaveLength(2);
});

test('what is finished leaves by Finished, and nothing goes round', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'Completed' });
	const wait = { resource: 'order', operation: 'waitUntilFinished', orderIds: order };
	const json = workflow(
		'Waiting',
		[manualTrigger(), panelNode('Wait', wait, stand.credential), node('Next', 'noOp')],
		[
			['Start', 'Wait'],
			['Wait', 'Wait', 0],
			['Wait', 'Next', 1],
		],
	);
	const execution = await stand.run(json);
	expect(errorOf(execution)).toBeUndefined();
	expect(jsonOf(execution, 'Next')).toMatchObject([{ order, status: 'Completed' }]);
	expect(execution.data.resultData.runData.Wait).toHaveLength(1);
});
