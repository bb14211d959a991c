/** Sends orders, each at most once, and remembers what came of them. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { PanelClient } from '../../../panel/client';
import { PanelError } from '../../../panel/errors';
import { forEachLimited } from '../../../panel/pace';
import type { Amount } from '../../../panel/money';
import { inputProblem, plainProblem, type Problem } from '../../../shared/problems';
import type { PlannedOrder } from './plan';
import { sentKeys, type SentKeys } from './sentKeys';

/** What came of an item's order; plain JSON, since tries of the same run hand it on. */
export type Placement = {
	service: string;
	fields: IDataObject;
	/** Estimate. */
	charge: Amount | null;
	idempotencyKey?: string;
} & (
	| { state: 'placed'; order: string; currency?: string }
	| { state: 'duplicate'; idempotencyKey: string }
	/** It may have reached the panel: never sent again. */
	| { state: 'unknown'; problem: Problem }
	/** Certainly not placed: a later try may send it. `keepsKey`: its key could not be taken back. */
	| { state: 'refused'; problem: Problem; keepsKey?: boolean }
);

/** By item index. */
export type Placements = Record<string, Placement>;

/** Whether an order must not be sent (again). */
export const isSettled = (placement: Placement | undefined): placement is Placement =>
	placement !== undefined && placement.state !== 'refused';

/** So many in a row without an answer: the panel is down, and each further order would cost time or be uncertain. */
const MOST_UNANSWERED = 10;

interface Sending {
	client: PanelClient;
	concurrency: number;
	currency: string | null;
	/** Whether the first order that fails keeps the following ones from being sent. */
	stopAtFailure: boolean;
	/** Those of earlier tries are already in it. */
	placements: Placements;
}

/**
 * Sends those of `orders` that are not settled yet, and writes what came of each into `placements` at once. Returns
 * why the rest was not sent, where that is not just the first failure. Never throws.
 */
export async function placeOrders(
	context: IExecuteFunctions,
	orders: readonly PlannedOrder[],
	{ client, concurrency, currency, stopAtFailure, placements }: Sending,
): Promise<Problem | undefined> {
	const keys = keysOfRun(sentKeys(context), placements);
	const signal = context.getExecutionCancelSignal?.();
	let stopped = false;
	let stoppedBy: Problem | undefined;
	let unanswered = 0;

	async function place(order: PlannedOrder): Promise<Placement> {
		const { service, fields, charge, idempotencyKey: key } = order;
		const about = { service, fields, charge, ...(key !== undefined && { idempotencyKey: key }) };
		if (key !== undefined) {
			const claimed = await keys.claim(key);
			if (claimed === false) return { ...about, state: 'duplicate', idempotencyKey: key };
			if (claimed !== true) return { ...about, state: 'refused', problem: claimed };
		}
		const sentAt = new Date();
		placements[order.itemIndex] = {
			...about,
			state: 'unknown',
			problem: unknownOutcome(order, sentAt, CUT_OFF),
		};
		return await client.add({ ...fields, service }).then(
			(added): Placement => ({
				...about,
				state: 'placed',
				order: added.order,
				...(currency !== null && { currency }),
			}),
			async (error: unknown): Promise<Placement> => {
				const problem = error instanceof PanelError ? error : undefined;
				if (problem?.effect !== 'none') {
					const cause = problem ?? { message: String(error), family: 'network' as const };
					return { ...about, state: 'unknown', problem: unknownOutcome(order, sentAt, cause) };
				}
				const refused = { ...about, state: 'refused' as const, problem: plainProblem(problem) };
				const kept = key === undefined ? undefined : await keys.release(key);
				if (kept === undefined) return refused;
				return { ...refused, keepsKey: true, problem: withKeyKept(refused.problem, kept) };
			},
		);
	}

	async function placeInTurn(order: PlannedOrder): Promise<void> {
		if (stopped || signal?.aborted || isSettled(placements[order.itemIndex])) return;
		const placement = await place(order);
		placements[order.itemIndex] = placement;
		if (placement.state === 'placed' || placement.state === 'duplicate') {
			unanswered = 0;
			return;
		}
		const { problem, state } = placement;
		unanswered = ['network', 'maintenance'].includes(problem.family) ? unanswered + 1 : 0;
		if (stopAtFailure) stopped = true;
		// A key that was refused is refused for every further order as well
		const hopeless = state === 'refused' && ['auth', 'canceled'].includes(problem.family);
		if (stopped || (!hopeless && unanswered < MOST_UNANSWERED)) return;
		stopped = true;
		stoppedBy = notSent(
			hopeless ? problem : { ...problem, message: `the panel did not answer ${unanswered} orders in a row` },
		);
	}

	await forEachLimited(orders, concurrency, async (order) => {
		await keys.afterOthersWith(order.idempotencyKey, async () => await placeInTurn(order));
	});
	await keys.settle().catch((error: unknown) => {
		// The orders are placed: an error now would lose them
		context.logger.warn(`SMM Panel: idempotency keys could not be looked for again: ${messageOf(error)}`);
	});
	return stoppedBy;
}

