import {
	givesMoneyBack,
	isCompleted,
	isDelivering,
	isFinal,
	isPartial,
	isWaiting,
	refillLifeFor,
	type LifeStep,
} from './lives.cts';
import { createRandom } from './random.cts';
import { refuse, type Refusal } from './refusals.cts';
import { accountOf, type Order, type Refill, type State } from './state.cts';

/** How orders and refills get from one status to the next, and what that does to figures and balance. */

const DAY = 24 * 3_600_000;

export interface Figures {
	remains?: number;
	startCount?: number;
}

export const orderOf = (state: State, id: string): Order => {
	const order = state.orders.get(id);
	if (!order) throw new Error(`No such order: ${id}`);
	return order;
};

/** While an order is delivered its remains fall evenly from one status to the next. */
export function remainsAt(order: Order, now: number): number {
	const delivery = order.delivery;
	if (!delivery) return order.remains;
	const share = Math.min(1, Math.max(0, (now - delivery.from) / Math.max(1, delivery.to - delivery.from)));
	const left = Math.ceil(delivery.start - share * (delivery.start - delivery.end));
	// An order that is not finished has something left to deliver.
	return Math.max(left, Math.min(1, delivery.start));
}

function remainsAfter(order: Order, status: string, at: number, figures: Figures): number {
	if (figures.remains !== undefined) return figures.remains;
	if (isCompleted(status)) return 0;
	if (givesMoneyBack(status)) {
		// The panel's own cancellation takes the whole order back; runs already started settle for themselves.
		const isAsked = order.cancelRequestedAt !== undefined;
		return isAsked || order.kind === 'dripfeed' ? remainsAt(order, at) : order.units;
	}
	return isPartial(status) ? Math.max(1, remainsAt(order, at)) : remainsAt(order, at);
}

function payBack(state: State, order: Order): void {
	if (!givesMoneyBack(order.status) && !isPartial(order.status)) return;
	const due = order.unitPrice * BigInt(Math.min(order.remains, order.units)) - order.refunded;
	if (due <= 0n) return;
	order.refunded += due;
	accountOf(state, order.key).balance += due;
}

export interface Change {
	status: string;
	at: number;
	figures?: Figures;
	/** Until when a delivery that begins now lasts, and what it leaves. */
	until?: { at: number; remains: number };
}

export function changeStatus(state: State, order: Order, change: Change): void {
	const { status, at, figures = {} } = change;
	const from = order.status;
	order.remains = remainsAfter(order, status, at, figures);
	order.delivery = undefined;
	if (isDelivering(status) && change.until) {
		order.delivery = { from: at, to: change.until.at, start: order.remains, end: change.until.remains };
	}
	if (figures.startCount !== undefined) order.startCount = figures.startCount;
	if (order.startCount === null && !isWaiting(status)) {
		// The number alone: a dialect that writes IDs with a prefix does not change what is counted.
		const number = order.id.replace(/^.*\D/, '');
		order.startCount = createRandom(`count ${state.options.seed} ${number}`).whole(10, 50_000);
	}
	order.status = status;
	payBack(state, order);
	// A status that repeats itself is no transition, though its figures may have changed.
	if (from === status) return;
	order.transitions.push({ from, to: status, at });
}

function remainsOf(order: Order, step: LifeStep): number {
	if (step.remains !== undefined) return step.remains;
	return givesMoneyBack(step.status) ? order.units : 0;
}

/** Replaces what lies ahead of an order; `from` is the panel time that the steps count from. */
export function follow(state: State, order: Order, steps: readonly LifeStep[], from: number): void {
	const plan = ++order.plan;
	const sorted = [...steps].sort((a, b) => a.at - b.at);
	const schedule = (index: number) => {
		const step = sorted[index];
		if (!step) return;
		state.scheduler.add(from + step.at, (at) => {
			if (order.plan !== plan) return;
			const next = sorted[index + 1];
			changeStatus(state, order, {
				status: step.status,
				at,
				figures: { remains: step.remains },
				until: next && { at: from + next.at, remains: remainsOf(order, next) },
			});
			schedule(index + 1);
		});
	};
	schedule(0);
}

/** A customer's cancel request that was accepted: after a while the order stops, the rest is paid back. */
function cancelLater(state: State, order: Order, now: number): string {
	const id = `${state.idPrefix}${state.nextCancel++}`;
	order.cancelRequestedAt = now;
	state.cancels.push({ id, key: order.key, order: order.id, at: now });
	const wait = createRandom(`cancel ${state.options.seed} ${order.id}`).whole(60_000, 600_000);
	follow(state, order, [{ at: wait, status: 'Canceled' }], now);
	return id;
}

/** A test moves an order by hand: its own life ends there. */
export function moveOrder(state: State, order: Order, status: string, figures: Figures, at: number): void {
	order.plan++;
	changeStatus(state, order, { status, at, figures });
}

export const refillOf = (state: State, id: string): Refill => {
	const refill = state.refills.get(id);
	if (!refill) throw new Error(`No such refill: ${id}`);
	return refill;
};

export function changeRefill(refill: Refill, to: string, at: number): void {
	const from = refill.status;
	if (from === to) return;
	refill.status = to;
	refill.transitions.push({ from, to, at });
}

export function followRefill(state: State, refill: Refill, steps: readonly LifeStep[], from: number): void {
	const plan = ++refill.plan;
	for (const step of steps) {
		state.scheduler.add(from + step.at, (at) => {
			if (refill.plan === plan) changeRefill(refill, step.status, at);
		});
	}
}

/** The catalogue as it is now decides; a service that is gone keeps its last terms. */
const serviceNow = (state: State, order: Order) => state.services.get(order.service.id) ?? order.service;

function refillProblem(state: State, order: Order, now: number): { refused: Refusal } | undefined {
	if (!serviceNow(state, order).refill) return refuse('refillDisabled');
	const recent = order.lastRefill !== undefined && now - order.lastRefill < DAY;
	return isCompleted(order.status) && !recent ? undefined : refuse('refillTooSoon');
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
		plan: 0,
		transitions: [{ from: null, to: 'Pending', at: now }],
		told: [],
	};
	order.lastRefill = now;
	state.refills.set(refill.id, refill);
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
