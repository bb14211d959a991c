/** What the panel says of an order's ID, and what a person has decided meanwhile, is asked of the book. */
import { placeOrders } from '../../../nodes/SmmPanel/book/claims';
import { MINUTE_MS } from '../../../nodes/SmmPanel/panel/policies';
import { allOf, where } from '../../../nodes/SmmPanel/book/store';
import { orders, portsFor, states, world } from '../claimWorld.cts';
import { memoryStore } from '../memoryBook.cts';
import { book } from './bookRun.cts';
import { ordersOf } from './orders.cts';

it('an ID that two orders of a run get is placed once and unknown once, and both rows stay', async () => {
	const { place, table } = book();
	const { placements } = await place(ordersOf(2), { add: async () => ({ order: '777' }) });
	expect(placements).toMatchObject({
		0: { state: 'placed', order: '777' },
		1: { state: 'unknown', problem: { effect: 'unknown', message: expect.stringMatching(/order 777/) } },
	});
	const rows = [...table.rows.values()].map(({ state, order }) => [state, order]);
	expect(rows.sort()).toEqual([
		['placed', '777'],
		['unknown', null],
	]);
});

it('an ID that an earlier order has is unknown, and names both rows', async () => {
	const { place, table } = book();
	const [first, second] = ordersOf(2);
	await place([first!], {
		add: async () => ({ order: '777' }),
		place: { root: { run: 'other', rootless: false, executions: ['0'] } },
	});
	const { placements } = await place([second!], { add: async () => ({ order: '777' }) });
	expect(placements[1]).toMatchObject({
		state: 'unknown',
		problem: {
			message: expect.stringMatching(/row \d+ .*row \d+ /),
			remedy: expect.stringMatching(/Resolve/),
		},
	});
	expect(table.rows.size).toBe(2);
});

it('what a person resolved while the process slept is not sent, and nobody says that nothing was paid', async () => {
	const { place, table, clock, sent } = book();
	const { placements } = await place(ordersOf(2), {
		concurrency: 2,
		async add(link) {
			if (sent.length > 1) throw new Error(`sent ${link}`);
			return { order: 'o1' };
		},
		// The process sleeps before its first request, while somebody decides that its orders were not placed
		async keepAlive(work) {
			clock.advance(10 * MINUTE_MS);
			await memoryStore(table).deleteWhere([allOf(where('state', 'sending'))]);
			return await work();
		},
	});
	expect(sent).toEqual([]);
	for (const item of [0, 1]) {
		expect(placements[item]).toMatchObject({ state: 'unknown', problem: { effect: 'unknown' } });
	}
});

it('what a person resolved while the process slept is not sent, although others of its window are', async () => {
	const { place, table, clock, sent } = book();
	let windows = 0;
	const { placements } = await place(ordersOf(5), {
		concurrency: 1,
		async keepAlive(work) {
			// The first window is one order, whose pace makes the second one all the others
			if (++windows === 2) {
				clock.advance(10 * MINUTE_MS);
				const resolved = allOf(where('state', 'sending'), where('link', 'https://example.com/4'));
				await memoryStore(table).deleteWhere([resolved]);
			}
			return await work();
		},
	});
	expect(sent).not.toContain('https://example.com/4');
	expect(sent).toHaveLength(4);
	expect(placements[4]).toMatchObject({ state: 'unknown' });
});

it('an answer is recorded after a time-out, too, when no ID can be looked up any more', async () => {
	let isOver = false;
	const { place, table } = book();
	await place(ordersOf(1), {
		add: async () => {
			isOver = true;
			return { order: 'o1' };
		},
		problem: { kind: 'timedOut' },
		fate: (call) => (isOver && call === 'find' ? 'refused' : 'done'),
	});
	expect([...table.rows.values()].map(({ state, order }) => [state, order])).toEqual([['placed', 'o1']]);
});

it('an ID that two orders got is doubted also where the execution is stopped before the next one leaves', async () => {
	const w = world();
	const calls: string[] = [];
	const canceled = () => calls.filter((call) => call === 'advance').length === 3;
	const ports = portsFor(w, {
		calls,
		canceled,
		firstWindow: 1,
		takes: 1000,
		send: ({ ref }) => ({ ref, state: 'placed', cells: { order: '777' } }),
	});
	const answers = await placeOrders(orders(3), ports);
	expect(w.sent).toHaveLength(2);
	expect(answers.get(1)).toMatchObject({
		kind: 'sent',
		outcome: { state: 'unknown', twin: { order: '777' } },
	});
	expect(states(w).sort()).toEqual(['placed', 'unknown']);
});
