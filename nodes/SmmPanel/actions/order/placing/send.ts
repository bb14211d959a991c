/** Claims a run's orders in the order book, sends what nobody else has sent, each at most once, and says what came of each. */
import { AT_ONCE, placeOrders } from '../../../book/claims';
import type { ClaimPorts, Order, Outcome } from '../../../book/claimTypes';
import { answerOf, matchRows, placesToLook, sameRunsAmong } from '../../../book/matches';
import { anyOfMany, where } from '../../../book/store';
import { forEachLimited } from '../../../panel/batching';
import { BOOK } from '../../../panel/policies';
import { PanelError } from '../../../panel/errors';
import { plainProblem, type Problem } from '../../../shared/problems';
import { timeInWords } from '../../../shared/times';
import { limitConditions, overLimits, type BookLimits } from './limits';
import type { SameLink } from './input';
import { ofRow, outcomeOf, placementOf, type Placement, type Placements, type TriesSoFar } from './outcome';
import type { PlannedOrder } from './plan';
import { sameLinkConditions, SameLinkGate } from './sameLink';
import { notSentAfter, notWrittenDown, TAKEN_AWAY, unknownOutcome } from './texts';

export type BookPorts = Pick<ClaimPorts, 'store' | 'clock' | 'newOwner' | 'sameRun' | 'keepAlive'>;

/** A run's orders as the book knows them, and what comes of them. */
export interface BookRun extends TriesSoFar {
	/** By item, of the whole plan. */
	orders: ReadonlyMap<number, Order>;
	placements: Placements;
	book: BookPorts;
}

/** What n8n, the panel and the user's options are to a run. */
export interface Sending extends BookRun {
	/**
	 * Sends one order and resolves to its ID, with the account's currency where that is known. Rejects with a PanelError
	 * whose `effect` says whether it may be placed.
	 */
	add(
		fields: Record<string, string>,
		order: PlannedOrder,
	): Promise<{ order: string; currency?: string | null }>;
	/** Nothing is sent once it is aborted; what is under way is waited for and recorded. */
	signal: AbortSignal | undefined;
	/** The workflow's time zone. */
	zone: string;
	/** Orders under way at the same time. */
	concurrency: number;
	/** Whether the first order that fails keeps the following ones from being sent. */
	stopAtFailure: boolean;
	limits: BookLimits & { sameLink: SameLink };
}

export interface BookResult {
	/** Why the rest was not sent, where that is not just the first failure. */
	problem?: Problem;
	/** The highest ID of a row that was seen. */
	newestId: number;
}

/**
 * Sends those of `planned` that nobody has sent before, and writes what came of each into `placements`. Never rejects.
 */
export async function sendThroughBook(planned: readonly PlannedOrder[], run: Sending): Promise<BookResult> {
	const { limits, placements, book, signal } = run;
	const brake = new Brake(run.stopAtFailure);
	const orders = planned.flatMap(({ item }) => run.orders.get(item) ?? []);
	const gate = limits.sameLink === 'send' ? undefined : new SameLinkGate(limits.sameLink, orders);
	let overLimit: Problem | undefined;
	let newestId = 0;
	const isStopped = () => overLimit !== undefined || brake.isStopped || signal?.aborted === true;
	const isLimited = limits.maxTotalCharge !== undefined || limits.maxPerDay !== undefined;
	// Some are claimed only when the first thousand have been sent: a limit has to know before which of them are repeats
	const later = isLimited && orders.length > AT_ONCE;
	const found = later ? await book.store.find(anyOfMany(placesToLook(orders))) : undefined;
	// Where they cannot be read, each counts as new
	const known = found?.ok ? found.value : [];

	const answers = await placeOrders(orders, {
		...book,
		canceled: isStopped,
		alsoLookAt: [
			...(isLimited ? limitConditions(limits, run.run) : []),
			...massKeys(orders),
			...(gate ? sameLinkConditions(orders) : []),
		],
		seen(rows, sameRuns, owners) {
			newestId = Math.max(newestId, rows.at(-1)?.id ?? 0);
			const now = book.clock.now();
			gate?.see(rows, owners, now);
			if (isLimited)
				overLimit ??= overLimits(limits, {
					...run,
					rows: [...known, ...rows],
					planned,
					owners,
					sameRuns,
					now,
				});
		},
		send: windowSender(planned, run, { brake, gate, isStopped }),
		firstWindow: run.concurrency,
	});
	for (const order of planned) {
		const answer = answers.get(order.item);
		const first = answer?.kind === 'follows' ? placements[answer.first] : undefined;
		const placement =
			first?.state === 'placed'
				? { ...order, state: 'duplicate' as const, order: first.order }
				: (first ?? (answer && placementOf(order, answer, run)));
		if (placement) placements[order.item] = placement;
	}
	const unrecorded = [...answers.values()].flatMap((answer) => (answer.kind === 'unrecorded' ? answer : []));
	const [lost] = unrecorded;
	return { problem: overLimit ?? (lost ? notWrittenDown(lost, unrecorded) : brake.reason), newestId };
}

/** So many in a row without an answer: the panel is down, and each further order would be one more uncertain one. */
export const MOST_UNANSWERED = 5;

/** Decides after each order whether the run goes on. */
export class Brake {
	isStopped = false;
	/** Why the rest is not sent, where that is not just the first failure. */
	reason: Problem | undefined;
	/** In the order of sending: whether an order got no clear answer; undefined while it is under way. */
	readonly #unanswered: Array<boolean | undefined> = [];
	/** Whether the first order that fails keeps the following ones from being sent. */
	readonly #stopAtFailure: boolean;

