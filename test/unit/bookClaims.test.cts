/** Orders are claimed in the book before they are sent: each key is sent once, in few calls. */
import { placeOrders } from '../../nodes/SmmPanel/book/claims';
import type { Order, Outcome } from '../../nodes/SmmPanel/book/claimTypes';
import { waitingRows } from '../../nodes/SmmPanel/book/claims';
import type { BookRow, RowState } from '../../nodes/SmmPanel/book/rows';
import { kinds, leave, order, orders, placed, portsFor, states, world, type World } from './claimWorld.cts';

describe('an order that nobody else has placed', () => {
	it('is sent once and stands in the book with its ID, after three calls', async () => {
		const w = world();
		const calls: string[] = [];
		const answers = await placeOrders([order(0)], portsFor(w, { calls }));
		expect(kinds(answers)).toEqual(['sent']);
		expect(w.sent).toHaveLength(1);
		expect(w.table.all()).toMatchObject([{ state: 'placed', order: '1001', link: 'https://example.com/a' }]);
		expect(calls).toEqual(['open', 'advance', 'advance']);
	});

	it('frees its key when the panel refuses it', async () => {
		const w = world();
		await placeOrders([order(0)], portsFor(w, { send: ({ ref }) => ({ ref, state: 'refused' }) }));
		expect(w.table.all()).toEqual([]);
		expect(kinds(await placeOrders([order(0)], portsFor(w, {})))).toEqual(['sent']);
		expect(w.sent).toHaveLength(2);
	});

	it('keeps its row, under the same ID, when its outcome is unknown', async () => {
		const w = world();
		const lost = {
			send: ({ ref }: Order): Outcome => ({ ref, state: 'unknown', cells: { note: 'socket hang up' } }),
		};
		const first = (await placeOrders([order(0)], portsFor(w, lost))).get(0);
		const again = (await placeOrders([order(0)], portsFor(w, {}))).get(0);
		expect(first).toMatchObject({ kind: 'sent', row: { id: 1 } });
		expect(again).toMatchObject({ kind: 'unknown', of: { id: 1, state: 'unknown', note: 'socket hang up' } });
		expect(w.sent).toHaveLength(1);
	});

	it('counts as unknown when nothing is said of it', async () => {
		const w = world();
		await placeOrders([order(0)], portsFor(w, { send: () => undefined }));
		expect(states(w)).toEqual(['unknown']);
	});

	it('is claimed anew when its window ended before it was begun', async () => {
		const w = world();
		const send = (one: Order, { sent }: World): Outcome =>
			one.ref === 1 && sent.length === 2 ? { ref: 1, state: 'later' } : placed(one, w);
		expect(kinds(await placeOrders(orders(2), portsFor(w, { send })))).toEqual(['sent', 'sent']);
		expect(states(w)).toEqual(['placed', 'placed']);
	});
});

describe('many orders', () => {
	it('go out in windows of about a second, in a few calls', async () => {
		const w = world();
		const calls: string[] = [];
		const sizes: number[] = [];
		const ports = portsFor(w, { calls, takes: 10 });
		const { send } = ports;
		const answers = await placeOrders(orders(1000), {
			...ports,
			send: async (some, mayLeave) => (sizes.push(some.length), await send(some, mayLeave)),
		});
		expect(new Set(kinds(answers))).toEqual(new Set(['sent']));
		expect(new Set(w.sent).size).toBe(1000);
		expect(sizes.slice(0, 3)).toEqual([10, 40, 100]);
		expect(calls.length).toBeLessThan(30);
		expect(new Set(states(w))).toEqual(new Set(['placed']));
	});

	it.each([
		['one by one where an order takes a second', 1, 1000, 5, [1, 1, 1, 1, 1]],
		['a hundred at a time at most, however many the panel is sent at once', 500, 0, 150, [100, 50]],
	])('go out %s', async (_, firstWindow, takes, count, expected) => {
		const w = world();
		const sizes: number[] = [];
		const ports = portsFor(w, { takes, firstWindow });
		await placeOrders(orders(count), {
			...ports,
			send: async (some, mayLeave) => (sizes.push(some.length), await ports.send(some, mayLeave)),
		});
		expect(sizes).toEqual(expected);
	});

	it('with one key are placed once, and the others refer to the first', async () => {
		const w = world();
		const answers = await placeOrders(
			[order(0, { userKey: 'k' }), order(1, { userKey: 'k' }), order(2, { userKey: 'k', quantity: 200 })],
			portsFor(w, {}),
		);
		expect(answers.get(1)).toEqual({ kind: 'follows', first: 0 });
		expect(answers.get(2)).toEqual({ kind: 'follows', first: 0 });
		expect(w.sent).toHaveLength(1);
	});

	it('are released when the execution is stopped: what was sent is recorded, the rest leaves nothing', async () => {
		const w = world();
		const ports = portsFor(w, { canceled: () => w.sent.length >= 10, firstWindow: 10 });
		const answers = await placeOrders(orders(30), ports);
		expect(kinds(answers).filter((kind) => kind === 'sent')).toHaveLength(10);
		expect(answers.get(29)).toEqual({ kind: 'notSent', why: 'canceled' });
		expect(states(w)).toEqual(Array(10).fill('placed'));
		const retried = await placeOrders(orders(30), portsFor(w, {}));
		expect(kinds(retried).filter((kind) => kind === 'duplicate')).toHaveLength(10);
		expect(new Set(w.sent).size).toBe(30);
		expect(w.sent).toHaveLength(30);
	});

	it('are released when the execution is stopped between claim and sending', async () => {
		const w = world();
		let canceled = false;
		const ports = {
			...portsFor(w, { canceled: () => canceled }),
			seen: () => {
				canceled = true;
			},
		};
		expect(kinds(await placeOrders(orders(3), ports))).toEqual(['notSent', 'notSent', 'notSent']);
		expect(w.table.rows.size).toBe(0);
	});
});

