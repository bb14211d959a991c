/** The order book as a run uses it: opened from within n8n, and the plan's orders as the book claims them. */
import { randomString, sleep, type IExecuteFunctions } from 'n8n-workflow';
import type { Order } from '../../../book/claimTypes';
import { fieldsHashOf, packFields, sameLinkForm } from '../../../book/digest';
import {
	keysOfEarlierRounds,
	openCounter,
	orderKeys,
	rootOf,
	sameRunReader,
	userKeyOf,
	type CounterMemory,
	type Place,
} from '../../../book/identity';
import { inlineRunner } from '../../../book/inline';
import { executionReader, isTool, nodeMemory, ownFacts, unavailableHere } from '../../../book/n8nExecution';
import { explain } from '../../../book/problems';
import { newRow, type BookRow } from '../../../book/rows';
import { openSubworkflowBook } from '../../../book/subworkflowStore';
import { isObject } from '../../../panel/json';
import { isMore } from '../../../panel/money';
import { BOOK } from '../../../panel/policies';
import { keepAlive } from '../../../shared/times';
import { inputProblem, showHints, type Problem } from '../../../shared/problems';
import { failure, success, type Result } from '../../../shared/result';
import { BOOK_IS_NEW } from './output';
import { inputIndexOf, type Stated } from './input';
import type { PlannedOrder } from './plan';
import type { BookRun } from './send';
import { notRecorded } from './texts';

const OWNER_LENGTH = 24;

export interface OpenBook {
	run: Omit<BookRun, 'placements'>;
	/** Of the data table. */
	id: string;
	/** Whether the data table was made for this run. */
	isNew: boolean;
}

export const clock = {
	now: () => Date.now(),
	/** Ended by this signal only, not by Stop: what was sent is recorded all the same. */
	sleep: async (ms: number, signal?: AbortSignal) => await sleep(ms, signal).catch(() => undefined),
};

interface ToOpen {
	plan: readonly PlannedOrder[];
	/** What the plan was made of. */
	inputs: readonly Stated[];
	/** The panel's host, and whose orders, as `Connection` has them; absent where the credential cannot be read. */
	host?: string;
	account?: string;
}

/** The book of the workflow's project, with the plan's orders as it claims them; or why nothing can be sent. */
export async function openBook(
	context: IExecuteFunctions,
	{ plan, inputs, host = '', account = '' }: ToOpen,
): Promise<Result<OpenBook>> {
	const unavailable = await unavailableHere(context);
	if (unavailable) return failure(notRecorded(explain(unavailable)));
	const refusal = whyNeverHere(context);
	if (refusal) return failure(refusal);
	const { id: workflowId = '' } = context.getWorkflow();
	const opened = await openSubworkflowBook(inlineRunner(context), workflowId);
	if (!opened.ok) return failure(notRecorded(explain(opened.problem)));
	if (opened.value.isNew) showHints(context, BOOK_IS_NEW);
	const store = opened.value;
	const executionId = context.getExecutionId();
	const read = executionReader(context);
	const root = await rootOf(executionId, ownFacts(context), read);
	const asTool = isTool(context);
	const tellsRepeats = asTool || root.parentExecutionId !== undefined;
	// Equal lines of one text are several orders, also of a tool, which otherwise orders the same once
	const isMass = inputs.some(({ origin }) => origin !== undefined);
	const place: BookPlace = {
		root,
		workflowId,
		nodeId: context.getNode().id,
		panel: host,
		account,
		executionId,
		counting: isMass || !asTool,
		keyed: tellsRepeats,
	};
	const mayHave = mayHaveOrdered(context);
	const counter = isMass && asTool ? openCounter(undefined, 0) : counterOf(context);
	const identities = inputs.map(({ identity }) => identity);
	return success({
		run: {
			book: {
				store,
				clock,
				newOwner: () => randomString(OWNER_LENGTH),
				sameRun: sameRunReader(root, read),
				keepAlive,
			},
			orders: bookOrders(plan, identities, place, counter),
			run: root.run,
			earlierRounds: keysOfEarlierRounds(root, counter),
			tellsRepeats,
			mayHaveOrdered: mayHave,
		},
		id: store.id,
		isNew: store.isNew,
	});
}

/** Why executions of this kind place nothing, whatever they order. */
function whyNeverHere(context: IExecuteFunctions): Problem | undefined {
	// n8n keeps an execution's beginning over its retries
	const beganAt = Number(context.getExecutionContext?.()?.establishedAt ?? Date.now());
	if (context.getMode() === 'retry' && Date.now() - beganAt > BOOK.retryLimitMs) return TOO_OLD;
	// n8n's service for agents that run one node: a workflow and a node of their own for each call
	const { name, type } = context.getNode();
	const isAlone = name === 'Node' && context.getWorkflow().name === `Execute node ${type}`;
	return isAlone && !hasKeys(context) ? ALONE : undefined;
}

