/** What the order book says about an order, as what came of it. Pure. */
import type { Answer, Outcome } from '../../../book/claimTypes';
import { inWords } from '../../../book/problems';
import type { BookRow, StoredRow } from '../../../book/rows';
import { inputProblem, type Problem } from '../../../shared/problems';
import { aboutOrder, type Placement } from './placement';
import type { PlannedOrder } from './plan';

/** What goes into the row of an order that was sent. */
export function outcomeOf(ref: number, placement: Placement, placedAt: string): Outcome {
	if (placement.state === 'placed') {
		const { order, currency = '' } = placement;
		return { ref, state: 'placed', cells: { order, currency, placedAt, changedAt: placedAt } };
	}
	if (placement.state !== 'unknown') return { ref, state: 'refused' };
	return { ref, state: 'unknown', cells: { placedAt, note: placement.problem.message.slice(0, 500) } };
}

interface Reader {
	/** The rows of this execution, over all its tries, have this `run`. */
	run: string;
	/**
	 * Whether each repeat comes out as one: for an agent's tool and in a sub-workflow, where nobody can tell a retry,
	 * which only gets its orders again, from a second order.
	 */
	tellsRepeats: boolean;
	/** The order's own row, as it was claimed. */
	own?: BookRow;
}

/**
 * The placement behind an answer; undefined where the order was not sent and nothing is to be said of it but why the
 * run ended.
 */
export function placementOf(order: PlannedOrder, answer: Answer, reader: Reader): Placement | undefined {
	const about = aboutOrder(order);
	const refused = (problem: Problem): Placement => ({ ...about, state: 'refused', problem });
	const unknown = (problem: Problem, { id }: StoredRow): Placement => ({
		...about,
		state: 'unknown',
		problem,
		row: id,
	});
	switch (answer.kind) {
		case 'duplicate':
			return repeated(order, answer.of, reader);
		case 'unknown':
			return unknown(unknownRow(answer.of), answer.of);
		case 'beingSent':
			return unknown(beingSent(answer.of), answer.of);
		case 'mismatch':
			return refused(otherOrder(order, answer.of, answer.of.order || `row ${answer.of.id}`));
		case 'sent':
			return answer.outcome.state === 'unknown' && answer.outcome.twin
				? unknown(sameIdTwice(answer.row, answer.outcome.twin), answer.row)
				: undefined;
		case 'notSent':
			return answer.why === 'canceled' ? undefined : refused(notClaimed(answer));
		default:
			return undefined;
	}
}

/**
 * A retry of the same execution gets its order again; anything else learns that it is a repeat, also where only the
 * user's key is the same: that is another round of a loop.
 */
function repeated(order: PlannedOrder, row: StoredRow, { run, tellsRepeats, own }: Reader): Placement {
	const about = aboutOrder(order);
	const isSameOrder = own === undefined || own.requestKey === row.requestKey || own.itemKey === row.itemKey;
	if (row.run === run && isSameOrder && !tellsRepeats) {
		return {
			...about,
			state: 'placed',
			order: row.order,
			...(row.currency !== '' && { currency: row.currency }),
		};
	}
	return { ...about, state: 'duplicate', order: row.order, ...(row.status !== '' && { status: row.status }) };
}

const whatIsIn = ({ service, link, quantity }: BookRow) =>
	`service ${service}, ${link}${quantity === null ? '' : `, quantity ${quantity}`}`;

const unknownRow = (row: StoredRow): Problem => ({
	message: `Outcome unknown: this order was sent before, and nobody knows whether it was placed (row ${row.id}: ${whatIsIn(row)})`,
	remedy: `It is not sent again, so that nothing is paid twice. Row ${row.id} of the data table 'SMM Panel Orders' stands for it: look in the panel for an order of ${row.placedAt ?? row.updatedAt} with ${whatIsIn(row)}. 'Reconcile' searches for it; with 'Resolve' you say what you have found.`,
	family: 'conflict',
	effect: 'unknown',
});