	constructor(stopAtFailure: boolean) {
		this.#stopAtFailure = stopAtFailure;
	}

	/** Takes the place in line of an order that is about to be sent. */
	depart(): number {
		return this.#unanswered.push(undefined) - 1;
	}

	/** Notes what came of an order. `place` is the one it departed with; undefined for an order that was not sent. */
	arrive(placement: Placement, place?: number): void {
		const problem = 'problem' in placement ? placement.problem : undefined;
		const isUnanswered =
			placement.state === 'unknown' || ['network', 'maintenance'].includes(problem?.family ?? '');
		if (place !== undefined) this.#unanswered[place] = isUnanswered;
		if (!problem) return;
		const streak = isUnanswered && place !== undefined ? this.#streakAround(place) : 0;
		// A key that was refused is refused for every further order as well
		const isHopeless = placement.state === 'refused' && ['auth', 'canceled'].includes(problem.family);
		if (isHopeless) this.reason ??= notSentAfter(problem);
		else if (streak >= MOST_UNANSWERED) {
			const message = `the panel gave no clear answer to ${streak} orders in a row`;
			this.reason ??= notSentAfter({ ...problem, message });
		}
		if (this.#stopAtFailure || this.reason) this.isStopped = true;
	}

	#streakAround(place: number): number {
		let from = place;
		let to = place;
		while (this.#unanswered[from - 1]) from--;
		while (this.#unanswered[to + 1]) to++;
		return to - from + 1;
	}
}

/** Sends the orders of one window and says what came of each. */
function windowSender(
	planned: readonly PlannedOrder[],
	run: Sending,
	{ brake, gate, isStopped }: { brake: Brake; gate: SameLinkGate | undefined; isStopped(): boolean },
): ClaimPorts['send'] {
	const { clock } = run.book;
	const byItem = new Map(planned.map((order) => [order.item, order]));
	return async (window, mayLeave) => {
		const startedAt = clock.now();
		const outcomes: Outcome[] = [];
		await forEachLimited(window, run.concurrency, async (held) => {
			const { ref } = held;
			const order = byItem.get(ref);
			if (order === undefined || isStopped()) return void outcomes.push({ ref, state: 'notSent' });
			if (clock.now() - startedAt > BOOK.windowLimitMs) return void outcomes.push({ ref, state: 'later' });
			let sentAt: string | undefined;
			const send = async (): Promise<Placement | undefined> => {
				// Another one was waited for meanwhile
				if (isStopped()) return undefined;
				if (!(await mayLeave(held))) return { ...order, state: 'unknown', problem: TAKEN_AWAY };
				const place = brake.depart();
				sentAt = new Date(clock.now()).toISOString();
				const placement = await sendOne(order, run, held.row.id);
				brake.arrive(placement, place);
				return placement;
			};
			const placement = await (gate ? gate.pass(order, held, send) : send());
			if (placement) run.placements[order.item] = placement;
			if (placement && sentAt === undefined) brake.arrive(placement);
			outcomes.push(
				placement && sentAt !== undefined ? outcomeOf(ref, placement, sentAt) : { ref, state: 'notSent' },
			);
		});
		return outcomes;
	};
}

/** `row`: where the order book holds it. */
export async function sendOne(
	order: PlannedOrder,
	{ add, zone }: Pick<Sending, 'add' | 'zone'>,
	row: number,
): Promise<Placement> {
	const sentAt = new Date();
	try {
		const { order: id, currency } = await add({ ...order.fields, service: order.service }, order);
		return { ...order, state: 'placed', order: id, currency: currency ?? undefined };
	} catch (error) {
		const problem = error instanceof PanelError ? error : undefined;
		if (problem?.effect === 'none') return { ...order, state: 'refused', problem: plainProblem(problem) };
		const cause = problem ? plainProblem(problem) : { message: String(error), family: 'network' as const };
		const unknown = unknownOutcome(order, row, timeInWords(sentAt, zone), cause);
		return { ...order, state: 'unknown', row, problem: unknown };
	}
}

/** Where lines of a mass order stand under the same key, whatever they were. */
const massKeys = (orders: readonly Order[]) => {
	const keys = orders.flatMap(({ byContent, row }) => (byContent && row.idempotencyKey) || []);
	return [...new Set(keys)].map((key) => where('idempotencyKey', key));
};

/**
 * Before a word is said about money: what the book holds of these orders, and of this execution besides, goes into
 * `placements`. False where the book could not be read.
 */
export async function recallPaid(planned: readonly PlannedOrder[], run: BookRun): Promise<boolean> {
	const { placements, book } = run;
	const orders = planned.flatMap(({ item }) => run.orders.get(item) ?? []);
	const places = [where('run', run.run), ...massKeys(orders), ...placesToLook(orders)];
	const found = await book.store.find(anyOfMany(places));
	if (!found.ok) return false;
	const sameRuns = await sameRunsAmong(found.value, orders, book);
	const { of, others } = matchRows(orders, found.value, sameRuns);
	for (const order of planned) {
		const own = run.orders.get(order.item);
		const match = of.get(order.item);
		if (own === undefined || match === undefined) continue;
		const placement = placementOf(order, answerOf(own, match, book.clock.now()), run);
		// What this try knows of its own orders is more than their rows say
		const isOpen = (placements[order.item]?.state ?? 'refused') === 'refused';
		if (placement && isOpen) placements[order.item] = placement;
	}
	// What this execution has placed and none of the planned orders stands for, such as a row that has been removed
	for (const row of others) if (row.run === run.run) placements[`row ${row.id}`] = ofRow(row);
	return true;
}
