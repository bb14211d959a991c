/** A run that places orders: from its inputs to what came of each. */
import { sleep, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { cleanBook } from '../../../book/cleaning';
import type { Amount } from '../../../panel/money';
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
import { startOfDay, timeInWords } from '../../../shared/times';
import { earlierAttempts, earlierToolCalls } from '../../shared/executionMemory';
import { bookFor, type OpenBook } from './bookAccess';
import { spentOn } from './budget';
import { checkBudget } from './funds';
import { addWithEvidence } from './evidence';
import { NOT_IN_BOOK } from './fullBook';
import { columnsHint, placingHints, type SpentLimits } from './hints';
import { inputIndexOf, type OrderInput, type UnreadableInput } from './input';
import { outputOf, whatWasPlaced, whyStopped } from './items';
import { readRunOptions, type RunOptions } from './options';
import { hasPaid, isSettled, type OrderRecord, type Placement, type Placements } from './placement';
import { needsCatalogue, needsFreshPrices, planOrders, type PlannedOrder } from './plan';
import { recallFor } from './recall';
import { executionRecord } from './record';
import { sendOrders } from './send';
import { keyListOf, sentKeys } from './sentKeys';
import { linesProblem, plannedProblem } from './texts';
import { sendThroughBook, type BookResult } from './throughBook';

interface Run {
	context: IExecuteFunctions;
	inputs: ReadonlyArray<OrderInput | UnreadableInput>;
	/** n8n's live store: what earlier tries have left, and what this one does. */
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
	/** Whether the orders went through the order book. */
	book?: boolean;
	/** Where the book lacks orders: n8n shows no hints of a run that fails. */
	note?: string;
	limits?: SpentLimits;
}

/** Places the orders, an output item for each, and honours the node's On Error setting. */
export async function executePlacing(
	context: IExecuteFunctions,
	inputs: Run['inputs'],
	{ allOrNone = false } = {},
): Promise<INodeExecutionData[]> {
	const placements = earlierAttempts<Placement>(context);
	const stopping = !context.continueOnFail();
	const run = { context, inputs, placements, stopping, allOrNone };
	const result = await placeRun(run).catch(
		// Not even the service list came, or the balance: what earlier tries have placed is not lost with it
		(error: unknown): RunResult => ({
			problem: asNotSent(problemFrom(error), stopping && hasPaid(placements)),
		}),
	);
	const { plan, problem, item, book = false, note, limits = {} } = result;
	if (stopping && problem) {
		const input = item === undefined ? undefined : inputs[item];
		const { text, data } = whatWasPlaced(placements, inputs);
		const shown = input === undefined && hasPaid(placements) ? problem : paidNothing(problem);
		throw toNodeError(context.getNode(), shown, {
			itemIndex: input && inputIndexOf(input),
			done: { text: note === undefined ? text : `${text} ${note}`, data },
		});
	}
	showHints(
		context,
		columnsHint(plan ?? []),
		...placingHints({ placements, manual: context.getMode() === 'manual', book, limits }),
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
	const catalogue = needsCatalogue(inputs, options.value)
		? await connection.catalogue({ fresh: needsFreshPrices(inputs, options.value) })
		: undefined;
	const plan = planOrders(inputs, options.value, catalogue);
	recallFor(plan, placements);
	const recording = recordingOf(context, placements);
	recording.recallToolCalls(plan);

	const open = plan.filter(({ item }) => !isSettled(placements[item]));
	const wrong = whatIsWrong(run, open);
	if (wrong) return { plan, ...wrong };
	const sendable = open.filter(({ problems }) => problems.length === 0);
	const book = await bookFor(
		context,
		inputs,
		{ plan, sendable, panel: connection.host, account: connection.account },
		options.value,
	);
	if (book && !book.ok) return { plan, problem: book.problem };
	const spent = book ? undefined : spentOn(Object.values(placements));
	const budget = await checkBudget(connection, options.value, sendable, spent);
	if (budget.problem) return { plan, problem: budget.problem };

	const limits: SpentLimits = { ...options.value };
	const { booked, unbooked } = await sendPlanned(run, sendable, {
		client: connection.client,
		account: connection.account,
		options: options.value,
		budget,
		book: book?.value,
		record: recording.record,
		noteDay: (spent) => (limits.spentBefore ??= spent),
	});
	if (booked && book) await tidy(context, book.value, booked);
	const problem = booked?.problem ?? unbooked;
	const note = booked && booked.unbooked.length > 0 ? NOT_IN_BOOK : undefined;
	const done = { plan, book: book !== undefined, note, limits };
	if (stopping) return { ...done, ...whyStopped(plan, placements, problem) };
	// Each item has an outcome of its own, and none of them says that the book lacks it
	if (problem?.effect === 'unknown') warn(context, `${problem.message} ${problem.remedy}`);
	return { ...done, problem };
}

interface Means {
	client: Connection['client'];
	/** By which the balance is known, see `addWithEvidence`. */
	account: string;
	options: RunOptions;
	budget: { currency: string | null; balance?: string };
	/** Undefined: without the order book. */
	book: OpenBook | undefined;
	record: OrderRecord;
	noteDay(spent: Amount): void;
}

/** Sends through the book what can be, and the rest without. */
async function sendPlanned(
	{ context, placements, stopping }: Run,
	sendable: readonly PlannedOrder[],
	{ client, account, options, budget, book, record, noteDay }: Means,
): Promise<{ booked?: BookResult; unbooked?: Problem }> {
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
		timeInWords: () => timeInWords(new Date(), context.getTimezone()),
	};
	const how = { concurrency, currency: budget.currency, stopAtFailure: stopping };
	const dayStart = startOfDay(new Date(), context.getTimezone()).toISOString();
	const limits = { ...options, dayStart, noteDay };
	const booked =
		book &&
		(await sendThroughBook(sendable, { ...ports, book: book.ports }, how, {
			...book.run,
			limits,
			placements,
		}));
	const unbooked = booked?.problem
		? undefined
		: await sendOrders(booked?.unbooked ?? sendable, { ...ports, record }, how);
	await add.finish();
	return { booked, unbooked };
}

/** After the orders have been sent, so that none waits for it. */
async function tidy(context: IExecuteFunctions, book: OpenBook, sent: BookResult): Promise<void> {
	if (sent.unbooked.length > 0) warn(context, NOT_IN_BOOK);
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
	{ stopping, allOrNone }: Run,
	open: readonly PlannedOrder[],
): { problem: Problem; item: number } | undefined {
	const wrong = open.filter(({ problems }) => problems.length > 0);
	const [first] = wrong;
	if (first === undefined || !(stopping || allOrNone)) return undefined;
	return { problem: allOrNone ? linesProblem(wrong, open.length) : plannedProblem(first), item: first.item };
}

const recordingOf = (context: IExecuteFunctions, placements: Placements) =>
	executionRecord({
		placements,
		toolCalls: earlierToolCalls<Placement>(context),
		keys: sentKeys(keyListOf(context)),
		warn: (message) => context.logger.warn(message),
		timeInWords: () => timeInWords(new Date(), context.getTimezone()),
	});
