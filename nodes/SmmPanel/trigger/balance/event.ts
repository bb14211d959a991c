/** The balance falls below a threshold: once, and again after it has been above. */
import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';
import { isMore, type Amount } from '../../panel/money';
import type { Balance } from '../../panel/schemas';
import { connect } from '../../shared/connection';
import { attempt, type Change, type EventHandler } from '../event';
import { readFields, valueOrThrow } from '../parameters';

export const threshold: INodeProperties = {
	displayName: 'Threshold',
	name: 'threshold',
	type: 'number',
	typeOptions: { numberPrecision: 5 },
	default: 10,
	required: true,
	placeholder: 'e.g. 25.5',
	description:
		"The amount, in the account's currency, below which the balance is reported. It is reported once; after a deposit has lifted the balance to the amount or above, the next fall is reported again, unless the balance was above only between the last execution and a restart of n8n.",
};

/** Pure. The first poll counts as a fall, if it finds the balance below. */
export function balanceChange(
	memory: IDataObject | undefined,
	{ balance, currency }: Balance,
	amount: Amount,
): Change {
	const below = isMore(amount, balance);
	const fell = below && memory?.below !== true;
	return { memory: { below }, items: fell ? [balanceJson({ balance, currency }, amount)] : [] };
}

const balanceJson = ({ balance, currency }: Balance, amount: Amount): IDataObject => ({
	balance: Number(balance),
	currency,
	threshold: Number(amount),
});

function readThreshold(context: IPollFunctions): Amount {
	const fields = readFields(context, ['threshold']);
	return valueOrThrow(context, fields.result(fields.amount('threshold', 'Threshold') ?? '0'));
}

export const balanceBelow: EventHandler = {
	async read(context, _memory, deadline) {
		const amount = readThreshold(context);
		const { client } = await connect(context, deadline.limits);
		const result = await attempt(client.balance());
		if (!result.ok) return { problem: result.problem };
		return { apply: (memory) => balanceChange(memory, result.value.value, amount) };
	},

	async sample(context, deadline) {
		const amount = readThreshold(context);
		const { client } = await connect(context, deadline.limits);
		const { value } = valueOrThrow(context, await attempt(client.balance()));
		return [balanceJson(value, amount)];
	},
};
