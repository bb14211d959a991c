/** The order book's rows and its table: their columns, what is read and written, and n8n's problems. */
import { problemFrom, type BookProblem } from '../../nodes/SmmPanel/book/problems';
import { columnList, COLUMNS, newRow, readRows, toCells } from '../../nodes/SmmPanel/book/rows';

/** Frozen at release: n8n's node cannot add a column to a table that exists. */
const FROZEN = Object.fromEntries(
	`order:string state:string status:string finished:boolean reference:string service:string
	serviceName:string link:string quantity:number charge:number estimate:number currency:string
	start_count:number remains:number placedAt:date startedAt:date finishedAt:date checkedAt:date
	changedAt:date refill:string refillStatus:string refilledAt:date note:string panel:string
	account:string idempotencyKey:string userKey:string requestKey:string itemKey:string
	workflow:string node:string execution:string run:string round:number item:number owner:string
	fields:string extra:string`
		.split(/\s+/)
		.map((column) => column.split(':')),
) as Record<string, string>;

describe('a row', () => {
	it('has the columns that are frozen', () => {
		expect(COLUMNS).toEqual(FROZEN);
		expect(Object.keys(COLUMNS)).toEqual(Object.keys(FROZEN));
		expect(Object.keys(newRow({ state: 'waiting' })).sort()).toEqual(Object.keys(FROZEN).sort());
		expect(columnList()).toHaveLength(38);
	});

	it('comes back from the table as it was written', () => {
		const row = newRow({
			state: 'placed',
			order: '17',
			quantity: 100,
			charge: 0.37,
			finished: true,
			placedAt: '2026-01-02T03:04:05.678Z',
		});
		const stored = { ...toCells(row), id: 4, createdAt: new Date(0), updatedAt: '2026-01-02T03:04:06Z' };
		expect(readRows([stored])).toEqual([
			{ ...row, id: 4, createdAt: '1970-01-01T00:00:00.000Z', updatedAt: '2026-01-02T03:04:06.000Z' },
		]);
	});

	it('is written without empty texts and without what n8n adds', () => {
		const [row] = readRows([{ id: '7', state: 'sending' }]);
		expect(row).toMatchObject({
			id: 7,
			state: 'sending',
			order: '',
			quantity: null,
			finished: false,
			checkedAt: null,
		});
		const cells = toCells(row ?? {});
		expect(cells).not.toHaveProperty('id');
		expect(Object.values(cells).filter((cell) => cell !== null && cell !== false)).toEqual(['sending']);
	});

	it('that a person has edited still holds its keys', () => {
		const edited = [
			{ id: 1, state: 'Placed!', quantity: 'many', finished: 'true', placedAt: 'yesterday', requestKey: 5 },
			{ id: 2 },
		];
		expect(readRows(edited)).toMatchObject([
			{ state: 'unknown', quantity: null, finished: true, placedAt: null, requestKey: '5' },
			{ state: 'unknown', requestKey: '' },
		]);
	});

	it('keeps what stands in the columns of people, whatever their names', () => {
		const cells = { constructor: 'Customer A', toString: new Date(0) };
		const [row] = readRows([{ id: 1, state: 'placed', ...cells }]);
		expect(toCells(row ?? {})).toMatchObject({ ...cells, toString: '1970-01-01T00:00:00.000Z' });
	});

	it("is not read from n8n's stand-in for nothing", () => {
		expect(readRows([{}, null, 'row', { id: 0 }, { success: true, insertedRows: 2 }])).toEqual([]);
	});
});

describe("n8n's words", () => {
	it.each<[string, Partial<BookProblem>]>([
		['Unrecognized node type: n8n-nodes-base.dataTable', { kind: 'unavailable', reason: 'nodeExcluded' }],
		[
			'Attempted to use Data table node but the module is disabled',
			{ kind: 'unavailable', reason: 'moduleOff' },
		],
		['Data table size limit exceeded: 200MB used, limit is 200MB', { kind: 'full' }],
		["Could not find the data table: 'bIxZXnNOotosIa5q'", { kind: 'gone' }],
		["unknown column name 'itemKey'", { kind: 'missingColumns', columns: ['itemKey'] }],
		[
			'Filter validation failed: Column(s) "userKey, itemKey" do not exist in the selected table.',
			{ kind: 'missingColumns', columns: ['userKey', 'itemKey'] },
		],
		['Forbidden: missing scope dataTableRow:create', { kind: 'refused' }],
		['SQLITE_BUSY: database is locked', { kind: 'failed', detail: 'SQLITE_BUSY: database is locked' }],
	])('%s', (words, problem) => expect(problemFrom(words)).toMatchObject(problem));
});
