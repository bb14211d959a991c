/** The order book through n8n's public API: found, created, searched and written, and what goes wrong. */
import { openPublicBook, type ApiRequest, type Send } from '../../nodes/SmmPanel/book/publicApiStore';
import { columnList, newRow } from '../../nodes/SmmPanel/book/rows';
import { anyOf, anyOfMany, where } from '../../nodes/SmmPanel/book/store';

const TABLE = { id: 't1', name: 'SMM Panel Orders', columns: columnList() };
const ROW = newRow({ state: 'waiting', owner: 'me', requestKey: 'k' });

/** n8n's public API, as far as the book uses it. */
function api(tables: unknown[], replies: Partial<Record<string, { status: number; json: unknown }>> = {}) {
	const sent: ApiRequest[] = [];
	const send: Send = async (request) => {
		sent.push(request);
		const name = `${request.method} ${request.path}`;
		if (name === 'POST /data-tables' && !replies[name]) {
			tables.push(TABLE);
			return { status: 201, json: TABLE };
		}
		return (
			replies[name] ?? {
				status: 200,
				json: name === 'GET /data-tables' ? { data: tables, nextCursor: null } : [],
			}
		);
	};
	return { send, sent };
}

describe("the book through n8n's public API", () => {
	it('is not created unless asked for', async () => {
		expect(await openPublicBook(api([]).send)).toMatchObject({ ok: false, problem: { kind: 'gone' } });
		expect(await openPublicBook(api([]).send, { create: true })).toMatchObject({ ok: true });
	});

	it('is chosen by its ID where there are several', async () => {
		const tables = [TABLE, { ...TABLE, id: 't2' }];
		expect(await openPublicBook(api(tables).send)).toMatchObject({
			ok: false,
			problem: { kind: 'several', ids: ['t1', 't2'] },
		});
		const { send, sent } = api(tables);
		const book = await openPublicBook(send, { tableId: 't2' });
		await (book.ok && book.value.insertMany([ROW]));
		expect(sent.at(-1)).toMatchObject({ method: 'POST', path: '/data-tables/t2/rows' });
	});

	it('is there after somebody else has created it at the same moment', async () => {
		const tables: unknown[] = [];
		const { send } = api(tables, {
			'POST /data-tables': { status: 409, json: { message: 'already exists' } },
		});
		const racing: Send = async (request) => {
			const reply = await send(request);
			if (request.method === 'POST') tables.push(TABLE);
			return reply;
		};
		expect(await openPublicBook(racing, { create: true })).toMatchObject({ ok: true });
	});

	it.each([
		[401, { message: 'unauthorized' }, { kind: 'refused' }],
		[403, { message: 'Forbidden' }, { kind: 'refused' }],
		[404, { message: 'not found' }, { kind: 'unavailable', reason: 'moduleOff' }],
		[500, { message: 'boom' }, { kind: 'failed', detail: 'HTTP 500: boom' }],
	])('is a problem at HTTP %s', async (status, json, problem) => {
		expect(await openPublicBook(api([], { 'GET /data-tables': { status, json } }).send)).toMatchObject({
			ok: false,
			problem,
		});
	});

	it('searches with a filter in the body of a change that is not carried out, and takes each row once', async () => {
		const path = '/data-tables/t1/rows/update';
		const json = [
			{ id: 2, state: 'placed', note: 'n', dryRunState: 'before' },
			{ id: 2, state: 'placed', note: null, dryRunState: 'after' },
		];
		const { send, sent } = api([TABLE], { [`PATCH ${path}`]: { status: 200, json } });
		const book = await openPublicBook(send);
		const found =
			book.ok && (await book.value.find([anyOf(where('userKey', 'a'), where('requestKey', 'b'))]));
		expect(found).toMatchObject({ ok: true, value: [{ id: 2, note: 'n' }] });
		expect(sent.at(-1)).toMatchObject({
			method: 'PATCH',
			path,
			body: {
				dryRun: true,
				returnData: true,
				filter: { type: 'or', filters: [{ columnName: 'userKey', condition: 'eq', value: 'a' }, {}] },
			},
		});
	});

	it('inserts at most 200 rows at once and keeps deletions short enough for an address', async () => {
		const { send, sent } = api([TABLE]);
		const book = await openPublicBook(send);
		if (!book.ok) throw new Error('no book');
		await book.value.insertMany(Array.from({ length: 450 }, () => ROW));
		expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(3);
		const [many] = anyOfMany(Array.from({ length: 300 }, (_, id) => where('id', id + 1)));
		expect(await book.value.deleteWhere(many ? [many] : [])).toMatchObject({ ok: false });
	});

	it('reports a request that failed as one that may have been carried out', async () => {
		const { send } = api([TABLE]);
		const failing: Send = async (request) => {
			if (request.method === 'GET') return await send(request);
			throw new Error('socket hang up');
		};
		const book = await openPublicBook(failing);
		expect(book.ok && (await book.value.insertMany([ROW]))).toEqual({
			ok: false,
			problem: { kind: 'failed', detail: 'socket hang up' },
		});
	});
});
