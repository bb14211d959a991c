import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Amount } from '../../panel/money';
import { connect, type Connection } from '../../shared/connection';
import { showHints } from '../../shared/hints';
import { asNotSent, failedItem, problemFrom, toNodeError, type Problem } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';
import { timeInWords } from '../../shared/timeInWords';
import type { Operation } from '../operation';
import { earlierAttempts, earlierToolCalls } from '../shared/executionMemory';
import { digest } from '../../book/digest';
import { addWithEvidence } from './placing/evidence';
import { openBook, type OpenBook } from './placing/bookAccess';
import { mayGoWithout, notRecorded } from './placing/bookAnswers';
import { overBalance, overTotal, spentOn, totalOf } from './placing/budget';
import { placingFields } from './placing/fields';
import { BOOK_IS_NEW, columnsHint, placingHints } from './placing/hints';
import { readInputs } from './placing/input';
import { outputOf, whatWasPlaced, whyStopped } from './placing/items';
import { readRunOptions, type RunOptions } from './placing/options';
import { isSettled, type Placement, type Placements } from './placing/placement';
import { needsCatalogue, needsFreshPrices, planOrders, type PlannedOrder } from './placing/plan';
import { executionRecord } from './placing/record';
import { sendOrders } from './placing/send';
import { keyListOf, sentKeys } from './placing/sentKeys';
import { plannedProblem } from './placing/texts';
import { sendThroughBook } from './placing/throughBook';

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Place an order',
	description: 'Place orders at the panel. Each order spends money and is sent at most once.',
	fields: placingFields,
	execute,
};

interface RunResult {
	plan?: readonly PlannedOrder[];
	/** Why the run stops or, where it goes on after failures, why orders that were never tried were not sent. */
	problem?: Problem;
	/** The item that the problem is about, where it is about one. */
	item?: number;
	/** Whether the orders went through the order book. */
	book?: boolean;
	maxTotalCharge?: Amount;
}

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const placements = earlierAttempts<Placement>(context);
	const stopping = !context.continueOnFail();
	const {
		plan,
		problem,
		item,
		book = false,
		maxTotalCharge,
	} = await placeRun(context, placements, stopping).catch(
		// Not even the service list came, or the balance: what earlier tries have placed is not lost with it
		(error: unknown): RunResult => ({ problem: asNotSent(problemFrom(error)) }),
	);
	if (stopping && problem) {
		throw toNodeError(context.getNode(), problem, { itemIndex: item, done: whatWasPlaced(placements) });
	}
	showHints(
		context,
		columnsHint(plan ?? []),
		...placingHints({ placements, manual: context.getMode() === 'manual', book, maxTotalCharge }),
	);
	return context.getInputData().map((_, index) => {
		const output = outputOf(placements[index], plan?.[index], problem);
		return output.problem
			? failedItem(context, output.problem, index, output.json)
			: { json: output.json, pairedItem: { item: index } };
	});
}

