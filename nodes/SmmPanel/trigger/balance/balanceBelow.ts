/** The balance falls below a threshold: once, and again after it has been above. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { isMore, type Amount } from '../../panel/money';
import type { Balance } from '../../panel/schemas';
import { connect } from '../../shared/connection';
import type { Result } from '../../shared/result';
import { valueOf } from '../../shared/parameters';
import { attempt, nothingRead, readFields, type TriggerEvent, type Deadline } from '../event';

/** Pure. The first poll counts as a fall, if it finds the balance below. */
export function balanceChange(
	memory: IDataObject | undefined,
	balance: Balance,
	amount: Amount,
): { memory: IDataObject; items: IDataObject[] } {
	const below = isMore(amount, balance.balance);
	const fell = below && memory?.below !== true;
	return { memory: { below }, items: fell ? [balanceJson(balance, amount)] : [] };
}

const balanceJson = ({ balance, currency }: Balance, amount: Amount): IDataObject => ({
	balance: Number(balance),
	currency,
	threshold: Number(amount),
});

async function balanceNow(
	context: IPollFunctions,
	deadline: Deadline,
): Promise<{ amount: Amount; balance: Result<Balance> }> {
	const fields = readFields(context, ['threshold']);
	const amount = valueOf(context, fields.result(fields.amount('threshold', 'Threshold') ?? '0'));
	const { client } = await connect(context, deadline.limits);
	return { amount, balance: await attempt(client.balance().then(({ value }) => value)) };
}

export const balanceBelow: TriggerEvent = {
	name: 'Balance Below',
	value: 'balanceBelow',
	action: 'On balance below threshold',
	description: 'The balance falls below an amount: once, and again after it has been above',
	fields: [
		{
			displayName: 'Threshold',
			name: 'threshold',
			type: 'number',
			typeOptions: { numberPrecision: 5 },
			default: 10,
			required: true,
			placeholder: 'e.g. 25.5',
			description:
				"The amount, in the account's currency, below which the balance is reported. It is reported once; after a deposit has lifted the balance to the amount or above, the next fall is reported again, unless the balance was above only between the last execution and a restart of n8n.",
		},
	],
	options: [],

	async read(context, memory, deadline) {
		const { amount, balance } = await balanceNow(context, deadline);
		return balance.ok ? balanceChange(memory, balance.value, amount) : nothingRead(balance.problem);
	},

	async sample(context, deadline) {
		const { amount, balance } = await balanceNow(context, deadline);
		return [balanceJson(valueOf(context, balance), amount)];
	},
};
