/** Sends what a round has claimed, window by window, and records what came of it. */
import type { Answer, ClaimPorts, Clock, Order, Outcome } from './claimTypes';
import { keysOf } from './orders';
import { BOOK } from '../panel/policies';
import { done, type BookProblem, type Result } from './problems';
import type { Claimed, Held } from './round';
import type { BookRow, StoredRow } from './rows';
import { doubtTwins, withOrders, type Placed } from './twins';
import type { Pace } from './windowPace';
import { allOf, where, type Advance, type BookStore, type Filter } from './store';

interface Sent {
	answers: Array<[number, Answer]>;
	/** Orders that others took away, or that `send` has not begun: to be claimed anew. */
	again: Order[];
	/** Nothing more may be sent. */
	problem?: BookProblem;
}

/** A window's orders, and what came of them. */
interface Window {
	held: Held[];
	outcomes: Map<number, Outcome>;
}

const NO_WINDOW: Window = { held: [], outcomes: new Map() };

export async function sendWindows({ owner, free }: Claimed, ports: ClaimPorts, pace: Pace): Promise<Sent> {
	const { store, clock } = ports;
	const sent: Sent = { answers: [], again: [] };
	const queue = [...free];
	const placed: Placed[] = [];
	let held: Held[] = [];
	for (;;) {
		// What was started but not sent is released with the rest
		if (ports.canceled()) queue.unshift(...held.splice(0));
		const window = held.length > 0 ? await sendWindow(held, owner, ports, pace) : NO_WINDOW;
		const next = ports.canceled() ? [] : queue.splice(0, pace.size());
		if (window.held.length === 0 && next.length === 0) break;
		placed.push(...placedIn(window));
		const look = next.length === 0 ? withOrders(placed) : [];
		const step = await recordAndStart(store, clock, owner, window, next, look);
		sent.answers.push(...answersFor(window, step.unrecorded));
		sent.again.push(...ordersThat(window, 'later'));
		if (step.problem) {
			sent.problem = step.problem;
			queue.unshift(...next);
			break;
		}
		held = step.held;
		sent.again.push(...missingIn(held, next));
		if (placed.length > 0 && next.length === 0) {
			const seen = step.seen ?? (await store.find(look));
			// After a time-out nothing can be looked up
			const known = seen.ok ? seen.value : [];
			sent.answers.push(...(await doubtTwins(store, owner, placed, known)));
		}
	}
	await release(ports, owner, queue);
	const { problem } = sent;
	const answer: Answer = problem
		? { kind: 'notSent', why: 'book', problem }
		: { kind: 'notSent', why: 'canceled' };
	sent.answers.push(...queue.map(({ order }): [number, Answer] => [order.ref, answer]));
	return sent;
}

async function sendWindow(held: Held[], owner: string, ports: ClaimPorts, pace: Pace): Promise<Window> {
	const { clock, keepAlive, store } = ports;
	const startedAt = clock.now();
	const rows = within(owner, 'sending', held);
	/** By row ID, since each row of a window is marked for itself */
	const markedAt = new Map(held.map(({ row }) => [row.id, startedAt]));
	const mark = async (filter: Filter): Promise<void> => {
		const at = clock.now();
		// Writes the same state again, so that n8n notes the time
		const marked = await store.updateWhere(filter, { state: 'sending' });
		if (marked.ok) for (const { id } of marked.value) markedAt.set(id, at);
	};
	const beat = async () => await mark(rows);
	/** Whether an order may still leave: Resolve may have taken its row away while this process slept. */
	const mayLeave = async ({ ref }: Order): Promise<boolean> => {
		const own = held.find(({ order }) => order.ref === ref);
		if (own === undefined) return false;
		const isMarked = () => clock.now() - (markedAt.get(own.row.id) ?? 0) <= BOOK.markLimitMs;
		if (!isMarked()) await mark(within(owner, 'sending', [own]));
		return isMarked();
	};
	const send = async () =>
		await ports.send(
			held.map(({ order, row }) => ({ ...order, row })),
			mayLeave,
		);
	const outcomes = keepAlive ? await keepAlive(send, beat) : await send();
	pace.sent(held.length, clock.now() - startedAt);
	return { held, outcomes: new Map(outcomes.map((outcome) => [outcome.ref, outcome])) };
}

/** An order of which `send` says nothing may have been sent. */
const outcomeOf = ({ outcomes }: Window, { ref }: Order): Outcome =>
	outcomes.get(ref) ?? { ref, state: 'unknown', cells: {} };

const ordersThat = (window: Window, state: Outcome['state']): Order[] =>
	window.held.map(({ order }) => order).filter((order) => outcomeOf(window, order).state === state);

const missingIn = (held: Held[], next: Held[]): Order[] => {
	const started = new Set(held.map(({ row }) => row.id));
	return next.filter(({ row }) => !started.has(row.id)).map(({ order }) => order);
};

const answersFor = (window: Window, problem: BookProblem | undefined): Array<[number, Answer]> =>
	window.held.flatMap(({ order, row }): Array<[number, Answer]> => {
		const outcome = outcomeOf(window, order);
		if (outcome.state === 'later') return [];
		return [
			[order.ref, problem ? { kind: 'unrecorded', outcome, row, problem } : { kind: 'sent', outcome, row }],
		];
	});

