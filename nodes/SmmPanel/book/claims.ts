/** The claim protocol: who may send an order, decided in the book before it is sent. A round: insert, look, clear. */
import { BOOK } from '../panel/policies';
import type { Answer, Claiming, ClaimPorts, Held, Order } from './claimTypes';
import { makeRoom } from './cleaning';
import { keyConditions, placesToLook, sameRunsAmong, standings } from './matches';
import type { BookProblem, StepResult } from './problems';
import { failure, success } from '../shared/result';
import type { StoredRow } from './rows';
import { allOf, anyOfMany, where, type Filter } from './store';
import { sendWindows } from './windows';

/** More at once would let the last of them wait for minutes until they are sent. */
export const AT_ONCE = 1000;

/** Rounds in which others took the same key away, before giving up. Each means that somebody else got further. */
const MAX_ROUNDS = 12;

/**
 * Claims the orders in the book, hands those to `send` that nobody else holds or has sent, records what came of them,
 * and says of each order what became of it. It never throws, and leaves no row of its own in state `waiting`.
 */
export async function placeOrders(
	orders: readonly Order[],
	ports: ClaimPorts,
): Promise<ReadonlyMap<number, Answer>> {
	const answers = new Map<number, Answer>();
	const all = withoutFollowers(orders, answers);
	const claiming = { ports, all, answers, owners: new Set<string>(), windowSize: ports.firstWindow };
	let stopped: BookProblem | undefined;
	for (let at = 0; at < all.length && !stopped; at += AT_ONCE)
		stopped = await placeSome(all.slice(at, at + AT_ONCE), claiming);
	const unsent: Answer = stopped
		? { kind: 'notSent', why: 'book', problem: stopped }
		: { kind: 'notSent', why: 'canceled' };
	for (const { ref } of all) if (!answers.has(ref)) answers.set(ref, unsent);
	return answers;
}

/** Of several orders with one key the first is placed; the answers of the others refer to it. */
function withoutFollowers(orders: readonly Order[], answers: Map<number, Answer>): Order[] {
	const first = new Map<string, Order>();
	return orders.filter((order) => {
		const places = keyConditions(order).map(({ column, value }) => `${column} ${String(value)}`);
		const leader = places.map((place) => first.get(place)).find((found) => found !== undefined);
		if (leader === undefined) places.forEach((place) => first.set(place, order));
		else answers.set(order.ref, { kind: 'follows', first: leader.ref });
		return leader === undefined;
	});
}

/** A problem is the reason to stop: nothing more may be sent. */
async function placeSome(orders: Order[], claiming: Claiming): Promise<BookProblem | undefined> {
	const { ports, answers } = claiming;
	let pending = orders;
	for (let round = 0; round < MAX_ROUNDS; round++) {
		if (pending.length === 0 || ports.canceled()) return undefined;
		const claimed = await claimOrders(pending, claiming);
		if (!claimed.ok) return claimed.problem;
		const { owner, free, busy, lost } = claimed.value;
		const sent = await sendWindows(owner, free, claiming);
		if (!sent.ok) return sent.problem;
		pending = [...lost, ...sent.value];
		if (busy.length > 0) pending.push(...(await waitFor(busy, claiming)));
	}
	if (!ports.canceled())
		pending.forEach(({ ref }) => answers.set(ref, { kind: 'notSent', why: 'contended' }));
	return undefined;
}

/** An order, and the row of another claimant that is waited for. */
interface Busy {
	order: Order;
	by: StoredRow;
}

interface Claimed {
	owner: string;
	/** Orders in state `waiting` whose keys nobody else has; by ascending ID. */
	free: Held[];
	/** Orders that others are sending; this run's rows of them are gone. */
	busy: Busy[];
	/** Orders to be claimed anew; this run's rows of them are gone. */
	lost: Order[];
}

/** Claims orders. After a problem nothing of it is in the book, as far as the book could be reached. */
async function claimOrders(orders: Order[], claiming: Claiming): Promise<StepResult<Claimed>> {
	const { store, clock } = claiming.ports;
	const claimed = await claimOnce(orders, claiming);
	if (claimed.ok) return claimed;
	if (claimed.problem.kind === 'full') {
		if (!(await makeRoom(store, clock.now()))) return claimed;
		await clock.sleep(BOOK.roomSeenMs);
	} else if (claimed.problem.kind !== 'failed') return claimed;
	// Nothing was sent, and the second try is another owner: whatever the first one still does is a stranger's
	return await claimOnce(orders, claiming);
}

