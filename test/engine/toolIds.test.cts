/** What cancels or refills, as an agent's tool: the model may name one order a call, the user any number. */
import type { IDataObject } from 'n8n-workflow';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { runNode } from './engine.cts';
import { toolOn } from './tool.cts';

let panel: DevPanel;
let ids: string[];
beforeEach(async () => {
	panel = await startPanel({ services: 1 });
	panel.changeService(1, { refill: true, cancel: true });
	ids = panel.seedOrders({ count: 3, status: 'In progress', service: 1 });
});
afterEach(async () => await panel.stop());

const FROM_AI = "={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Order_IDs', ``, 'string') }}";
const call = async (parameters: IDataObject, given: unknown): Promise<string> =>
	await toolOn(panel, {}, undefined, parameters).order({ Order_IDs: given } as IDataObject);
const asked = (action: string) => panel.requests().filter(({ fields }) => fields.action === action);

describe.each([
	['order', 'cancel', 'canceled'],
	['refill', 'create', 'refilled'],
])('%s: %s', (resource, operation, verb) => {
	const action = operation === 'cancel' ? 'cancel' : 'refill';
	beforeEach(() => {
		if (action === 'refill') ids.forEach((id) => panel.moveOrder(id, 'Completed'));
	});

	test.each([FROM_AI, "={{ $fromai('Order_IDs').split(',') }}", '={{ $json.Order_IDs }}'])(
		'of several orders that the model names does nothing: %s',
		async (orderIds) => {
			await expect(call({ resource, operation, orderIds }, ids.join(','))).rejects.toThrow(
				`Nothing was ${verb}: 3 orders in one call, where a model chooses them`,
			);
			expect(asked(action)).toEqual([]);
		},
	);

	test('of one order that the model names does it', async () => {
		expect(await call({ resource, operation, orderIds: FROM_AI }, ids[0])).toContain('"accepted":true');
		// The same one twice is one
		await call({ resource, operation, orderIds: FROM_AI }, `${ids[1]}, ${ids[1]}`);
		expect(asked(action)).toHaveLength(2);
	});

	test('of several orders that the user has fixed does it', async () => {
		const fixed = { resource, operation, orderIds: ids.join(', ') };
		expect(await call(fixed, 'nothing')).toContain(String(ids[2]));
		expect(asked(action)).toHaveLength(1);
	});

	test('in a workflow without a model takes any number', async () => {
		const { items, error } = await runNode({
			parameters: { resource, operation, orderIds: '={{ $json.ids }}' },
			items: [{ ids }],
			credentials: { apiUrl: panel.url, apiKey: panel.key },
		});
		expect([error, items.length]).toEqual([undefined, 3]);
	});
});

test('any number may be asked about', async () => {
	const status = { resource: 'order', operation: 'getStatus', orderIds: FROM_AI };
	expect(await call(status, ids.join(','))).toContain(String(ids[2]));
});