/** The idempotency keys of a run: what cannot be recorded or taken back is an answer here, not an exception. */
function keysOfRun(keys: SentKeys, placements: Placements) {
	/** Recorded by an order of this run that certainly was not placed: the key is free although it is recorded. */
	const kept = new Set<string>();
	for (const placement of Object.values(placements)) {
		if (placement.state === 'refused' && placement.keepsKey && placement.idempotencyKey !== undefined) {
			kept.add(placement.idempotencyKey);
		}
	}
	const busy = new Map<string, Promise<void>>();
	return {
		/** Whether the key is free; a Problem where it cannot be recorded. */
		claim: async (key: string): Promise<boolean | Problem> =>
			kept.delete(key) || (await keys.claim(key).catch((error: unknown) => notRecorded(key, error))),
		/** Why the key could not be taken back, undefined where it could. */
		release: async (key: string): Promise<string | undefined> =>
			await keys.release(key).then(
				() => undefined,
				(error: unknown) => {
					kept.add(key);
					return messageOf(error);
				},
			),
		settle: async (): Promise<void> => await keys.settle(),
		/** One order of a key at a time: whether a second one is a duplicate depends on what comes of the first. */
		async afterOthersWith(key: string | undefined, work: () => Promise<void>): Promise<void> {
			if (key === undefined) return await work();
			const mine = (busy.get(key) ?? Promise.resolve()).then(work);
			busy.set(key, mine);
			await mine;
		},
	};
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const notRecorded = (key: string, error: unknown): Problem =>
	inputProblem(
		`Not sent, because its idempotency key "${key}" could not be recorded: ${messageOf(error)}`,
		'Nothing was placed for this item. The key is kept in the database of n8n, in a workflow that was saved: look there, then run again.',
	);

const withKeyKept = (problem: Problem, why: string): Problem => ({
	...problem,
	remedy: `${problem.remedy} Its idempotency key could not be taken back (${why}): in a later execution it would pass for sent, so give this order another key.`,
});

const notSent = (cause: Problem): Problem => ({
	...cause,
	message: `Not sent: ${cause.message}`,
	remedy: `Nothing was placed for this item. ${cause.remedy}`,
	effect: 'none',
});

/** For a reader who has to find out whether an order exists. */
function unknownOutcome(
	order: PlannedOrder,
	sentAt: Date,
	cause: Pick<Problem, 'message' | 'family' | 'httpStatus'>,
): Problem {
	const what = [
		`service ${order.service}`,
		...['link', 'username', 'quantity']
			.filter((name) => order.fields[name] !== undefined)
			.map((name) => `${name} ${order.fields[name]}`),
	].join(', ');
	const when = sentAt.toISOString().replace('T', ' ').slice(0, 19);
	return {
		message: `Outcome unknown: the order may have been placed (${what}). ${cause.message}`,
		remedy: `It is not sent again, so that nothing is paid twice. Look in the panel for an order of ${when} UTC with ${what}: if it is there, note its ID; if not, place it anew.`,
		family: cause.family,
		effect: 'unknown',
		httpStatus: cause.httpStatus,
	};
}

/** An order under way when the run was cut off: until its reply is read, nobody knows. */
const CUT_OFF = { message: 'The run ended before the panel had answered.', family: 'network' } as const;
