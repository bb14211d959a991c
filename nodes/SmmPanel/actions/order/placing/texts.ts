/** What placing says when something goes wrong. Each text is true whatever the panel has done with the order. */
import type { Answer } from '../../../book/claimTypes';
import { explain } from '../../../book/problems';
import type { BookRow, StoredRow } from '../../../book/rows';
import { inputProblem, ofRead, type Problem } from '../../../shared/problems';
import type { PlannedOrder } from './plan';

/** For a reader who has to find out whether an order exists. */
export function unknownOutcome(
	order: PlannedOrder,
	row: number,
	sentAt: string,
	cause: Pick<Problem, 'message' | 'family' | 'httpStatus'>,
): Problem {
	const what = [
		`service ${order.service}`,
		...['link', 'username', 'quantity']
			.filter((name) => order.fields[name] !== undefined)
			.map((name) => `${name} ${order.fields[name]}`),
	].join(', ');
	return {
		message: `Outcome unknown: the order may have been placed (row ${row}: ${what}). ${cause.message}`,
		remedy: `It is not sent again, so that nothing is paid twice, and stays unknown in row ${row} of the order book. 'Order: Reconcile' looks in the panel for an order of ${sentAt} with ${what}; then 'Order: Resolve' settles row ${row}: only after that may it be placed anew${order.idempotencyKey === undefined ? '' : ', since its idempotency key stays taken'}.`,
		family: cause.family,
		effect: 'unknown',
		httpStatus: cause.httpStatus,
	};
}

/** Of the orders that were not sent because of what came of one before them. */
export const notSentAfter = (cause: Problem): Problem => ({
	...cause,
	message: `Not sent: ${cause.message}`,
	effect: 'none',
});

export const NOT_SENT = inputProblem(
	'Not sent, because the run was ended before it was this order’s turn',
	'A retry of this execution sends it.',
);

/** Of the same family as when the panel itself says that it has no such service. */
export const plannedProblem = ({ problems, serviceIsMissing }: PlannedOrder): Problem => ({
	...inputProblem(problems.join('. '), 'Correct the item, or its mapping.'),
	...(serviceIsMissing && { family: 'service' }),
});

/** So many lines are named; their number is. */
const MOST_NAMED = 20;

/** Of a mass order of so many lines, of which these have something wrong. */
export function linesProblem(wrong: readonly PlannedOrder[], lines: number): Problem {
	const named = wrong.slice(0, MOST_NAMED).map((order) => `${lineOf(order)}${order.problems.join('. ')}`);
	const more = wrong.length - named.length;
	return inputProblem(
		`Not sent, since ${wrong.length} of ${lines} lines cannot be ordered`,
		// The editor shows it as HTML
		[...named, ...(more > 0 ? [`And ${more} more`] : []), 'Correct these lines: only then any is sent.'].join(
			'<br>',
		),
	);
}

/** `Line 3: `, for the beginning of a text about an order of a mass order. */
export const lineOf = ({ origin }: PlannedOrder): string =>
	origin?.line === undefined ? '' : `Line ${origin.line}: `;

const whatIsIn = ({ service, link, quantity }: BookRow) =>
	`service ${service}, ${link}${quantity === null ? '' : `, quantity ${quantity}`}`;

export const unknownRow = (row: StoredRow): Problem => ({
	message: `Outcome unknown: this order was sent before, and nobody knows whether it was placed (row ${row.id}: ${whatIsIn(row)})`,
	remedy: `It is not sent again, so that nothing is paid twice. Row ${row.id} of the data table 'SMM Panel Orders' stands for it: look in the panel for an order of ${row.placedAt ?? row.updatedAt} with ${whatIsIn(row)}. 'Reconcile' searches for it; with 'Resolve' you say what you have found.`,
	family: 'conflict',
	effect: 'unknown',
});

/** Of two rows with one ID, one is another order, or none. */
export const sameIdTwice = (row: StoredRow, twin: StoredRow): Problem => ({
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

export const beingSent = (row: StoredRow): Problem => ({
	message: `Outcome unknown: execution ${row.execution} is sending this order (row ${row.id}: ${whatIsIn(row)}) and has not ended`,
	remedy: `It is not sent twice. Row ${row.id} of the data table 'SMM Panel Orders' tells what comes of it.`,
	family: 'conflict',
	effect: 'unknown',
});

export const nameOf = ({ id, order }: StoredRow): string => (order === '' ? `row ${id}` : order);

export const otherOrder = ({ idempotencyKey = '' }: PlannedOrder, row: BookRow, name: string): Problem =>
	inputProblem(
		`The idempotency key "${idempotencyKey}" belongs to another order: ${name} (${whatIsIn(row)})`,
		'Give each order a key of its own.',
	);

/** Of orders and rows of one execution, for one service and link, that nobody can tell apart. */
export const ambiguous = (rows: readonly StoredRow[]): Problem => ({
	message: `Outcome unknown: not sent, because this execution has ordered something else for the same service and link: ${rows.map((row) => `${row.order === '' ? 'outcome unknown' : `order ${row.order}`} (row ${row.id}: ${whatIsIn(row)})`).join(', ')}`,
	remedy:
		'This order may be one of these, changed since, or another one. If it is another one, place it in an execution of its own, or give each order an idempotency key.',
	family: 'conflict',
	effect: 'unknown',
});

export function notClaimed(answer: Extract<Answer, { kind: 'notSent' }>, mayHaveOrdered: boolean): Problem {
	if (answer.why === 'book') {
		const problem = notRecorded(explain(answer.problem));
		return mayHaveOrdered ? ofRead(problem) : problem;
	}
	return {
		...inputProblem(
			'Outcome unknown: other executions kept claiming the same order',
			'Look into the order book.',
		),
		effect: 'unknown',
	};
}

export const notRecorded = ({ message, remedy }: ReturnType<typeof explain>): Problem =>
	inputProblem(`Not sent, because it could not be written down before: ${message}`, remedy);

type Unrecorded = Extract<Answer, { kind: 'unrecorded' }>;

/** Of a run that was ended because what it had placed could not be written down. */
export function notWrittenDown(first: Unrecorded, all: readonly Unrecorded[]): Problem {
	const rows = all.flatMap(({ outcome, row }) => {
		if (outcome.state === 'refused' || outcome.state === 'notSent') return [];
		const what =
			outcome.state === 'placed' ? `order ${outcome.cells.order} was paid` : 'its order may have been paid';
		return `row ${row.id}: ${what}`;
	});
	return {
		message: `The order book could not be written, so no further order was sent. ${explain(first.problem).message}`,
		remedy: `In the data table 'SMM Panel Orders' these rows stay "sending", and their orders are not sent again: ${rows.join('; ') || 'none'}.`,
		family: 'protocol',
		effect: 'unknown',
	};
}
