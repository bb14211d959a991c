/**
 * Status reads, claims and a person at the table at the same moment, in random turns: a placed order's key is held all
 * the time, nobody's row is deleted by mistake, and in the end one row stands for each order.
 */
import { findOrders, type BookedOrders } from '../../nodes/SmmPanel/book/orders';
import { newRow, toCells } from '../../nodes/SmmPanel/book/rows';
import { allOf, where, type BookStore } from '../../nodes/SmmPanel/book/store';
import { writeRefills, writeStatuses } from '../../nodes/SmmPanel/book/writeBack';
import { createRandom, type Random } from '../panel/random.cts';
import { MemoryTable, memoryStore, type Fate } from './memoryBook.cts';
import { said } from './said.cts';

const MINE = 'c1';
const OWN = { panel: 'panel.example', account: MINE };
const ORDERS = ['1', '2', '3', '4', '5'];
const STATUSES = ['Pending', 'In progress', 'Completed'];

const saidNow = (status: string, random: Random) =>
	said(status, { startCount: 1, remains: random.whole(0, 100) });

/** One actor's calls, each in a turn of its own. */
function world(seed: number) {
	const random = createRandom(`races ${seed}`);
	let now = Date.UTC(2026, 0, 1);
	const table = new MemoryTable(() => now);
	table.insert(
		ORDERS.map((order) => toCells(newRow({ state: 'placed', ...OWN, order, userKey: `key ${order}` }))),
	);
	const waiting: Array<() => void> = [];
	const store = (fates: Fate[]): BookStore =>
		memoryStore(table, {
			turn: async () => await new Promise<void>((go) => waiting.push(go)),
			fate: () => (random.chance(0.1) ? random.pick(fates) : 'done'),
		});
	const tick = () => (now += random.whole(1, 2000));
	return { random, table, waiting, store, tick, now: () => now };
}

async function read(store: BookStore, { random, now, tick }: ReturnType<typeof world>): Promise<void> {
	const ids = ORDERS.filter(() => random.chance(0.7));
	const found = await findOrders(store, MINE, ids);
	const orders: BookedOrders = found.ok ? found.value : new Map();
	tick();
	const statuses = new Map(ids.map((id) => [id, saidNow(random.pick(STATUSES), random)]));
	await writeStatuses(store, orders, statuses, { now: now(), renewAfterMs: 0 });
	if (random.chance(0.3)) await writeRefills(store, orders, new Map([[ids[0] ?? '1', 'r']]), { now: now() });
}

/** An order that is claimed and refused: the highest row IDs come and go. */
async function claim(store: BookStore, owner: string): Promise<boolean> {
	const inserted = await store.open([newRow({ state: 'waiting', owner, requestKey: owner })], []);
	const own = allOf(where('owner', owner), where('state', 'waiting'));
	const held = await store.updateWhere(own, { state: 'sending' });
	const isMine = inserted.ok && held.ok && held.value.length === 1;
	await store.deleteWhere([allOf(where('owner', owner), where('state', 'sending'))]);
	return isMine;
}

async function play(seed: number): Promise<{ claims: boolean[]; table: MemoryTable }> {
	const here = world(seed);
	const claims: boolean[] = [];
	const readers = Array.from({ length: 3 }, async () => {
		for (let time = 0; time < 3; time++) await read(here.store(['refused', 'replyLost', 'late']), here);
	});
	const claimants = ['a', 'b', 'c', 'd', 'e', 'f'].map(async (owner) => {
		claims.push(await claim(here.store(['done']), `${owner} ${seed}`));
	});
	let running = true;
	const all = Promise.all([...readers, ...claimants]).then(() => (running = false));
	while (running) {
		await new Promise<void>((go) => setImmediate(go));
		const { waiting, random, table } = here;
		if (waiting.length > 0) waiting.splice(random.whole(0, waiting.length - 1), 1)[0]?.();
		if (table.late.length > 0 && random.chance(0.2)) table.late.shift()?.();
		await new Promise<void>((go) => setImmediate(go));
		const keys = new Set(table.all().map(({ userKey }) => userKey));
		expect(ORDERS.filter((order) => !keys.has(`key ${order}`))).toEqual([]);
	}
	await all;
	here.table.late.forEach((step) => step());
	return { claims, table: here.table };
}

it('holds every key, deletes nobody else’s row and ends with one row an order', async () => {
	for (let seed = 1; seed <= 60; seed++) {
		const { claims, table } = await play(seed);
		expect(claims).toEqual([true, true, true, true, true, true]);
		const calm = memoryStore(table);
		const found = await findOrders(calm, MINE, ORDERS);
		if (!found.ok) throw new Error(found.problem.kind);
		const random = createRandom(String(seed));
		const statuses = new Map(ORDERS.map((id) => [id, saidNow('Completed', random)]));
		const now = Date.UTC(2027, 0, 1);
		expect(await writeStatuses(calm, found.value, statuses, { now })).toMatchObject({ ok: true });
		expect(
			table
				.all()
				.map(({ order, status }) => `${order} ${status}`)
				.sort(),
		).toEqual(ORDERS.map((order) => `${order} Completed`));
	}
}, 60_000);
