import type { Connection } from '../../../shared/connection';
import type { Problem } from '../../../shared/problems';
import { overBalance, totalOf } from './budget';
import type { RunOptions } from './options';
import type { PlannedOrder } from './plan';

/** Whether the balance covers the run's orders; asked for only where the user wants that. */
export async function checkBalance(
	{ client }: Pick<Connection, 'client'>,
	options: RunOptions,
	sendable: readonly PlannedOrder[],
): Promise<{ problem?: Problem; currency: string | null; balance?: string }> {
	if (!options.checkBalance || sendable.length === 0) return { currency: null };
	const { value: balance, raw } = await client.balance();
	const problem = overBalance(totalOf(sendable), balance);
	return { problem, currency: balance.currency, balance: String(raw.balance) };
}
