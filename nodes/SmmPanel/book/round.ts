/** One round of the claim protocol: insert, look, clear what was never sent. */
import { BOOK } from '../panel/policies';
import type { Answer, ClaimPorts, Order } from './claimTypes';
import { makeRoom } from './cleaning';
import { done, refused, type BookProblem, type Result } from './problems';
import { matchRows } from './matches';
import { byKey, isRootless, keyConditions, placesToLook, standing, type Look, type Standing } from './rivals';
import type { StoredRow } from './rows';
import { allOf, anyOfMany, hasKey, where, type BookStore, type Filter } from './store';

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
	/** Orders in state `waiting` whose keys nobody else has; by ascending ID. */
	free: Held[];
	/** Orders that others are sending; this run's rows of them are gone. */
	busy: Busy[];
	/** Orders to be claimed anew; this run's rows of them are gone. */
	lost: Order[];
	answers: Array<[number, Answer]>;
}

/**
 * Claims some of all orders of a call for a new owner. After a problem nothing of it is in the book, as far as the book
 * could be reached.
 */
export async function claimOrders(
	orders: Order[],
	all: readonly Order[],
	ports: ClaimPorts,
): Promise<Result<Claimed>> {
	const claimed = await claimOnce(orders, all, ports);
	if (!claimed.ok && claimed.problem.kind === 'full') {
		if (!(await makeRoom(ports.store, ports.clock.now()))) return claimed;
		await ports.clock.sleep(BOOK.roomSeenMs);
		return await claimOnce(orders, all, ports);
	}
	// Nothing was sent, and the second try is another owner: whatever the first one still does is a stranger's
	return claimed.ok || claimed.problem.kind !== 'failed' ? claimed : await claimOnce(orders, all, ports);
}

async function claimOnce(
	orders: Order[],
	all: readonly Order[],
	ports: ClaimPorts,
): Promise<Result<Claimed>> {
	const { store, clock } = ports;
	const owner = ports.newOwner();
	const insertedAt = clock.now();
	const seen = await store.open(
		orders.map(({ row }) => ({ ...row, owner, state: 'waiting' })),
		anyOfMany([...placesToLook(orders), ...ports.alsoLookAt]),
	);
	if (!seen.ok) return await givenUp(store, owner, seen);
	const sameRuns = await sameRunsAmong(seen.value, orders, ports);
	ports.seen(seen.value, sameRuns);
	const now = clock.now();
	const look: Look = { rows: seen.value, owner, sameRuns, now, sinceInsert: now - insertedAt };
	const index = byKey(seen.value);
	const { of } = matchRows(all, seen.value, sameRuns);
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
	const gone = await store.deleteWhere(waitingRows([...new Set(rivals)]));
	return gone.ok ? done(new Set(gone.value.map(({ id }) => id))) : gone;
}

/**
 * Filters for rows, a filter for each unbroken row of IDs of one owner, since each costs as much as a call. The owner
 * belongs to it: SQLite gives the ID of a deleted row to the next one.
 */
export function waitingRows(rows: readonly StoredRow[]): Filter[] {
	const spans: Array<{ owner: string; first: number; last: number }> = [];
	const inOrder = [...rows].sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : a.id - b.id));
	for (const { owner, id } of inOrder) {
		const span = spans.at(-1);
		if (span?.owner === owner && span.last === id - 1) span.last = id;
		else spans.push({ owner, first: id, last: id });
	}
	return spans.map(({ owner, first, last }) =>
		allOf(
			where('owner', owner),
			where('state', 'waiting'),
			where('id', first, 'gte'),
			where('id', last, 'lte'),
		),
	);
}

function sorted(owner: string, standings: Stood[], cleared: ReadonlySet<number>): Claimed {
	const claimed: Claimed = { owner, free: [], busy: [], lost: [], answers: [] };
	for (const { order, at } of standings) {
		if (at.kind === 'free') claimed.free.push({ order, row: at.own });
		else if (at.kind === 'held') claimed.answers.push([order.ref, at.answer]);
		else if (at.kind === 'busy') claimed.busy.push({ order, by: at.by });
		else if (at.kind === 'contested' && at.rivals.every(({ id }) => cleared.has(id))) {
			claimed.free.push({ order, row: at.own });
		} else claimed.lost.push(order);
	}
	claimed.free.sort((a, b) => a.row.id - b.row.id);
	return claimed;
}

/**
 * Own rows that will not be sent go at once: a window starts all waiting rows of this owner within its
 * IDs.
 */
async function drop(store: BookStore, owner: string, claimed: Claimed, look: Look): Promise<Result<unknown>> {
	const kept = new Set(claimed.free.map(({ row }) => row.id));
	const own = look.rows.filter((row) => row.owner === owner && !kept.has(row.id));
	return await store.deleteWhere(waitingRows(own));
}

/** Deletes what this owner has not sent. */
async function givenUp(store: BookStore, owner: string, { problem }: { problem: BookProblem }) {
	await store.deleteWhere([allOf(where('owner', owner), where('state', 'waiting'))]);
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
	const same = new Set<string>();
	for (const row of rows) {
		const { run } = row;
		if (own.has(run) || same.has(run) || !(rootless || isRootless(run)) || !hasKey(row, keys)) continue;
		if (await ports.sameRun(run)) same.add(run);
	}
	return same;
}

/** Waits for others until they have answered, are gone, or `BOOK.rivalMs` are over. */
export async function waitFor(
	busy: Busy[],
	all: readonly Order[],
	ports: ClaimPorts,
): Promise<{ answers: Array<[number, Answer]>; free: Order[] }> {
	const { store, clock } = ports;
	const answers: Array<[number, Answer]> = [];
	const free: Order[] = [];
	const until = clock.now() + BOOK.rivalMs;
	let waiting = busy;
	while (waiting.length > 0) {
		await clock.sleep(BOOK.rivalLookMs);
		const rivals = waiting.map(({ order: { ref }, by }) => ({ ref, row: by }));
		const orders = waiting.map(({ order }) => order);
		const seen = await store.find(anyOfMany(placesToLook([...orders, ...rivals])));
		if (!seen.ok) {
			waiting.forEach(({ order: { ref } }) =>
				answers.push([ref, { kind: 'notSent', why: 'book', problem: seen.problem }]),
			);
			break;
		}
		const sameRuns = await sameRunsAmong(seen.value, orders, ports);
		const { of } = matchRows(all, seen.value, sameRuns);
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
