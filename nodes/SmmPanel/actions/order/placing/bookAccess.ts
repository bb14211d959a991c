/** Opens the order book from within n8n, and says which execution is asking. */
import { randomString, sleep, type IExecuteFunctions } from 'n8n-workflow';
import {
	keysOfEarlierRounds,
	openCounter,
	rootOf,
	sameRunReader,
	type CounterMemory,
} from '../../../book/identity';
import { executionReader, ownFacts, unavailableHere } from '../../../book/n8nExecution';
import { inWords, type BookProblem } from '../../../book/problems';
import type { BookStore } from '../../../book/store';
import { inlineRunner } from '../../../book/inlineRun';
import { openSubworkflowBook } from '../../../book/subworkflowStore';
import { isTool } from '../../operation';
import { showHints } from '../../../shared/hints';
import { BOOK } from '../../../panel/policies';
import { inputProblem, type Problem } from '../../../shared/problems';
import { notRecorded } from './bookAnswers';
import { BOOK_IS_NEW } from './hints';
import { keepAlive } from './keepAlive';
import type { PlannedOrder } from './plan';
import { bookOrders, type BookPlace } from './bookOrders';
import type { Stated } from './input';
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
	run: Pick<BookRun, 'orders' | 'run' | 'earlierRounds' | 'tellsRepeats'>;
	/** Whether the data table was made for this run. */
	isNew: boolean;
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

/** The book of the workflow's project, with the plan's orders as it claims them; or why nothing can be sent. */
export async function openBook(
	context: IExecuteFunctions,
	{ plan, inputs, panel, account }: Asked,
): Promise<{ ok: true; value: OpenBook } | NoBook> {
	const unavailable = await unavailableHere(context);
	if (unavailable) return noBook(unavailable);
	if (isTooOldToRetry(context)) return { ok: false, problem: TOO_OLD, mayHold: true };
	const workflowId = context.getWorkflow().id ?? '';
	const opened = await openSubworkflowBook(inlineRunner(context), workflowId);
	if (!opened.ok) return noBook(opened.problem);
	if (opened.value.isNew) showHints(context, BOOK_IS_NEW);
	const store = opened.value;
	const executionId = context.getExecutionId();
	const read = executionReader(context);
	const root = await rootOf(executionId, ownFacts(context), read);
	const node = context.getNode();
	const asTool = isTool(context);
	const tellsRepeats = asTool || root.parentExecutionId !== undefined;
	const place: BookPlace = {
		root,
		workflowId,
		nodeId: node.id,
		panel,
		account,
		executionId,
		counting: !asTool,
		keyed: tellsRepeats,
	};
	// Equal lines of one text are several orders, also of a tool, which otherwise orders the same once
	const isMass = inputs.some(({ origin }) => origin !== undefined);
	const identities = inputs.map(({ identity }) => identity);
	const counter = isMass && asTool ? openCounter(undefined, 0) : counterOf(context);
	const orders = bookOrders(plan, identities, isMass ? { ...place, counting: true } : place, counter);
	const value: OpenBook = {
		ports: {
			store,
			// Not ended by Stop: what was sent is recorded all the same
			clock: { now: () => Date.now(), sleep: async (ms) => await sleep(ms) },
			newOwner: () => randomString(OWNER_LENGTH),
			sameRun: sameRunReader(root, read),
			keepAlive,
		},
		run: { orders, run: root.run, earlierRounds: keysOfEarlierRounds(root, counter), tellsRepeats },
		isNew: store.isNew,
	};
	return { ok: true, value };
}

/** Why nothing can be sent, and whether the book may hold earlier orders of this execution all the same. */
interface NoBook {
	ok: false;
	problem: Problem;
	mayHold: boolean;
}

const noBook = (problem: BookProblem): NoBook => ({
	ok: false,
	problem: notRecorded(inWords(problem)),
	mayHold: problem.kind !== 'unavailable',
});

/** n8n keeps an execution's beginning over its retries. */
function isTooOldToRetry(context: IExecuteFunctions): boolean {
	const beganAt = context.getExecutionContext?.()?.establishedAt;
	return context.getMode() === 'retry' && Date.now() - Number(beganAt ?? Date.now()) > BOOK.retryLimitMs;
}

const TOO_OLD: Problem = inputProblem(
	'Not sent: this execution began more than 30 days ago, and the order book may have forgotten what it placed',
	"Look in the panel, or with 'Order: Get Many', for what it has placed; order what is missing in a new execution.",
);

/** n8n keeps it with the execution, from try to try (docs/stored-data.md). */
function counterOf(context: IExecuteFunctions): CounterMemory {
	const data: { counter?: CounterMemory } = context.getContext('node');
	data.counter = openCounter(data.counter, Number(context.getWorkflowDataProxy(0).$runIndex ?? 0));
	// Read back, since the store may keep a copy
	return data.counter;
}
