/** Sends what a round has claimed, window by window: what is marked as sending at once, and recorded at once. */
import { BOOK } from '../panel/policies';
import type { Claiming, Held, Order } from './claimTypes';
import type { BookProblem, StepResult } from './problems';
import { failure, success } from '../shared/result';
import { doubtTwins, isPlaced, recordAndStart, release, within, type Placed, type Sent } from './recording';
import type { StoredRow } from './rows';
import type { Filter } from './store';

/** n8n's tables take a hundred rows as fast as one; a crash leaves at most one window of unknown orders. */
const MAX_WINDOW = 100;
/** One fast reply says little about the next: the window grows step by step. */
const GROWTH = 4;

/** Resolves to the orders that others took away, or that `send` has not begun: they are to be claimed anew. */
export async function sendWindows(
	owner: string,
	free: Held[],
	claiming: Claiming,
): Promise<StepResult<Order[]>> {
	const { ports, answers } = claiming;
	const again: Order[] = [];
	const queue = [...free];
	const placed: Placed[] = [];
	let held: Held[] = [];
	let seen: StoredRow[] | undefined;
	let problem: BookProblem | undefined;
	while (!problem) {
		// What was started but not sent is released with the rest
		if (ports.canceled()) queue.unshift(...held.splice(0));
		const window = held.length > 0 ? await sendWindow(held, owner, claiming) : [];
		const next = ports.canceled() ? [] : queue.splice(0, Math.min(MAX_WINDOW, claiming.windowSize));
		if (window.length === 0 && next.length === 0) break;
		placed.push(...window.filter(isPlaced));
		const step = await recordAndStart(ports, owner, { window, next, placed });
		for (const one of window) {
			const { ref, row, outcome } = one;
			if (outcome.state === 'later') again.push(one);
			else if (step.unrecorded)
				answers.set(ref, { kind: 'unrecorded', outcome, row, problem: step.unrecorded });
			else answers.set(ref, { kind: 'sent', outcome, row });
		}
		({ problem, seen } = step);
		if (problem) queue.unshift(...next);
		else {
			const started = new Set(step.started.map(({ id }) => id));
			held = next.filter(({ row }) => started.has(row.id));
			again.push(...next.filter(({ row }) => !started.has(row.id)));
		}
	}
	if (queue.length > 0) await release(ports, owner, queue);
	if (placed.length > 0 && !problem) await doubtTwins(owner, placed, seen, claiming);
	return problem ? failure(problem) : success(again);
}

async function sendWindow(held: Held[], owner: string, claiming: Claiming): Promise<Sent[]> {
	const { clock, keepAlive, store, send } = claiming.ports;
	const startedAt = clock.now();
	/** By row ID, since each row of a window is marked for itself */
	const markedAt = new Map(held.map(({ row }) => [row.id, startedAt]));
	const mark = async (filter: Filter): Promise<void> => {
		const at = clock.now();
		// Writes the same state again, so that n8n notes the time
		const marked = await store.updateWhere(filter, { state: 'sending' });
		if (marked.ok) for (const { id } of marked.value) markedAt.set(id, at);
	};
	const isMarked = ({ row }: Held) => clock.now() - (markedAt.get(row.id) ?? 0) <= BOOK.markLimitMs;
	/** Whether an order may still leave: Resolve may have taken its row away while this process slept. */
	const mayLeave = async (order: Held): Promise<boolean> => {
		if (!isMarked(order)) await mark(within(owner, 'sending', [order]));
		return isMarked(order);
	};
	const rows = within(owner, 'sending', held);
	const came = await keepAlive(
		async () => await send(held, mayLeave),
		async () => await mark(rows),
	);
	// The next window takes about a second: 1 order at one a second, 100 at a hundred
	const aSecond = Math.round((held.length * BOOK.windowMs) / Math.max(1, clock.now() - startedAt));
	claiming.windowSize = Math.min(GROWTH * claiming.windowSize, Math.max(1, aSecond));
	const outcomes = new Map(came.map((outcome) => [outcome.ref, outcome]));
	// An order of which `send` says nothing may have been sent
	return held.map((one) => ({
		...one,
		outcome: outcomes.get(one.ref) ?? { ref: one.ref, state: 'unknown', cells: {} },
	}));
}
