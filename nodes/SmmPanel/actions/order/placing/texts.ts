/** What placing says when something goes wrong. Each text is true whatever the panel has done with the order. */
import { inputProblem, type Problem } from '../../../shared/problems';
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
	'It can be placed in another run.',
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
