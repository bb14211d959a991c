/** Sends orders, each at most once, and remembers what came of them. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { PanelClient } from '../../panel/client';
import { PanelError } from '../../panel/errors';
import { forEachLimited } from '../../panel/limiter';
import type { Amount } from '../../panel/money';
import type { Problem } from '../shared/failures';
import type { PlannedOrder } from './plan';
import { sentKeys } from './sentKeys';

/** What came of an item's order; plain JSON, since tries of the same run hand it on. */
export type Placement =
	| { state: 'placed'; order: string; service: string; charge: Amount | null; fields: IDataObject; currency?: string }
	| { state: 'duplicate'; idempotencyKey: string }
	/** It may have reached the panel: never sent again. */
	| { state: 'unknown'; problem: Problem }
	| { state: 'refused'; problem: Problem };

export type Placements = Record<string, Placement>;

/** For a reader who has to find out whether an order exists. */
function unknownOutcome(order: PlannedOrder, cause: Pick<Problem, 'message' | 'family' | 'httpStatus'>): Problem {
	const what = [
		`service ${order.service}`,
		...['link', 'username', 'quantity']
			.filter((name) => order.fields[name] !== undefined)
			.map((name) => `${name} ${order.fields[name]}`),
	].join(', ');
	return {
		message: `Outcome unknown: the order may have been placed (${what}). ${cause.message}`,
		remedy: `It is not sent again, so that nothing is paid twice. Look in the panel for an order with ${what}: if it is there, note its ID; if not, place it anew.`,
		family: cause.family,
		effect: 'unknown',
		httpStatus: cause.httpStatus,
	};
}

/** An order under way when the run was cut off: until its reply is read, nobody knows. */
const underWay = (order: PlannedOrder): Placement => ({
	state: 'unknown',
	problem: unknownOutcome(order, {
		message: 'The run ended before the panel had answered.',
		family: 'network',
	}),
});

interface Sending {
	client: PanelClient;
	concurrency: number;
	currency: string | null;
	/** Whether the first order that fails keeps the following ones from being sent. */
	stopAtFailure: boolean;
	/** By item index; entries of earlier tries are already in it. */
	placements: Placements;
}

/** Sends those of `orders` that have no placement yet, and writes what came of each into `placements` at once. */
export async function placeOrders(
	context: IExecuteFunctions,
	orders: readonly PlannedOrder[],
	{ client, concurrency, currency, stopAtFailure, placements }: Sending,
): Promise<void> {
	const keys = sentKeys(context);
	const signal = context.getExecutionCancelSignal?.();
	let stopped = false;

	async function place(order: PlannedOrder): Promise<Placement> {
		const key = order.idempotencyKey;
		if (key !== undefined && (order.repeatsKey || !(await keys.claim(key)))) {
			return { state: 'duplicate', idempotencyKey: key };
		}
		placements[order.itemIndex] = underWay(order);
		const { service, charge, fields } = order;
		return await client.add({ ...fields, service }).then(
			(added): Placement => ({
				state: 'placed',
				order: added.order,
				service,
				charge,
				fields,
				...(currency !== null && { currency }),
			}),
			async (error: unknown): Promise<Placement> => {
				const problem = error instanceof PanelError ? error : undefined;
				if (problem?.effect !== 'none') {
					const cause = problem ?? { message: String(error), family: 'network' as const };
					return { state: 'unknown', problem: unknownOutcome(order, cause) };
				}
				if (key !== undefined) await keys.release(key);
				return { state: 'refused', problem: plain(problem) };
			},
		);
	}

	await forEachLimited(orders, concurrency, async (order) => {
		if (stopped || signal?.aborted || placements[order.itemIndex] !== undefined) return;
		const placement = await place(order);
		placements[order.itemIndex] = placement;
		const failed = placement.state === 'refused' || placement.state === 'unknown';
		// A refused key or an empty account refuses every further order as well
		const hopeless = placement.state === 'refused' && ['auth', 'canceled'].includes(placement.problem.family);
		if (failed && (stopAtFailure || hopeless)) stopped = true;
	});
}

const plain = ({ message, remedy, family, effect, httpStatus, retryAfterMs }: PanelError): Problem => ({
	message,
	remedy,
	family,
	effect,
	httpStatus,
	retryAfterMs,
});
