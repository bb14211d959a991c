/** Opens the order book from within n8n, and says which execution is asking. */
import { randomString, sleep, type IExecuteFunctions } from 'n8n-workflow';
import type { CounterMemory } from '../../../book/identity';
import { openCounter, rootOf, sameRunReader } from '../../../book/identity';
import { executionReader, ownFacts, unavailableHere } from '../../../book/n8nExecution';
import { inWords, type BookProblem } from '../../../book/problems';
import type { BookStore } from '../../../book/store';
import { inlineRunner, openSubworkflowBook } from '../../../book/subworkflowStore';
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
}

/** The book of the workflow's project, with the plan's orders as it claims them; or why there is none. */
export async function openBook(
	context: IExecuteFunctions,
	{ plan, inputs, panel }: Asked,
): Promise<OpenBook | NoBook> {
	const unavailable = unavailableHere(context);
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
		account: node.credentials?.smmPanelApi?.id ?? '',
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
