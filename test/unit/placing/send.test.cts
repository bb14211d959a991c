import { MOST_UNANSWERED } from '../../../nodes/SmmPanel/actions/order/placing/brake';
import type { OrderRecord, Placement } from '../../../nodes/SmmPanel/actions/order/placing/placement';
import type { PlannedOrder } from '../../../nodes/SmmPanel/actions/order/placing/plan';
import { sendOrders, type SendOptions } from '../../../nodes/SmmPanel/actions/order/placing/send';
import { orderOf, ordersOf, panelError, settled } from './orders.cts';

const OPTIONS: SendOptions = { concurrency: 1, currency: null, stopAtFailure: false };

/** A record that writes down all that it is told, in order. */
function recordOf(window = 1, held: Record<number, Placement> = {}) {
	const log: string[] = [];
	const kept = new Map<number, Placement>();
	const record: OrderRecord = {
		window: () => window,
		async begin(orders) {
			log.push(`begin ${orders.map(({ item }) => item).join()}`);
			return new Map(orders.flatMap(({ item }) => (held[item] ? [[item, held[item]] as const] : [])));
		},
		async settle({ item }, placement) {
			log.push(`settle ${item} ${placement.state}`);
			kept.set(item, placement);
			return placement;
		},
		async release(orders) {
			if (orders.length > 0) log.push(`release ${orders.map(({ item }) => item).join()}`);
		},
		recall: (item) => kept.get(item),
		async close() {
			log.push('close');
		},
	};
	return { record, log, kept };
}

const sending = (
	add: (order: PlannedOrder) => Promise<string>,
	record: OrderRecord,
	signal?: AbortSignal,
) => ({
	add: async (_: unknown, order: PlannedOrder) => ({ order: await add(order) }),
	record,
	signal,
	timeInWords: () => 'noon',
});

