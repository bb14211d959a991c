/** The order book in a sub-workflow: looked up, read and written in few calls, and what n8n says of it. */
import type { IDataObject, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';
import { columnList, newRow } from '../../nodes/SmmPanel/book/rows';
import { allOf, where, type BookStore } from '../../nodes/SmmPanel/book/store';
import type { RunInline } from '../../nodes/SmmPanel/book/inline';
import { findSubworkflowBook, openSubworkflowBook } from '../../nodes/SmmPanel/book/subworkflowStore';

const TABLE = { id: 't1', name: 'SMM Panel Orders', columns: columnList() };
const ROW = newRow({ state: 'waiting', owner: 'me', requestKey: 'k' });

/** n8n's answers to inline workflows, one after the other; an Error is thrown. */
function inline(...replies: Array<IDataObject[] | Error>) {
	const sent: Array<{ code: IWorkflowBase; items: INodeExecutionData[] }> = [];
	const left: string[] = [];
	const run: RunInline = async (code, items, isLeft) => {
		if (isLeft) left.push(JSON.stringify(code.nodes.map(({ parameters }) => parameters.operation)));
		sent.push({ code, items });
		const reply = replies.shift() ?? [{}];
		if (reply instanceof Error) throw reply;
		return reply;
	};
	const operations = () =>
		sent.map(({ code }) =>
			code.nodes
				.slice(1)
				.map(({ parameters }) => String(parameters.operation))
				.join(' '),
		);
	return { run, sent, operations, left };
}

let workflows = 0;
/** A workflow of which this process knows no table yet. */
const unknownWorkflow = () => `workflow${++workflows}`;

async function opened(n8n: ReturnType<typeof inline>): Promise<BookStore> {
	const book = await openSubworkflowBook(n8n.run, unknownWorkflow());
	if (!book.ok) throw new Error(book.problem.kind);
	return book.value;
}

const table = (): IDataObject[] => [{ ...TABLE }];
const words = (message: string) => new Error('Error in sub-workflow', { cause: new Error(message) });

describe('the book in a sub-workflow', () => {
	it('is looked up once a minute: of two that are there then, none is taken', async () => {
		const n8n = inline(table(), [{ ...TABLE }, { ...TABLE, id: 't2', name: 'A copy' }]);
		const workflow = unknownWorkflow();
		const now = jest.spyOn(Date, 'now').mockReturnValue(0);
		await openSubworkflowBook(n8n.run, workflow);
		now.mockReturnValue(59_999);
		expect(await openSubworkflowBook(n8n.run, workflow)).toMatchObject({ ok: true });
		expect(n8n.operations()).toEqual(['list']);
		now.mockReturnValue(60_000);
		expect(await openSubworkflowBook(n8n.run, workflow)).toMatchObject({ problem: { kind: 'several' } });
		now.mockRestore();
	});

	it('is found by who waits for the first order of all, too: that there was none before it is forgotten', async () => {
		const n8n = inline([{}], [{}], table(), table());
		const workflow = unknownWorkflow();
		const now = jest.spyOn(Date, 'now').mockReturnValue(0);
		expect(await openSubworkflowBook(n8n.run, workflow)).toMatchObject({ ok: true, value: { isNew: true } });
		now.mockReturnValue(70_000);
		expect(await findSubworkflowBook(n8n.run, workflow, true)).toMatchObject({ value: { id: 't1' } });
		now.mockRestore();
	});

	it('has settings of its own and takes the ID of its parent', async () => {
		const n8n = inline(table());
		await opened(n8n);
		expect(n8n.sent[0]?.code).toMatchObject({
			id: '',
			settings: {
				saveDataSuccessExecution: 'none',
				saveDataErrorExecution: 'none',
				saveManualExecutions: false,
				callerPolicy: 'workflowsFromSameOwner',
			},
		});
	});

	it.each([
		["Could not find the data table: 't1'", 'gone'],
		["unknown column name 'itemKey'", 'missingColumns'],
		["value 'k' does not match column type 'number'", 'failed'],
	])('is looked for again after "%s"', async (message, kind) => {
		const workflow = unknownWorkflow();
		const n8n = inline(table(), words(message), table());
		const book = await openSubworkflowBook(n8n.run, workflow);
		expect(book.ok && (await book.value.open([ROW], []))).toMatchObject({
			ok: false,
			problem: { kind },
		});
		expect(await openSubworkflowBook(n8n.run, workflow)).toMatchObject({ ok: true });
		expect(n8n.operations()).toEqual(['list', 'insert', 'list']);
	});

	it('is read again once after a synchronization error, and written never', async () => {
		const error = words('synchronization error: result count changed during pagination');
		const n8n = inline(table(), error, [{ id: 1, state: 'placed' }], error);
		const book = await opened(n8n);
		expect(await book.find([allOf(where('requestKey', 'k'))])).toMatchObject({
			ok: true,
			value: [{ id: 1 }],
		});
		expect(await book.updateWhere(allOf(where('id', 1)), { state: 'sending' })).toMatchObject({
			ok: false,
			problem: { kind: 'failed' },
		});
		expect(n8n.operations()).toEqual(['list', 'get', 'get', 'update']);
	});

	it('leaves to n8n, after a time-out, what records and releases, and neither claims nor starts', async () => {
		const over = words('The execution was cancelled because it timed out');
		const nothing: IDataObject[] = [];
		const n8n = inline(table(), nothing, over, nothing, over, nothing, [], over, [], nothing, []);
		const book = await opened(n8n);
		const own = allOf(where('owner', 'me'));
		const start = { filter: own, changes: { state: 'sending' } } as const;
		const timedOut = { ok: false, problem: { kind: 'timedOut' } };
		expect(await book.open([ROW], [])).toEqual(timedOut);
		expect(await book.find([own])).toEqual(timedOut);
		expect(await book.updateWhere(own, { state: 'sending' })).toEqual(timedOut);
		expect(await book.advance({ finals: [ROW], clear: own, start })).toEqual(timedOut);
		expect(n8n.left).toEqual([]);
		expect(await book.advance({ finals: [ROW], clear: own, start: undefined })).toEqual({
			ok: true,
			value: [],
		});
		expect(await book.updateWhere(own, { state: 'unknown' })).toEqual({ ok: true, value: [] });
		expect(await book.deleteWhere([own])).toEqual({ ok: true, value: [] });
		expect(n8n.left).toHaveLength(3);
	});

	it('gives what a cleaning has deleted, however many rows that were', async () => {
		const rows = Array.from({ length: 200_000 }, (_, at) => ({ id: at + 1, state: 'placed' }));
		const book = await opened(inline(table(), rows));
		const gone = await book.deleteWhere([allOf(where('finished', true))]);
		expect(gone.ok && gone.value.length).toBe(200_000);
	});

	it('takes no text for an expression', async () => {
		const n8n = inline(table());
		const book = await opened(n8n);
		const text = '={{ $json.secret }}';
		await book.find([allOf(where('note', text))]);
		await book.updateWhere(allOf(where('note', text)), { note: text });
		await book.deleteWhere([allOf(where('note', text)), allOf(where('note', 'b'))]);
		expect(JSON.stringify(n8n.sent.map(({ code }) => code.nodes))).not.toContain('secret');
		expect(n8n.sent.at(-1)?.items).toEqual([{ json: { v0: text } }, { json: { v0: 'b' } }]);
	});
});