const TOO_OLD: Problem = inputProblem(
	'Not sent: this execution began more than 30 days ago, and the order book may have forgotten what it placed',
	"Look in the panel, or with 'Order: Get Many', for what it has placed; order what is missing in a new execution.",
);

/** Whether users have given keys, by which other executions may have ordered the same. */
export function hasKeys(context: IExecuteFunctions): boolean {
	const { options } = context.getNode().parameters;
	return isObject(options) && 'idempotencyKey' in options;
}

/** Whether an order may have been placed before this try, which only the book can tell. */
export const mayHaveOrdered = (context: IExecuteFunctions): boolean =>
	hasKeys(context) ||
	context.getMode() === 'retry' ||
	context.getExecutionContext?.()?.parentExecutionId !== undefined ||
	nodeMemory(context).counter !== undefined;

const ALONE: Problem = inputProblem(
	'Not sent: n8n runs this node alone, in a new workflow for each call, where a call that is repeated cannot be told from a second order',
	"Give each order an 'Idempotency Key', or place it in a workflow.",
);

/** n8n keeps it with the execution, from try to try (docs/stored-data.md). */
function counterOf(context: IExecuteFunctions): CounterMemory {
	const data: { counter?: CounterMemory } = nodeMemory(context);
	data.counter = openCounter(data.counter, Number(context.getWorkflowDataProxy(0).$runIndex ?? 0));
	// Read back, since the store may keep a copy
	return data.counter;
}

export interface BookPlace extends Place {
	/** The panel's host. */
	panel: string;
	executionId: string;
	/** False for an agent's tool, whose repeated call means the same order. */
	counting: boolean;
	/** Whether a key of the user's tells equal orders apart, where nothing else does: in tools and sub-workflows. */
	keyed: boolean;
}

/**
 * An order of the book for each planned one, by item. All of the plan is counted, also what is not sent: whether an
 * order is the second of its kind must not depend on what came of the first.
 *
 * @param inputs what each order was made of, such as the input item's JSON
 * @param memory how often equal orders came before, over the rounds of a loop; it is changed
 */
export function bookOrders(
	plan: readonly PlannedOrder[],
	inputs: readonly unknown[],
	place: BookPlace,
	memory: CounterMemory,
): Map<number, Order> {
	const earlierRounds = keysOfEarlierRounds(place.root, memory);
	return new Map(
		plan.map((planned) => {
			const { item, service, fields, idempotencyKey = '' } = planned;
			// What the order is for: where the type has no link, a username
			const link = (fields.link ?? fields.username ?? '').trim();
			// Without a credential nobody knows whose key it is
			const userKey = place.account === '' ? '' : userKeyOf(idempotencyKey, place.account);
			const content = {
				service,
				link: sameLinkForm(link),
				fieldsHash: fieldsHashOf(fields),
				input: inputs[item],
				...(place.keyed && userKey !== '' && { userKey }),
			};
			const { rootless, ...keys } = orderKeys(place, content, memory, place.counting);
			// A mass order's key is for all its lines together
			const hasOwnKey = userKey !== '' && planned.origin?.key === undefined;
			const row = rowOf(planned, place, { ...keys, userKey, link });
			return [item, { ref: item, row, rootless, ...(!hasOwnKey && { byContent: { earlierRounds } }) }];
		}),
	);
}

function rowOf(planned: PlannedOrder, place: BookPlace, cells: Partial<BookRow>): BookRow {
	const { charge, highest, fields } = planned;
	return newRow({
		state: 'waiting',
		reference: planned.reference ?? '',
		service: planned.service,
		serviceName: planned.serviceName ?? '',
		quantity: fields.quantity === undefined ? (planned.units ?? null) : Number(fields.quantity),
		estimate: charge === null ? null : Number(charge),
		panel: place.panel,
		account: place.account,
		idempotencyKey: planned.origin?.key ?? planned.idempotencyKey ?? '',
		workflow: place.workflowId,
		node: place.nodeId,
		execution: place.executionId,
		run: place.root.run,
		item: inputIndexOf(planned),
		fields: packFields(fields),
		// Where panels charge differently, the most counts towards limits (writeBack.ts)
		extra: highest !== null && isMore(highest, charge ?? '0') ? JSON.stringify({ highest }) : '',
		...cells,
	});
}
