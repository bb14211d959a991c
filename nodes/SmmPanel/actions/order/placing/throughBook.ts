/** Sends a run's orders through the order book: each is claimed before it is sent, and recorded after. */
import { placeOrders } from '../../../book/claims';
import type { Answer, ClaimPorts, Order, Outcome } from '../../../book/claimTypes';
import type { StoredRow } from '../../../book/rows';
import { hasKey, where } from '../../../book/store';
import { chargedFor } from '../../../book/writeBack';
import type { Amount } from '../../../panel/money';
import { sum } from '../../../panel/pricing';
import { forEachLimited } from '../../../panel/pace';
import type { Problem } from '../../../shared/problems';
import { notWrittenDown, otherOrderOfRun, outcomeOf, placementOf } from './bookAnswers';
import { Brake } from './brake';
import { overTotal, totalOf } from './budget';
import { aboutOrder, type Placements } from './placement';
import type { PlannedOrder } from './plan';
import { sendOne, type SendOptions, type SendPorts } from './send';

type BookPorts = Pick<ClaimPorts, 'store' | 'clock' | 'newOwner' | 'sameRun'>;

export interface BookRun {
	/** By item, of the whole plan. */
	orders: ReadonlyMap<number, Order>;
	/** Of this execution over all its tries. */
	run: string;
	/** Whether a repeat is told from a retry, see `Reader`. */
	tellsRepeats: boolean;
	/** Holds over all tries, rounds and tool calls of the execution. */
	maxTotalCharge: Amount | undefined;
	placements: Placements;
}

/** A window has to be back before its rows count as those of a dead sender. */
const WINDOW_LIMIT_MS = 4 * 60_000;

/**
 * Sends those of `planned` that nobody has sent before, and writes what came of each into `placements`. Resolves to
 * why the rest was not sent, where that is not just the first failure. Never rejects.
 */
export async function sendThroughBook(
	planned: readonly PlannedOrder[],
	ports: Omit<SendPorts, 'record'> & { book: BookPorts },
	options: SendOptions,
	run: BookRun,
): Promise<Problem | undefined> {
	const { placements } = run;
	const brake = new Brake(options.stopAtFailure);
	const byItem = new Map(planned.map((order) => [order.item, order]));
	let overLimit: Problem | undefined;
	const isStopped = () => overLimit !== undefined || brake.isStopped || ports.signal?.aborted === true;

	async function send(window: Order[]): Promise<Outcome[]> {
		const { clock } = ports.book;
		const startedAt = clock.now();
		const outcomes: Outcome[] = [];
		await forEachLimited(window, options.concurrency, async ({ ref }) => {
			const order = byItem.get(ref);
			if (order === undefined || isStopped()) return void outcomes.push({ ref, state: 'notSent' });
			if (clock.now() - startedAt > WINDOW_LIMIT_MS) return void outcomes.push({ ref, state: 'later' });
			const place = brake.depart();
			const placedAt = new Date(clock.now()).toISOString();
			const placement = await sendOne(order, ports, options.currency);
			placements[order.item] = placement;
			brake.arrive(placement, place);
			outcomes.push(outcomeOf(ref, placement, placedAt));
		});
		return outcomes;
	}

	const orders = planned.flatMap(({ item }) => run.orders.get(item) ?? []);
	const answers = await placeOrders(orders, {
		...ports.book,
		canceled: isStopped,
		alsoLookAt: run.maxTotalCharge === undefined ? [] : [where('run', run.run)],
		seen: (rows) => {
			overLimit ??= overTotal(totalOf(planned), spentElsewhere(rows, planned, run), run.maxTotalCharge);
		},
		send,
		firstWindow: options.concurrency,
	});
	for (const order of planned) settle(order, answers, run);
	return overLimit ?? notWrittenDown(answers) ?? brake.reason;
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

/**
 * What this execution has spent, or is about to, on orders that are not among those planned. What waits counts, too:
 * another tool call at the same moment has perhaps looked before it could see ours.
 */
function spentElsewhere(
	rows: readonly StoredRow[],
	planned: readonly PlannedOrder[],
	{ orders, run }: BookRun,
): Amount {
	const own = planned.flatMap(({ item }) => orders.get(item)?.row ?? []);
	const keys = new Set(
		own.flatMap(({ userKey, requestKey, itemKey }) => [userKey, requestKey, itemKey]).filter(Boolean),
	);
	const others = rows.filter((row) => row.run === run && !hasKey(row, keys));
	const byOrder = new Map(others.map((row) => [row.order === '' ? `row ${row.id}` : row.order, row]));
	return sum([...byOrder.values()].map(chargedFor));
}
