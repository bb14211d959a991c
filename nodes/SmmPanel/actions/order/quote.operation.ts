import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { addAmounts, isMore, subtractAmounts } from '../../panel/money';
import { fieldsOfType, isEmpty, isListOnOneLine } from '../../panel/orderFields';
import type { Balance, Catalogue, Service } from '../../panel/schemas';
import { unitsOf } from '../../panel/serviceChecks';
import { connect } from '../../shared/connection';
import { toNodeError, showHints, type Hint } from '../../shared/problems';
import type { Operation } from '../operation';
import { overBalance, overTotal, totalOf } from './placing/limits';
import { mapColumns } from './placing/columns';
import { placingFields } from './placing/fields';
import { columnsHint } from './placing/output';
import {
	readInputs,
	readRunOptions,
	type OrderInput,
	type RunOptions,
	type UnreadableInput,
} from './placing/input';
import { planOrders, type PlannedOrder } from './placing/plan';

export const quote: Operation = {
	value: 'quote',
	name: 'Quote',
	action: 'Quote order',
	description: 'Check orders and say what they would cost: places nothing and spends nothing',
	toolDescription:
		"Says what an order would cost and whether it can be placed. It orders nothing and spends nothing. Needs the ID of a service from the panel's list, the link, and the quantity between the service's min and max.",
	fields: placingFields,
	execute,
};

/** The checks of `create`, each item with all its problems at once; nothing is placed and nothing is recorded. */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const options = readRunOptions(context.getNodeParameter('options', 0, {}));
	if (!options.ok) throw toNodeError(context.getNode(), options.problem);
	const connection = await connect(context, options.value.limits);
	const catalogue = await connection.catalogue();
	const inputs = readInputs(context);
	const plan = planOrders(inputs, options.value, catalogue);
	showHints(context, columnsHint(plan));
	const { value: balance } = await connection.client.balance();
	const quotes = quoteOrders(plan, { inputs, options: options.value, catalogue, balance });
	showHints(context, invalidHint(quotes));
	return quotes.map((json, item) => ({ json, pairedItem: { item } }));
}

/** The column with the problem stands far to the right. */
function invalidHint(quotes: readonly IDataObject[]): Hint | undefined {
	const invalid = quotes.filter(({ valid }) => valid !== true);
	if (invalid.length === 0) return undefined;
	const valid = quotes.length - invalid.length;
	const which = valid === 0 ? 'No order' : `${valid} of ${quotes.length} orders`;
	const each = invalid.length > 1 ? ": 'problem' in the output says why not, such as" : '';
	return {
		message: `${which} can be placed as stated${each}: ${String(invalid[0]?.problem)}`,
		type: 'warning',
	};
}

interface Quoting {
	/** Those that the plan was made of. */
	inputs: ReadonlyArray<OrderInput | UnreadableInput>;
	options: RunOptions;
	catalogue: Catalogue;
	balance: Balance;
}

/** Pure: an output item for each order of the plan. Fed into `create`, it orders what was quoted. */
function quoteOrders(
	plan: readonly PlannedOrder[],
	{ inputs, options, catalogue, balance }: Quoting,
): IDataObject[] {
	const runProblems = problemsOfRun(plan, options, balance);
	const keys = new Set<string>();
	let total = '0';
	return plan.map((order, at) => {
		const { charge, fields, idempotencyKey: key } = order;
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
			service: order.service,
			...fieldsAsGiven(order, inputs[at], service),
			...(key !== undefined && { idempotencyKey: key }),
			...(order.limits !== undefined && { limits: order.limits }),
			units: service ? unitsOf({ fields }, service) : null,
			charge: charge === null ? null : Number(charge),
			...(balance.currency !== null && { currency: balance.currency }),
			valid: problems.length === 0,
			problems,
			problem: problems.join('. '),
			balanceAfter: Number(subtractAmounts(balance.balance, total)),
		};
	});
}

/** The fields as they would be sent; as they came, where they could not be sent. */
function fieldsAsGiven(
	{ fields }: PlannedOrder,
	input: OrderInput | UnreadableInput | undefined,
	service: Service | undefined,
): IDataObject {
	const names = fieldsOfType(service?.type);
	const given = input !== undefined && 'values' in input ? input.values : {};
	const values = mapColumns(given, names).values;
	const broken = names.filter((name) => fields[name] === undefined && !isEmpty(values[name]));
	return {
		...(Object.fromEntries(broken.map((name) => [name, values[name]])) as IDataObject),
		...Object.fromEntries(
			// Read again, an entry with a comma would be two
			Object.entries(fields).map(([name, text]) => [name, isListOnOneLine(name, text) ? `${text}\n` : text]),
		),
	};
}

/** What would keep `create` from placing any order of the run. */
function problemsOfRun(
	plan: readonly PlannedOrder[],
	{ checkBalance, maxTotalCharge }: RunOptions,
	balance: Balance,
): string[] {
	const total = totalOf(plan.filter(({ problems }) => problems.length === 0));
	const problem =
		overTotal(total, '0', maxTotalCharge) ?? (checkBalance ? overBalance(total, balance) : undefined);
	return problem ? [`${problem.message}, so that none of them would be placed`] : [];
}
