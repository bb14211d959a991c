/** Writes what came of a window's orders into the book and starts the next window, in one step where nothing fails. */
import { BOOK } from '../panel/policies';
import type { Claiming, ClaimPorts, Clock, Held, Outcome } from './claimTypes';
import type { BookProblem, StepResult } from './problems';
import { success } from '../shared/result';
import type { BookRow, StoredRow } from './rows';
import { allOf, anyOfMany, keysOf, where, type Advance, type BookStore, type Filter } from './store';

export type Sent = Held & { outcome: Outcome };
/** An order that the panel has given an ID. */
export type Placed = Sent & { outcome: Extract<Outcome, { state: 'placed' }> };

export const isPlaced = (sent: Sent): sent is Placed => sent.outcome.state === 'placed';

/** Rows of this owner with IDs of these. */
export const within = (owner: string, state: BookRow['state'], held: readonly Held[]): Filter => {
	const ids = held.map(({ row }) => row.id);
	return allOf(
		where('owner', owner),
		where('state', state),
		where('id', Math.min(...ids), 'gte'),
		where('id', Math.max(...ids), 'lte'),
	);
};

interface Step {
	/** Rows of the next window that are this owner's to send now. */
	started: StoredRow[];
	/** Where nothing was to start, and it could be looked for in the same step: rows with IDs of what was placed. */
	seen?: StoredRow[];
	/** The window could not be written. */
	unrecorded?: BookProblem;
	/** Nothing more may be sent: the window could not be written, or the next one not be started. */
	problem?: BookProblem;
}

/** If need be in several tries. `placed`: by this window and those before it. */
export async function recordAndStart(
	{ store, clock }: Pick<ClaimPorts, 'store' | 'clock'>,
	owner: string,
	{ window, next, placed }: { window: Sent[]; next: Held[]; placed: Placed[] },
): Promise<Step> {
	const start =
		next.length > 0
			? { filter: within(owner, 'waiting', next), changes: { state: 'sending' as const } }
			: undefined;
	const [look, ...more] = start ? [] : withOrders(placed);
	const then = more.length > 0 ? {} : { look };
	const step = await record(store, owner, window, { start, ...then });
	if (step.ok)
		return start ? { started: step.value } : { started: [], ...(then.look && { seen: step.value }) };
	const again = persistently(clock, step.problem);
	const recorded =
		window.length > 0 ? await again(async () => await recordAgain(store, owner, window)) : success([]);
	if (!recorded.ok) return { started: [], unrecorded: recorded.problem, problem: recorded.problem };
	if (!start) return { started: [] };
	const started = await again(async () => {
		// The start that failed may have moved rows to `sending`, and nobody has sent them
		const moved = await store.updateWhere(start.filter, start.changes);
		return moved.ok ? await store.find([within(owner, 'sending', next)]) : moved;
	});
	return started.ok ? { started: started.value } : { started: [], problem: started.problem };
}

/** Records a window, but for what is `there` already. */
async function record(
	store: BookStore,
	owner: string,
	window: readonly Sent[],
	{ there = [], start, look }: { there?: StoredRow[] } & Partial<Pick<Advance, 'start' | 'look'>>,
): Promise<StepResult<StoredRow[]>> {
	for (const { row, outcome } of window) {
		if (outcome.state !== 'unknown') continue;
		// Its row stays under its ID: it is the name by which people resolve it
		const own = allOf(where('id', row.id), where('owner', owner), where('state', 'sending'));
		const marked = await store.updateWhere(own, { ...outcome.cells, state: 'unknown' });
		if (!marked.ok) return marked;
	}
	// By its keys: panels have given two orders one ID
	const known = new Set(there.map(keysOf));
	const finals = window
		.filter(isPlaced)
		.filter(({ row }) => !known.has(keysOf(row)))
		.map(({ row, outcome }): BookRow => ({ ...row, ...outcome.cells, state: 'placed' }));
	const clear = window.length > 0 ? within(owner, 'sending', window) : undefined;
	return await store.advance({ finals, clear, start, look });
}

