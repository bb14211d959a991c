/**
 * Places orders, from a run's inputs to what came of each. The way of an order: `planOrders` (plan.ts) →
 * `sendThroughBook` (send.ts) → `placeOrders` (book/claims.ts), which claims it and hands it, window by window
 * (book/windows.ts), back to send.ts → `BalanceEvidence` (evidence.ts) → `add` (panel/client.ts).
 */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { cleanBook } from '../../../book/cleaning';
import { hasOutcome } from '../../../panel/errors';
import type { Amount } from '../../../panel/money';
import type { Catalogue } from '../../../panel/schemas';
import { connect, type Connection } from '../../../shared/connection';
import {
	failedItem,
	notSent,
	problemFrom,
	toNodeError,
	showHints,
	warn,
	type Problem,
} from '../../../shared/problems';
import { failure, success, type Result } from '../../../shared/result';
import { startOfDay } from '../../../shared/times';
import { clock, hasKeys, mayHaveOrdered, openBook, type OpenBook } from './book';
import { BalanceEvidence } from './evidence';
import {
	inputIndexOf,
	readRunOptions,
	type OrderInput,
	type RunOptions,
	type UnreadableInput,
} from './input';
import { checkBalance, overTime, type Funds } from './limits';
import { failureOf, hasPaid, type Placements } from './outcome';
import { columnsHint, outputOf, placingHints, whatWasPlaced, whyStopped, type SpentLimits } from './output';
import { needsCatalogue, needsFreshPrices, planOrders, type Inputs, type PlannedOrder } from './plan';
import { recallPaid, sendThroughBook } from './send';
import { linesProblem, plannedProblem } from './texts';

interface Run {
	context: IExecuteFunctions;
	inputs: Inputs;
	/** What this try does, and what the book says of earlier ones. */
	placements: Placements;
	/** Whether the first failure ends the run. */
	stopping: boolean;
	/** Whether one order with something wrong keeps all others from being sent. */
	allOrNone: boolean;
}

interface RunResult {
	plan?: readonly PlannedOrder[];
	/** Why the run stops or, where it goes on after failures, why orders that were never tried were not sent. */
	problem?: Problem;
	/** The order that the problem is about, where it is about one. */
	item?: number;
	limits?: SpentLimits;
	/** Whether it is known what earlier tries and executions have paid: only then a text says that nothing was. */
	isAsked: boolean;
}

/** Places the orders, an output item for each, and honours the node's On Error setting. */
export async function executePlacing(
	context: IExecuteFunctions,
	inputs: Inputs,
	{ allOrNone = false } = {},
): Promise<INodeExecutionData[]> {
	const placements: Placements = {};
	const stopping = !context.continueOnFail();
	const run = { context, inputs, placements, stopping, allOrNone };
	const result = await placeRun(run).catch(
		(error: unknown): RunResult => ({ ...asFailure(error), isAsked: false }),
	);
	const { plan, problem, item, limits = {}, isAsked } = result;
	if (stopping && problem) {
		const input = item === undefined ? undefined : inputs[item];
		const said = input
			? notSent(problem, { isAsked: isAsked && hasOutcome(problem.action) })
			: notSent(problem, { isAsked, hasPaid: hasPaid(placements) });
		throw toNodeError(context.getNode(), said, {
			itemIndex: input && inputIndexOf(input),
			done: whatWasPlaced(placements, inputs, isAsked),
		});
	}
	showHints(
		context,
		columnsHint(plan ?? []),
		...placingHints(placements, limits, context.getMode() === 'manual'),
	);
	return inputs.map((input) => {
		const order = plan?.[input.item];
		const output = outputOf(placements[input.item], { order, problem, origin: input.origin, isAsked });
		const index = inputIndexOf(input);
		return output.problem
			? failedItem(context, output.problem, index, output.json)
			: { json: output.json, pairedItem: { item: index } };
	});
}

