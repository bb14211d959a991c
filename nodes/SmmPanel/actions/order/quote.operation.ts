import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { connect } from '../../connection';
import { addAmounts, isMore, subtractAmounts } from '../../panel/money';
import { unitsOf } from '../../panel/orderDraft';
import type { Operation } from '../operation';
import { limitsOf } from '../shared/options';
import { readLimit } from './budget';
import { placingFields } from './fields';
import { planOrders, readPlacingOptions } from './plan';

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
	const limit = readLimit(options);
	let total = '0';
	return plan.map((order) => {
		const { itemIndex, charge, fields } = order;
		const problems = [...order.problems];
		if (order.repeatsKey) problems.push('An earlier item has the same idempotency key: this one would not be sent');
		else total = addAmounts(total, charge ?? '0');
		const balanceAfter = subtractAmounts(balance.balance, total);
		if (isMore(total, balance.balance)) {
			problems.push(`The balance of ${balance.balance} does not cover the orders up to this one (${total})`);
		}
		if (typeof limit === 'string' && isMore(total, limit)) {
			problems.push(`The orders up to this one cost ${total}, more than Max Total Charge (${limit})`);
		} else if (typeof limit === 'object') problems.push(limit.message);
		const service = catalogue.services[catalogue.byId.get(order.service) ?? -1];
		return {
			json: {
				service: order.service,
				quantity: service ? unitsOf({ fields, problems: [] }, service) : null,
				charge: charge === null ? null : Number(charge),
				currency: balance.currency,
				valid: problems.length === 0,
				problems,
				balanceAfter: Number(balanceAfter),
			},
			pairedItem: { item: itemIndex },
		};
	});
}
