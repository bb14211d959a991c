/** Placed orders in the book: found for an account, and written back with what the panel said. */
import { findOrders, grouped, type BookedOrders } from '../../nodes/SmmPanel/book/orders';
import { newRow, toCells, type BookRow, type StoredRow } from '../../nodes/SmmPanel/book/rows';
import type { BookStore } from '../../nodes/SmmPanel/book/store';
import { chargedFor, withStatus, writeStatuses } from '../../nodes/SmmPanel/book/writeBack';
import type { OrderStatus } from '../../nodes/SmmPanel/panel/schemas';
import { MemoryTable, memoryStore } from './memoryBook.cts';
import { said } from './said.cts';

const MINE = 'c1';
const OWN = { panel: 'panel.example', account: MINE };
const NOW = Date.UTC(2026, 0, 2, 12);
const HOUR = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

let now = NOW;
let table: MemoryTable;
let store: BookStore;
let calls: string[];
beforeEach(() => {
	now = NOW;
	calls = [];
	table = new MemoryTable(() => now);
	store = memoryStore(table, { counted: (what) => calls.push(what) });
});

const add = (...rows: Array<Partial<BookRow>>) =>
	table.insert(rows.map((row) => toCells(newRow({ state: 'placed', ...OWN, ...row }))));

async function orders(found: ReturnType<typeof findOrders>): Promise<BookedOrders> {
	const result = await found;
	if (!result.ok) throw new Error(result.problem.kind);
	return result.value;
}

const allOf = async (...ids: string[]) => await orders(findOrders(store, MINE, ids));
const rowOf = (order: string): StoredRow => {
	const row = table.all().find((one) => one.order === order);
	if (!row) throw new Error(`No row of ${order}`);
	return row;
};

describe('finding orders', () => {
	it('takes two rows of an order for one: the later check counts, and the later refill', () => {
		const row = (more: Partial<StoredRow>): StoredRow => ({
			...newRow({ state: 'placed', order: '1' }),
			id: 1,
			createdAt: iso(NOW),
			updatedAt: iso(NOW),
			...more,
		});
		const rows = [
			row({ id: 1, checkedAt: iso(NOW), status: 'Completed' }),
			row({ id: 2, status: 'In progress', refill: 'r1', refilledAt: iso(NOW) }),
		];
		const found = grouped(rows, ({ order }) => order);
		expect([...found.values()]).toMatchObject([
			{ row: { id: 1, status: 'Completed', refill: 'r1' }, copies: [{ id: 1 }, { id: 2 }] },
		]);
	});
});

describe('a status', () => {
	const at = iso(NOW);
	const row = newRow({ state: 'placed', order: '1', charge: 2, start_count: 5, remains: 100, link: 'l' });

	it('keeps what the panel leaves out', () => {
		expect(withStatus(row, said('Pending'), at)).toMatchObject({ charge: 2, start_count: 5, remains: 100 });
	});

	it('notes when the order started, moved and finished, once', () => {
		const started = withStatus(row, said('In progress'), at);
		expect(started).toMatchObject({ startedAt: at, changedAt: at, finishedAt: null, checkedAt: at });
		const later = iso(NOW + HOUR);
		expect(withStatus(started, said('In progress'), later)).toMatchObject({ startedAt: at, changedAt: at });
		const done = withStatus(started, said('Completed', { remains: 0 }), later);
		expect(done).toMatchObject({ startedAt: at, changedAt: later, finishedAt: later, finished: true });
		expect(withStatus(done, said('Completed', { remains: 0 }), iso(NOW + 2 * HOUR)).finishedAt).toBe(later);
		expect(withStatus(done, said('In progress'), later)).toMatchObject({ finishedAt: null, finished: false });
	});

	it('does not call a canceled order started', () => {
		expect(withStatus(row, said('Canceled'), at)).toMatchObject({ startedAt: null, finishedAt: at });
	});

	it('keeps what was charged when it is refunded', () => {
		const refunded = withStatus({ ...row, extra: '{"x":1}' }, said('Canceled', { charge: '0.5' }), at);
		expect(refunded.charge).toBe(0.5);
		expect(chargedFor(refunded)).toBe('2');
		expect(JSON.parse(refunded.extra)).toEqual({ x: 1, highest: '2' });
		expect(chargedFor(withStatus(refunded, said('Canceled', { charge: '0' }), at))).toBe('2');
		expect(chargedFor({ ...row, extra: 'no JSON' })).toBe('2');
	});
});

describe('writing statuses', () => {
	const write = async (statuses: Record<string, OrderStatus>, renewAfterMs?: number) => {
		const all = new Map(Object.entries(statuses));
		const found = await allOf(...all.keys());
		calls.length = 0;
		return await writeStatuses(store, found, all, {
			now,
			...(renewAfterMs !== undefined && { renewAfterMs }),
		});
	};

	it('renews what was checked an hour ago, or as often as it is asked to', async () => {
		add({ order: '1', status: 'Pending', checkedAt: iso(NOW) });
		now += HOUR / 2;
		await write({ '1': said('Pending') });
		expect(calls).toEqual([]);
		await write({ '1': said('Pending') }, 60_000);
		expect(rowOf('1').checkedAt).toBe(iso(now));
		now += HOUR;
		await write({ '1': said('Pending') });
		expect(rowOf('1').checkedAt).toBe(iso(now));
	});

	it('says what went wrong, and the next write clears it up', async () => {
		add({ order: '1', status: 'Pending' });
		const found = await allOf('1');
		const statuses = new Map([['1', said('Completed')]]);
		const broken = memoryStore(table, { fate: (call) => (call === 'deleteWhere' ? 'refused' : 'done') });
		expect(await writeStatuses(broken, found, statuses, { now })).toMatchObject({ ok: false });
		expect(table.all().map(({ status }) => status)).toEqual(['Pending', 'Completed']);
		expect((await allOf('1')).get('1')?.row).toMatchObject({ status: 'Completed' });
		await write({ '1': said('Completed') });
		expect(table.all().map(({ status }) => status)).toEqual(['Completed']);
	});
});
