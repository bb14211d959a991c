/** What 0.1.0 had stored of a failed execution: its retry does nothing at the panel a second time. */
import type { IDataObject } from 'n8n-workflow';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { deduplication } from './deduplication.cts';
import { runNode, type NodeOptions, type NodeRun } from './engine.cts';
import { adds, link } from './placing.cts';
import { executionWith, stored, type StoredRun } from './storedData.cts';
import { toolOn } from './tool.cts';

let panel: DevPanel;
beforeEach(async () => {
	deduplication.restore();
	panel = await startPanel({ services: 1, speed: 0, lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000, rate: '1', refill: true, cancel: true });
});
afterEach(async () => await panel.stop());

const json = ({ items }: NodeRun) => items.map((item) => item.json);
const linksSent = () => adds(panel).map(({ fields }) => fields.link);

/** The execution's "Retry", after the update. */
async function retry(
	run: StoredRun,
	options: IDataObject = {},
	more: Partial<NodeOptions> = {},
): Promise<NodeRun> {
	if (run.deduplication) deduplication.restore(JSON.stringify(run.deduplication));
	const node: NodeOptions = {
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		parameters: { ...run.parameters, options: { ...(run.parameters.options as IDataObject), ...options } },
		items: run.items,
		onError: run.onError,
		...more,
	};
	return await runNode({ ...node, executionState: executionWith(node, run.contextData) });
}

describe('orders', () => {
	const runs = stored<Record<'keyed' | 'stopped' | 'lost', StoredRun>>('placing');

	test('that were placed, unknown or duplicates are not sent again; refused ones are', async () => {
		const run = await retry(runs.keyed);
		expect(linksSent()).toEqual([link(2), link(3)]);
		const [second, third] = panel.orders().map(({ id }) => id);
		const sent = (at: number) => ({ service: '1', link: link(at), quantity: '100' });
		expect(json(run)).toEqual([
			{ ...sent(0), order: '23502', charge: 0.1, currency: 'USD' },
			{
				...sent(1),
				idempotencyKey: 'row 1',
				errorType: 'network',
				outcome: 'unknown',
				error: expect.stringMatching(
					/^Outcome unknown: the order may have been placed \(service 1, link \S+1, quantity 100\)/,
				) as string,
			},
			{ ...sent(2), order: second, charge: 0.1, currency: 'USD' },
			{ ...sent(3), order: third, charge: 0.1, currency: 'USD' },
			{ ...sent(4), duplicate: true, idempotencyKey: 'row 4' },
			{ ...sent(5), order: '23504', charge: 0.1, currency: 'USD' },
		]);
	});

	test.each([
		[0.49, []],
		[0.5, [link(2), link(3)]],
	])('that were placed or are unknown count against a total of %s', async (maxTotalCharge, expected) => {
		const { items } = await retry(runs.keyed, { maxTotalCharge });
		expect(linksSent()).toEqual(expected);
		expect(items[0]?.json.order).toBe('23502');
	});

	test('of a run that stopped at a refusal: the retry goes on there, and the first keeps its ID', async () => {
		const run = await retry(runs.stopped);
		expect(linksSent()).toEqual([link(1), link(2)]);
		expect(json(run)).toMatchObject([
			{ order: '23501', charge: null, link: link(0) },
			{ order: panel.orders()[0]?.id, link: link(1) },
			{ order: panel.orders()[1]?.id, link: link(2) },
		]);
	});

	test('of a run that stopped at a lost reply: the retry does not send it, and names it', async () => {
		const { error } = await retry(runs.lost);
		expect(error?.message).toMatch(/^Outcome unknown: .* \[Item 1\]$/);
		const { data } = (error as unknown as { context: { data: IDataObject } }).context;
		expect(data.placed).toMatchObject([
			{ item: 0, order: '23501', link: link(0) },
			{ item: 2, link: link(2) },
		]);
		expect(data.unknown).toMatchObject([{ item: 1, link: link(1) }]);
		expect(linksSent()).toEqual([link(2)]);
	});

	test('that Retry On Fail had tried are known to its next try', async () => {
		const tries = { retryOnFail: true, maxTries: 3 };
		panel.inject({ action: 'add', kind: 'error', text: 'Bad link' });
		const run = await retry(runs.stopped, {}, tries);
		expect(run.tries).toBe(2);
		expect(linksSent()).toEqual([link(1), link(1), link(2)]);
		expect(json(run)[0]).toMatchObject({ order: '23501' });
	});
});

describe('lists', () => {
	const runs = stored<Record<'cancel' | 'refill' | 'getStatusChanges', StoredRun>>('lists');

	test.each([
		['cancel', 'In progress', {}],
		['refill', 'Completed', { refill: '1' }],
	] as const)(
		'of a %s: what was done, or may have been done, is not asked for again',
		async (action, status, done) => {
			panel.seedOrders({ count: 3, status });
			const run = await retry(runs[action]);
			const asked = panel.requests().filter(({ fields }) => fields.action === action);
			expect(asked.map(({ fields }) => fields.orders ?? fields.order)).toEqual(['23503']);
			expect(json(run)).toMatchObject([
				{ order: '23501', accepted: true, ...done },
				{ order: '23502', accepted: false, outcome: 'unknown', errorType: 'network' },
				{ order: '23503', accepted: true },
			]);
		},
	);

	test('of changed statuses: those whose items were lost come out again, and only those', async () => {
		panel.seedOrders({ count: 3, status: 'Pending' });
		panel.moveOrder(23502, 'Completed');
		expect(json(await retry(runs.getStatusChanges))).toMatchObject([
			{ order: '23502', status: 'Completed', seenBefore: true },
			{ order: '23503', status: 'Pending', seenBefore: false },
		]);
		expect(json(await retry({ ...runs.getStatusChanges, contextData: {} }))).toEqual([]);
	});
});

test("an order that an agent's call had left unknown is not sent by a later one; others are", async () => {
	const { order } = toolOn(panel, stored<{ contextData: IDataObject }>('toolCalls').contextData);
	await expect(order({ link: link(0), quantity: 10 })).rejects.toThrow(/Outcome unknown/);
	expect(adds(panel)).toEqual([]);
	expect(await order({ link: link(2), quantity: 10 })).toContain(panel.orders()[0]?.id);
	expect(await order({ link: link(0), quantity: 11 })).toContain(panel.orders()[1]?.id);
	expect(linksSent()).toEqual([link(2), link(0)]);
});
