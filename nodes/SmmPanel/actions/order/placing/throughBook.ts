/** Sends a run's orders through the order book: each is claimed before it is sent, and recorded after. */
import { AT_ONCE, placeOrders } from '../../../book/claims';
import type { Answer, ClaimPorts, Order, Outcome } from '../../../book/claimTypes';
import { keyConditions } from '../../../book/rivals';
import type { StoredRow } from '../../../book/rows';
import { anyOfMany, type BookStore } from '../../../book/store';
import { forEachLimited } from '../../../panel/lanes';
import type { Problem } from '../../../shared/problems';
import { notWrittenDown, otherOrderOfRun, outcomeOf, placementOf } from './bookAnswers';
import { limitConditions, overLimits, type BookLimits } from './bookLimits';
import { Brake } from './brake';
import { withoutRoom } from './fullBook';
import type { SameLink } from './options';
import { aboutOrder, type Placement, type Placements } from './placement';
import type { PlannedOrder } from './plan';
import { sameLinkConditions, SameLinkGate } from './sameLink';
import { sendOne, type SendOptions, type SendPorts } from './send';

type BookPorts = Pick<ClaimPorts, 'store' | 'clock' | 'newOwner' | 'sameRun' | 'keepAlive'>;

export interface BookRun {
	/** By item, of the whole plan. */
	orders: ReadonlyMap<number, Order>;
	/** Of this execution over all its tries. */
	run: string;
	/** Whether a repeat is told from a retry, see `Reader`. */
	tellsRepeats: boolean;
	limits: BookLimits & { sameLink: SameLink };
	placements: Placements;
}

export interface BookResult {
	/** Why the rest was not sent, where that is not just the first failure. */
	problem?: Problem;
	/** Not sent, since the book is full: nothing of them stands in it, and no key or limit needs it. */
	unbooked: PlannedOrder[];
	/** The highest ID of a row that was seen. */
	newestId: number;
}

type Ports = Omit<SendPorts, 'record'> & { book: BookPorts };

/** What is begun later than this after its window is claimed anew. */
const WINDOW_LIMIT_MS = 4 * 60_000;

/**
 * Sends those of `planned` that nobody has sent before, and writes what came of each into `placements`. Never rejects.
 */
export async function sendThroughBook(
	planned: readonly PlannedOrder[],
	ports: Ports,
	options: SendOptions,
	run: BookRun,
): Promise<BookResult> {
	const { limits, placements } = run;
	const brake = new Brake(options.stopAtFailure);
	const orders = planned.flatMap(({ item }) => run.orders.get(item) ?? []);
	const gate = new SameLinkGate(limits.sameLink, orders);
	const owners = new Set<string>();
	let overLimit: Problem | undefined;
	let newestId = 0;
	const isStopped = () => overLimit !== undefined || brake.isStopped || ports.signal?.aborted === true;
	const known = await laterRows(orders, limits, ports.book.store);

	const answers = await placeOrders(orders, {
		...ports.book,
		newOwner() {
			const owner = ports.book.newOwner();
			owners.add(owner);
			return owner;
		},
		canceled: isStopped,
		alsoLookAt: [
			...limitConditions(limits, run.run),
			...(limits.sameLink === 'send' ? [] : sameLinkConditions(orders)),
		],
		seen(rows) {
			newestId = Math.max(newestId, rows.at(-1)?.id ?? 0);
			const now = ports.book.clock.now();
			gate.see(rows, owners, now);
			overLimit ??= overLimits(limits, { ...run, rows: [...known, ...rows], planned, owners, now });
		},
		send: windowSender(planned, { ports, options, placements, brake, gate, isStopped }),
		firstWindow: options.concurrency,
	});
	const { store, clock } = ports.book;
	const isNeeded = needsBook(limits) || planned.some(({ idempotencyKey }) => idempotencyKey !== undefined);
	const refs = isNeeded ? [] : await withoutRoom(orders, answers, store, clock.now());
	const unbooked = refs.flatMap(({ ref }) => planned.find(({ item }) => item === ref) ?? []);
	for (const order of planned) if (!unbooked.includes(order)) settle(order, answers, run);
	return { problem: overLimit ?? notWrittenDown(answers) ?? brake.reason, unbooked, newestId };
}

const needsBook = ({ maxTotalCharge, maxPerDay, sameLink }: BookRun['limits']): boolean =>
	maxTotalCharge !== undefined || maxPerDay !== undefined || sameLink !== 'send';

interface Sending {
	ports: Ports;
	options: SendOptions;
	placements: Placements;
	brake: Brake;
	gate: SameLinkGate;
	isStopped(): boolean;
}

/** Sends the orders of one window and says what came of each. */
function windowSender(planned: readonly PlannedOrder[], sending: Sending): ClaimPorts['send'] {
	const { ports, options, placements, brake, gate, isStopped } = sending;
	const { clock } = ports.book;
	const byItem = new Map(planned.map((order) => [order.item, order]));

	async function sendInTurn(order: PlannedOrder, note: (at: string) => void): Promise<Placement | undefined> {
		// Another one was waited for meanwhile
		if (isStopped()) return undefined;
		const place = brake.depart();
		note(new Date(clock.now()).toISOString());
		const placement = await sendOne(order, ports, options.currency);
		brake.arrive(placement, place);
		return placement;
	}

	return async (window) => {
		const startedAt = clock.now();
		const outcomes: Outcome[] = [];
		await forEachLimited(window, options.concurrency, async (claimed) => {
			const { ref } = claimed;
			const order = byItem.get(ref);
			if (order === undefined || isStopped()) return void outcomes.push({ ref, state: 'notSent' });
			if (clock.now() - startedAt > WINDOW_LIMIT_MS) return void outcomes.push({ ref, state: 'later' });
			let sentAt: string | undefined;
			const placement = await gate.pass(
				order,
				claimed,
				async () => await sendInTurn(order, (at) => (sentAt = at)),
			);
			if (placement) placements[order.item] = placement;
			if (placement && sentAt === undefined) brake.arrive(placement);
			const wasSent = placement !== undefined && sentAt !== undefined;
			outcomes.push(wasSent ? outcomeOf(ref, placement, sentAt ?? '') : { ref, state: 'notSent' });
		});
		return outcomes;
	};
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
	const found = await store.find(anyOfMany(orders.flatMap(keyConditions)));
	return found.ok ? found.value : [];
}

function settle(order: PlannedOrder, answers: ReadonlyMap<number, Answer>, run: BookRun): void {
	const { placements } = run;
	const answer = answers.get(order.item);
	if (answer === undefined) return;
	if (answer.kind === 'follows') {
		const leader = run.orders.get(answer.first)?.row;
		if (answer.differs && order.idempotencyKey !== undefined && leader) {
			placements[order.item] = otherOrderOfRun(order, leader, placements[answer.first]);
			return;
		}
		const first = placements[answer.first];
		if (first?.state === 'placed') {
			placements[order.item] = { ...aboutOrder(order), state: 'duplicate', order: first.order };
		} else if (first) placements[order.item] = first;
		return;
	}
	const placement = placementOf(order, answer, { ...run, own: run.orders.get(order.item)?.row });
	if (placement) placements[order.item] = placement;
}
