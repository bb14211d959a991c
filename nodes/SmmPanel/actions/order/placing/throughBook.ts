/** Sends a run's orders through the order book: each is claimed before it is sent, and recorded after. */
import { AT_ONCE, placeOrders } from '../../../book/claims';
import type { Answer, ClaimPorts, Order, Outcome } from '../../../book/claimTypes';
import { byKey, keyConditions, standing } from '../../../book/rivals';
import { sameRunsAmong } from '../../../book/round';
import type { StoredRow } from '../../../book/rows';
import { anyOfMany, hasKey, where, type BookStore } from '../../../book/store';
import { forEachLimited } from '../../../panel/lanes';
import { BOOK } from '../../../panel/policies';
import type { Problem } from '../../../shared/problems';
import { notTold, notWrittenDown, otherOrderOfRun, outcomeOf, placementOf, TAKEN_AWAY } from './bookAnswers';
import { limitConditions, overLimits, type BookLimits } from './bookLimits';
import { Brake } from './brake';
import type { SameLink } from './options';
import { aboutOrder, type Placement, type Placements } from './placement';
import type { PlannedOrder } from './plan';
import { likenesses, type Likeness } from './sameOrder';
import { sameLinkConditions, SameLinkGate } from './sameLink';
import { sendOne, type SendOptions, type SendPorts } from './send';

type BookPorts = Pick<ClaimPorts, 'store' | 'clock' | 'newOwner' | 'sameRun' | 'keepAlive'>;

export interface BookRun {
	/** By item, of the whole plan. */
	orders: ReadonlyMap<number, Order>;
	/** Of this execution over all its tries. */
	run: string;
	/** Request keys of what earlier rounds of a loop have ordered. */
	earlierRounds: ReadonlySet<string>;
	/** Whether a repeat is told from a retry, see `Reader`. */
	tellsRepeats: boolean;
	limits: BookLimits & { sameLink: SameLink };
	placements: Placements;
}

export interface BookResult {
	/** Why the rest was not sent, where that is not just the first failure. */
	problem?: Problem;
	/** The highest ID of a row that was seen. */
	newestId: number;
}

type Ports = SendPorts & { book: BookPorts };

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
	let alike: ReadonlyMap<number, Likeness> = new Map();
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
			where('run', run.run),
			...limitConditions(limits, run.run),
			...(limits.sameLink === 'send' ? [] : sameLinkConditions(orders)),
		],
		seen(rows) {
			newestId = Math.max(newestId, rows.at(-1)?.id ?? 0);
			const now = ports.book.clock.now();
			gate.see(rows, owners, now);
			alike = likenesses(orders, rows, { ...run, owners }, hasOwnKeyIn(planned));
			// What may be one of the rows that are left over is not sent
			const sendable = planned.filter(({ item }) => !alike.has(item));
			overLimit ??= overLimits(limits, { ...run, rows: [...known, ...rows], planned: sendable, owners, now });
		},
		send: windowSender(planned, {
			ports,
			options,
			placements,
			brake,
			gate,
			isStopped,
			earlierOf: (order) => earlierOf(order, alike, run),
		}),
		firstWindow: options.concurrency,
	});
	for (const order of planned) settle(order, answers, run);
	return { problem: overLimit ?? notWrittenDown(answers) ?? brake.reason, newestId };
}

interface Sending {
	ports: Ports;
	options: SendOptions;
	placements: Placements;
	brake: Brake;
	gate: SameLinkGate;
	/** What a row of an earlier try, under other keys, says of an order. */
	earlierOf(order: PlannedOrder): Placement | undefined;
	isStopped(): boolean;
}

