/** How long a poll may take, as n8n says, and what follows from it for each request. */
import type { IPollFunctions } from 'n8n-workflow';
import type { Limits } from '../shared/connection';

const DEFAULT_BUDGET_MS = 300_000;
/** Someone waits in the editor for the workflow to be active, or n8n for its start; later polls do the rest. */
const ACTIVATION_BUDGET_MS = 60_000;

export interface Deadline {
	/** Whether no further request may begin. */
	over(): boolean;
	/** Whether reading the watch list has taken so long that too little time is left for the panel. */
	listOver(): boolean;
	limits: Limits;
}

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));

/**
 * A request begins in the first half of the budget only, and takes at most the other half: a quarter until its last
 * try begins and a quarter for that to be answered.
 */
export function startDeadline(context: Pick<IPollFunctions, 'getMode'>, isActivation = false): Deadline {
	// n8n 1.x knows no budget
	const { getPollBudgetMs } = context as Partial<IPollFunctions>;
	const pollBudgetMs = getPollBudgetMs?.call(context) ?? DEFAULT_BUDGET_MS;
	const budgetMs = isActivation ? Math.min(pollBudgetMs, ACTIVATION_BUDGET_MS) : pollBudgetMs;
	const startedAt = Date.now();
	const elapsed = () => Date.now() - startedAt;
	return {
		over: () => elapsed() > budgetMs / 2,
		listOver: () => elapsed() > Math.max(5_000, pollBudgetMs * 0.4),
		limits: {
			readTimeoutMs: between(5_000, budgetMs / 4, 30_000),
			retry: { attempts: 3, totalMs: between(2_000, budgetMs / 4, 30_000) },
			// A panel without lists is asked about one ID after the other: that too comes to an end
			signal: AbortSignal.timeout(Math.max(5_000, budgetMs / 2)),
		},
	};
}
