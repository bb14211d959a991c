/** Claims a run's orders in the order book, sends what nobody else has sent, each at most once, and says what came of each. */
import { AT_ONCE, placeOrders } from '../../../book/claims';
import type { ClaimPorts, Order, Outcome } from '../../../book/claimTypes';
import { answerOf, matchRows, placesToLook, sameRunsAmong } from '../../../book/matches';
import type { StoredRow } from '../../../book/rows';
import { anyOfMany, where, type BookStore } from '../../../book/store';
import { forEachLimited } from '../../../panel/batching';
import { BOOK } from '../../../panel/policies';
import { PanelError } from '../../../panel/errors';
import { plainProblem, type Problem } from '../../../shared/problems';
import { limitConditions, overLimits, type BookLimits } from './limits';
import { Brake } from './brake';
import type { SameLink } from './options';
import {
	aboutOrder,
	ofRow,
	outcomeOf,
	placementOf,
	type Placement,
	type Placements,
	type TriesSoFar,
} from './outcome';
import type { PlannedOrder } from './plan';
import { sameLinkConditions, SameLinkGate } from './sameLink';
import { notWrittenDown, TAKEN_AWAY, unknownOutcome } from './texts';

export type BookPorts = Pick<ClaimPorts, 'store' | 'clock' | 'newOwner' | 'sameRun' | 'keepAlive'>;

/** A run's orders as the book knows them, and what comes of them. */
export interface BookRun extends TriesSoFar {
	/** By item, of the whole plan. */
	orders: ReadonlyMap<number, Order>;
	placements: Placements;
}

/** What n8n, the panel and the user's options are to a run. */
export interface Sending extends BookRun {
	/** Sends one order and resolves to its ID. Rejects with a PanelError whose `effect` says whether it may be placed. */
	add(fields: Record<string, string>, order: PlannedOrder): Promise<{ order: string }>;
	/** The account's currency, as far as it is known by now; null: it is not. */
	currency(): string | null;
	/** Nothing is sent once it is aborted; what is under way is waited for and recorded. */
	signal: AbortSignal | undefined;
	/** The time of sending, in words, in the time zone of the workflow. */
	timeInWords(): string;
	book: BookPorts;
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
	const gate = new SameLinkGate(limits.sameLink, orders);
	let overLimit: Problem | undefined;
	let newestId = 0;
	const isStopped = () => overLimit !== undefined || brake.isStopped || signal?.aborted === true;
	const known = await laterRows(orders, limits, book.store);

	const answers = await placeOrders(orders, {
		...book,
		canceled: isStopped,
		alsoLookAt: [
			...limitConditions(limits, run.run),
			...massKeys(orders),
			...(limits.sameLink === 'send' ? [] : sameLinkConditions(orders)),
		],
		seen(rows, sameRuns, owners) {
			newestId = Math.max(newestId, rows.at(-1)?.id ?? 0);
			const now = book.clock.now();
			gate.see(rows, owners, now);
			overLimit ??= overLimits(limits, { ...run, rows: [...known, ...rows], planned, owners, sameRuns, now });
		},
		send: windowSender(planned, run, { brake, gate, isStopped }),
		firstWindow: run.concurrency,
	});
	for (const order of planned) {
		const answer = answers.get(order.item);
		const first = answer?.kind === 'follows' ? placements[answer.first] : undefined;
		const placement =
			first?.state === 'placed'
				? { ...aboutOrder(order), state: 'duplicate' as const, order: first.order }
				: (first ?? (answer && placementOf(order, answer, run)));
		if (placement) placements[order.item] = placement;
	}
	return { problem: overLimit ?? notWrittenDown(answers) ?? brake.reason, newestId };
}

interface Stops {
	brake: Brake;
	gate: SameLinkGate;
	isStopped(): boolean;
}

