/** Which table the order book is, and that nothing is sent where that is in doubt. */
import { columnList } from '../../nodes/SmmPanel/book/rows';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { jsonOf } from './panelRun.cts';
import { adds, place, rows } from './placing.cts';

let panel: DevPanel;
let book: TestBook;
beforeEach(async () => {
	panel = await startPanel({ services: 1, lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
	book = new TestBook({ table: true });
});
afterEach(async () => await panel.stop());

/** From a workflow that this process has not met, as after a restart. */
const placeAfresh = async () =>
	await place(panel, {
		items: rows(1),
		options: { idempotencyKey: 'k' },
		workflowId: ownWorkflow(),
		book,
	});

test.each(['requestKey', 'note'])(
	'a book without %s places nothing, and names column and type',
	async (column) => {
		await placeAfresh();
		book.columns = columnList().filter(({ name }) => name !== column);
		const { error } = await placeAfresh();
		expect(error?.message).toContain(`lacks the column '${column} (string)'`);
		expect(error?.description).toMatch(/look in the panel/);
		expect(adds(panel)).toHaveLength(1);
	},
);

test('a book in which a column has another type places nothing, and names both types', async () => {
	book.columns = columnList().map((column) =>
		column.name === 'charge' ? { ...column, type: 'string' } : column,
	);
	const { error } = await placeAfresh();
	expect(error?.message).toMatch(/'charge'.*number.*string|'charge'.*string.*number/);
	expect(adds(panel)).toHaveLength(0);
});

test('a renamed book goes on, and knows its keys: none is made beside it', async () => {
	const first = await placeAfresh();
	book.name = 'Orders of 2026';
	const { items } = await placeAfresh();
	expect(jsonOf(items)).toMatchObject([{ order: first.items[0]?.json.order, duplicate: true }]);
	expect(book.rows().map(({ order }) => order)).toEqual(jsonOf(items).map(({ order }) => order));
	expect(adds(panel)).toHaveLength(1);
});

test('of two books neither is taken: both are named', async () => {
	book.others = [{ id: 'second', name: 'A copy', columns: columnList() }];
	const { error } = await placeAfresh();
	expect(error?.message).toMatch(/'SMM Panel Orders' \(ID table-1\), 'A copy' \(ID second\)/);
	expect(adds(panel)).toHaveLength(0);
});

test('a column that is deleted in between ends what goes on, and the next run says which', async () => {
	const workflowId = ownWorkflow();
	const run = { items: rows(1), options: { idempotencyKey: 'k' }, workflowId, book };
	await place(panel, run);
	book.columns = columnList().filter(({ name }) => name !== 'itemKey');
	const other = { ...run, options: { idempotencyKey: 'other' } };
	expect((await place(panel, other)).error?.message).toMatch(/Not sent.*itemKey/);
	expect((await place(panel, other)).error?.message).toMatch(/itemKey \(string\)/);
	expect(adds(panel)).toHaveLength(1);
});