/** Of two rows with one ID, one is another order, or none. */
const sameIdTwice = (row: StoredRow, twin: StoredRow): Problem => ({
	message: `Outcome unknown: the panel answered with order ${twin.order}, which row ${twin.id} (${whatIsIn(twin)}) has already; this one is row ${row.id} (${whatIsIn(row)})`,
	remedy: `It is not sent again, so that nothing is paid twice. Look in the panel whether it made a second order; 'Reconcile' searches for it, and with 'Resolve' you settle row ${row.id}.`,
	family: 'conflict',
	effect: 'unknown',
});

/** Of an order whose row somebody has resolved while this process slept. */
export const TAKEN_AWAY: Problem = {
	message:
		'Outcome unknown: its row in the order book was resolved or deleted while this execution was held up, so that this execution did not send it',
	remedy: "Look at the order book for what somebody has decided about it ('Order: Get Many').",
	family: 'conflict',
	effect: 'unknown',
};

const beingSent = (row: StoredRow): Problem => ({
	message: `Outcome unknown: execution ${row.execution} is sending this order (row ${row.id}: ${whatIsIn(row)}) and has not ended`,
	remedy: `It is not sent twice. Row ${row.id} of the data table 'SMM Panel Orders' tells what comes of it.`,
	family: 'conflict',
	effect: 'unknown',
});

const otherOrder = ({ idempotencyKey = '' }: PlannedOrder, row: BookRow, name: string): Problem =>
	inputProblem(
		`The idempotency key "${idempotencyKey}" belongs to another order: ${name} (${whatIsIn(row)})`,
		'Give each order a key of its own.',
	);

/** Of orders and rows of one execution, for one service and link, that nobody can tell apart. */
export const notTold = (rows: readonly StoredRow[]): Problem => ({
	message: `Outcome unknown: not sent, because this execution has ordered something else for the same service and link: ${rows.map((row) => `${row.order === '' ? 'outcome unknown' : `order ${row.order}`} (row ${row.id}: ${whatIsIn(row)})`).join(', ')}`,
	remedy:
		'This order may be one of these, changed since, or another one. If it is another one, place it in an execution of its own, or give each order an idempotency key.',
	family: 'conflict',
	effect: 'unknown',
});

/** The same within one run: `first` is what came of the order that has the key. */
export const otherOrderOfRun = (
	order: PlannedOrder,
	row: BookRow,
	first: Placement | undefined,
): Placement => ({
	...aboutOrder(order),
	state: 'refused',
	problem: otherOrder(order, row, first?.state === 'placed' ? first.order : `item ${row.item ?? 0}`),
});

function notClaimed(answer: Extract<Answer, { kind: 'notSent' }>): Problem {
	if (answer.why === 'book') return notRecorded(inWords(answer.problem));
	return {
		...inputProblem(
			'Outcome unknown: other executions kept claiming the same order',
			'Look into the order book.',
		),
		effect: 'unknown',
	};
}

export const notRecorded = ({ message, remedy }: ReturnType<typeof inWords>): Problem =>
	inputProblem(`Not sent, because it could not be written down before: ${message}`, remedy);

/** Of a run that was ended because what it had placed could not be written down. */
export function notWrittenDown(answers: ReadonlyMap<number, Answer>): Problem | undefined {
	const rows: string[] = [];
	let why: string | undefined;
	for (const answer of answers.values()) {
		if (answer.kind !== 'unrecorded') continue;
		const { outcome, row } = answer;
		why ??= inWords(answer.problem).message;
		const what =
			outcome.state === 'placed' ? `order ${outcome.cells.order} was paid` : 'its order may have been paid';
		if (outcome.state !== 'refused' && outcome.state !== 'notSent') rows.push(`row ${row.id}: ${what}`);
	}
	if (why === undefined) return undefined;
	return {
		message: `The order book could not be written, so no further order was sent. ${why}`,
		remedy: `In the data table 'SMM Panel Orders' these rows stay "sending", and their orders are not sent again: ${rows.join('; ') || 'none'}.`,
		family: 'protocol',
		effect: 'unknown',
	};
}
