/** The table behind the orders that are placed: written before and after, full, renamed, doubled, damaged. */
import { columnList } from '../../nodes/SmmPanel/book/rows';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { jsonOf } from './panelRun.cts';
import { adds, link, panel, panelForEach, place, rows, type Placing } from './placing.cts';

panelForEach();
let book: TestBook;
let workflowId: string;
beforeEach(() => {
	book = new TestBook({ table: true });
	workflowId = ownWorkflow();
});

const placed = async (count: number, more: Placing = {}) =>
	await place(panel, { items: rows(count), workflowId, book, ...more });
/** From a workflow that this process has not met, as after a restart. */
const placeAfresh = async () =>
	await placed(1, { options: { idempotencyKey: 'k' }, workflowId: ownWorkflow() });

test('each order is written down before it is sent, and its ID after', async () => {
	book = new TestBook();
	const { items, error } = await placed(3, { options: { concurrency: 3 } });
	expect(error).toBeUndefined();
	expect(jsonOf(items).map(({ order }) => order)).toEqual(book.rows().map(({ order }) => order));
	expect(book.rows()).toHaveLength(3);
	expect(book.rows()[0]).toMatchObject({ state: 'placed', service: '1', link: link(0), quantity: 100 });
	expect(JSON.stringify(book.rows())).not.toContain(panel.key);
	const [looks, calls] = [
		['list', 'create', 'list'],
		['insert get', 'update', 'insert deleteRows get'],
	];
	expect(book.calls()).toEqual([...looks, ...calls]);
});

test.each([
	['Custom Comments', { comments: 'Nice\nGreat\n\nSuper' }, 3],
	['Package', {}, 1],
	['Subscriptions', { username: 'example', min: '10', max: '20', posts: '5', delay: '0' }, null],
])('an order of the type %s has the quantity that is charged', async (type, fields, quantity) => {
	panel.changeService(1, { type, min: 1, max: 1000 });
	const { error } = await placed(1, { service: 1, fields: { link: link(0), ...fields } });
	expect(error).toBeUndefined();
	expect(book.rows()).toMatchObject([{ state: 'placed', quantity }]);
});

test('an execution that n8n resumes before it has loaded its data tables finds the book', async () => {
	jest.spyOn(performance, 'now').mockReturnValue(5_000);
	book = new TestBook();
	book.loadAfter(2);
	const first = await placed(2);
	jest.restoreAllMocks();
	expect(first.error).toBeUndefined();
	expect(book.rows().map(({ state }) => state)).toEqual(['placed', 'placed']);
	await placed(2, { executionState: first.state });
	expect(adds(panel)).toHaveLength(2);
});

test('where the book cannot be read nothing is sent', async () => {
	book.fail({ times: 3 });
	expect((await placed(1)).error?.message).toMatch(/^Not sent/);
	expect(adds(panel)).toHaveLength(0);
});

describe('a book without room', () => {
	const fill = (times = 4) =>
		book.fail({
			only: 'insert',
			times,
			message: 'Data table size limit exceeded: 201MB used, limit is 200MB',
		});
	const DAY_MS = 24 * 3_600_000;
	const finished = () => ({ state: 'placed', finished: true, finishedAt: new Date().toISOString() }) as const;

	test('sends nothing, and says what to do', async () => {
		fill();
		const { error } = await placed(2);
		expect(error?.message).toMatch(/^Not sent, because .* storage for data tables is full/);
		expect(error?.description).toMatch(/N8N_DATA_TABLES_MAX_SIZE_BYTES.*VACUUM FULL/s);
		expect(adds(panel)).toHaveLength(0);
		expect(book.calls().filter((call) => call.startsWith('insert'))).toHaveLength(1);
	});

	test.each([91, 31])('makes room by what was finished %s days ago, and places', async (days) => {
		book.add({ ...finished(), order: 'old' }, { ...finished(), order: 'unknown', state: 'unknown' });
		book.age((days - 29) * DAY_MS);
		book.add({ ...finished(), order: 'young' });
		book.age(29 * DAY_MS);
		fill(1);
		const { error, items } = await placed(1);
		expect(error).toBeUndefined();
		expect(adds(panel)).toHaveLength(1);
		expect(book.rows().map((row) => row.order)).toEqual(['unknown', 'young', jsonOf(items)[0]?.order]);
	});

	test('is cleaned once: what is full then stays so, and nothing is sent', async () => {
		book.add({ ...finished(), order: 'old' });
		book.age(91 * DAY_MS);
		fill();
		expect((await placed(1)).error?.description).toContain('N8N_DATA_TABLES_MAX_SIZE_BYTES');
		expect(adds(panel)).toHaveLength(0);
		expect(book.calls().filter((call) => call.startsWith('insert'))).toHaveLength(2);
	});
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
	await placed(1, { options: { idempotencyKey: 'k' } });
	book.columns = columnList().filter(({ name }) => name !== 'itemKey');
	const other = async () => (await placed(1, { options: { idempotencyKey: 'other' } })).error?.message;
	expect(await other()).toMatch(/Not sent.*itemKey/);
	expect(await other()).toMatch(/itemKey \(string\)/);
	expect(adds(panel)).toHaveLength(1);
});
