/** What came of an order: one type, from the order book's answer to the output item. Pure. */
import type { Answer, Outcome } from '../../../book/claimTypes';
import type { StoredRow } from '../../../book/rows';
import { parseAmount } from '../../../panel/money';
import type { Problem } from '../../../shared/problems';
import type { PlannedOrder } from './plan';
import { beingSent, nameOf, notClaimed, ambiguous, otherOrder, sameIdTwice, unknownRow } from './texts';

/** What is said of an order, besides what came of it: a planned order, or what its row says. */
type Ordered = Pick<PlannedOrder, 'service' | 'fields' | 'charge'> &
	Partial<Pick<PlannedOrder, 'idempotencyKey' | 'reference' | 'serviceName' | 'limits'>>;

/** Of this try: what earlier ones did, the order book knows. */
export type Placement = Ordered &
	(
		| { state: 'placed'; order: string; currency?: string }
		/** Ordered before. `order` and `status` as far as the order book knows them. */
		| { state: 'duplicate'; order?: string; status?: string }
		/** Not sent, since `order` (undefined: one without an ID so far) is for the same link. */
		| { state: 'skipped'; order?: string; reason: string }
		/** It may have reached the panel: never sent again. `row`: where the order book holds it. */
		| { state: 'unknown'; problem: Problem; row?: number }
		/** Certainly not placed: a later try may send it. */
		| { state: 'refused'; problem: Problem }
	);

/** By an order's number in the plan; what earlier tries placed that no order of this plan is like, by other names. */
export type Placements = Record<string, Placement>;

/** Whether it is paid, or nobody knows. */
export const mayBePaid = ({ state }: Placement): boolean => state === 'placed' || state === 'unknown';

export const hasPaid = (placements: Placements): boolean => Object.values(placements).some(mayBePaid);

/** Why an order was not placed, or why nobody knows. */
export const failureOf = (placement: Placement | undefined): Problem | undefined =>
	placement?.state === 'refused' || placement?.state === 'unknown' ? placement.problem : undefined;

/** What goes into the row of an order that was sent. */
export function outcomeOf(ref: number, placement: Placement, placedAt: string): Outcome {
	if (placement.state === 'placed') {
		const { order, currency = '' } = placement;
		return { ref, state: 'placed', cells: { order, currency, placedAt, changedAt: placedAt } };
	}
	if (placement.state !== 'unknown') return { ref, state: 'refused' };
	return { ref, state: 'unknown', cells: { placedAt, note: placement.problem.message.slice(0, 500) } };
}

export interface TriesSoFar {
	/** The rows of this execution, over all its tries, have this `run`. */
	run: string;
	/**
	 * Whether each repeat comes out as one: for an agent's tool and in a sub-workflow, where nobody can tell a retry,
	 * which only gets its orders again, from a second order.
	 */
	tellsRepeats: boolean;
	/** Request keys of what earlier rounds of a loop have ordered. */
	earlierRounds: ReadonlySet<string>;
	mayHaveOrdered: boolean;
}

/**
 * The placement behind an answer; undefined where the order was not sent and nothing is to be said of it but why the
 * run ended.
 */
export function placementOf(order: PlannedOrder, answer: Answer, reader: TriesSoFar): Placement | undefined {
	const refused = (problem: Problem): Placement => ({ ...order, state: 'refused', problem });
	const unknown = (problem: Problem, { id }: StoredRow): Placement => ({
		...order,
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
			return refused(otherOrder(order, answer.of, nameOf(answer.of)));
		case 'doubtful':
			return doubtful(order, answer.of);
		case 'sent':
			return answer.outcome.state === 'unknown' && answer.outcome.twin
				? unknown(sameIdTwice(answer.row, answer.outcome.twin), answer.row)
				: undefined;
		case 'notSent':
			return answer.why === 'canceled' ? undefined : refused(notClaimed(answer, reader.mayHaveOrdered));
		default:
			return undefined;
	}
}

/**
 * A retry of the same execution gets its order again; anything else, such as another round of a loop, learns that it is a
 * repeat. The service can have been changed since: what was paid is the row's.
 */
function repeated(order: PlannedOrder, row: StoredRow, reader: TriesSoFar): Placement {
	const { run, tellsRepeats, earlierRounds } = reader;
	const about =
		row.service.trim() === order.service
			? order
			: {
					...order,
					service: row.service,
					charge: parseAmount(row.estimate) ?? null,
					serviceName: row.serviceName || undefined,
				};
	return row.run === run && !earlierRounds.has(row.requestKey) && !tellsRepeats
		? { ...about, state: 'placed', order: row.order, currency: row.currency || undefined }
		: { ...about, state: 'duplicate', order: row.order, status: row.status || undefined };
}

/** A key for all lines of a mass order stands for what its lines were when they were first sent. */
function doubtful(order: PlannedOrder, rows: readonly StoredRow[]): Placement {
	const [first] = rows;
	const key = order.origin?.key;
	return first !== undefined && key !== undefined && rows.every((row) => row.idempotencyKey === key)
		? {
				...order,
				state: 'refused',
				problem: otherOrder({ ...order, idempotencyKey: key }, first, nameOf(first)),
			}
		: { ...order, state: 'unknown', problem: ambiguous(rows) };
}

/** Of what this execution has placed and no planned order stands for, such as a row that has been removed. */
export function ofRow(row: StoredRow): Placement {
	const about = { service: row.service, fields: { link: row.link }, charge: null };
	return row.state === 'placed'
		? { ...about, state: 'placed', order: row.order }
		: { ...about, state: 'unknown', problem: ambiguous([row]), row: row.id };
}
