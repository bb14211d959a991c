import type { Problem } from '../../../shared/problems';
import type { Placement } from './outcome';
import { notSentAfter } from './texts';

/** So many in a row without an answer: the panel is down, and each further order would be one more uncertain one. */
export const MOST_UNANSWERED = 5;

/** Decides after each order whether the run goes on. */
export class Brake {
	isStopped = false;
	/** Why the rest is not sent, where that is not just the first failure. */
	reason: Problem | undefined;
	/** In the order of sending: whether an order got no clear answer; undefined while it is under way. */
	readonly #unanswered: Array<boolean | undefined> = [];
	/** Whether the first order that fails keeps the following ones from being sent. */
	readonly #stopAtFailure: boolean;

	constructor(stopAtFailure: boolean) {
		this.#stopAtFailure = stopAtFailure;
	}

	/** Takes the place in line of an order that is about to be sent. */
	depart(): number {
		return this.#unanswered.push(undefined) - 1;
	}

	/** Notes what came of an order. `place` is the one it departed with; undefined for an order that was not sent. */
	arrive(placement: Placement, place?: number): void {
		const problem = 'problem' in placement ? placement.problem : undefined;
		const isUnanswered =
			placement.state === 'unknown' || ['network', 'maintenance'].includes(problem?.family ?? '');
		if (place !== undefined) this.#unanswered[place] = isUnanswered;
		if (!problem) return;
		const streak = isUnanswered && place !== undefined ? this.#streakAround(place) : 0;
		// A key that was refused is refused for every further order as well
		const isHopeless = placement.state === 'refused' && ['auth', 'canceled'].includes(problem.family);
		if (isHopeless) this.reason ??= notSentAfter(problem);
		else if (streak >= MOST_UNANSWERED) {
			const message = `the panel gave no clear answer to ${streak} orders in a row`;
			this.reason ??= notSentAfter({ ...problem, message });
		}
		if (this.#stopAtFailure || this.reason) this.isStopped = true;
	}

	#streakAround(place: number): number {
		let from = place;
		let to = place;
		while (this.#unanswered[from - 1]) from--;
		while (this.#unanswered[to + 1]) to++;
		return to - from + 1;
	}
}
