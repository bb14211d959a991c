import { placeOrders } from '../../nodes/SmmPanel/book/claims';
import type { Answer, ClaimPorts, Order, Outcome } from '../../nodes/SmmPanel/book/claimTypes';
import { waitingRows } from '../../nodes/SmmPanel/book/round';
import { newRow, type BookRow, type RowState } from '../../nodes/SmmPanel/book/rows';
import { fastClock, LOST, memoryStore, MemoryTable, type CallName, type Fate } from './memoryBook.cts';

/** Numbers of the panel's IDs, and what it was sent. */
interface World {
	clock: ReturnType<typeof fastClock>;
	table: MemoryTable;
	sent: string[];
	owners: number;
}

function world(): World {
	const clock = fastClock();
	return { clock, table: new MemoryTable(clock.now), sent: [], owners: 0 };
}

interface Claimant {
	fate?: (call: CallName) => Fate;
	send?: (order: Order, world: World) => Outcome | undefined;
	canceled?: () => boolean;
	sameRun?: (run: string) => Promise<boolean>;
	firstWindow?: number;
	calls?: string[];
	/** Milliseconds that an order takes. */
	takes?: number;
}

const placed = (order: Order, { sent }: World): Outcome => ({
	ref: order.ref,
	state: 'placed',
	cells: { order: String(1000 + sent.length), status: 'Pending' },
});

function portsFor(
	w: World,
	{ fate, send = placed, canceled = () => false, sameRun, firstWindow, calls, takes = 0 }: Claimant,
): ClaimPorts {
	return {
		store: memoryStore(w.table, { ...(fate && { fate }), counted: (what) => calls?.push(what) }),
		clock: w.clock,
		newOwner: () => `owner${++w.owners}`,
		canceled,
		sameRun: sameRun ?? (async () => false),
		alsoLookAt: [],
		seen: () => undefined,
		async send(orders) {
			return orders.flatMap((order) => {
				w.sent.push(order.row.userKey || order.row.requestKey);
				w.clock.advance(takes);
				return send(order, w) ?? [];
			});
		},
		...(firstWindow !== undefined && { firstWindow }),
	};
}

const order = (ref: number, cells: Partial<BookRow> = {}): Order => ({
	ref,
	row: newRow({
		state: 'waiting',
		service: '5',
		link: 'https://example.com/a',
		quantity: 100,
		requestKey: `request${ref}`,
		itemKey: `item${ref}`,
		run: 'root',
		item: ref,
		...cells,
	}),
});

const orders = (count: number, cells: (ref: number) => Partial<BookRow> = () => ({})) =>
	Array.from({ length: count }, (_, ref) => order(ref, cells(ref)));

const kinds = (answers: Map<number, Answer>) =>
	[...answers].sort(([a], [b]) => a - b).map(([, answer]) => answer.kind);

const states = ({ table }: World) => table.all().map(({ state }) => state);

/** A row that somebody else has left. */
function leave({ table }: World, cells: Partial<BookRow> & { state: RowState }): void {
	const row = { ...order(0).row, owner: 'somebody', ...cells };
	table.insert([
		Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value])),
	]);
}

