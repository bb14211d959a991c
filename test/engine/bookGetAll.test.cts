/** order: getAll, the list of the order book. */
import type { IDataObject } from 'n8n-workflow';
import { hintsOf } from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { jsonOf, pairsOf, panelRuns, type PanelRun } from './panelRun.cts';

const panels = panelRuns();
afterAll(panels.stopAll);

let stand: PanelRun;
let book: TestBook;
let workflowId: string;
let here: { panel: string; account: string };
beforeAll(async () => {
	stand = await panels.panelRun();
	here = { panel: new URL(stand.panel.url).host, account: new URL(stand.panel.url).host };
});
beforeEach(() => {
	book = new TestBook({ table: true });
	workflowId = ownWorkflow();
});

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const add = (...rows: IDataObject[]) =>
	book.add(...rows.map((row) => ({ ...here, state: 'placed' as const, ...row })));
const list = async (parameters: IDataObject = {}, more = {}) => {
	const { items, error, workflow } = await stand.run('order', 'getAll', parameters, {
		book,
		workflowId,
		...more,
	});
	return { items, error, hints: hintsOf(workflow) };
};
const listed = async (filters: IDataObject = {}, parameters: IDataObject = {}) => {
	const { items, error } = await list({ filters, ...parameters });
	if (error) throw new Error(error.message);
	return jsonOf(items).map(({ order, row }) => order ?? `row ${String(row)}`);
};

it('gives the newest orders first, whenever their rows were written', async () => {
	add({ order: '2', placedAt: at(2) }, { order: '3', placedAt: at(3) }, { order: '1', placedAt: at(1) });
	expect(await listed()).toEqual(['3', '2', '1']);
	expect(await listed({}, { limit: 2 })).toEqual(['3', '2']);
	expect(await listed({}, { limit: 2, sort: 'oldest' })).toEqual(['1', '2']);
	expect(stand.panel.requests()).toEqual([]);
});

it('gives what a reader can use of a row', async () => {
	add({
		order: '7',
		placedAt: at(1),
		requestKey: 'r',
		userKey: 'u',
		owner: 'o',
		run: 'x',
		extra: '{}',
		fields: '{"link":"l","quantity":"5"}',
	});
	const [short = {}] = jsonOf((await list()).items);
	expect(short).toMatchObject({ row: 1, order: '7', state: 'placed' });
	for (const name of ['fields', 'execution', 'account']) expect(short).not.toHaveProperty(name);
	const { items } = await list({ simplify: false });
	const [json = {}] = jsonOf(items);
	expect(json).toMatchObject({ row: 1, order: '7', state: 'placed', finished: false, status: null });
	expect(json.fields).toEqual({ link: 'l', quantity: '5' });
	expect(Object.keys(json)).not.toEqual(expect.arrayContaining(['id']));
	for (const internal of ['requestKey', 'userKey', 'itemKey', 'owner', 'run', 'extra']) {
		expect(json).not.toHaveProperty(internal);
	}
	expect(pairsOf(items)).toEqual([0]);
});

it('hides what waits and shows what may have been sent, by the time of its row', async () => {
	add(
		{ order: '1', placedAt: at(1) },
		{ state: 'waiting' },
		{ state: 'sending' },
		{ state: 'unknown', placedAt: at(2) },
	);
	expect(await listed()).toEqual(['row 3', 'row 4', '1']);
	expect(await listed({ states: ['sending'] })).toEqual(['row 3']);
	expect(await listed({ states: ['unknown'] })).toEqual(['row 4']);
	expect(await listed({ states: ['placed'] })).toEqual(['1']);
	expect(await listed({}, { limit: 2 })).toEqual(['row 3', 'row 4']);
});

it('takes two rows of one order for one, and the same ID of two panels for two', async () => {
	add(
		{ order: '1', placedAt: at(1), status: 'Pending' },
		{ order: '1', placedAt: at(1), status: 'Completed', checkedAt: at(5) },
		{ order: '1', placedAt: at(1), account: 'other.example' },
	);
	const { items } = await list();
	expect(jsonOf(items)).toMatchObject([{ order: '1', status: 'Completed' }]);
	expect(await listed({ allPanels: true })).toEqual(['1', '1']);
});

it.each<[string, IDataObject, string[]]>([
	['open ones', { onlyOpen: true }, ['3', '2']],
	['a status, in any spelling', { statuses: ['in_progress'] }, ['2']],
	['several statuses', { statuses: ['Completed', 'Pending'] }, ['3', '1']],
	['a link', { search: 'EXAMPLE.com/two' }, ['2']],
	['words in any order', { search: 'key-3 77' }, ['3']],
	['a note, with or without its accents', { search: 'Ödeme' }, ['2']],
	['a reference, the name of a service', { search: 'ada follow' }, ['1']],
	['nothing', { search: 'nothing of the kind' }, []],
	['a time on', { placedAfter: at(2) }, ['3', '2']],
	['up to a time', { placedBefore: at(2) }, ['2', '1']],
	// n8n's own zone is New York
	['a time in the zone of the workflow', { placedAfter: '2026-01-01T07:02:30' }, ['3']],
	['both times', { placedAfter: at(2), placedBefore: at(2) }, ['2']],
])('finds %s', async (_, filters, orders) => {
	add(
		{
			...{ order: '1', placedAt: at(1), status: 'Completed', finished: true },
			...{ reference: 'Ada, invoice 7', serviceName: 'Followers' },
		},
		{ order: '2', placedAt: at(2), status: 'In progress', link: 'https://example.com/two', note: 'ödeme' },
		{ order: '3', placedAt: at(3), status: 'Pending', service: '77', idempotencyKey: 'key-3' },
		{ order: '4', placedAt: at(4), account: 'other', status: 'In progress', service: '77' },
	);
	expect(await listed(filters)).toEqual(orders);
});

it('reads a book of any size in pages', async () => {
	add(...Array.from({ length: 2500 }, (_, n) => ({ order: `o${n}`, placedAt: at(Math.floor(n / 5)) })));
	const all = await listed({}, { returnAll: true });
	expect(new Set(all).size).toBe(2500);
	expect(book.calls().slice(1)).toEqual(['get', 'get', 'get', 'get']);
	const calls = book.calls().length;
	expect(await listed({ search: 'o7' }, { limit: 3 })).toHaveLength(3);
	expect(await listed({}, { limit: 50 })).toHaveLength(50);
	expect(book.calls().slice(calls).length).toBeLessThanOrEqual(7);
});

it.each<[string, () => unknown, RegExp]>([
	['holds nothing', () => undefined, /^The order book is empty: this operation lists what Create/],
	['holds only others', () => add({ account: 'other.example' }), /belongs to the account other\.example/],
	['holds nothing that fits', () => add({ order: '1', finished: true }), /none that fits the filters/],
])('says why it is empty where the book %s', async (_, act, message) => {
	act();
	const { items, hints } = await list({ filters: { onlyOpen: true } });
	expect(items).toEqual([]);
	expect(hints[0]).toMatch(message);
});

it.each<[IDataObject, RegExp]>([
	[{ states: ['waiting'] }, /'States' holds "waiting"/],
	[{ placedAfter: 'yesterday' }, /'Placed After' is no date and time/],
	[{ placedAfter: [] }, /'Placed After' is no date and time/],
])('refuses %j', async (filters, message) => {
	const { error } = await list({ filters });
	expect(error?.message).toMatch(message);
	const { items } = await list({ filters }, { onError: 'continueRegularOutput' });
	expect(jsonOf(items)).toMatchObject([{ error: expect.stringMatching(message) }]);
});
