import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import { addAmounts, isMore, subtractAmounts, type Amount } from '../../panel/money';
import { unitsOf } from '../../panel/pricing';
import type { Operation } from '../operation';
import { limitsOf } from '../shared/options';
import { readLimit, totalOf } from './placing/budget';
import { placingFields } from './placing/fields';
import { planOrders, readPlacingOptions, type PlacingOptions, type PlannedOrder } from './placing/plan';

export const quote: Operation = {
	name: 'Quote',
	action: 'Quote an order',
	description: 'Check orders and say what they would cost, without placing anything',
	fields: placingFields,
	execute,
};

/** The checks of `create`, each item with all its problems at once; nothing is placed and nothing is recorded. */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const options = readPlacingOptions(context);
	const connection = await connect(context, limitsOf(options));
	const plan = await planOrders(context, connection, { alwaysPrice: true });
	const catalogue = await connection.catalogue();
	const { value: balance } = await connection.client.balance();
	const runProblems = problemsOfRun(options, plan, balance.balance);
	const keys = new Set<string>();
	let total = '0';
	return plan.map((order) => {
		const { itemIndex, charge, fields, idempotencyKey: key } = order;
		const problems = [...order.problems];
		if (key !== undefined && keys.has(key)) {
			problems.push('An earlier item has the same idempotency key: this one would not be sent');
		}
		if (problems.length === 0) {
			total = addAmounts(total, charge ?? '0');
			if (key !== undefined) keys.add(key);
		}
		if (isMore(total, balance.balance)) {
			problems.push(`The balance of ${balance.balance} does not cover the orders up to this one (${total})`);
		}
		problems.push(...runProblems);
		const service = catalogue.services[catalogue.byId.get(order.service) ?? -1];
		return {
			json: {
				service: order.service,
				quantity: service ? unitsOf({ fields }, service) : null,
				charge: charge === null ? null : Number(charge),
				currency: balance.currency,
				valid: problems.length === 0,
				problems,
				balanceAfter: Number(subtractAmounts(balance.balance, total)),
			},
			pairedItem: { item: itemIndex },
		};
	});
}

/** What would keep `create` from placing any order of the run. */
function problemsOfRun(options: PlacingOptions, plan: readonly PlannedOrder[], balance: Amount): string[] {
	const limit = readLimit(options);
	const total = totalOf(plan.filter(({ problems }) => problems.length === 0));
	const nothing = 'so that none of them would be placed';
	if (typeof limit === 'object') return [limit.message];
	if (limit !== undefined && isMore(total, limit)) {
		return [`The orders of this run cost ${total}, more than Max Total Charge (${limit}), ${nothing}`];
	}
	return options.checkBalance === true && isMore(total, balance)
		? [`The orders of this run cost ${total}, more than the balance of ${balance}, ${nothing}`]
		: [];
}