async function placeRun(
	context: IExecuteFunctions,
	placements: Placements,
	stopping: boolean,
): Promise<RunResult> {
	const options = readRunOptions(context.getNodeParameter('options', 0, {}));
	if (!options.ok) return options;
	const connection = await connect(context, options.value.limits);
	const inputs = readInputs(context);
	const catalogue = needsCatalogue(inputs, options.value)
		? await connection.catalogue({ fresh: needsFreshPrices(inputs, options.value) })
		: undefined;
	const plan = planOrders(inputs, options.value, catalogue);
	const recording = recordingOf(context, placements);
	recording.recallToolCalls(plan);

	const open = plan.filter(({ item }) => !isSettled(placements[item]));
	const wrong = open.find(({ problems }) => problems.length > 0);
	if (stopping && wrong) return { plan, problem: plannedProblem(wrong), item: wrong.item };
	const sendable = open.filter(({ problems }) => problems.length === 0);
	const budget = await checkBudget(connection, options.value, sendable, spentOn(Object.values(placements)));
	if (budget.problem) return { plan, problem: budget.problem };
	const book = await bookFor(context, { plan, sendable, panel: connection.host }, options.value);
	if (book && !book.ok) return { plan, problem: book.problem };

	const ports = {
		add: addWithEvidence({
			client: connection.client,
			alone: options.value.concurrency === 1,
			balance: budget.balance,
			requestIdOf: (order) => book?.value.requestIdOf(order) ?? requestIdOf(context, order),
		}),
		signal: context.getExecutionCancelSignal?.(),
		timeInWords: () => timeInWords(new Date(), context.getTimezone()),
	};
	const { concurrency, maxTotalCharge } = options.value;
	const how = { concurrency, currency: budget.currency, stopAtFailure: stopping };
	const problem = book
		? await sendThroughBook(sendable, { ...ports, book: book.value.ports }, how, {
				...book.value.run,
				maxTotalCharge,
				placements,
			})
		: await sendOrders(sendable, { ...ports, record: recording.record }, how);
	const done = { plan, book: book !== undefined, maxTotalCharge };
	if (stopping) return { ...done, ...whyStopped(plan, placements, problem) };
	// Each item has an outcome of its own, and none of them says that the book lacks it
	if (problem?.effect === 'unknown') warn(context, `${problem.message} ${problem.remedy}`);
	return { ...done, problem };
}

const warn = (context: IExecuteFunctions, message: string) =>
	showHints(context, { message, type: 'warning' });

interface BookWish {
	plan: readonly PlannedOrder[];
	sendable: readonly PlannedOrder[];
	/** The panel's host. */
	panel: string;
}

/**
 * The order book for a run; undefined where it goes without, which a hint then says. What depends on the book (a key,
 * a limit for all rounds) is not sent without it, unless this n8n cannot have one at all.
 */
async function bookFor(
	context: IExecuteFunctions,
	{ plan, sendable, panel }: BookWish,
	{ orderBook, maxTotalCharge }: RunOptions,
): Promise<Result<OpenBook> | undefined> {
	if (!orderBook || sendable.length === 0) return undefined;
	const book = await openBook(context, { plan, panel });
	if (!('problem' in book)) {
		if (book.isNew) showHints(context, BOOK_IS_NEW);
		return success(book);
	}
	const isNeeded =
		maxTotalCharge !== undefined || sendable.some(({ idempotencyKey }) => idempotencyKey !== undefined);
	if (!mayGoWithout(book.problem, isNeeded)) return failure(notRecorded(book));
	warn(context, `Without the order book: ${book.message}. ${book.remedy}`);
	return undefined;
}

/**
 * Another value for each order, execution and round of a loop: a panel that knows it again answers as before, without
 * placing anything.
 */
function requestIdOf(context: IExecuteFunctions, { item, service, fields }: PlannedOrder): string {
	const round = Number(context.getWorkflowDataProxy(0).$runIndex ?? 0);
	const order = [service, JSON.stringify(Object.entries(fields).sort())];
	return digest('request', context.getExecutionId(), context.getNode().id, round, item, ...order);
}

const recordingOf = (context: IExecuteFunctions, placements: Placements) =>
	executionRecord({
		placements,
		toolCalls: earlierToolCalls<Placement>(context),
		keys: sentKeys(keyListOf(context)),
		warn: (message) => context.logger.warn(message),
		timeInWords: () => timeInWords(new Date(), context.getTimezone()),
	});

/** Whether the run's orders fit its limits. The balance is asked for only where something depends on it. */
async function checkBudget(
	{ client }: Connection,
	{ maxTotalCharge, checkBalance }: RunOptions,
	sendable: readonly PlannedOrder[],
	spent: Amount,
): Promise<{ problem?: Problem; currency: string | null; balance?: string }> {
	const total = totalOf(sendable);
	const overLimit = overTotal(total, spent, maxTotalCharge);
	if (overLimit || !checkBalance || sendable.length === 0) {
		return { problem: overLimit, currency: null };
	}
	const { value: balance, raw } = await client.balance();
	const problem = overBalance(total, balance);
	return { problem, currency: balance.currency, balance: String(raw.balance) };
}
