/** Orders are claimed in a book that fails: then nothing is sent, or nothing is sent twice. */
import { placeOrders } from '../../nodes/SmmPanel/book/claims';
import { kinds, order, orders, portsFor, states, world, type Claimant, type World } from './claimWorld.cts';
import { LOST, memoryStore, type CallName, type Fate } from './memoryBook.cts';

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
			expect(
				kinds(await placeOrders([order(0)], portsFor(w, failing('updateWhere', fate, Infinity)))),
			).toEqual(['notSent']);
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