describe('an order that stands in the book', () => {
	const held: Array<[string, Partial<BookRow> & { state: RowState }, object]> = [
		['placed', { state: 'placed', order: '77' }, { kind: 'duplicate', of: { order: '77' } }],
		['unknown', { state: 'unknown' }, { kind: 'unknown' }],
		['under the item key only', { state: 'placed', order: '77', requestKey: 'other' }, { kind: 'duplicate' }],
		['under the request key only', { state: 'placed', order: '77', itemKey: 'other' }, { kind: 'duplicate' }],
		[
			'with another service under its item key',
			{ state: 'placed', order: '77', service: '6' },
			{ kind: 'duplicate' },
		],
	];
	it.each(held)('%s is not sent', async (_, cells, answer) => {
		const w = world();
		leave(w, cells);
		const calls: string[] = [];
		expect((await placeOrders([order(0)], portsFor(w, { calls }))).get(0)).toMatchObject(answer);
		expect(w.sent).toEqual([]);
		expect(w.table.rows.size).toBe(1);
		expect(calls.length).toBeLessThanOrEqual(2);
	});

	it.each([
		['service', { service: '6' }],
		['link', { link: 'https://example.com/b' }],
		['quantity', { quantity: 7 }],
	])("with another %s under the user's key is a mismatch", async (_, cells) => {
		const w = world();
		leave(w, { state: 'placed', order: '77', userKey: 'k', requestKey: 'x', itemKey: 'y', ...cells });
		expect((await placeOrders([order(0, { userKey: 'k' })], portsFor(w, {}))).get(0)).toMatchObject({
			kind: 'mismatch',
		});
	});

	it('as placed and sending side by side is a duplicate: placed wins', async () => {
		const w = world();
		leave(w, { state: 'sending' });
		leave(w, { state: 'placed', order: '77' });
		expect((await placeOrders([order(0)], portsFor(w, {}))).get(0)).toMatchObject({
			kind: 'duplicate',
			of: { order: '77' },
		});
	});

	it('as sending for more than five minutes is unknown', async () => {
		const w = world();
		leave(w, { state: 'sending' });
		w.clock.advance(301_000);
		expect((await placeOrders([order(0)], portsFor(w, {}))).get(0)).toMatchObject({
			kind: 'unknown',
			of: { id: 1 },
		});
	});

	it('as sending is waited for ten seconds at most', async () => {
		const w = world();
		leave(w, { state: 'sending' });
		const before = w.clock.now();
		expect((await placeOrders([order(0)], portsFor(w, {}))).get(0)).toMatchObject({
			kind: 'beingSent',
			of: { id: 1 },
		});
		expect(w.clock.now() - before).toBeGreaterThanOrEqual(10_000);
		expect(w.clock.now() - before).toBeLessThan(11_000);
		expect(w.table.rows.size).toBe(1);
	});

	it('as waiting of a dead execution is cleared and sent', async () => {
		const w = world();
		leave(w, { state: 'waiting' });
		w.clock.advance(6_000);
		expect(kinds(await placeOrders([order(0)], portsFor(w, {})))).toEqual(['sent']);
		expect(w.table.all()).toMatchObject([{ state: 'placed', owner: 'owner1' }]);
	});

	it('as waiting of an earlier living execution is waited for, and taken over when it was none', async () => {
		const w = world();
		leave(w, { state: 'waiting' });
		expect(kinds(await placeOrders([order(0)], portsFor(w, {})))).toEqual(['sent']);
		expect(w.table.all()).toMatchObject([{ state: 'placed', owner: 'owner2' }]);
	});

	it('without a root counts only where n8n says that it is the same run', async () => {
		const rootless = { requestKey: 'r', itemKey: 'i' };
		const one = { ...order(0), rootless };
		for (const same of [true, false]) {
			const w = world();
			leave(w, { state: 'placed', order: '77', run: 'exec:9', requestKey: 'r', itemKey: 'i' });
			const answers = await placeOrders(
				[one],
				portsFor(w, { sameRun: async (run) => run === 'exec:9' && same }),
			);
			expect(kinds(answers)).toEqual([same ? 'duplicate' : 'sent']);
		}
	});
});

describe('rows that are to be deleted', () => {
	it('are named by unbroken rows of IDs of one owner', () => {
		const rows = [
			[7, 'b'],
			[1, 'a'],
			[2, 'a'],
			[4, 'a'],
			[3, 'b'],
			[8, 'b'],
		].map(([id, owner]) => ({
			...order(0).row,
			id: Number(id),
			owner: String(owner),
			createdAt: '',
			updatedAt: '',
		}));
		const spans = waitingRows(rows).map(({ conditions }) => conditions.map(({ value }) => value));
		expect(spans).toEqual([
			['a', 'waiting', 1, 2],
			['a', 'waiting', 4, 4],
			['b', 'waiting', 3, 3],
			['b', 'waiting', 7, 8],
		]);
	});
});
