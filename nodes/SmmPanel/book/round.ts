/** One round of the claim protocol: insert, look, clear what was never sent. */
import { BOOK } from '../panel/policies';
import type { Answer, ClaimPorts, Order } from './claimTypes';
import { makeRoom } from './cleaning';
import { done, refused, type BookProblem, type Result } from './problems';
import { matchRows } from './matches';
import { byKey, keyConditions, standing, type Look, type Standing } from './rivals';
import type { StoredRow } from './rows';
import { allOf, anyOfMany, hasKey, where, type BookStore, type Condition, type Filter } from './store';

/** An order and its row. */
export interface Held {
	order: Order;
	row: StoredRow;
}

/** An order, and the row of another claimant that is waited for. */
interface Busy {
	order: Order;
	by: StoredRow;
}

export interface Claimed {
	owner: string;
	/** In state `sending` already: to be sent first. */
	started: Held[];
	/** Orders in state `waiting` whose keys nobody else has; by ascending ID. */
	free: Held[];
	/** Orders that others are sending; this run's rows of them are gone. */
	busy: Busy[];
	/** Orders to be claimed anew; this run's rows of them are gone. */
	lost: Order[];
	answers: Array<[number, Answer]>;
}

const STARTED = { state: 'sending' } as const;

/**
 * Claims some of all orders of a call for a new owner. After a problem nothing of it is in the book, as far as the book
 * could be reached.
 */
export async function claimOrders(
	orders: Order[],
	all: readonly Order[],
	ports: ClaimPorts,
	size: number,
): Promise<Result<Claimed>> {
	const claimed = await claimOnce(orders, all, ports, size);
	if (!claimed.ok && claimed.problem.kind === 'full') {
		if (!(await makeRoom(ports.store, ports.clock.now()))) return claimed;
		await ports.clock.sleep(BOOK.roomSeenMs);
		return await claimOnce(orders, all, ports, size);
	}
	// Nothing was sent, and the second try is another owner: whatever the first one still does is a stranger's
	return claimed.ok || claimed.problem.kind !== 'failed'
		? claimed
		: await claimOnce(orders, all, ports, size);
}

async function claimOnce(
	orders: Order[],
	all: readonly Order[],
	ports: ClaimPorts,
	size: number,
): Promise<Result<Claimed>> {
	const { store, clock } = ports;
	const owner = ports.newOwner();
	const insertedAt = clock.now();
	const keys = unique(orders.flatMap(keyConditions));
	const seen = await store.open({
		rows: orders.map(({ row }) => ({ ...row, owner, state: 'waiting' })),
		owner,
		keys: keys.map(({ value }) => String(value)),
		look: unique([...keys, ...ports.alsoLookAt]),
		start: size,
		changes: STARTED,
	});
	if (!seen.ok) return await givenUp(store, owner, seen);
	const sameRuns = await sameRunsAmong(seen.value, orders, ports);
	ports.seen(seen.value, sameRuns);
	const now = clock.now();
	const look: Look = { rows: seen.value, owner, sameRuns, now, sinceInsert: now - insertedAt };
	const index = byKey(seen.value);
	const { of } = matchRows(all, withoutOwn(seen.value, owner), sameRuns);
	const standings = orders.map((order) => ({ order, at: standing(order, of.get(order.ref), look, index) }));
	const cleared = await clear(store, standings);
	if (!cleared.ok) return await givenUp(store, owner, cleared);
	const claimed = sorted(owner, standings, cleared.value);
	const dropped = await drop(store, owner, claimed, look);
	return dropped.ok ? done(claimed) : await givenUp(store, owner, dropped);
}

type Stood = { order: Order; at: Standing };

/**
 * Deletes rivals' rows that were never sent, if they still are not. Resolves to the IDs of those that it has deleted.
 */
async function clear(store: BookStore, standings: Stood[]): Promise<Result<Set<number>>> {
	const rivals = standings.flatMap(({ at }) => (at.kind === 'contested' ? at.rivals : []));
	const gone = await store.deleteWhere(rowsAsRead([...new Set(rivals)]));
	return gone.ok ? done(new Set(gone.value.map(({ id }) => id))) : gone;
}

/**
 * Filters for rows that are still as they were read, one for each unbroken row of IDs of one owner, since each costs as
 * much as a call. The owner belongs to it: SQLite gives the ID of a deleted row to the next one.
 */
export function rowsAsRead(rows: readonly StoredRow[]): Filter[] {
	const spans: Array<Pick<StoredRow, 'owner' | 'state'> & { first: number; last: number }> = [];
	const inOrder = [...rows].sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : a.id - b.id));
	for (const { owner, state, id } of inOrder) {
		const span = spans.at(-1);
		if (span?.owner === owner && span.state === state && span.last === id - 1) span.last = id;
		else spans.push({ owner, state, first: id, last: id });
	}
	return spans.map(({ owner, state, first, last }) =>
		allOf(where('owner', owner), where('state', state), where('id', first, 'gte'), where('id', last, 'lte')),
	);
}