async function claimOnce(
	orders: Order[],
	{ ports, all, answers, owners }: Claiming,
): Promise<StepResult<Claimed>> {
	const { store, clock } = ports;
	const owner = ports.newOwner();
	owners.add(owner);
	const givenUp = async ({ problem }: { problem: BookProblem }) => {
		await store.deleteWhere([allOf(where('owner', owner), where('state', 'waiting'))]);
		return failure(problem);
	};
	const insertedAt = clock.now();
	const seen = await store.open(
		orders.map(({ row }) => ({ ...row, owner, state: 'waiting' })),
		anyOfMany([...placesToLook(orders), ...ports.alsoLookAt]),
	);
	if (!seen.ok) return await givenUp(seen);
	const rows = seen.value;
	const sameRuns = await sameRunsAmong(rows, orders, ports);
	ports.seen(rows, sameRuns, owners);
	const now = clock.now();
	const look = { rows, owner, sameRuns, now, sinceInsert: now - insertedAt };
	const stood = standings(orders, all, look);

	// Rivals' rows that were never sent go, if they still were not
	const rivals = stood.flatMap(({ at }) => (at.kind === 'open' ? at.rivals : []));
	const gone = await store.deleteWhere(waitingRows([...new Set(rivals)]));
	if (!gone.ok) return await givenUp(gone);
	const cleared = new Set(gone.value.map(({ id }) => id));
	const claimed: Claimed = { owner, free: [], busy: [], lost: [] };
	for (const { order, at } of stood) {
		if (at.kind === 'busy') claimed.busy.push({ order, by: at.by });
		else if (at.kind === 'open' && at.rivals.every(({ id }) => cleared.has(id)))
			claimed.free.push({ ...order, row: at.own });
		else if (at.kind !== 'held') claimed.lost.push(order);
	}
	claimed.free.sort((a, b) => a.row.id - b.row.id);

	// Own rows that will not be sent go at once: a window starts all waiting rows of this owner within its IDs
	const kept = new Set(claimed.free.map(({ row }) => row.id));
	const dropped = await store.deleteWhere(
		waitingRows(rows.filter((row) => row.owner === owner && !kept.has(row.id))),
	);
	if (!dropped.ok) return await givenUp(dropped);
	for (const { order, at } of stood) if (at.kind === 'held') answers.set(order.ref, at.answer);
	return success(claimed);
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

/**
 * Waits for others until they have answered, are gone, or `BOOK.rivalMs` are over. Resolves to the orders that can be
 * claimed anew.
 */
async function waitFor(busy: Busy[], { ports, all, answers }: Claiming): Promise<Order[]> {
	const { store, clock } = ports;
	const free: Order[] = [];
	const until = clock.now() + BOOK.rivalMs;
	let waiting = busy;
	while (waiting.length > 0) {
		await clock.sleep(BOOK.rivalLookMs);
		const orders = waiting.map(({ order }) => order);
		const rivals = waiting.map(({ order: { ref }, by }) => ({ ref, row: by }));
		const seen = await store.find(anyOfMany(placesToLook([...orders, ...rivals])));
		if (!seen.ok) {
			const { problem } = seen;
			orders.forEach(({ ref }) => answers.set(ref, { kind: 'notSent', why: 'book', problem }));
			break;
		}
		const sameRuns = await sameRunsAmong(seen.value, orders, ports);
		const now = clock.now();
		const isOver = now >= until || ports.canceled();
		waiting = [];
		for (const { order, at } of standings(orders, all, { rows: seen.value, owner: '', sameRuns, now })) {
			if (at.kind === 'held') answers.set(order.ref, at.answer);
			else if (at.kind !== 'busy' || (isOver && at.by.state === 'waiting')) free.push(order);
			else if (isOver) answers.set(order.ref, { kind: 'beingSent', of: at.by });
			else waiting.push({ order, by: at.by });
		}
	}
	return free;
}
