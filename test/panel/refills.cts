import { isCompleted, isFinal, refillLifeFor, type LifeStep } from './lives.cts';
import { refuse, type Refusal } from './refusals.cts';
import { cancelLater } from './orderLife.cts';
import { recordTransition, type Cause, type Order, type Refill, type World } from './world.cts';

/** The rules for refills and cancellations. */

const DAY = 24 * 3_600_000;

export const refillOf = (world: World, id: string): Refill => {
	const refill = world.refills.get(id);
	if (!refill) throw new Error(`No such refill: ${id}`);
	return refill;
};

export function changeRefill(world: World, refill: Refill, to: string, at: number, cause: Cause): void {
	const from = refill.status;
	if (from === to) return;
	refill.status = to;
	recordTransition(world, refill, { what: 'refill', id: refill.id, from, to, at, cause });
}

export function followRefill(world: World, refill: Refill, steps: readonly LifeStep[], from: number): void {
	const plan = ++refill.plan;
	for (const step of steps) {
		world.scheduler.add(from + step.at, (at) => {
			if (refill.plan === plan) changeRefill(world, refill, step.status, at, 'life');
		});
	}
}

/** The catalogue as it is now decides; a service that is gone keeps its last terms. */
const serviceNow = (world: World, order: Order) => world.services.get(order.service.id) ?? order.service;

function refillProblem(world: World, order: Order, now: number): { refused: Refusal } | undefined {
	if (!serviceNow(world, order).refill) return refuse('refillDisabled');
	const rest = world.options.refillWaitAfterCompletion;
	const completed = isCompleted(order.status) && now - (order.completedAt ?? 0) >= rest;
	const recent = order.lastRefill !== undefined && now - order.lastRefill < DAY;
	return completed && !recent ? undefined : refuse('refillTooSoon');
}

export function requestRefill(world: World, order: Order, now: number): Refill | { refused: Refusal } {
	const problem = refillProblem(world, order, now);
	if (problem) return problem;
	const refill: Refill = {
		id: `${world.idPrefix}${world.nextRefill++}`,
		key: order.key,
		order: order.id,
		status: 'Pending',
		requestedAt: now,
		realAt: world.clock.realTimeOf(now),
		plan: 0,
		transitions: [],
		told: [],
	};
	order.lastRefill = now;
	world.refills.set(refill.id, refill);
	recordTransition(world, refill, {
		what: 'refill',
		id: refill.id,
		from: null,
		to: 'Pending',
		at: now,
		cause: 'placed',
	});
	if (world.options.lives.kind !== 'still') {
		followRefill(world, refill, refillLifeFor(refill.id, world.options.seed), now);
	}
	return refill;
}

export function cancelProblem(world: World, order: Order): { refused: Refusal } | undefined {
	const over = isFinal(order.status) || order.cancelRequestedAt !== undefined;
	return over || !serviceNow(world, order).cancel ? refuse('cancel') : undefined;
}

export function requestCancel(world: World, order: Order, now: number): string | { refused: Refusal } {
	return cancelProblem(world, order) ?? cancelLater(world, order, now);
}