/** The step may have been carried out although it failed: what is in the book already is not written again. */
async function recordAgain(
	store: BookStore,
	owner: string,
	window: Sent[],
): Promise<StepResult<StoredRow[]>> {
	const there = await store.find([allOf(where('owner', owner), where('state', 'placed'))]);
	// After a time-out nothing can be looked up: two rows of one order count once
	if (!there.ok && there.problem.kind !== 'timedOut') return there;
	return await record(store, owner, window, { there: there.ok ? there.value : [] });
}

/** Tries until it succeeds or `BOOK.recordMs` are over, which several tries share. */
function persistently(clock: Clock, first: BookProblem) {
	const until = clock.now() + BOOK.recordMs;
	return async <T>(once: () => Promise<StepResult<T>>): Promise<StepResult<T>> => {
		let problem = first;
		let pause: number = BOOK.firstPauseMs;
		for (; clock.now() < until; pause = Math.min(2 * pause, BOOK.longestPauseMs)) {
			await clock.sleep(pause);
			const result = await once();
			if (result.ok || result.problem.kind === 'timedOut') return result;
			problem = result.problem;
		}
		return { ok: false, problem };
	};
}

const RELEASES = 3;

/** Frees the keys of what was not sent, started or not. What cannot be reached is left for the next claimant. */
export async function release(
	{ store, clock }: Pick<ClaimPorts, 'store' | 'clock'>,
	owner: string,
	queue: readonly Held[],
): Promise<void> {
	for (let tries = 1; tries <= RELEASES; tries++) {
		const gone = await store.deleteWhere([within(owner, 'waiting', queue), within(owner, 'sending', queue)]);
		if (gone.ok) return;
		await clock.sleep(BOOK.firstPauseMs);
	}
}

/** So few IDs are as quickly found one by one. */
const FEW = 3;
/** For each of ours a panel takes at most so many orders of others meanwhile: else an ID is far from the rest. */
const APART = 1000;

/**
 * Finds the rows with the IDs of these orders, and perhaps others. Each value that is looked for costs as much as a look
 * at all rows: IDs that a panel has given one after the other are found between the lowest and the highest of them.
 */
function withOrders(placed: readonly Placed[]): Filter[] {
	const ids = placed.map(({ outcome }) => outcome.cells.order).sort();
	const [low = '', high = ''] = [ids[0], ids.at(-1)];
	const isSeries =
		ids.length > FEW &&
		Number(high) - Number(low) < APART * ids.length &&
		ids.every((id) => /^\d+$/.test(id) && id.length === low.length);
	return isSeries
		? [allOf(where('order', low, 'gte'), where('order', high, 'lte'))]
		: anyOfMany(ids.map((id) => where('order', id)));
}

/**
 * Panels have answered with the ID of an older order, or given two orders one ID: an ID that another row of the account
 * has is no proof of a new order. Whatever has one is unknown, as soon as everything is recorded. `seen` are the rows
 * with these IDs, where they were looked for; what cannot be written stays `placed` in the book, and is unknown to the
 * user all the same.
 */
export async function doubtTwins(
	owner: string,
	placed: readonly Placed[],
	seen: StoredRow[] | undefined,
	{ ports: { store }, answers }: Pick<Claiming, 'ports' | 'answers'>,
): Promise<void> {
	const found = seen ? success(seen) : await store.find(withOrders(placed));
	// After a time-out nothing can be looked up
	const rows = found.ok ? found.value : [];
	const known = rows.filter((row) => row.owner !== owner);
	for (const { ref, row, outcome } of placed) {
		const { order, placedAt } = outcome.cells;
		const final = rows.find(
			(one) => one.owner === owner && one.order === order && keysOf(one) === keysOf(row),
		);
		const own = { ...(final ?? row), order };
		const twin = known.find(
			(one) => one.order === order && one.account === row.account && keysOf(one) !== keysOf(row),
		);
		known.push(own);
		if (twin === undefined) continue;
		const cells = {
			placedAt,
			note: `The panel answered with order ${order}, which row ${twin.id} has already`,
		};
		await store.updateWhere(
			allOf(where('owner', owner), where('order', order), where('requestKey', row.requestKey)),
			{ ...cells, order: '', state: 'unknown' },
		);
		answers.set(ref, { kind: 'sent', outcome: { ref, state: 'unknown', cells, twin }, row: own });
	}
}
