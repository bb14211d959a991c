/** The recipe that needs no key of n8n's API: Schedule → Get Status Changes, from the book. Each change is told once. */
import type { IDataObject } from 'n8n-workflow';
import { isFinal, spelling } from '../../nodes/SmmPanel/panel/statuses';
import { createRandom } from '../panel/random.cts';
import { bookedOrders } from './bookedOrders.cts';
import { deduplication } from './deduplication.cts';
import { NODE, startWorkflow, workflowAround } from './engine.cts';
import { KEY } from './panelRun.cts';

const there = bookedOrders();
const NEXT = ['In progress', 'Processing', 'Queued at supplier', 'Completed', 'Partial'];

/** Runs that n8n starts of one active workflow: it keeps the workflow's static data in its database. */
function schedule() {
	const credential = { apiUrl: there.stand.panel.url, apiKey: KEY };
	const json = workflowAround({
		workflowId: there.workflowId,
		credentials: credential,
		parameters: { resource: 'order', operation: 'getStatusChanges', source: 'orderBook' },
	});
	let staticData: IDataObject = {};
	return {
		async run() {
			const options = { credentials: { smmPanelApi: credential }, book: there.book };
			const { finished } = startWorkflow({ ...json, staticData }, [{ json: {} }], options);
			const { error, outputsOf } = await finished;
			return error ? [] : (outputsOf(NODE)[0] ?? []).map((item) => item.json);
		},
		restart() {
			staticData = JSON.parse(JSON.stringify(staticData)) as IDataObject;
			deduplication.restore(deduplication.save());
		},
	};
}

test.each([1, 2])(
	'over restarts, refused keys and orders that others see finish (seed %s)',
	async (seed) => {
		const { panel } = there.stand;
		const random = createRandom(`changes ${seed}`);
		const { run, restart } = schedule();
		const fired = new Map<string, string[]>();
		const orders: string[] = [];
		const at = (order: string) => spelling(panel.order(order).status);
		const expected = new Map<string, string[]>();
		for (let round = 0; round < 12; round++) {
			if (round < 9) orders.push(...there.booked(random.whole(0, 3)));
			for (const order of orders) {
				if (!isFinal(panel.order(order).status) && random.chance(0.4))
					panel.moveOrder(order, random.pick(NEXT));
			}
			if (random.chance(0.3)) await there.getStatus(orders.slice(0, 3));
			if (random.chance(0.3)) restart();
			const fails = round < 10 && random.chance(0.25);
			if (fails) panel.inject({ action: 'status', kind: 'error', text: 'Invalid API key' });
			for (const { order, status } of await run()) {
				const id = String(order);
				fired.set(id, [...(fired.get(id) ?? []), spelling(String(status))]);
			}
			panel.clearFaults();
			if (fails) continue;
			for (const order of orders) {
				const seen = expected.get(order) ?? [];
				if (seen.at(-1) !== at(order)) expected.set(order, [...seen, at(order)]);
			}
		}
		expect(fired).toEqual(expected);
		expect(orders.length).toBeGreaterThan(5);
	},
	60_000,
);
