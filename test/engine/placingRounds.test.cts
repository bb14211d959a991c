/** One node that runs several times in an execution, without an order book. */
import { startPanel, type DevPanel } from '../panel/server.cts';
import { INPUT, NODE, runWorkflow, workflowAround } from './engine.cts';
import { adds, link } from './placing.cts';

let panel: DevPanel;
beforeEach(async () => {
	panel = await startPanel({ services: 1 });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
});
afterEach(async () => await panel.stop());

it('asks the panel for another order in each round: the value for its request ID is never the same', async () => {
	const smmPanelApi = { apiUrl: panel.url, apiKey: panel.key, requestIdField: 'request_id' };
	const json = workflowAround({
		credentials: smmPanelApi,
		parameters: {
			resource: 'order',
			operation: 'create',
			serviceId: { __rl: true, mode: 'id', value: '1' },
			orderFields: { mappingMode: 'defineBelow', value: { link: link(1), quantity: 10 } },
			options: { orderBook: false },
		},
	});
	const input = json.nodes.find(({ name }) => name === INPUT);
	if (!input) throw new Error('The workflow has no input');
	const to = (...names: string[]) => ({
		main: [names.map((node) => ({ node, type: 'main' as const, index: 0 }))],
	});
	const again = { ...input, id: 'again', name: 'Again' };
	const { error } = await runWorkflow(
		{
			...json,
			nodes: [...json.nodes, again],
			connections: { ...json.connections, [INPUT]: to(NODE, 'Again'), Again: to(NODE) },
		},
		[{ json: {} }],
		{ credentials: { smmPanelApi } },
	);
	expect(error).toBeUndefined();
	const ids = adds(panel).map(({ fields }) => fields.request_id);
	expect(ids).toHaveLength(2);
	expect(new Set(ids).size).toBe(2);
});
