/** The order book's store on n8n's own engine: what its expressions decide there. */
import { newRow } from '../../nodes/SmmPanel/book/rows';
import {
	findSubworkflowBook,
	openSubworkflowBook,
	type WorkflowBook,
} from '../../nodes/SmmPanel/book/subworkflowStore';
import { ownWorkflow, TestBook } from './orderBook.cts';

async function opened(book: TestBook): Promise<WorkflowBook> {
	const found = await openSubworkflowBook(book.run, ownWorkflow());
	if (!found.ok) throw new Error(found.problem.kind);
	return found.value;
}

describe('replacing rows', () => {
	const placed = (order: string, status = '') => newRow({ state: 'placed', order, status });

	it('leaves what was written since it was read, and takes the new row back', async () => {
		const book = new TestBook({ table: true });
		const store = await opened(book);
		const [mine, other] = book.add(placed('1'), placed('2'));
		if (!mine || !other) throw new Error('No rows');
		const old = [{ ...mine, updatedAt: '2026-01-01T00:00:00.000Z' }, other, { ...mine, id: 7, order: '3' }];
		const rows = old.map(({ order }) => placed(order, 'Completed'));
		expect(await store.replace({ rows, old })).toMatchObject({ ok: true });
		expect(book.rows().map(({ order, status }) => [order, status])).toEqual([
			['1', ''],
			['2', 'Completed'],
		]);
	});

	it.each(["it's", '"}}', 'a b'])('reads the order %s as data', async (order) => {
		const book = new TestBook({ table: true });
		const store = await opened(book);
		const old = book.add(placed(order));
		expect(await store.replace({ rows: [placed(order, 'Completed')], old })).toMatchObject({ ok: true });
		expect(book.rows()).toMatchObject([{ order, status: 'Completed' }]);
	});
});

describe('looking for the table', () => {
	it('asks once where it can wait, and each time where not', async () => {
		const book = new TestBook();
		const workflow = ownWorkflow();
		for (let time = 0; time < 3; time++) await findSubworkflowBook(book.run, workflow, true);
		expect(book.calls()).toEqual(['list']);
		await findSubworkflowBook(book.run, workflow);
		expect(book.calls()).toEqual(['list', 'list']);
	});

	it('takes the one that placing has made', async () => {
		const book = new TestBook();
		const workflow = ownWorkflow();
		await findSubworkflowBook(book.run, workflow, true);
		await openSubworkflowBook(book.run, workflow);
		expect(await findSubworkflowBook(book.run, workflow, true)).toMatchObject({ value: expect.anything() });
		expect(book.calls()).toEqual(['list', 'list', 'create', 'list']);
	});
});
