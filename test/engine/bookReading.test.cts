/** What operations on existing orders read from the order book and write into it. */
import type { IDataObject } from 'n8n-workflow';
import { deduplication } from './deduplication.cts';
import { NODE, startWorkflow, workflowAround } from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { jsonOf, KEY, pairsOf, panelRuns, type PanelRun } from './panelRun.cts';

const panels = panelRuns();
afterAll(panels.stopAll);

let stand: PanelRun;
let book: TestBook;
let workflowId: string;
let here: { panel: string; account: string };
beforeEach(async () => {
	stand = await panels.panelRun();
	book = new TestBook({ table: true });
	workflowId = ownWorkflow();
	here = { panel: new URL(stand.panel.url).host, account: 'smmPanelApi' };
	deduplication.restore();
});

const run = async (resource: string, operation: string, parameters: IDataObject = {}, more = {}) =>
	await stand.run(resource, operation, parameters, { book, workflowId, ...more });
const getStatus = async (orderIds: string[], more = {}) =>
	await run('order', 'getStatus', { orderIds: orderIds.join() }, more);

/** Orders of the panel that stand in the book. */
function booked(count: number, status = 'Pending', cells: IDataObject = {}): string[] {
	const ids = stand.panel.seedOrders({ count, status });
	book.add(
		...ids.map((order) => ({
			...here,
			state: 'placed' as const,
			order,
			placedAt: new Date().toISOString(),
			userKey: `key of ${order}`,
			...cells,
		})),
	);
	return ids;
}
const rowOf = (order: string) => book.rows().find((row) => row.order === order);

describe('a status that was read', () => {
	it('stands in the book afterwards, for two sub-executions a hundred orders', async () => {
		const ids = booked(100);
		const [first = ''] = ids;
		const { items, error } = await getStatus(ids);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(100);
		expect(book.calls()).toEqual(['list', 'get', 'insert get deleteRows']);
		expect(rowOf(first)).toMatchObject({ status: 'Pending', userKey: `key of ${first}`, finished: false });

		const calls = book.calls().length;
		await getStatus(ids);
		expect(book.calls().slice(calls)).toEqual(['get']);

		stand.panel.moveOrder(first, 'Completed');
		await getStatus(ids);
		expect(book.calls().slice(calls + 1)).toEqual(['get', 'insert get deleteRows']);
		expect(rowOf(first)).toMatchObject({ status: 'Completed', finished: true });
		expect(rowOf(first)?.finishedAt).not.toBeNull();
		expect(book.rows()).toHaveLength(100);
	});

	it('makes no table and no row', async () => {
		const ids = stand.panel.seedOrders({ count: 2 });
		await getStatus(ids);
		expect(book.rows()).toEqual([]);
		book = new TestBook();
		workflowId = ownWorkflow();
		await getStatus(ids);
		await getStatus(ids);
		expect(book.calls()).toEqual(['list']);
		expect(book.hasTable()).toBe(false);
	});

	it.each(['list', 'get', 'insert'])('comes out although the book fails at %s', async (only) => {
		const ids = booked(2);
		book.fail({ only });
		const { items, error, workflow } = await getStatus(ids);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(2);
		const { hints } = workflow.run.data.resultData.runData[NODE]?.[0] ?? {};
		expect(hints?.map(({ message }) => message)).toEqual([
			'What the panel said was not written into the order book. n8n could not read or write the order book: database is locked.',
		]);
	});

	it('is not missed where the table was deleted meanwhile', async () => {
		const ids = booked(1);
		await getStatus(ids);
		book.deleteTable();
		const { items, workflow } = await getStatus(ids);
		expect(items).toHaveLength(1);
		expect(workflow.run.data.resultData.runData[NODE]?.[0]?.hints ?? []).toEqual([]);
		expect(book.hasTable()).toBe(false);
	});

	it('is written of those that were answered', async () => {
		const [order = ''] = booked(1);
		const { error } = await getStatus([order, '99999']);
		expect(error).toBeDefined();
		expect(rowOf(order)).toMatchObject({ status: 'Pending' });
	});

	it('is written into no row of another panel, and into none whose outcome is unknown', async () => {
		const [order = ''] = stand.panel.seedOrders({ count: 1 });
		const rows = book.add(
			{ ...here, state: 'placed', order, panel: 'other.example' },
			{ ...here, state: 'unknown', order },
			{ ...here, state: 'sending', order },
		);
		await getStatus([order]);
		expect(book.rows()).toEqual(rows);
	});

	it('is not read from a book that n8n cannot have', async () => {
		const ids = stand.panel.seedOrders({ count: 1 });
		const { items, workflow } = await stand.run('order', 'getStatus', { orderIds: ids.join() });
		expect(items).toHaveLength(1);
		expect(workflow.run.data.resultData.runData[NODE]?.[0]?.hints ?? []).toEqual([]);
	});
});

