/** The balance falls below a threshold: once, and again after it has been above. */
import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';
import { connect } from '../../shared/connection';
import { isMore, parseAmount, type Amount } from '../../panel/money';
import type { Balance } from '../../panel/schemas';
import { toNodeError } from '../../shared/problems';
import { attempt, type Change, type TriggerEvent } from '../event';

/** Pure. The first poll counts as a fall, if it finds the balance below. */
export function balanceChange(
	memory: IDataObject | undefined,
	{ balance, currency }: Balance,
	threshold: Amount,
): Change {
	const below = isMore(threshold, balance);
	const fell = below && memory?.below !== true;
	return { memory: { below }, items: fell ? [balanceJson({ balance, currency }, threshold)] : [] };
}

const balanceJson = ({ balance, currency }: Balance, threshold: Amount): IDataObject => ({
	balance: Number(balance),
	currency,
	threshold: Number(threshold),
});

function readThreshold(context: IPollFunctions): Amount {
	const threshold = parseAmount(context.getNodeParameter('threshold', 0));
	if (threshold !== undefined) return threshold;
	throw new NodeOperationError(context.getNode(), "'Threshold' is not a number", {
		description:
			"Enter the amount in 'Threshold' below which the balance is to be reported, for example 25.5.",
	});
}

export const balanceBelow: TriggerEvent = {
	async read(context, _memory, deadline) {
		const threshold = readThreshold(context);
		const { client } = await connect(context, deadline.limits);
		const result = await attempt(client.balance());
		if ('fault' in result) return result;
		return { apply: (memory) => balanceChange(memory, result.value.value, threshold) };
	},

	async sample(context, deadline) {
		const threshold = readThreshold(context);
		const { client } = await connect(context, deadline.limits);
		const result = await attempt(client.balance());
		if ('fault' in result) throw toNodeError(context.getNode(), result.fault.problem);
		return [balanceJson(result.value.value, threshold)];
	},
};
