/** The node as an AI agent's tool: agents, and n8n for them, try again what failed; the model may name one order a call. */
import { ExecuteContext } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';
import { runNode } from './engine.cts';
import { adds, bookOf, link, panel, panelForEach } from './placing.cts';
import { PARAMETERS, toolOn } from './tool.cts';

panelForEach({ refill: true, cancel: true });

test('an order whose reply was lost is not sent again, by n8n or by the agent', async () => {
	const { order } = toolOn(panel, bookOf(panel).book);
	panel.inject({ action: 'add', kind: 'dropAfter' });
	await expect(order({ link: link(1), quantity: 10 })).rejects.toThrow(/Outcome unknown/);
	expect(adds(panel)).toHaveLength(1);
	await expect(order({ link: link(1), quantity: 10 })).rejects.toThrow(/Outcome unknown/);
	expect(panel.orders()).toHaveLength(1);
	expect(await order({ link: link(2), quantity: 10 })).toContain(panel.orders()[1]?.id);
});

test('a refused order is sent again, and the same call again means the same order', async () => {
	const { order } = toolOn(panel, bookOf(panel).book);
	panel.inject({ action: 'add', kind: 'error', text: 'Bad link' });
	expect(await order({ link: link(1), quantity: 10 })).toContain(panel.orders()[0]?.id);
	expect(await order({ link: link(1), quantity: 10 })).toContain('"duplicate":true');
	expect(panel.orders()).toHaveLength(1);
});

test.each([
	['maxTotalCharge', 'more than Max Total Charge (2)'],
	['maxPerDay', 'together more than Max per Day (2)'],
])(
	'%s holds for all calls of one execution together, and a repeated call costs nothing',
	async (limit, words) => {
		panel.changeService(1, { rate: '100' });
		const parameters = { ...PARAMETERS, options: { [limit]: 2 } };
		const { order } = toolOn(panel, bookOf(panel).book, parameters);
		const placed = [
			await order({ link: link(1), quantity: 10 }),
			await order({ link: link(2), quantity: 10 }),
		];
		expect(placed).toEqual(panel.orders().map(({ id }) => expect.stringContaining(`"order":"${id}"`)));
		await expect(order({ link: link(3), quantity: 1 })).rejects.toThrow(words);
		expect(await order({ link: link(1), quantity: 10 })).toContain('"duplicate":true');
		expect(panel.orders()).toHaveLength(2);
	},
);

test('only a tool remembers from call to call', () => {
	expect(ExecuteContext.prototype.isToolExecution()).toBe(false);
});

describe('what cancels or refills', () => {
	let ids: string[];
	beforeEach(() => void (ids = panel.seedOrders({ count: 3, status: 'In progress', service: 1 })));

	const FROM_AI = "={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Order_IDs', ``, 'string') }}";
	const call = async (parameters: IDataObject, given: unknown): Promise<string> =>
		await toolOn(panel, undefined, parameters).order({ Order_IDs: given } as IDataObject);
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
});
