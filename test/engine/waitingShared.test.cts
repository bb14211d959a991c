/** Wait Until Finished and the order book: executions share what they ask the panel. */
import type { IDataObject } from 'n8n-workflow';
import { NODE } from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { jsonOf } from './panelRun.cts';
import { finished, HOUR, MINUTE, waitingRuns, waitTill } from './waitingFixture.cts';

const waits = waitingRuns();
const { start, runToEnd } = waits;

const account = () => ({ panel: new URL(waits.panel.url).host, account: new URL(waits.panel.url).host });
const booked = (book: TestBook, orders: string[], cells: IDataObject = {}) =>
	book.add(...orders.map((order) => ({ ...account(), state: 'placed' as const, order, ...cells })));
const at = (ms: number) => new Date(Date.now() - ms).toISOString();

it('time counts from the placing of the order', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const book = new TestBook();
	booked(book, [order], { placedAt: at(71.5 * HOUR) });
	const { run, rests } = await runToEnd({ items: [{ order }], book, workflowId: ownWorkflow() });
	expect(rests.reduce((sum, minutes) => sum + minutes, 0)).toBeCloseTo(30, -1);
	const [out] = jsonOf(finished(run));
	expect(out).toMatchObject({ order, timedOut: true });
	// The last check may be a little late, so that executions do not wake together
	expect(Math.abs(Number(out?.waited) - 72 * 60)).toBeLessThan(5);
});

it.each([
	['that its order is unfinished, is believed for the interval', { status: 'Pending' }, 3],
	['that its order is finished, for half an hour', { status: 'Completed', finished: true }, 31],
])('a row that says %s', async (_, cells, minutes) => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const book = new TestBook();
	booked(book, [order], { ...cells, checkedAt: at(minutes * MINUTE), placedAt: at((minutes + 2) * MINUTE) });
	const { run } = await start({ items: [{ order }], book, workflowId: ownWorkflow() });
	expect(finished(run)).toEqual([]);
	expect(waitTill(run)).toBeGreaterThan(Date.now());
	expect(waits.asked('status')).toBe(1);
});

it('a wait that begins anew does not ask again for what was finished within half an hour', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const book = new TestBook();
	booked(book, [order], {
		...{ status: 'Completed', finished: true },
		...{ checkedAt: at(29 * MINUTE), placedAt: at(31 * MINUTE) },
	});
	const { run } = await start({ items: [{ order }], book, workflowId: ownWorkflow() });
	expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed', finished: true }]);
	expect(waits.asked('status')).toBe(0);
});

it('executions that wake together, as after a restart, share their requests', async () => {
	const orders = waits.panel.seedOrders({ count: 120, status: 'In progress' });
	const book = new TestBook();
	booked(book, orders, { placedAt: at(HOUR), checkedAt: at(HOUR / 2), status: 'Pending' });
	book.age(HOUR / 2);
	const workflowId = ownWorkflow();
	const runs = orders.map((order) => start({ items: [{ order }], book, workflowId }));
	for (const { run } of await Promise.all(runs)) expect(finished(run)).toEqual([]);
	expect(waits.asked('status')).toBe(2);
});

it('executions that n8n resumes before it has loaded its data tables share their requests', async () => {
	jest.spyOn(performance, 'now').mockReturnValue(5_000);
	const orders = waits.panel.seedOrders({ count: 5, status: 'In progress' });
	const book = new TestBook();
	booked(book, orders, { placedAt: at(HOUR), checkedAt: at(HOUR / 2), status: 'Pending' });
	book.age(HOUR / 2);
	book.loadAfter(2);
	const workflowId = ownWorkflow();
	const runs = orders.map((order) => start({ items: [{ order }], book, workflowId }));
	for (const { run } of await Promise.all(runs)) expect(finished(run)).toEqual([]);
	expect(waits.asked('status')).toBe(1);
	expect(book.rows().map(({ status }) => status)).toEqual(orders.map(() => 'In progress'));
});

it('one request asks for what other executions wait for, too, and their rows tell them', async () => {
	const orders = waits.panel.seedOrders({ count: 40, status: 'In progress' });
	const book = new TestBook();
	booked(book, orders.slice(1), { placedAt: at(HOUR / 2), checkedAt: at(0), status: 'Pending' });
	// Nobody has looked at this one yet
	booked(book, orders.slice(0, 1), { placedAt: at(0) });
	book.age(HOUR / 2);
	const workflowId = ownWorkflow();
	await start({ items: [{ order: orders[9] }], book, workflowId });
	expect(waits.asked('status')).toBe(1);
	expect(book.rows().map(({ status }) => status)).toEqual(orders.map(() => 'In progress'));
	await start({ items: orders.map((order) => ({ order })), book, workflowId });
	expect(waits.asked('status')).toBe(1);
});

it('an order placed a moment ago is first asked for after the interval, by executions together', async () => {
	const orders = waits.panel.seedOrders({ count: 3, status: 'Pending' });
	const book = new TestBook();
	booked(book, orders, { placedAt: at(0) });
	const workflowId = ownWorkflow();
	const waiters = orders.map((order) => ({
		items: [{ order }],
		book,
		workflowId,
		state: '',
		executionId: '',
	}));
	for (const waiting of waiters) {
		const { run, executionId } = await start(waiting);
		expect(finished(run)).toEqual([]);
		expect((waitTill(run) ?? 0) - Date.now()).toBeGreaterThan(1.9 * MINUTE);
		Object.assign(waiting, { state: run.state, executionId });
	}
	expect(waits.asked('status')).toBe(0);
	orders.forEach((order) => waits.panel.moveOrder(order, 'Completed'));
	book.age(3 * MINUTE);
	for (const waiting of waiters) {
		const { run } = await runToEnd(waiting, undefined, waiting);
		expect(jsonOf(finished(run))).toMatchObject([{ status: 'Completed' }]);
	}
	expect(waits.asked('status')).toBe(1);
});

it('a step looks at once, at an order placed a moment ago, too', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'Completed' });
	const book = new TestBook();
	booked(book, [order], { placedAt: at(0) });
	const { run } = await start({ items: [{ order }], book, workflowId: ownWorkflow(), stepOf: NODE });
	expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
});

it('a book that cannot be read or written stops no wait', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const book = new TestBook();
	booked(book, [order], { placedAt: at(HOUR) });
	book.fail({ times: 20 });
	const { run } = await runToEnd({ items: [{ order }], book, workflowId: ownWorkflow() }, () => {
		waits.panel.moveOrder(order, 'Completed');
	});
	expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
});
