/** A run that places orders: from its inputs to what came of each. */
import { sleep, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { cleanBook } from '../../../book/cleaning';
import type { Amount } from '../../../panel/money';
import type { Catalogue } from '../../../panel/replies';
import { connect, type Connection } from '../../../shared/connection';
import { showHints, warn } from '../../../shared/hints';
import {
	asNotSent,
	failedItem,
	paidNothing,
	problemFrom,
	toNodeError,
	type Problem,
} from '../../../shared/problems';
import { failure, success, type Result } from '../../../shared/result';
import { startOfDay, timeInWords } from '../../../shared/times';
import { openBook, type OpenBook } from './bookAccess';
import { checkBalance } from './funds';
import { addWithEvidence } from './evidence';
import { columnsHint, placingHints, type SpentLimits } from './hints';
import { inputIndexOf, type OrderInput, type UnreadableInput } from './input';
import { outputOf, whatWasPlaced, whyStopped } from './items';
import { readRunOptions, type RunOptions } from './options';
import { hasPaid, type Placements } from './placement';
import { needsCatalogue, needsFreshPrices, planOrders, type PlannedOrder } from './plan';
import { linesProblem, plannedProblem } from './texts';
import { recallPaid, sendThroughBook, type BookResult } from './throughBook';

interface Run {
	context: IExecuteFunctions;
	inputs: ReadonlyArray<OrderInput | UnreadableInput>;
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
}

/** Places the orders, an output item for each, and honours the node's On Error setting. */
export async function executePlacing(
	context: IExecuteFunctions,
	inputs: Run['inputs'],
	{ allOrNone = false } = {},
): Promise<INodeExecutionData[]> {
	const placements: Placements = {};
	const stopping = !context.continueOnFail();
	const run = { context, inputs, placements, stopping, allOrNone };
	const result = await placeRun(run).catch(
		// Not even the service list came, or the balance: what earlier tries have placed is not lost with it
		(error: unknown): RunResult => ({
			problem: asNotSent(problemFrom(error), stopping && hasPaid(placements)),
		}),
	);
	const { plan, problem, item, limits = {} } = result;
	if (stopping && problem) {
		const input = item === undefined ? undefined : inputs[item];
		const { text, data } = whatWasPlaced(placements, inputs);
		const shown = input === undefined && hasPaid(placements) ? problem : paidNothing(problem);
		throw toNodeError(context.getNode(), shown, {
			itemIndex: input && inputIndexOf(input),
			done: { text, data },
		});
	}
	showHints(
		context,
		columnsHint(plan ?? []),
		...placingHints({ placements, manual: context.getMode() === 'manual', limits }),
	);
	return inputs.map((input) => {
		const output = outputOf(placements[input.item], plan?.[input.item], problem, input.origin);
		const index = inputIndexOf(input);
		return output.problem
			? failedItem(context, paidNothing(output.problem), index, output.json)
			: { json: output.json, pairedItem: { item: index } };
	});
}

async function placeRun(run: Run): Promise<RunResult> {
	const { context, inputs, placements, stopping } = run;
	const options = readRunOptions(context.getNodeParameter('options', 0, {}));
	if (!options.ok) return options;
	const connection = await connect(context, options.value.limits);
	const prices = await readPrices(connection, inputs, options.value);
	const rules = prices.ok ? options.value : { ...options.value, ...UNPRICED };
	const plan = planOrders(
		prices.ok ? inputs : inputs.map(withoutLimit),
		rules,
		prices.ok ? prices.value : undefined,
	);
	const book = await openBook(context, { plan, inputs, panel: connection.host, account: connection.account });
	const whatSpeaksAgainst = () => (prices.ok ? whatIsWrong(run, plan) : prices);
	if (!book.ok) {
		const wrong = whatSpeaksAgainst();
		return { plan, ...wrong, problem: wrong ? asNotSent(wrong.problem, book.mayHold) : book.problem };
	}
	const valid = plan.filter(({ problems }) => problems.length === 0);
	// A repeat costs nothing more, and what is wrong with an order by now may have been paid before
	if (options.value.checkBalance || valid.length < plan.length)
		await recallPaid(plan, book.value.ports, { ...book.value.run, placements });
	const wrong = whatSpeaksAgainst();
	if (wrong) return { plan, ...wrong, problem: await withPaid(run, plan, book.value, wrong.problem) };
	if (valid.length === 0) return { plan };
	const sendable = valid.filter(({ item }) => placements[item] === undefined);
	const budget = await checkBalance(connection, options.value, sendable);
	if (budget.problem) return { plan, problem: await withPaid(run, plan, book.value, budget.problem) };

	const limits: SpentLimits = { ...options.value };
	const sent = await send(run, valid, {
		client: connection.client,
		account: connection.account,
		options: options.value,
		budget,
		book: book.value,
		noteDay: (spent) => (limits.spentBefore ??= spent),
	});
	await tidy(context, book.value, sent);
	const stop = stopping ? whyStopped(plan, placements, sent.problem) : { problem: sent.problem };
	const isOfRun = stop.problem?.effect === 'none' && !('item' in stop && stop.item !== undefined);
	const problem =
		stop.problem && isOfRun ? await withPaid(run, plan, book.value, stop.problem) : stop.problem;
	// Each item has an outcome of its own, and none of them says that the book lacks it
	if (!stopping && problem?.effect === 'unknown') warn(context, `${problem.message} ${problem.remedy}`);
	return { plan, limits, ...stop, problem };
}

/** Without a service list nothing is sent, and no price is a limit. */
const UNPRICED = { validate: false, checkBalance: false, maxTotalCharge: undefined, maxPerDay: undefined };

const withoutLimit = (input: OrderInput | UnreadableInput): OrderInput | UnreadableInput =>
	'options' in input ? { ...input, options: { ...input.options, maxCharge: undefined } } : input;

async function readPrices(
	connection: Connection,
	inputs: Run['inputs'],
	options: RunOptions,
): Promise<Result<Catalogue | undefined>> {
	if (!needsCatalogue(inputs, options)) return success(undefined);
	return await connection
		.catalogue({ fresh: needsFreshPrices(inputs, options) })
		.then(success, (error: unknown) => failure(problemFrom(error)));
}

/** Why nothing more is sent, once the book has been asked what of this execution is paid. */
async function withPaid(
	{ placements }: Run,
	plan: readonly PlannedOrder[],
	{ ports, run }: OpenBook,
	problem: Problem,
): Promise<Problem> {
	const isRead = await recallPaid(plan, ports, { ...run, placements });
	return asNotSent(problem, !isRead || hasPaid(placements));
}

interface Means {
	client: Connection['client'];
	/** By which the balance is known, see `addWithEvidence`. */
	account: string;
	options: RunOptions;
	budget: { currency: string | null; balance?: string };
	book: OpenBook;
	noteDay(spent: Amount): void;
}

async function send(
	{ context, placements, stopping }: Run,
	planned: readonly PlannedOrder[],
	{ client, account, options, budget, book, noteDay }: Means,
): Promise<BookResult> {
	const { concurrency } = options;
	const add = addWithEvidence({
		client,
		alone: concurrency === 1,
		balance: budget.balance,
		account,
		clock: {
			now: () => Date.now(),
			sleep: async (ms, signal) => await sleep(ms, signal).catch(() => undefined),
		},
	});
	const ports = {
		add,
		signal: context.getExecutionCancelSignal?.(),
		currency: () => budget.currency ?? add.currency(),
		timeInWords: () => timeInWords(new Date(), context.getTimezone()),
		book: book.ports,
	};
	const dayStart = startOfDay(new Date(), context.getTimezone()).toISOString();
	const sent = await sendThroughBook(
		planned,
		ports,
		{ concurrency, stopAtFailure: stopping },
		{ ...book.run, limits: { ...options, dayStart, noteDay }, placements },
	);
	await add.finish();
	return sent;
}

/** After the orders have been sent, so that none waits for it. */
async function tidy(context: IExecuteFunctions, book: OpenBook, sent: BookResult): Promise<void> {
	const hint = await cleanBook({
		store: book.ports.store,
		now: Date.now(),
		book: context.getWorkflow().id ?? '',
		isNew: book.isNew,
		newestId: sent.newestId,
	});
	if (hint !== undefined) warn(context, hint);
}

/** Why nothing is sent, where that is known before. */
function whatIsWrong(
	{ stopping, allOrNone, placements }: Run,
	plan: readonly PlannedOrder[],
): { problem: Problem; item: number } | undefined {
	const isOpen = ({ item }: PlannedOrder) => (placements[item]?.state ?? 'refused') === 'refused';
	const wrong = plan.filter((order) => order.problems.length > 0 && isOpen(order));
	const [first] = wrong;
	if (first === undefined || !(stopping || allOrNone)) return undefined;
	return { problem: allOrNone ? linesProblem(wrong, plan.length) : plannedProblem(first), item: first.item };
}
