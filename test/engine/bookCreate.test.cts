/** Orders that are placed through the order book. */
import { startPanel, type DevPanel } from '../panel/server.cts';
import { jsonOf } from './panelRun.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { adds, link, place, rows } from './placing.cts';

let panel: DevPanel;
let book: TestBook;
let workflowId: string;
beforeEach(async () => {
	panel = await startPanel({ services: 1, lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
	book = new TestBook();
	workflowId = ownWorkflow();
});
afterEach(async () => await panel.stop());

it('writes each order down before it is sent, and its ID after', async () => {
	const options = { concurrency: 3 };
	const { items, error } = await place(panel, { items: rows(3), options, workflowId, book });
	expect(error).toBeUndefined();
	expect(jsonOf(items).map(({ order }) => order)).toEqual(book.rows().map(({ order }) => order));
	expect(book.rows()).toHaveLength(3);
	expect(book.rows()[0]).toMatchObject({ state: 'placed', service: '1', link: link(0), quantity: 100 });
	expect(JSON.stringify(book.rows())).not.toContain(panel.key);
	expect(book.calls()).toEqual(['list', 'create', 'list', 'insert get', 'update', 'insert deleteRows get']);
});

it.each([
	['Custom Comments', { comments: 'Nice\nGreat\n\nSuper' }, 3],
	['Package', {}, 1],
	['Subscriptions', { username: 'example', min: '10', max: '20', posts: '5', delay: '0' }, null],
])('an order of the type %s has the quantity that is charged', async (type, fields, quantity) => {
	panel.changeService(1, { type, min: 1, max: 1000 });
	const order = { service: 1, fields: { link: link(0), ...fields } };
	const { error } = await place(panel, { items: rows(1), ...order, workflowId, book });
	expect(error).toBeUndefined();
	expect(book.rows()).toMatchObject([{ state: 'placed', quantity }]);
});

it('is used by an execution that n8n resumes before it has loaded its data tables', async () => {
	jest.spyOn(performance, 'now').mockReturnValue(5_000);
	book.loadAfter(2);
	const node = { items: rows(2), workflowId, book };
	const first = await place(panel, node);
	jest.restoreAllMocks();
	expect(first.error).toBeUndefined();
	expect(book.rows().map(({ state }) => state)).toEqual(['placed', 'placed']);
	await place(panel, { ...node, executionState: first.state });
	expect(adds(panel)).toHaveLength(2);
});

it('sends nothing where the book cannot be read', async () => {
	book.fail({ times: 3 });
	const { error } = await place(panel, { items: rows(1), workflowId, book });
	expect(error?.message).toMatch(/^Not sent/);
	expect(adds(panel)).toHaveLength(0);
});