describe('the orders of the book', () => {
	const FROM_BOOK = { source: 'orderBook' };

	it('are those of this account that are not finished, with one item each', async () => {
		const open = booked(3);
		booked(2, 'Completed', { finished: true });
		booked(1, 'Pending', { account: 'other' });
		booked(1, 'Pending', { state: 'unknown' });
		const { items } = await run('order', 'getStatus', FROM_BOOK, { items: [{}, {}] });
		expect(jsonOf(items).map(({ order }) => order)).toEqual(open);
		expect(pairsOf(items)).toEqual([0, 0, 0]);
		expect(stand.asked('status')).toBe(1);
		expect(book.calls()).toEqual(['list', 'get', 'insert get deleteRows']);
	});

	it('are none, said in words, where there is no book yet', async () => {
		book = new TestBook();
		const { items, error, workflow } = await run('order', 'getStatus', FROM_BOOK);
		expect([items, error]).toEqual([[], undefined]);
		const [hint] = workflow.run.data.resultData.runData[NODE]?.[0]?.hints ?? [];
		expect(hint?.message).toMatch(/^There is no order book in this project yet/);
		expect(book.hasTable()).toBe(false);
	});

	it('cannot be had where n8n keeps no data tables', async () => {
		const { error } = await stand.run('order', 'getStatus', FROM_BOOK);
		expect(error?.message).toMatch(/^The order book cannot be read: Data tables are switched off/);
	});

	it('are an error where the book fails', async () => {
		booked(1);
		book.fail({ only: 'get' });
		const { error } = await run('order', 'getStatus', FROM_BOOK);
		expect(error?.message).toMatch(/^The order book cannot be read: .*database is locked/);
		const goesOn = { onError: 'continueRegularOutput' } as const;
		book.fail({ only: 'get' });
		const { items } = await run('order', 'getStatus', FROM_BOOK, goesOn);
		expect(jsonOf(items)).toMatchObject([{ error: expect.stringMatching(/^The order book/) }]);
	});
});

describe('changes among the orders of the book', () => {
	/** Production runs of one workflow: n8n keeps its static data. */
	function schedule() {
		const json = workflowAround({
			workflowId,
			credentials: { apiUrl: stand.panel.url, apiKey: KEY },
			parameters: { resource: 'order', operation: 'getStatusChanges', source: 'orderBook' },
		});
		const staticData: IDataObject = {};
		return async () => {
			const credentials = { smmPanelApi: { apiUrl: stand.panel.url, apiKey: KEY } };
			const { finished } = startWorkflow({ ...json, staticData }, [{ json: {} }], { credentials, book });
			const { error, outputsOf } = await finished;
			if (error) throw new Error(error.message);
			return jsonOf(outputsOf(NODE)[0]).map(({ order, status, seenBefore }) => [order, status, seenBefore]);
		};
	}

	it('come out although another node has seen the order finish', async () => {
		const [order = ''] = booked(1);
		const changes = schedule();
		expect(await changes()).toEqual([[order, 'Pending', false]]);
		expect(await changes()).toEqual([]);
		stand.panel.moveOrder(order, 'Completed');
		await getStatus([order]);
		expect(rowOf(order)?.finished).toBe(true);
		expect(await changes()).toEqual([[order, 'Completed', true]]);
		expect(await changes()).toEqual([]);
	});

	it('come out where n8n has lost when they were last looked for', async () => {
		const [order = ''] = booked(1);
		await schedule()();
		stand.panel.moveOrder(order, 'Completed');
		await getStatus([order]);
		expect(await schedule()()).toEqual([[order, 'Completed', true]]);
	});

	it('are not looked for among what was finished long ago', async () => {
		const [order = ''] = booked(1);
		const changes = schedule();
		await changes();
		stand.panel.moveOrder(order, 'Completed');
		await getStatus([order]);
		await changes();
		book.age(6 * 60_000);
		const asked = stand.asked('status');
		expect(await changes()).toEqual([]);
		expect(stand.asked('status')).toBe(asked);
	});

	it('are looked for again where the panel could not be asked', async () => {
		const [order = ''] = booked(1);
		const changes = schedule();
		await changes();
		stand.panel.moveOrder(order, 'Completed');
		await getStatus([order]);
		book.age(4 * 60_000);
		stand.panel.inject({ action: 'status', kind: 'error', text: 'Invalid API key' });
		await expect(changes()).rejects.toThrow(/API key/);
		book.age(-4 * 60_000);
		expect(await changes()).toEqual([[order, 'Completed', true]]);
	});
});

describe('refills', () => {
	it('stand in the row of their order', async () => {
		const [order = '', other = ''] = booked(2, 'Completed', { status: 'Completed', finished: true });
		for (const id of [order, other]) stand.panel.moveOrder(id, 'Completed');
		// Its ID would be 1, which is also what stands for a plain yes
		await stand.run('refill', 'create', {
			orderIds: stand.panel.seedOrders({ count: 1, status: 'Completed' }).join(),
		});
		const { items } = await run('refill', 'create', { orderIds: order });
		const refill = String(items[0]?.json.refill);
		expect(rowOf(order)).toMatchObject({ refill, refillStatus: '', status: 'Completed', finished: true });
		expect(rowOf(order)?.refilledAt).not.toBeNull();
		expect(rowOf(other)?.refill).toBe('');
		await run('refill', 'getStatus', { refillIds: refill });
		expect(rowOf(order)?.refillStatus).toBe('Pending');
	});

	it('are asked for once although the book fails', async () => {
		const [order = ''] = booked(1, 'Completed');
		book.fail({ only: 'insert', times: 3 });
		const { items, error } = await run('refill', 'create', { orderIds: order }, { retryOnFail: true });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ order, accepted: true });
		expect(stand.asked('refill')).toBe(1);
	});
});
