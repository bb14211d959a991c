/** Rows that are written anew, while people edit or delete them. */
import { findOrders } from '../../nodes/SmmPanel/book/orders';
import { newRow, toCells, type BookRow } from '../../nodes/SmmPanel/book/rows';
import type { BookStore } from '../../nodes/SmmPanel/book/store';
import { writeStatuses } from '../../nodes/SmmPanel/book/writeBack';
import { MemoryTable, memoryStore } from './memoryBook.cts';
import { said } from './said.cts';

let now = Date.UTC(2026, 0, 2, 12);
let table: MemoryTable;
let store: BookStore;
beforeEach(() => {
	table = new MemoryTable(() => now);
	store = memoryStore(table);
});

const add = (...rows: Array<Partial<BookRow>>) =>
	table.insert(rows.map((row) => toCells(newRow({ account: 'mine', state: 'placed', ...row }))));

async function booked(...ids: string[]) {
	const found = await findOrders(store, 'mine', ids);
	if (!found.ok) throw new Error(found.problem.kind);
	return found.value;
}

const rowOf = (order: string) => table.all().find((row) => row.order === order);

describe('an order that is written anew', () => {
	it('stays as it is where a person has edited its row meanwhile, and the others are written', async () => {
		add({ order: '1' }, { order: '2' });
		const found = await booked('1', '2');
		now += 1;
		table.update({ match: 'all', conditions: [{ column: 'order', is: 'eq', value: '1' }] }, { note: 'mine' });
		const statuses = new Map([
			['1', said('Completed')],
			['2', said('Completed')],
		]);
		await writeStatuses(store, found, statuses, { now });
		expect(table.all()).toHaveLength(2);
		expect(rowOf('1')).toMatchObject({ id: 1, note: 'mine', status: '' });
		expect(rowOf('2')).toMatchObject({ status: 'Completed' });
	});

	it('does not come back where somebody has deleted its row, and takes no other', async () => {
		add({ order: 'mine' });
		const found = await booked('mine');
		table.rows.clear();
		now += 1;
		add({ order: 'another' });
		await writeStatuses(store, found, new Map([['mine', said('Completed')]]), { now });
		expect(table.all().map(({ order }) => order)).toEqual(['another']);
	});

	it('leaves the row of another order alone that has the same ID', async () => {
		add({ order: '1', userKey: 'a' }, { order: '1', userKey: 'b' });
		const found = await booked('1');
		now += 1;
		table.update(
			{ match: 'all', conditions: [{ column: 'userKey', is: 'eq', value: 'a' }] },
			{ note: 'mine' },
		);
		await writeStatuses(store, found, new Map([['1', said('Completed')]]), { now });
		expect(table.all().map(({ userKey, note }) => [userKey, note])).toEqual([
			['a', 'mine'],
			['b', ''],
		]);
	});
});
