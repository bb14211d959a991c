/** Whether the orders of a run fit the limits set for the run, before the first is placed. */
import type { PanelClient } from '../../../panel/client';
import { isMore, parseAmount, type Amount } from '../../../panel/money';
import { sum } from '../../../panel/orderFields';
import type { Balance } from '../../../panel/schemas';
import { inputProblem, type Problem } from '../../../shared/problems';
import type { Placement } from './send';
import type { PlacingOptions, PlannedOrder } from './plan';

/** What these orders cost at most: of those that share an idempotency key only one is placed. */
export function totalOf(orders: readonly PlannedOrder[]): Amount {
	const dearest = new Map<string, Amount>();
	for (const { itemIndex, idempotencyKey, charge } of orders) {
		const one = idempotencyKey === undefined ? `item ${itemIndex}` : `key ${idempotencyKey}`;
		const other = dearest.get(one) ?? '0';
		dearest.set(one, isMore(charge ?? '0', other) ? (charge ?? '0') : other);
	}
	return sum([...dearest.values()]);
}

/** What a run has spent, with what it may have spent: an order whose outcome is unknown counts. */
export const spentOn = (placements: readonly Placement[]): Amount =>
	sum(
		placements.map(({ state, charge }) =>
			state === 'placed' || state === 'unknown' ? (charge ?? '0') : '0',
		),
	);

export interface BudgetCheck {
	/** Why nothing of this run may be placed. */
	problem?: Problem;
	/** Known where the balance was asked for. */
	balance?: Balance;
}

/** `spent` is what earlier tries of this run cost: it counts against the total, no longer against the balance. */
export async function checkBudget(
	client: PanelClient,
	options: PlacingOptions,
	open: readonly PlannedOrder[],
	spent: Amount,
): Promise<BudgetCheck> {
	const total = totalOf(open);
	const limit = readLimit(options);
	if (limit !== undefined && typeof limit !== 'string') return { problem: limit };
	if (limit !== undefined && isMore(sum([total, spent]), limit)) {
		return {
			problem: inputProblem(
				`The orders of this run cost ${sum([total, spent])}, more than Max Total Charge (${limit})`,
				"No order was placed. Raise 'Max Total Charge' or run with fewer items.",
			),
		};
	}
	if (options.checkBalance !== true || open.length === 0) return {};
	const { value: balance } = await client.balance();
	if (!isMore(total, balance.balance)) return { balance };
	return {
		balance,
		problem: {
			...inputProblem(
				`The orders of this run cost ${total}, more than the balance of ${balance.balance} ${balance.currency ?? ''}`.trim(),
				'No order was placed. Add funds to the account at the panel, or run with fewer items.',
			),
			family: 'funds',
		},
	};
}

/** The limit of the run, undefined where there is none, or the Problem that it is no amount. */
export function readLimit(options: PlacingOptions): Amount | Problem | undefined {
	if (!('maxTotalCharge' in options)) return undefined;
	return (
		asLimit(options.maxTotalCharge) ??
		inputProblem(
			`Max Total Charge: "${String(options.maxTotalCharge ?? '')}" is not an amount`,
			"No order was placed. Enter a number in 'Max Total Charge', such as 25.5, or remove the option.",
		)
	);
}

/** An amount that a user sets as a limit. A comma could be read in two ways, one of which costs money. */
export const asLimit = (value: unknown): Amount | undefined =>
	typeof value === 'string' && value.includes(',') ? undefined : parseAmount(value);