describe('sending orders', () => {
	it('writes each down before it is sent and after', async () => {
		const { record, log } = recordOf();
		const add = async ({ item }: PlannedOrder) => {
			log.push(`send ${item}`);
			return `o${item}`;
		};
		expect(await sendOrders(ordersOf(2), sending(add, record), OPTIONS)).toBeUndefined();
		expect(log).toEqual([
			'begin 0',
			'send 0',
			'settle 0 placed',
			'begin 1',
			'send 1',
			'settle 1 placed',
			'close',
		]);
	});

	it('begins a window at once', async () => {
		const { record, log } = recordOf(2);
		await sendOrders(
			ordersOf(3),
			sending(async () => 'x', record),
			OPTIONS,
		);
		expect(log.filter((line) => line.startsWith('begin'))).toEqual(['begin 0,1', 'begin 2']);
	});

	it('does not send what the record holds', async () => {
		const duplicate: Placement = {
			service: '7',
			fields: {},
			charge: null,
			state: 'duplicate',
			idempotencyKey: 'a',
		};
		const { record, log } = recordOf(5, { 1: duplicate });
		await sendOrders(
			ordersOf(3),
			sending(async () => 'x', record),
			OPTIONS,
		);
		expect(log).toEqual(['begin 0,1,2', 'settle 0 placed', 'settle 2 placed', 'close']);
	});

	it('does not even begin what is settled, and sends what was refused', async () => {
		const { record, log, kept } = recordOf();
		const about = { service: '7', fields: {}, charge: null };
		kept.set(0, { ...about, state: 'placed', order: '1' });
		kept.set(1, { ...about, state: 'unknown', problem: panelError('unknown') });
		kept.set(2, { ...about, state: 'refused', problem: panelError('none') });
		await sendOrders(
			ordersOf(3),
			sending(async () => 'x', record),
			OPTIONS,
		);
		expect(log).toEqual(['begin 2', 'settle 2 placed', 'close']);
	});

	it('calls refused only what certainly is, and unknown whatever else goes wrong', async () => {
		const { record, kept } = recordOf();
		const failures = [panelError('none'), panelError('unknown', 'network'), new Error('odd')];
		const add = async ({ item }: PlannedOrder) => await Promise.reject(failures[item] as Error);
		await sendOrders(ordersOf(3), sending(add, record), OPTIONS);
		expect([...kept.values()].map(({ state }) => state)).toEqual(['refused', 'unknown', 'unknown']);
		expect(kept.get(2)).toMatchObject({
			problem: { effect: 'unknown', message: expect.stringMatching(/odd/) },
		});
	});

	it('stops at the first failure where the run is to stop', async () => {
		const { record, log } = recordOf(3);
		const add = async ({ item }: PlannedOrder) =>
			item === 1 ? await Promise.reject(panelError('none')) : 'x';
		await sendOrders(ordersOf(3), sending(add, record), { ...OPTIONS, stopAtFailure: true });
		expect(log).toEqual(['begin 0,1,2', 'settle 0 placed', 'settle 1 refused', 'release 2', 'close']);
	});

	it('ends the run when the key is refused, and says so of the rest', async () => {
		const { record, log } = recordOf();
		const add = async () => await Promise.reject(panelError('none', 'auth', 'Invalid key'));
		const reason = await sendOrders(ordersOf(3), sending(add, record), OPTIONS);
		expect(log).toEqual(['begin 0', 'settle 0 refused', 'close']);
		expect(reason).toMatchObject({ message: 'Not sent: Invalid key', effect: 'none' });
	});

	it(`ends the run after ${MOST_UNANSWERED} unknown outcomes in the order of sending`, async () => {
		const { record, kept } = recordOf();
		const add = async ({ item }: PlannedOrder) =>
			item === 3 ? 'x' : await Promise.reject(panelError('unknown', 'protocol'));
		const reason = await sendOrders(ordersOf(20), sending(add, record), OPTIONS);
		expect(kept.size).toBe(4 + MOST_UNANSWERED);
		expect(reason?.message).toMatch(/no clear answer to 5 orders in a row/);
	});

	it('ends where the panel cannot be reached five times in a row, although nothing was paid', async () => {
		const { record, kept } = recordOf();
		const add = async () => await Promise.reject(panelError('none', 'network'));
		const reason = await sendOrders(ordersOf(20), sending(add, record), OPTIONS);
		expect(kept.size).toBe(MOST_UNANSWERED);
		expect(reason?.message).toMatch(/no clear answer to 5 orders in a row/);
	});

	it('sees the row of unknown outcomes whatever the order of the answers', async () => {
		const { record, kept } = recordOf();
		const replies: Array<() => void> = [];
		const add = async () =>
			await new Promise<string>((_, reject) => replies.push(() => reject(panelError('unknown', 'network'))));
		const run = sendOrders(ordersOf(20), sending(add, record), { ...OPTIONS, concurrency: 5 });
		await settled();
		for (const reply of replies.splice(0).reverse()) reply();
		await run;
		expect(kept.size).toBe(5);
	});

	it('keeps orders of one key apart: the second is begun when the first is settled', async () => {
		const { record, log } = recordOf(5);
		const orders = [0, 1, 2].map((item) => orderOf(item, { idempotencyKey: item === 2 ? 'b' : 'a' }));
		await sendOrders(
			orders,
			sending(async () => 'x', record),
			{ ...OPTIONS, concurrency: 3 },
		);
		expect(log.indexOf('settle 0 placed')).toBeLessThan(log.indexOf('begin 1'));
		expect(log).toContain('begin 0,2');
		expect(log).toContain('settle 1 placed');
	});

	it('when canceled sends nothing more, records what comes back and releases the rest', async () => {
		const { record, log } = recordOf(3);
		const cancel = new AbortController();
		let reply = (_: string) => undefined as void;
		const add = async () => await new Promise<string>((resolve) => (reply = resolve));
		const run = sendOrders(ordersOf(5), sending(add, record, cancel.signal), OPTIONS);
		await settled();
		cancel.abort();
		reply('o0');
		await run;
		expect(log).toEqual(['begin 0,1,2', 'settle 0 placed', 'release 1,2', 'close']);
	});

	it('has no more orders under way than it may, and sends all of them', async () => {
		const { record, kept } = recordOf(4);
		let now = 0;
		let most = 0;
		const add = async () => {
			most = Math.max(most, ++now);
			await settled();
			now--;
			return 'x';
		};
		await sendOrders(ordersOf(30), sending(add, record), { ...OPTIONS, concurrency: 3 });
		expect(most).toBe(3);
		expect(kept.size).toBe(30);
	});
});