function sorted(owner: string, standings: Stood[], cleared: ReadonlySet<number>): Claimed {
	const claimed: Claimed = { owner, started: [], free: [], busy: [], lost: [], answers: [] };
	for (const { order, at } of standings) {
		if (at.kind === 'started') claimed.started.push({ order, row: at.own });
		else if (at.kind === 'free') claimed.free.push({ order, row: at.own });
		else if (at.kind === 'held') claimed.answers.push([order.ref, at.answer]);
		else if (at.kind === 'busy') claimed.busy.push({ order, by: at.by });
		else if (at.kind === 'contested' && at.rivals.every(({ id }) => cleared.has(id))) {
			claimed.free.push({ order, row: at.own });
		} else claimed.lost.push(order);
	}
	const byId = (a: Held, b: Held) => a.row.id - b.row.id;
	claimed.started.sort(byId);
	claimed.free.sort(byId);
	return claimed;
}

/**
 * Own rows that will not be sent go at once: a window starts all waiting rows of this owner within its
 * IDs.
 */
async function drop(store: BookStore, owner: string, claimed: Claimed, look: Look): Promise<Result<unknown>> {
	const kept = new Set([...claimed.started, ...claimed.free].map(({ row }) => row.id));
	const own = look.rows.filter((row) => row.owner === owner && !kept.has(row.id));
	return await store.deleteWhere(rowsAsRead(own));
}

/**
 * Deletes what this owner has not sent. Rows that the book has moved to `sending` without telling are
 * among them:
 * only this owner could have sent them, and it has not.
 */
async function givenUp(store: BookStore, owner: string, { problem }: { problem: BookProblem }) {
	await store.deleteWhere([
		allOf(where('owner', owner), where('state', 'waiting')),
		allOf(where('owner', owner), where('state', 'sending')),
	]);
	return refused(problem);
}

/** Rows of executions that could not read their root are compared by asking n8n about them, each once. */
export async function sameRunsAmong(
	rows: readonly StoredRow[],
	orders: readonly Order[],
	ports: Pick<ClaimPorts, 'sameRun'>,
): Promise<ReadonlySet<string>> {
	const own = new Set(orders.map(({ row }) => row.run));
	const rootless = [...own].some(isRootless);
	const keys = new Set(orders.flatMap(keyConditions).map(({ value }) => String(value)));
	const others = unique(rows.filter((row) => hasKey(row, keys)).map(({ run }) => run)).filter(
		(run) => !own.has(run) && (rootless || isRootless(run)),
	);
	const same = new Set<string>();
	for (const run of others) if (await ports.sameRun(run)) same.add(run);
	return same;
}

const isRootless = (run: string) => run.startsWith('exec:');

/** Waits for others until they have answered, are gone, or `BOOK.rivalMs` are over. */
export async function waitFor(
	busy: Busy[],
	ports: ClaimPorts,
): Promise<{ answers: Array<[number, Answer]>; free: Order[] }> {
	const { store, clock } = ports;
	const answers: Array<[number, Answer]> = [];
	const free: Order[] = [];
	const until = clock.now() + BOOK.rivalMs;
	let waiting = busy;
	while (waiting.length > 0) {
		await clock.sleep(BOOK.rivalLookMs);
		const places = waiting.flatMap(({ order, by }) => [
			...keyConditions(order),
			...keyConditions({ ref: order.ref, row: by }),
		]);
		const seen = await store.find(anyOfMany(unique(places)));
		if (!seen.ok) {
			waiting.forEach(({ order: { ref } }) =>
				answers.push([ref, { kind: 'notSent', why: 'book', problem: seen.problem }]),
			);
			break;
		}
		const orders = waiting.map(({ order }) => order);
		const sameRuns = await sameRunsAmong(seen.value, orders, ports);
		const { of } = matchRows(orders, seen.value, sameRuns);
		const now = clock.now();
		const index = byKey(seen.value);
		const look: Look = { rows: seen.value, owner: '', sameRuns, now, sinceInsert: 0 };
		const over = now >= until || ports.canceled();
		waiting = waiting.filter(({ order }) => {
			const at = standing(order, of.get(order.ref), look, index);
			if (at.kind === 'held') answers.push([order.ref, at.answer]);
			else if (at.kind !== 'busy' || (over && at.by.state === 'waiting')) free.push(order);
			else if (over) answers.push([order.ref, { kind: 'beingSent', of: at.by }]);
			else return true;
			return false;
		});
	}
	return { answers, free };
}

/** Rows that this claim has started already stand for no order. */
const withoutOwn = (rows: readonly StoredRow[], own: string): StoredRow[] =>
	rows.filter(({ owner }) => owner !== own);

const unique = <T extends Condition | number | string>(values: readonly T[]): T[] => [
	...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];
