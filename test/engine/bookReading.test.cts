/** What operations on existing orders read from the order book: its open orders, and changes among them. */
import type { IDataObject } from 'n8n-workflow';
import { isFinal, spelling } from '../../nodes/SmmPanel/panel/statuses';
import { createRandom } from '../panel/random.cts';
import { bookedOrders } from './bookedOrders.cts';
import { deduplication } from './deduplication.cts';
import { hintsOf, NODE, startWorkflow, workflowAround } from './engine.cts';
import { TestBook } from './orderBook.cts';
import { jsonOf, KEY, pairsOf } from './panelRun.cts';

const there = bookedOrders();

const FROM_BOOK = { source: 'orderBook' };

describe('the orders of the book', () => {
	it('are those of this account that are not finished, with one item each', async () => {
		const open = there.booked(3);
		there.booked(2, 'Completed', { finished: true });
		there.booked(1, 'Pending', { account: 'other' });
		there.booked(1, 'Pending', { state: 'unknown' });
		const { items } = await there.run('order', 'getStatus', FROM_BOOK, { items: [{}, {}] });
		expect(jsonOf(items).map(({ order }) => order)).toEqual(open);
		expect(pairsOf(items)).toEqual([0, 0, 0]);
		expect(there.stand.asked('status')).toBe(1);
		expect(there.book.calls()).toEqual(['list', 'get', 'insert get deleteRows']);
	});

	it('are none, said in words, where there is no book yet', async () => {
		there.takeBook(new TestBook());
		const { items, error, workflow } = await there.run('order', 'getStatus', FROM_BOOK);
		expect([items, error]).toEqual([[], undefined]);
		expect(hintsOf(workflow)[0]).toMatch(/^There is no order book in this project yet/);
		expect(there.book.hasTable()).toBe(false);
	});

	it('are an error where the book fails', async () => {
		there.booked(1);
		there.book.fail({ only: 'get' });
		const { error } = await there.run('order', 'getStatus', FROM_BOOK);
		expect(error?.message).toMatch(/^The order book cannot be read: .*database is locked/);
		const goesOn = { onError: 'continueRegularOutput' } as const;
		there.book.fail({ only: 'get' });
		const { items } = await there.run('order', 'getStatus', FROM_BOOK, goesOn);
		expect(jsonOf(items)).toMatchObject([{ error: expect.stringMatching(/^The order book/) }]);
	});
});

describe('changes among the orders of the book: the recipe that needs no key of n8n’s API', () => {
	/** Runs that n8n starts of one active workflow: it keeps the workflow's static data in its database. */
	function schedule() {
		const credential = { apiUrl: there.stand.panel.url, apiKey: KEY };
		const json = workflowAround({
			workflowId: there.workflowId,
			credentials: credential,
			parameters: { resource: 'order', operation: 'getStatusChanges', ...FROM_BOOK },
		});
		let staticData: IDataObject = {};
		return {
			async changes() {
				const options = { credentials: { smmPanelApi: credential }, book: there.book };
				const { finished } = startWorkflow({ ...json, staticData }, [{ json: {} }], options);
				const { error, outputsOf } = await finished;
				if (error) throw new Error(error.message);
				return jsonOf(outputsOf(NODE)[0]);
			},
			restart() {
				staticData = JSON.parse(JSON.stringify(staticData)) as IDataObject;
				deduplication.restore(deduplication.save());
			},
		};
	}

	it('are not looked for among what was finished long ago', async () => {
		const [order = ''] = there.booked(1);
		const { changes } = schedule();
		await changes();
		there.stand.panel.moveOrder(order, 'Completed');
		await there.getStatus([order]);
		await changes();
		there.book.age(6 * 60_000);
		const asked = there.stand.asked('status');
		expect(await changes()).toEqual([]);
		expect(there.stand.asked('status')).toBe(asked);
	});

	it('are looked for again where the panel could not be asked', async () => {
		const [order = ''] = there.booked(1);
		const { changes } = schedule();
		await changes();
		there.stand.panel.moveOrder(order, 'Completed');
		await there.getStatus([order]);
		there.book.age(4 * 60_000);
		there.stand.panel.inject({ action: 'status', kind: 'error', text: 'Invalid API key' });
		await expect(changes()).rejects.toThrow(/API key/);
		there.book.age(-4 * 60_000);
		expect(await changes()).toMatchObject([{ order, status: 'Completed', seenBefore: true }]);
	});

	const NEXT = ['In progress', 'Processing', 'Queued at supplier', 'Completed', 'Partial'];
	it.each([1, 2])(
		'come out once each, over restarts, refused keys and orders that others see finish (seed %s)',
		async (seed) => {
			const { panel } = there.stand;
			const random = createRandom(`changes ${seed}`);
			const { changes, restart } = schedule();
			const fired = new Map<string, string[]>();
			const expected = new Map<string, string[]>();
			const orders: string[] = [];
			const at = (order: string) => spelling(panel.order(order).status);
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
				for (const { order, status } of await changes().catch(() => [])) {
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
});
