/** How long a poll may take, as n8n says, and what follows from it for each request. */
import type { IPollFunctions } from 'n8n-workflow';
import { POLL } from '../panel/policies';
import type { Limits } from '../shared/connection';

export interface Deadline {
	/** Whether no further request may begin. */
	over(): boolean;
	/** Whether reading the watch list has taken so long that too little time is left for the panel. */
	listOver(): boolean;
	limits: Limits;
}

const between = (value: number, [least, most]: readonly [number, number]) =>
	Math.min(most, Math.max(least, value));

/**
 * A request begins in the first half of the budget only, and takes at most the other half: a quarter until its last
 * try begins and a quarter for that to be answered.
 */
export function startDeadline(context: Pick<IPollFunctions, 'getMode'>, isActivation = false): Deadline {
	// n8n 1.x knows no budget
	const { getPollBudgetMs } = context as Partial<IPollFunctions>;
	const pollBudgetMs = getPollBudgetMs?.call(context) ?? POLL.defaultBudgetMs;
	const budgetMs = isActivation ? Math.min(pollBudgetMs, POLL.activationBudgetMs) : pollBudgetMs;
	const startedAt = Date.now();
	const elapsed = () => Date.now() - startedAt;
	return {
		over: () => elapsed() > budgetMs * POLL.beginWithin,
		listOver: () => elapsed() > Math.max(POLL.leastListMs, pollBudgetMs * POLL.listWithin),
		limits: {
			readTimeoutMs: between(budgetMs * POLL.share, POLL.timeoutMs),
			retry: { attempts: POLL.attempts, totalMs: between(budgetMs * POLL.share, POLL.retryMs) },
			// A panel without lists is asked about one ID after the other, and one with a limit is waited for: that ends, too
			signal: AbortSignal.timeout(Math.max(POLL.leastBeginMs, budgetMs * POLL.beginWithin)),
		},
	};
}
