/** Decides whether the orders of a run fit the limits set for the run, before the first is sent. Pure. */
import { isMore, type Amount } from '../../../panel/money';
import { sum } from '../../../panel/pricing';
import type { Balance } from '../../../panel/schemas';
import { inputProblem, type Problem } from '../../../shared/problems';
import { mayBePaid, type Placement } from './placement';
import type { PlannedOrder } from './plan';

/** What these orders cost at most: of those that share an idempotency key only one is placed. */
export function totalOf(orders: readonly PlannedOrder[]): Amount {
	const dearest = new Map<string, Amount>();
	for (const { item, idempotencyKey, highest } of orders) {
		const one = idempotencyKey === undefined ? `item ${item}` : `key ${idempotencyKey}`;
		const other = dearest.get(one) ?? '0';
		dearest.set(one, isMore(highest ?? '0', other) ? (highest ?? '0') : other);
	}
	return sum([...dearest.values()]);
}

/** What a run has spent, with what it may have spent: an order whose outcome is unknown counts. */
export const spentOn = (placements: readonly Placement[]): Amount =>
	sum(placements.map((placement) => (mayBePaid(placement) ? (placement.charge ?? '0') : '0')));

/** `spent` is what earlier tries of this run cost: the limit holds for all tries together. */
export function overTotal(total: Amount, spent: Amount, limit: Amount | undefined): Problem | undefined {
	const cost = sum([total, spent]);
	if (limit === undefined || !isMore(cost, limit)) return undefined;
	return inputProblem(
		`The orders of this run cost ${cost}, more than Max Total Charge (${limit})`,
		"Nothing more was sent. Raise 'Max Total Charge' or run with fewer items.",
	);
}

/** What earlier tries of this run cost is no longer in the balance, so that it does not count here. */
export function overBalance(total: Amount, { balance, currency }: Balance): Problem | undefined {
	if (!isMore(total, balance)) return undefined;
	return {
		...inputProblem(
			`The orders of this run cost ${total}, more than the balance of ${`${balance} ${currency ?? ''}`.trim()}`,
			'Nothing more was sent. Add funds to the account at the panel, or run with fewer items.',
		),
		family: 'funds',
	};
}
