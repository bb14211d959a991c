/** Opens the order book from within n8n, and says which execution is asking. */
import { randomString, sleep, type IExecuteFunctions } from 'n8n-workflow';
import { digest } from '../../../book/digest';
import { openCounter, rootOf, sameRunReader, type CounterMemory } from '../../../book/identity';
import { executionReader, ownFacts, unavailableHere } from '../../../book/n8nExecution';
import { inWords, type BookProblem } from '../../../book/problems';
import type { BookStore } from '../../../book/store';
import { inlineRunner } from '../../../book/inlineRun';
import { openSubworkflowBook } from '../../../book/subworkflowStore';
import { showHints, warn } from '../../../shared/hints';
import { failure, success, type Result } from '../../../shared/result';
import { mayGoWithout, notRecorded } from './bookAnswers';
import { BOOK_IS_NEW } from './hints';
import { keepAlive } from './keepAlive';
import type { PlannedOrder } from './plan';
import { bookOrders, type BookPlace } from './bookOrders';
import type { OrderInput, Stated, UnreadableInput } from './input';
import type { RunOptions } from './options';
import type { BookRun } from './throughBook';

const OWNER_LENGTH = 24;

export interface OpenBook {
	ports: {
		store: BookStore;
		clock: { now(): number; sleep(ms: number): Promise<void> };
		newOwner(): string;
		sameRun(run: string): Promise<boolean>;
		keepAlive<T>(work: () => Promise<T>, beat: () => Promise<unknown>): Promise<T>;
	};
	run: Pick<BookRun, 'orders' | 'run' | 'tellsRepeats'>;
	/** Whether the data table was made for this run. */
	isNew: boolean;
	/** The order's own key. */
	requestIdOf(order: PlannedOrder): string | undefined;
}

/** Where no book is used: why, in words, where somebody would want to know. */
export interface NoBook {
	problem: BookProblem;
	message: string;
	remedy: string;
}

interface Asked {
	plan: readonly PlannedOrder[];
	/** What the plan was made of. */
	inputs: readonly Stated[];
	/** The panel's host. */
	panel: string;
	/** Whose orders, as `Connection` has it. */
	account: string;
}

/** The book of the workflow's project, with the plan's orders as it claims them; or why there is none. */
export async function openBook(
	context: IExecuteFunctions,
	{ plan, inputs, panel, account }: Asked,
): Promise<OpenBook | NoBook> {
	const unavailable = await unavailableHere(context);
	if (unavailable) return noBook(unavailable);
	const workflowId = context.getWorkflow().id ?? '';
	const opened = await openSubworkflowBook(inlineRunner(context), workflowId);
	if (!opened.ok) return noBook(opened.problem);
	const store = opened.value;
	const executionId = context.getExecutionId();
	const read = executionReader(context);
	const root = await rootOf(executionId, ownFacts(context), read);
	const node = context.getNode();
	const isTool = context.isToolExecution?.() ?? false;
	const tellsRepeats = isTool || root.parentExecutionId !== undefined;
	const place: BookPlace = {
		root,
		workflowId,
		nodeId: node.id,
		panel,
		account,
		executionId,
		counting: !isTool,
		keyed: tellsRepeats,
	};
	// Equal lines of one text are several orders, also of a tool, which otherwise orders the same once
	const isMass = inputs.some(({ origin }) => origin !== undefined);
	const identities = inputs.map(({ identity }) => identity);
	const orders = bookOrders(
		plan,
		identities,
		isMass ? { ...place, counting: true } : place,
		isMass && isTool ? openCounter(undefined, 0) : counterOf(context),
	);
	return {
		ports: {
			store,
			// Not ended by Stop: what was sent is recorded all the same
			clock: { now: () => Date.now(), sleep: async (ms) => await sleep(ms) },
			newOwner: () => randomString(OWNER_LENGTH),
			sameRun: sameRunReader(root, read),
			keepAlive,
		},
		run: { orders, run: root.run, tellsRepeats },
		isNew: store.isNew,
		requestIdOf: ({ item }) => orders.get(item)?.row.requestKey,
	};
}

const noBook = (problem: BookProblem): NoBook => ({ problem, ...inWords(problem) });

/** n8n keeps it with the execution, from try to try (docs/stored-data.md). */
function counterOf(context: IExecuteFunctions): CounterMemory {
	const data: { counter?: CounterMemory } = context.getContext('node');
	data.counter = openCounter(data.counter, Number(context.getWorkflowDataProxy(0).$runIndex ?? 0));
	// Read back, since the store may keep a copy
	return data.counter;
}

interface BookWish {
	plan: readonly PlannedOrder[];
	sendable: readonly PlannedOrder[];
	/** The panel's host. */
	panel: string;
	account: string;
}

/**
 * The order book for a run; undefined where it goes without, which a hint then says. What depends on the book (a key,
 * a limit for all rounds) is not sent without it, unless this n8n cannot have one at all; what nothing but the book can
 * tell (what was ordered today, or for the same link) is not sent then, either.
 */
export async function bookFor(
	context: IExecuteFunctions,
	inputs: ReadonlyArray<OrderInput | UnreadableInput>,
	{ plan, sendable, panel, account }: BookWish,
	{ orderBook, maxTotalCharge, maxPerDay, sameLink }: RunOptions,
): Promise<Result<OpenBook> | undefined> {
	if (!orderBook || sendable.length === 0) return undefined;
	const book = await openBook(context, { plan, panel, account, inputs });
	if (!('problem' in book)) {
		if (book.isNew) showHints(context, BOOK_IS_NEW);
		return success(book);
	}
	const isVital = maxPerDay !== undefined || sameLink !== 'send';
	const isNeeded =
		maxTotalCharge !== undefined || sendable.some(({ idempotencyKey }) => idempotencyKey !== undefined);
	if (isVital || !mayGoWithout(book.problem, isNeeded)) return failure(notRecorded(book));
	warn(context, `Without the order book: ${book.message}. ${book.remedy}`);
	return undefined;
}

/**
 * Another value for each order, execution and round of a loop: a panel that knows it again answers as before, without
 * placing anything.
 */
export function requestIds(context: IExecuteFunctions): (order: PlannedOrder) => string {
	const round = Number(context.getWorkflowDataProxy(0).$runIndex ?? 0);
	return ({ item, service, fields }) => {
		const order = [service, JSON.stringify(Object.entries(fields).sort())];
		return digest('request', context.getExecutionId(), context.getNode().id, round, item, ...order);
	};
}
