/** What 0.1.0 had put into n8n's deduplication store: sent keys and seen statuses are still known. */
import { DataDeduplicationService } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { deduplication } from './deduplication.cts';
import { runNode } from './engine.cts';
import { link, place } from './placing.cts';
import { stored } from './storedData.cts';

interface StoredValues {
	/** As they were given to n8n. */
	values: string[];
	/** As n8n had kept them: hashes, by workflow and node. */
	store: unknown;
}

const { idempotencyKeys, seenStatuses } = stored<{
	idempotencyKeys: StoredValues & { items: IDataObject[]; options: IDataObject };
	seenStatuses: StoredValues & { orders: Array<[id: string, status: string]> };
}>('deduplication');

let panel: DevPanel;
beforeEach(async () => {
	deduplication.restore();
	panel = await startPanel({ services: 1, speed: 0, lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', min: 10, max: 1000, rate: '1' });
});
afterEach(async () => await panel.stop());

const PLACE = { workflow: { id: 'workflow-1' }, node: { id: 'node-1' } } as never;
const ENTRIES = { mode: 'entries' } as const;

/** The values in the store of an n8n that hashes as it likes, or the store itself. */
async function load(how: 'values' | 'store', { values, store }: StoredValues): Promise<void> {
	if (how === 'store') return deduplication.restore(JSON.stringify(store));
	const service = DataDeduplicationService.getInstance();
	await service.checkProcessedAndRecord(values, 'node', PLACE, ENTRIES);
}

describe.each(['values', 'store'] as const)('the %s of 0.1.0', (how) => {
	test('keep the orders of sent keys from being sent again', async () => {
		await load(how, idempotencyKeys);
		const { items, options } = idempotencyKeys;
		const added = { ...items[0], link: link(9), id: 'row 9' };
		const run = await place(panel, { items: [...items, added], options });
		expect(run.items.map(({ json }) => [json.link, json.duplicate, json.idempotencyKey])).toEqual([
			[link(0), true, 'row 0'],
			[link(1), true, 'row 1'],
			[link(2), true, '7'],
			[link(9), undefined, undefined],
		]);
		expect(panel.orders().map(({ fields }) => fields.link)).toEqual([link(9)]);
	});

	test('tell a status from the one last seen, whichever it is', async () => {
		await load(how, seenStatuses);
		const { orders } = seenStatuses;
		for (const [, status] of orders) panel.seedOrders({ count: 1, status });
		const changes = async () => {
			const { items } = await runNode({
				credentials: { apiUrl: panel.url, apiKey: panel.key },
				parameters: {
					resource: 'order',
					operation: 'getStatusChanges',
					orderIds: '={{ $json.id }}',
					options: {},
				},
				items: orders.map(([id]) => ({ id })),
			});
			return items.map(({ json }) => [json.order, json.status, json.seenBefore]);
		};
		expect(await changes()).toEqual([]);
		const moved = orders.map(
			([id, status]) => [id, status === 'Completed' ? 'Partial' : 'Completed'] as const,
		);
		for (const [id, status] of moved) panel.moveOrder(id, status);
		expect(await changes()).toEqual(moved.map(([id, status]) => [id, status, true]));
		// What was seen before the update is forgotten by now: coming back is a change
		for (const [id, status] of orders) panel.moveOrder(id, status);
		expect(await changes()).toEqual(orders.map(([id, status]) => [id, status, true]));
		expect(deduplication.count()).toBe(2 * orders.length);
	});
});