/** Sends the orders of one window and says what came of each. */
function windowSender(
	planned: readonly PlannedOrder[],
	run: Sending,
	{ brake, gate, isStopped }: Stops,
): ClaimPorts['send'] {
	const { placements } = run;
	const { clock } = run.book;
	const byItem = new Map(planned.map((order) => [order.item, order]));

	async function sendInTurn(
		order: PlannedOrder,
		row: number,
		stands: () => Promise<boolean>,
		note: (at: string) => void,
	): Promise<Placement | undefined> {
		// Another one was waited for meanwhile
		if (isStopped()) return undefined;
		if (!(await stands())) return { ...aboutOrder(order), state: 'unknown', problem: TAKEN_AWAY };
		const place = brake.depart();
		note(new Date(clock.now()).toISOString());
		const placement = await sendOne(order, run, row);
		brake.arrive(placement, place);
		return placement;
	}

	return async (window, mayLeave) => {
		const startedAt = clock.now();
		const outcomes: Outcome[] = [];
		await forEachLimited(window, run.concurrency, async (claimed) => {
			const { ref } = claimed;
			const order = byItem.get(ref);
			if (order === undefined || isStopped()) return void outcomes.push({ ref, state: 'notSent' });
			if (clock.now() - startedAt > BOOK.windowLimitMs) return void outcomes.push({ ref, state: 'later' });
			let sentAt: string | undefined;
			const placement = await gate.pass(order, claimed, async () => {
				const stands = async () => await mayLeave(claimed);
				return await sendInTurn(order, claimed.row.id, stands, (at) => (sentAt = at));
			});
			if (placement) placements[order.item] = placement;
			if (placement && sentAt === undefined) brake.arrive(placement);
			const wasSent = placement !== undefined && sentAt !== undefined;
			outcomes.push(wasSent ? outcomeOf(ref, placement, sentAt ?? '') : { ref, state: 'notSent' });
		});
		return outcomes;
	};
}

/** `row`: where the order book holds it. */
export async function sendOne(
	order: PlannedOrder,
	{ add, timeInWords, currency }: Pick<Sending, 'add' | 'timeInWords' | 'currency'>,
	row: number,
): Promise<Placement> {
	const about = aboutOrder(order);
	const sentAt = timeInWords();
	try {
		const { order: id } = await add({ ...order.fields, service: order.service }, order);
		const known = currency();
		return { ...about, state: 'placed', order: id, ...(known !== null && { currency: known }) };
	} catch (error) {
		const problem = error instanceof PanelError ? error : undefined;
		if (problem?.effect === 'none') return { ...about, state: 'refused', problem: plainProblem(problem) };
		const cause = problem ? plainProblem(problem) : { message: String(error), family: 'network' as const };
		return { ...about, state: 'unknown', row, problem: unknownOutcome(order, row, sentAt, cause) };
	}
}

/**
 * The rows of orders that are claimed only when the first thousand have been sent: a limit has to know before which of
 * them are repeats. Where they cannot be read, each counts as new.
 */
async function laterRows(
	orders: readonly Order[],
	{ maxTotalCharge, maxPerDay }: BookLimits,
	store: BookStore,
): Promise<StoredRow[]> {
	if (orders.length <= AT_ONCE || (maxTotalCharge === undefined && maxPerDay === undefined)) return [];
	const found = await store.find(anyOfMany(placesToLook(orders)));
	return found.ok ? found.value : [];
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
export async function recallPaid(
	planned: readonly PlannedOrder[],
	{ store, clock, sameRun }: BookPorts,
	run: BookRun,
): Promise<boolean> {
	const { placements } = run;
	const orders = planned.flatMap(({ item }) => run.orders.get(item) ?? []);
	const places = [where('run', run.run), ...massKeys(orders), ...placesToLook(orders)];
	const found = await store.find(anyOfMany(places));
	if (!found.ok) return false;
	const sameRuns = await sameRunsAmong(found.value, orders, { sameRun });
	const { of, others } = matchRows(orders, found.value, sameRuns);
	for (const order of planned) {
		const own = run.orders.get(order.item);
		const match = of.get(order.item);
		if (own === undefined || match === undefined) continue;
		const placement = placementOf(order, answerOf(own, match, clock.now()), run);
		// What this try knows of its own orders is more than their rows say
		const isOpen = (placements[order.item]?.state ?? 'refused') === 'refused';
		if (placement && isOpen) placements[order.item] = placement;
	}
	// What this execution has placed and none of the planned orders stands for, such as a row that has been removed
	for (const row of others) if (row.run === run.run) placements[`row ${row.id}`] = ofRow(row);
	return true;
}
