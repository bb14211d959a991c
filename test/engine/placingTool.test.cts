/** The node as an AI agent's tool: agents, and n8n for them, try again what failed. */
import { ExecuteContext } from 'n8n-core';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { adds, bookOf, link } from './placing.cts';
import { PARAMETERS, toolOn } from './tool.cts';

let panel: DevPanel;
beforeEach(async () => {
	panel = await startPanel({ services: 1 });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
});
afterEach(async () => await panel.stop());

test('an order whose reply was lost is not sent again, by n8n or by the agent', async () => {
	const { order } = toolOn(panel, {}, bookOf(panel).book);
	panel.inject({ action: 'add', kind: 'dropAfter' });
	await expect(order({ link: link(1), quantity: 10 })).rejects.toThrow(/Outcome unknown/);
	expect(adds(panel)).toHaveLength(1);
	await expect(order({ link: link(1), quantity: 10 })).rejects.toThrow(/Outcome unknown/);
	expect(panel.orders()).toHaveLength(1);
	expect(await order({ link: link(2), quantity: 10 })).toContain(panel.orders()[1]?.id);
});

test('a refused order is sent again, and the same call again means the same order', async () => {
	const { order } = toolOn(panel, {}, bookOf(panel).book);
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
		const { order } = toolOn(panel, {}, bookOf(panel).book, parameters);
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