describe('an order that nobody else has placed', () => {
	it('is sent once and stands in the book with its ID, after two calls', async () => {
		const w = world();
		const calls: string[] = [];
		const answers = await placeOrders([order(0)], portsFor(w, { calls }));
		expect(kinds(answers)).toEqual(['sent']);
		expect(w.sent).toHaveLength(1);
		expect(w.table.all()).toMatchObject([{ state: 'placed', order: '1001', link: 'https://example.com/a' }]);
		expect(calls).toEqual(['open', 'advance']);
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
			send: async (some) => (sizes.push(some.length), await send(some)),
		});
		expect(new Set(kinds(answers))).toEqual(new Set(['sent']));
		expect(new Set(w.sent).size).toBe(1000);
		expect(sizes.slice(0, 3)).toEqual([10, 40, 100]);
		expect(calls.length).toBeLessThan(20);
		expect(new Set(states(w))).toEqual(new Set(['placed']));
	});

	it('go out one by one where an order takes a second', async () => {
		const w = world();
		const sizes: number[] = [];
		const ports = portsFor(w, { takes: 1000, firstWindow: 1 });
		await placeOrders(orders(5), {
			...ports,
			send: async (some) => (sizes.push(some.length), await ports.send(some)),
		});
		expect(sizes).toEqual([1, 1, 1, 1, 1]);
	});

	it('with one key are placed once, and the others refer to the first', async () => {
		const w = world();
		const answers = await placeOrders(
			[order(0, { userKey: 'k' }), order(1, { userKey: 'k' }), order(2, { userKey: 'k', quantity: 200 })],
			portsFor(w, {}),
		);
		expect(answers.get(1)).toEqual({ kind: 'follows', first: 0, differs: false });
		expect(answers.get(2)).toEqual({ kind: 'follows', first: 0, differs: true });
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

describe('a book that fails', () => {
	const failing = (call: CallName, fate: Fate, times = 1): Claimant => {
		let left = times;
		return { fate: (now) => (now === call && left-- > 0 ? fate : 'done') };
	};

	it.each(['refused', 'replyLost', 'late'] as const)(
		'before sending (%s) is asked once more, then nothing is sent',
		async (fate) => {
			const w = world();
			expect(kinds(await placeOrders([order(0)], portsFor(w, failing('insertMany', fate))))).toEqual([
				'sent',
			]);
			w.table.late.splice(0).forEach((step) => step());
			expect(w.table.all().filter(({ state }) => state !== 'waiting')).toMatchObject([{ state: 'placed' }]);
			const answers = await placeOrders([order(1)], portsFor(w, failing('insertMany', fate, 2)));
			expect(answers.get(1)).toEqual({ kind: 'notSent', why: 'book', problem: LOST });
			expect(w.sent).toHaveLength(1);
		},
	);

	it.each(['replyLost', 'late'] as const)(
		'in the start (%s) leaves no row in state sending',
		async (fate) => {
			const w = world();
			expect(kinds(await placeOrders([order(0)], portsFor(w, failing('updateWhere', fate, 2))))).toEqual([
				'notSent',
			]);
			w.table.late.splice(0).forEach((step) => step());
			expect(w.table.rows.size).toBe(0);
			expect(w.sent).toEqual([]);
		},
	);

	/** Fails from the first recording on: orders have been sent then. */
	const afterSending = (w: World, call: CallName, fate: Fate, times: number): Claimant => {
		let left = times;
		return {
			firstWindow: 2,
			fate: (now) => (now === call && w.sent.length > 0 && left-- > 0 ? fate : 'done'),
		};
	};

	it.each([
		['insertMany', 'refused'],
		['insertMany', 'replyLost'],
		['deleteWhere', 'refused'],
		['deleteWhere', 'replyLost'],
		['updateWhere', 'refused'],
		['updateWhere', 'replyLost'],
		['updateWhere', 'late'],
	] as const)(
		'after sending, in %s (%s), is tried again, and all orders are sent once',
		async (call, fate) => {
			const w = world();
			const answers = await placeOrders(orders(5), portsFor(w, afterSending(w, call, fate, 3)));
			w.table.late.splice(0).forEach((step) => step());
			expect(kinds(answers)).toEqual(Array(5).fill('sent'));
			expect([...w.sent].sort()).toEqual(orders(5).map(({ row }) => row.requestKey));
			expect(states(w)).toEqual(Array(5).fill('placed'));
		},
	);

	it('after sending for more than 30 s stops: rows stay sending, the rest is not sent', async () => {
		const w = world();
		const before = w.clock.now();
		const answers = await placeOrders(
			orders(5),
			portsFor(w, afterSending(w, 'insertMany', 'refused', Infinity)),
		);
		expect(kinds(answers)).toEqual(['unrecorded', 'unrecorded', 'notSent', 'notSent', 'notSent']);
		expect(answers.get(0)).toMatchObject({
			outcome: { cells: { order: '1001' } },
			row: { id: 1 },
			problem: LOST,
		});
		expect(w.clock.now() - before).toBeGreaterThanOrEqual(30_000);
		expect(w.clock.now() - before).toBeLessThan(40_000);
		expect(states(w)).toEqual(['sending', 'sending']);
		const retried = await placeOrders(orders(5), portsFor(w, {}));
		expect(kinds(retried)).toEqual(['beingSent', 'beingSent', 'sent', 'sent', 'sent']);
		expect(w.sent).toHaveLength(5);
	});

	it('that is full is not asked twice', async () => {
		const w = world();
		const calls: string[] = [];
		const ports = portsFor(w, { calls });
		const problem = { kind: 'full', detail: 'Data table size limit exceeded' } as const;
		const store = memoryStore(w.table, {
			fate: () => 'refused',
			problem,
			counted: (what) => calls.push(what),
		});
		const answers = await placeOrders([order(0)], { ...ports, store });
		expect(answers.get(0)).toEqual({ kind: 'notSent', why: 'book', problem });
		expect(calls.filter((call) => call === 'open')).toHaveLength(1);
	});
});
