import type { Amount } from '../../../panel/money';
import type { Connection } from '../../../shared/connection';
import type { Problem } from '../../../shared/problems';
import { overBalance, overTotal, totalOf } from './budget';
import type { RunOptions } from './options';
import type { PlannedOrder } from './plan';

/**
 * Whether the run's orders fit its limits. The balance is asked for only where something depends on it. `spent`: by
 * earlier tries; undefined where the order book tells, and knows what has been ordered before and costs nothing more.
 */
export async function checkBudget(
	{ client }: Pick<Connection, 'client'>,
	{ maxTotalCharge, checkBalance }: RunOptions,
	sendable: readonly PlannedOrder[],
	spent: Amount | undefined,
): Promise<{ problem?: Problem; currency: string | null; balance?: string }> {
	const total = totalOf(sendable);
	const overLimit = spent === undefined ? undefined : overTotal(total, spent, maxTotalCharge);
	if (overLimit || !checkBalance || sendable.length === 0) {
		return { problem: overLimit, currency: null };
	}
	const { value: balance, raw } = await client.balance();
	const problem = overBalance(total, balance);
	return { problem, currency: balance.currency, balance: String(raw.balance) };
}