/** Sends the orders of one window and says what came of each. */
function windowSender(planned: readonly PlannedOrder[], sending: Sending): ClaimPorts['send'] {
	const { ports, options, placements, brake, gate, earlierOf, isStopped } = sending;
	const { clock } = ports.book;
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
		const placement = await sendOne(order, ports, row);
		brake.arrive(placement, place);
		return placement;
	}

	return async (window, mayLeave) => {
		const startedAt = clock.now();
		const outcomes: Outcome[] = [];
		await forEachLimited(window, options.concurrency, async (claimed) => {
			const { ref } = claimed;
			const order = byItem.get(ref);
			if (order === undefined || isStopped()) return void outcomes.push({ ref, state: 'notSent' });
			if (clock.now() - startedAt > BOOK.windowLimitMs) return void outcomes.push({ ref, state: 'later' });
			let sentAt: string | undefined;
			const placement =
				earlierOf(order) ??
				(await gate.pass(order, claimed, async () => {
					const stands = async () => await mayLeave(claimed);
					return await sendInTurn(order, claimed.row.id, stands, (at) => (sentAt = at));
				}));
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

const hasOwnKeyIn = (planned: readonly PlannedOrder[]) => {
	const keyed = new Set(planned.filter(hasOwnKey).map(({ item }) => item));
	return ({ ref }: Order): boolean => keyed.has(ref);
};

/** A mass order's key is for all its lines together. */
const hasOwnKey = ({ idempotencyKey, origin }: PlannedOrder): boolean =>
	idempotencyKey !== undefined && origin?.key === undefined;

type Recalled = Omit<BookRun, 'limits'>;

function earlierOf(
	order: PlannedOrder,
	alike: ReadonlyMap<number, Likeness>,
	run: Recalled,
): Placement | undefined {
	const found = alike.get(order.item);
	if (found === undefined) return undefined;
	if (found.kind === 'doubtful') {
		return { ...aboutOrder(order), state: 'unknown', problem: notTold(found.rows) };
	}
	const { row } = found;
	// The row is the order's own, although it was counted under another number
	const own = run.orders.get(order.item)?.row;
	const answer: Answer = { kind: row.state === 'placed' ? 'duplicate' : 'unknown', of: row };
	return placementOf(order, answer, { ...run, own: own && { ...own, requestKey: row.requestKey } });
}

/**
 * Before a word is said about money: what the book holds of these orders, and of this execution besides, goes into
 * `placements`. False where the book could not be read.
 */
export async function recallPaid(
	planned: readonly PlannedOrder[],
	{ store, clock, sameRun }: BookPorts,
	run: Recalled,
): Promise<boolean> {
	const { placements } = run;
	const orders = planned.flatMap(({ item }) => run.orders.get(item) ?? []);
	const found = await store.find(anyOfMany([where('run', run.run), ...orders.flatMap(keyConditions)]));
	if (!found.ok) return false;
	const rows = found.value;
	const sameRuns = await sameRunsAmong(rows, orders, { sameRun });
	const look = { rows, owner: '', sameRuns, now: clock.now(), sinceInsert: 0 };
	const index = byKey(rows);
	const alike = likenesses(orders, rows, { ...run, owners: new Set() }, hasOwnKeyIn(planned));
	for (const order of planned) {
		const own = run.orders.get(order.item);
		const at = own && standing(own, look, index);
		const answer = at?.kind === 'held' ? at.answer : at?.kind === 'busy' ? sendingOf(at.by) : undefined;
		const reader = { ...run, own: own?.row };
		const placement = answer ? placementOf(order, answer, reader) : earlierOf(order, alike, run);
		// What this try knows of its own orders is more than their rows say
		const isOpen = (placements[order.item]?.state ?? 'refused') === 'refused';
		if (placement && isOpen) placements[order.item] = placement;
	}
	noteOthers(rows, orders, alike, run);
	return true;
}

const sendingOf = (by: StoredRow): Answer | undefined =>
	by.state === 'sending' ? { kind: 'beingSent', of: by } : undefined;

/** What this execution has placed and none of the planned orders stands for, such as a row that has been removed. */
function noteOthers(
	rows: readonly StoredRow[],
	orders: readonly Order[],
	alike: ReadonlyMap<number, Likeness>,
	{ run, placements }: Recalled,
): void {
	const keys = new Set(orders.flatMap(keyConditions).map(({ value }) => String(value)));
	const told = new Set([...alike.values()].flatMap((one) => (one.kind === 'same' ? [one.row.id] : [])));
	for (const row of rows) {
		if (row.run !== run || row.state === 'waiting' || told.has(row.id) || hasKey(row, keys)) continue;
		const about = { service: row.service, fields: { link: row.link }, charge: null };
		placements[`row ${row.id}`] =
			row.state === 'placed'
				? { ...about, state: 'placed', order: row.order }
				: { ...about, state: 'unknown', problem: notTold([row]) };
	}
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