/** Rows of this owner with IDs of these. */
const within = (owner: string, state: BookRow['state'], held: Held[]): Filter => {
	const ids = held.map(({ row }) => row.id);
	return allOf(
		where('owner', owner),
		where('state', state),
		where('id', Math.min(...ids), 'gte'),
		where('id', Math.max(...ids), 'lte'),
	);
};

/** The rows of an unknown order stay under their ID: it is the name by which people resolve them. */
async function markUnknown(store: BookStore, owner: string, window: Window): Promise<Result<void>> {
	for (const { order, row } of window.held) {
		const outcome = outcomeOf(window, order);
		if (outcome.state !== 'unknown') continue;
		const own = allOf(where('id', row.id), where('owner', owner), where('state', 'sending'));
		const marked = await store.updateWhere(own, { ...outcome.cells, state: 'unknown' });
		if (!marked.ok) return marked;
	}
	return done(undefined);
}

const finalsOf = (window: Window): BookRow[] =>
	placedIn(window).map(({ row, cells }) => ({ ...row, ...cells, state: 'placed' }));

const placedIn = (window: Window): Placed[] =>
	window.held.flatMap(({ order, row }) => {
		const outcome = outcomeOf(window, order);
		return outcome.state === 'placed' ? [{ ref: order.ref, row, cells: outcome.cells }] : [];
	});

const startOf = (owner: string, next: Held[]): Advance['start'] =>
	next.length > 0 ? { filter: within(owner, 'waiting', next), changes: { state: 'sending' } } : undefined;

interface Step {
	/** The next window's orders that are this owner's to send now. */
	held: Held[];
	/** What the look has found, where it could be made in the same step. */
	seen?: Result<StoredRow[]>;
	/** The last window could not be written. */
	unrecorded?: BookProblem;
	/** Nothing more may be sent: the window could not be written, or the next one not be started. */
	problem?: BookProblem;
}

/** Records a window and starts the next, if need be in several tries. */
async function recordAndStart(
	store: BookStore,
	clock: Clock,
	owner: string,
	window: Window,
	next: Held[],
	[look, ...more]: Filter[],
): Promise<Step> {
	const clear = window.held.length > 0 ? within(owner, 'sending', window.held) : undefined;
	const marked = await markUnknown(store, owner, window);
	const then = more.length > 0 ? {} : { look };
	const step = marked.ok
		? await store.advance({ finals: finalsOf(window), clear, start: startOf(owner, next), ...then })
		: marked;
	if (step.ok) return { held: matching(next, step.value), ...(then.look && { seen: step }) };
	const again = persistently(clock, step.problem);
	const recorded = clear
		? await again(async () => await recordOnce(store, owner, window, clear))
		: done(undefined);
	if (!recorded.ok) return { held: [], unrecorded: recorded.problem, problem: recorded.problem };
	if (next.length === 0) return { held: [] };
	const started = await again(async () => await startAfterAll(store, owner, next));
	return started.ok ? { held: started.value } : { held: [], problem: started.problem };
}

const matching = (held: Held[], rows: StoredRow[]): Held[] => {
	const ids = new Set(rows.map(({ id }) => id));
	return held.filter(({ row }) => ids.has(row.id));
};

/** Tries until it succeeds or `BOOK.recordMs` are over, which several tries share. */
function persistently(clock: Clock, first: BookProblem) {
	const until = clock.now() + BOOK.recordMs;
	return async <T>(once: () => Promise<Result<T>>): Promise<Result<T>> => {
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

/**
 * The step may have been carried out although it failed: what is in the book already is not written
 * again.
 */
async function recordOnce(
	store: BookStore,
	owner: string,
	window: Window,
	clear: Filter,
): Promise<Result<void>> {
	const marked = await markUnknown(store, owner, window);
	if (!marked.ok) return marked;
	const there = await store.find([allOf(where('owner', owner), where('state', 'placed'))]);
	// After a time-out nothing can be looked up: two rows of one order count once
	if (!there.ok && there.problem.kind !== 'timedOut') return there;
	// By its keys: panels have given two orders one ID
	const known = new Set(there.ok ? there.value.map(keysOf) : []);
	const finals = finalsOf(window).filter((row) => !known.has(keysOf(row)));
	const written = await store.advance({ finals, clear, start: undefined });
	return written.ok ? done(undefined) : written;
}

/** Starts a window after a start that failed: that one may have moved rows to `sending`, and nobody has sent them. */
async function startAfterAll(store: BookStore, owner: string, next: Held[]): Promise<Result<Held[]>> {
	const moved = await store.updateWhere(within(owner, 'waiting', next), { state: 'sending' });
	if (!moved.ok) return moved;
	const held = await store.find([within(owner, 'sending', next)]);
	return held.ok ? done(matching(next, held.value)) : held;
}

const RELEASES = 3;

/**
 * Frees the keys of what was not sent, started or not. What cannot be reached is left for the next
 * claimant.
 */
async function release({ store, clock }: ClaimPorts, owner: string, queue: Held[]): Promise<void> {
	if (queue.length === 0) return;
	for (let tries = 1; tries <= RELEASES; tries++) {
		const gone = await store.deleteWhere([within(owner, 'waiting', queue), within(owner, 'sending', queue)]);
		if (gone.ok) return;
		await clock.sleep(BOOK.firstPauseMs);
	}
}
