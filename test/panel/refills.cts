import { isCompleted, isFinal, refillLifeFor, type LifeStep } from './lives.cts';
import { refuse, type Refusal } from './refusals.cts';
import { cancelLater } from './orderLife.cts';
import { recordTransition, type Cause, type Order, type Refill, type State } from './state.cts';

/** The rules for refills and cancellations. */

const DAY = 24 * 3_600_000;

export const refillOf = (state: State, id: string): Refill => {
	const refill = state.refills.get(id);
	if (!refill) throw new Error(`No such refill: ${id}`);
	return refill;
};

export function changeRefill(state: State, refill: Refill, to: string, at: number, cause: Cause): void {
	const from = refill.status;
	if (from === to) return;
	refill.status = to;
	recordTransition(state, refill, { what: 'refill', id: refill.id, from, to, at, cause });
}

export function followRefill(state: State, refill: Refill, steps: readonly LifeStep[], from: number): void {
	const plan = ++refill.plan;
	for (const step of steps) {
		state.scheduler.add(from + step.at, (at) => {
			if (refill.plan === plan) changeRefill(state, refill, step.status, at, 'life');
		});
	}
}

/** The catalogue as it is now decides; a service that is gone keeps its last terms. */
const serviceNow = (state: State, order: Order) => state.services.get(order.service.id) ?? order.service;

function refillProblem(state: State, order: Order, now: number): { refused: Refusal } | undefined {
	if (!serviceNow(state, order).refill) return refuse('refillDisabled');
	const rest = state.options.refillWaitAfterCompletion;
	const completed = isCompleted(order.status) && now - (order.completedAt ?? 0) >= rest;
	const recent = order.lastRefill !== undefined && now - order.lastRefill < DAY;
	return completed && !recent ? undefined : refuse('refillTooSoon');
}

export function requestRefill(state: State, order: Order, now: number): Refill | { refused: Refusal } {
	const problem = refillProblem(state, order, now);
	if (problem) return problem;
	const refill: Refill = {
		id: `${state.idPrefix}${state.nextRefill++}`,
		key: order.key,
		order: order.id,
		status: 'Pending',
		requestedAt: now,
		realAt: state.clock.realTimeOf(now),
		plan: 0,
		transitions: [],
		told: [],
	};
	order.lastRefill = now;
	state.refills.set(refill.id, refill);
	recordTransition(state, refill, {
		what: 'refill',
		id: refill.id,
		from: null,
		to: 'Pending',
		at: now,
		cause: 'placed',
	});
	if (state.options.lives.kind !== 'still') {
		followRefill(state, refill, refillLifeFor(refill.id, state.options.seed), now);
	}
	return refill;
}

export function cancelProblem(state: State, order: Order): { refused: Refusal } | undefined {
	const over = isFinal(order.status) || order.cancelRequestedAt !== undefined;
	return over || !serviceNow(state, order).cancel ? refuse('cancel') : undefined;
}

export function requestCancel(state: State, order: Order, now: number): string | { refused: Refusal } {
	return cancelProblem(state, order) ?? cancelLater(state, order, now);
}
