/** The order book without room, and its cleaning, in n8n's engine. */
import { startPanel, type DevPanel } from '../panel/server.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { jsonOf } from './panelRun.cts';
import { adds, place, rows } from './placing.cts';

let panel: DevPanel;
let book: TestBook;
let workflowId: string;
beforeEach(async () => {
	panel = await startPanel({ services: 1, lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
	book = new TestBook({ table: true });
	workflowId = ownWorkflow();
});
afterEach(async () => await panel.stop());

const fill = (times = 4) =>
	book.fail({
		only: 'insert',
		times,
		message: 'Data table size limit exceeded: 201MB used, limit is 200MB',
	});

it('sends nothing without room, and says what to do', async () => {
	fill();
	const { error } = await place(panel, { items: rows(2), workflowId, book });
	expect(error?.message).toMatch(/^Not sent, because .* storage for data tables is full/);
	expect(error?.description).toContain('N8N_DATA_TABLES_MAX_SIZE_BYTES');
	expect(error?.description).toContain('VACUUM FULL');
	expect(adds(panel)).toHaveLength(0);
	expect(book.calls().filter((call) => call.startsWith('insert'))).toHaveLength(1);
});

it.each([91, 31])('makes room by what was finished %s days ago, and places', async (days) => {
	const cells = { state: 'placed', finished: true, finishedAt: new Date().toISOString() } as const;
	book.add({ ...cells, order: 'old' }, { ...cells, order: 'unknown', state: 'unknown' });
	book.age((days - 29) * 24 * 3_600_000);
	book.add({ ...cells, order: 'young' });
	book.age(29 * 24 * 3_600_000);
	fill(1);
	const { error, items } = await place(panel, { items: rows(1), workflowId, book });
	expect(error).toBeUndefined();
	expect(adds(panel)).toHaveLength(1);
	expect(book.rows().map((row) => row.order)).toEqual(['unknown', 'young', jsonOf(items)[0]?.order]);
});

it('is cleaned once: what is full then stays so, and nothing is sent', async () => {
	book.add({ state: 'placed', finished: true, finishedAt: new Date().toISOString(), order: 'old' });
	book.age(91 * 24 * 3_600_000);
	fill();
	const { error } = await place(panel, { items: rows(1), workflowId, book });
	expect(error?.description).toContain('N8N_DATA_TABLES_MAX_SIZE_BYTES');
	expect(adds(panel)).toHaveLength(0);
	expect(book.calls().filter((call) => call.startsWith('insert'))).toHaveLength(2);
});
