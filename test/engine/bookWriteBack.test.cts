/** What operations on existing orders write into the order book: statuses that were read, and refills. */
import { bookedOrders } from './bookedOrders.cts';
import { hintsOf } from './engine.cts';
import { TestBook } from './orderBook.cts';

const there = bookedOrders();

describe('a status that was read', () => {
	it('stands in the book afterwards, for two sub-executions a hundred orders', async () => {
		const ids = there.booked(100);
		const [first = ''] = ids;
		const { items, error } = await there.getStatus(ids);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(100);
		expect(there.book.calls()).toEqual(['list', 'get', 'insert get deleteRows']);
		expect(there.rowOf(first)).toMatchObject({
			status: 'Pending',
			userKey: `key of ${first}`,
			finished: false,
		});

		const calls = there.book.calls().length;
		await there.getStatus(ids);
		expect(there.book.calls().slice(calls)).toEqual(['get']);

		there.stand.panel.moveOrder(first, 'Completed');
		await there.getStatus(ids);
		expect(there.book.calls().slice(calls + 1)).toEqual(['get', 'insert get deleteRows']);
		expect(there.rowOf(first)).toMatchObject({ status: 'Completed', finished: true });
		expect(there.rowOf(first)?.finishedAt).not.toBeNull();
		expect(there.book.rows()).toHaveLength(100);
	});

	it('leaves what people wrote into columns of their own', async () => {
		const [order = ''] = there.booked(1);
		there.book.columns.push({ name: 'customer', type: 'string' }, { name: 'due', type: 'date' });
		there.book.edit(order, { customer: 'Ada', due: '2026-12-24T00:00:00.000Z' });
		await there.getStatus([order]);
		const foreign = { customer: 'Ada', due: '2026-12-24T00:00:00.000Z' };
		expect(there.book.rows()).toMatchObject([{ order, status: 'Pending', foreign }]);
	});

	it('makes no table and no row', async () => {
		const ids = there.stand.panel.seedOrders({ count: 2 });
		await there.getStatus(ids);
		expect(there.book.rows()).toEqual([]);
		there.takeBook(new TestBook());
		await there.getStatus(ids);
		await there.getStatus(ids);
		expect(there.book.calls()).toEqual(['list']);
		expect(there.book.hasTable()).toBe(false);
	});

	it.each(['list', 'get', 'insert'])('comes out although the book fails at %s', async (only) => {
		const ids = there.booked(2);
		there.book.fail({ only });
		const { items, error, workflow } = await there.getStatus(ids);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(2);
		expect(hintsOf(workflow)).toEqual([
			'What the panel said was not written into the order book. n8n could not read or write the order book: database is locked.',
		]);
	});

	it('is written of those that were answered', async () => {
		const [order = ''] = there.booked(1);
		const { error } = await there.getStatus([order, '99999']);
		expect(error).toBeDefined();
		expect(there.rowOf(order)).toMatchObject({ status: 'Pending' });
	});

	it('is written into no row of another panel, and into none whose outcome is unknown', async () => {
		const [order = ''] = there.stand.panel.seedOrders({ count: 1 });
		const rows = there.book.add(
			{ ...there.here, state: 'placed', order, account: 'other.example' },
			{ ...there.here, state: 'unknown', order },
			{ ...there.here, state: 'sending', order },
		);
		await there.getStatus([order]);
		expect(there.book.rows()).toEqual(rows);
	});
});

describe('refills', () => {
	it('stand in the row of their order', async () => {
		const [order = '', other = ''] = there.booked(2, 'Completed', { status: 'Completed', finished: true });
		for (const id of [order, other]) there.stand.panel.moveOrder(id, 'Completed');
		// Its ID would be 1, which is also what stands for a plain yes
		await there.stand.run('refill', 'create', {
			orderIds: there.stand.panel.seedOrders({ count: 1, status: 'Completed' }).join(),
		});
		const { items } = await there.run('refill', 'create', { orderIds: order });
		const refill = String(items[0]?.json.refill);
		expect(there.rowOf(order)).toMatchObject({
			refill,
			refillStatus: '',
			status: 'Completed',
			finished: true,
		});
		expect(there.rowOf(order)?.refilledAt).not.toBeNull();
		expect(there.rowOf(other)?.refill).toBe('');
		await there.run('refill', 'getStatus', { refillIds: refill });
		expect(there.rowOf(order)?.refillStatus).toBe('Pending');
	});

	it('are asked for once although the book fails', async () => {
		const [order = ''] = there.booked(1, 'Completed');
		there.book.fail({ only: 'insert', times: 3 });
		const { items, error } = await there.run('refill', 'create', { orderIds: order }, { retryOnFail: true });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ order, accepted: true });
		expect(there.stand.asked('refill')).toBe(1);
	});
});