async function placeRun(run: Run): Promise<RunResult> {
	const { context, inputs, placements, stopping } = run;
	const options = await Promise.resolve()
		.then(() => readRunOptions(context.getNodeParameter('options', 0, {})))
		.catch(asFailure);
	const connection = await connect(context, options.ok ? options.value.limits : {}).then(success, asFailure);
	const prices = await readPrices(inputs, options, connection);
	const plan =
		options.ok && prices.ok
			? planOrders(inputs, options.value, prices.value)
			: planOrders(inputs.map(withoutLimit), UNPRICED, undefined);
	const book = await openBook(context, { plan, inputs, ...(connection.ok && connection.value) });
	if (!book.ok) {
		const wrong = whatIsWrong(run, plan, prices) ?? { problem: book.problem };
		return { plan, ...wrong, isAsked: !mayHaveOrdered(context) };
	}
	const recall = async () => {
		const isRead = await recallPaid(plan, { ...book.value.run, placements });
		// Without a credential nobody knows to which account a key belongs
		return isRead && (connection.ok || !hasKeys(context));
	};
	const valid = plan.filter(({ problems }) => problems.length === 0);
	const timeProblem = (orders: readonly PlannedOrder[]) =>
		options.ok
			? overTime(
					orders.length,
					options.value.limits.requestsPerMinute,
					context.getWorkflowSettings().executionTimeout,
				)
			: undefined;
	// A repeat costs nothing more, and what is wrong with an order by now may have been paid before
	const mustAskFirst =
		!options.ok ||
		!prices.ok ||
		options.value.checkBalance ||
		valid.length < plan.length ||
		timeProblem(valid) !== undefined;
	const isAsked = !mustAskFirst || (await recall());
	const wrong = whatIsWrong(run, plan, prices);
	if (wrong || !options.ok || !connection.ok || valid.length === 0) return { plan, ...wrong, isAsked };
	const sendable = valid.filter(({ item }) => placements[item] === undefined);
	const tooLong = timeProblem(sendable);
	if (tooLong) return { plan, problem: tooLong, isAsked };
	const isCovered = !options.value.checkBalance || sendable.length === 0;
	const funds = isCovered
		? success<Funds>({ currency: null })
		: await checkBalance(connection.value, sendable).then(success, asFailure);
	if (!funds.ok || funds.value.problem) {
		return { plan, problem: funds.ok ? funds.value.problem : funds.problem, isAsked };
	}

	const limits: SpentLimits = { ...options.value };
	const means = {
		connection: connection.value,
		options: options.value,
		funds: funds.value,
		book: book.value,
	};
	const problem = await send(run, valid, means, (spent) => (limits.spentBefore ??= spent));
	const stop = stopping ? whyStopped(plan, placements, problem) : { problem };
	// Each item has an outcome of its own, and none of them says that the book lacks it
	if (!stopping && problem?.effect === 'unknown') warn(context, `${problem.message} ${problem.remedy}`);
	// Whether the book has said of each order what it holds of earlier tries, or nobody has to ask it
	const isAllTold = plan.every(({ item }) => {
		const placement = placements[item];
		return placement !== undefined && hasOutcome(failureOf(placement)?.action);
	});
	return { plan, limits, ...stop, isAsked: isAllTold || (await recall()) };
}

const asFailure = (error: unknown) => failure(problemFrom(error));

async function readPrices(
	inputs: Inputs,
	options: Result<RunOptions>,
	connection: Result<Connection>,
): Promise<Result<Catalogue | undefined>> {
	if (!options.ok) return options;
	if (!connection.ok) return connection;
	if (!needsCatalogue(inputs, options.value)) return success(undefined);
	const fresh = needsFreshPrices(inputs, options.value);
	return await connection.value.catalogue({ fresh }).then(success, asFailure);
}

/** Without options and service list nothing is sent, and no price is a limit. */
const UNPRICED = { validate: false, checkBalance: false, maxTotalCharge: undefined, maxPerDay: undefined };

const withoutLimit = (input: OrderInput | UnreadableInput): OrderInput | UnreadableInput =>
	'options' in input ? { ...input, options: { ...input.options, maxCharge: undefined } } : input;

/** Why nothing is sent, where that is known before. */
function whatIsWrong(
	{ stopping, allOrNone, placements }: Run,
	plan: readonly PlannedOrder[],
	prices: Result<unknown>,
): { problem: Problem; item?: number } | undefined {
	if (!prices.ok) return { problem: prices.problem };
	const isOpen = ({ item }: PlannedOrder) => (placements[item]?.state ?? 'refused') === 'refused';
	const wrong = plan.filter((order) => order.problems.length > 0 && isOpen(order));
	const [first] = wrong;
	if (first === undefined || !(stopping || allOrNone)) return undefined;
	return { problem: allOrNone ? linesProblem(wrong, plan.length) : plannedProblem(first), item: first.item };
}

interface Means {
	connection: Connection;
	options: RunOptions;
	funds: Funds;
	book: OpenBook;
}

/** Claims, sends and records the planned orders. `noteDay` is told what other runs have spent today. */
async function send(
	{ context, placements, stopping }: Run,
	planned: readonly PlannedOrder[],
	{ connection: { client, account }, options, funds, book }: Means,
	noteDay: (spent: Amount) => void,
): Promise<Problem | undefined> {
	const { concurrency } = options;
	const { balance, currency } = funds;
	const alone = concurrency === 1;
	const evidence = new BalanceEvidence({ client, alone, balance, currency, account, clock });
	const zone = context.getTimezone();
	const sending = sendThroughBook(planned, {
		...book.run,
		placements,
		add: async (fields, order) => await evidence.add(fields, order),
		signal: context.getExecutionCancelSignal?.(),
		zone,
		concurrency,
		stopAtFailure: stopping,
		limits: { ...options, dayStart: startOfDay(new Date(), zone).toISOString(), noteDay },
	});
	const { problem, newestId } = await sending.finally(async () => await evidence.finish());
	// After the orders have been sent, so that none waits for it
	const { id, isNew } = book;
	const { store } = book.run.book;
	const hint = await cleanBook({ store, now: Date.now(), book: id, isNew, newestId });
	if (hint !== undefined) warn(context, hint);
	return problem;
}
