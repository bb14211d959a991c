/** What operations on existing orders read from the order book: its open orders, and changes among them. */
import type { IDataObject } from 'n8n-workflow';
import { bookedOrders } from './bookedOrders.cts';
import { NODE, startWorkflow, workflowAround } from './engine.cts';
import { TestBook } from './orderBook.cts';
import { jsonOf, KEY, pairsOf } from './panelRun.cts';

const there = bookedOrders();

describe('the orders of the book', () => {
	const FROM_BOOK = { source: 'orderBook' };

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
		const [hint] = workflow.run.data.resultData.runData[NODE]?.[0]?.hints ?? [];
		expect(hint?.message).toMatch(/^There is no order book in this project yet/);
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

describe('changes among the orders of the book', () => {
	/** Production runs of one workflow: n8n keeps its static data. */
	function schedule() {
		const json = workflowAround({
			workflowId: there.workflowId,
			credentials: { apiUrl: there.stand.panel.url, apiKey: KEY },
			parameters: { resource: 'order', operation: 'getStatusChanges', source: 'orderBook' },
		});
		const staticData: IDataObject = {};
		return async () => {
			const credentials = { smmPanelApi: { apiUrl: there.stand.panel.url, apiKey: KEY } };
			const { finished } = startWorkflow({ ...json, staticData }, [{ json: {} }], {
				credentials,
				book: there.book,
			});
			const { error, outputsOf } = await finished;
			if (error) throw new Error(error.message);
			return jsonOf(outputsOf(NODE)[0]).map(({ order, status, seenBefore }) => [order, status, seenBefore]);
		};
	}

	it('are not looked for among what was finished long ago', async () => {
		const [order = ''] = there.booked(1);
		const changes = schedule();
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
		const changes = schedule();
		await changes();
		there.stand.panel.moveOrder(order, 'Completed');
		await there.getStatus([order]);
		there.book.age(4 * 60_000);
		there.stand.panel.inject({ action: 'status', kind: 'error', text: 'Invalid API key' });
		await expect(changes()).rejects.toThrow(/API key/);
		there.book.age(-4 * 60_000);
		expect(await changes()).toEqual([[order, 'Completed', true]]);
	});
});
