/** The claim protocol: who may send an order, decided in the book before it is sent. */
import type { Answer, ClaimPorts, Order } from './claimTypes';
import type { BookProblem } from './problems';
import { keyConditions } from './rivals';
import { claimOrders, waitFor } from './round';
import { createPace, type Pace } from './windowPace';
import { sendWindows } from './windows';

/** More at once would let the last of them wait for minutes until they are sent. */
export const AT_ONCE = 1000;

/**
 * Claims the orders in the book, hands those to `send` that nobody else holds or has sent, records what
 * came of them,
 * and says of each order what became of it. It never throws, and leaves no row of its own in state `waiting`.
 */
export async function placeOrders(orders: Order[], ports: ClaimPorts): Promise<Map<number, Answer>> {
	const answers = new Map<number, Answer>();
	const leaders = withoutFollowers(orders, answers);
	const pace = createPace(ports.firstWindow);
	let stopped: BookProblem | undefined;
	for (let at = 0; at < leaders.length; at += AT_ONCE) {
		const some = leaders.slice(at, at + AT_ONCE);
		if (stopped) some.forEach(({ ref }) => answers.set(ref, notSentFor(stopped)));
		else stopped = await placeSome(some, leaders, ports, pace, answers);
	}
	return answers;
}

const notSentFor = (problem: BookProblem | undefined): Answer =>
	problem ? { kind: 'notSent', why: 'book', problem } : { kind: 'notSent', why: 'canceled' };

/** Of several orders with one key the first is placed; the answers of the others refer to it. */
function withoutFollowers(orders: Order[], answers: Map<number, Answer>): Order[] {
	const first = new Map<string, Order>();
	return orders.filter((order) => {
		const places = keyConditions(order).map(({ column, value }) => `${column} ${String(value)}`);
		const leader = places.map((place) => first.get(place)).find((found) => found !== undefined);
		if (leader === undefined) {
			places.forEach((place) => first.set(place, order));
			return true;
		}
		answers.set(order.ref, { kind: 'follows', first: leader.ref });
		return false;
	});
}

/**
 * Rounds in which others took the same key away, before giving up. Each means that somebody else got
 * further.
 */
const MAX_ROUNDS = 12;

/** A problem is the reason to stop: nothing more may be sent. */
async function placeSome(
	orders: Order[],
	all: readonly Order[],
	ports: ClaimPorts,
	pace: Pace,
	answers: Map<number, Answer>,
): Promise<BookProblem | undefined> {
	let pending = orders;
	for (let round = 0; pending.length > 0 && round < MAX_ROUNDS; round++) {
		if (ports.canceled()) break;
		const claimed = await claimOrders(pending, all, ports);
		if (!claimed.ok) {
			pending.forEach(({ ref }) => answers.set(ref, notSentFor(claimed.problem)));
			return claimed.problem;
		}
		claimed.value.answers.forEach(([ref, answer]) => answers.set(ref, answer));
		const sent = await sendWindows(claimed.value, ports, pace);
		sent.answers.forEach(([ref, answer]) => answers.set(ref, answer));
		if (sent.problem) {
			const { problem } = sent;
			pending
				.filter(({ ref }) => !answers.has(ref))
				.forEach(({ ref }) => answers.set(ref, notSentFor(problem)));
			return problem;
		}
		const waited = await waitFor(claimed.value.busy, all, ports);
		waited.answers.forEach(([ref, answer]) => answers.set(ref, answer));
		pending = [...claimed.value.lost, ...sent.again, ...waited.free];
	}
	const why = ports.canceled() ? 'canceled' : 'contended';
	pending.forEach(({ ref }) => answers.set(ref, { kind: 'notSent', why }));
	return undefined;
}
