/** The order book through n8n's Data Table node, in an inline sub-workflow: without any credential. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';
import {
	byShape,
	canReplaceAtOnce,
	changed,
	fits,
	fromItem,
	inPlace,
	MATCH,
	openSteps,
	replaceSteps,
	valuesOf,
} from './inlineSteps';
import {
	createTableStep,
	deleteStep,
	getStep,
	inlineWorkflow,
	insertStep,
	listTablesStep,
	once,
	sortedStep,
	updateStep,
	type Step,
} from './inlineWorkflow';
import { done, problemFrom, refused, type Result } from './problems';
import { columnList, readRows, toCells, type StoredRow } from './rows';
import { byId, each, openByCalls, replaceByCalls, TABLE_NAME, type BookStore, type Condition } from './store';
import { checked, isJustMade, tablesNamed, theOnly, type Table } from './table';

/** Runs the workflow with these items and gives its last node's items. May throw. */
export type RunInline = (code: IWorkflowBase, items: INodeExecutionData[]) => Promise<IDataObject[]>;

/** What only this store can: the public API neither sorts nor limits what a body asks for. */
export interface WorkflowBook extends BookStore {
	/** The rows for which all conditions hold, by when they were placed; n8n reads 1,000 at once. */
	byPlacing(
		conditions: readonly Condition[],
		how: { limit: number; oldestFirst: boolean },
	): Promise<Result<StoredRow[]>>;
}

/** The table's ID by workflow, as far as this process has looked it up. */
const knownTables = new Map<string, string>();

/** When a workflow's project was last seen without a table, by workflow: most reads of it need no other look. */
const missingTables = new Map<string, number>();
const LOOK_AGAIN_MS = 5 * 60_000;

export const inlineRunner =
	(context: Pick<IExecuteFunctions, 'executeWorkflow'>): RunInline =>
	async (code, items) => {
		const { data } = await context.executeWorkflow({ code }, items);
		return (data[0] ?? []).map(({ json }) => json);
	};

/**
 * The book of the workflow's project, made if there is none. One call of n8n the first time in this
 * process, none
 * from then on. A table of this name that cannot be the book is a problem: nothing has been written then.
 */
export async function openSubworkflowBook(
	run: RunInline,
	workflowId: string,
): Promise<Result<WorkflowBook & { isNew: boolean }>> {
	const known = knownTables.get(workflowId);
	const table = known === undefined ? await findOrCreate(run) : done({ id: known, isNew: false });
	if (!table.ok) return table;
	const { id, isNew } = table.value;
	knownTables.set(workflowId, id);
	return done({ ...subworkflowStore(forgetting(run, workflowId), id), isNew });
}

interface Found {
	id: string;
	/** Made for this call. */
	isNew: boolean;
}

function usable(table: Table): Result<Found> {
	const id = checked(table);
	return id.ok ? done({ id: id.value, isNew: isJustMade(table, Date.now()) }) : id;
}

/**
 * The book of the workflow's project if there is one; none is made. One call of n8n where this process does not know
 * it; `patient`: none where there was no table some minutes ago.
 */
export async function findSubworkflowBook(
	run: RunInline,
	workflowId: string,
	patient = false,
): Promise<Result<WorkflowBook | undefined>> {
	const known = knownTables.get(workflowId);
	const missed = missingTables.get(workflowId) ?? -Infinity;
	if (known === undefined && patient && Date.now() - missed < LOOK_AGAIN_MS) return done(undefined);
	if (known !== undefined) return done(subworkflowStore(forgetting(run, workflowId), known));
	const table = await findTable(run);
	if (!table.ok) return table;
	if (table.value === undefined) {
		missingTables.set(workflowId, Date.now());
		return done(undefined);
	}
	const id = checked(table.value);
	if (!id.ok) return id;
	knownTables.set(workflowId, id.value);
	return done(subworkflowStore(forgetting(run, workflowId), id.value));
}

/** A table that was deleted or moved is looked for anew by the next execution. */
const forgetting =
	(run: RunInline, workflowId: string): RunInline =>
	async (code, items) => {
		try {
			return await run(code, items);
		} catch (error) {
			if (problemFrom(wordsOf(error), TABLE_NAME).kind === 'gone') knownTables.delete(workflowId);
			return await Promise.reject(error);
		}
	};

async function findOrCreate(run: RunInline): Promise<Result<Found>> {
	const create = async () => await attempt(run, [createTableStep(TABLE_NAME, columnList())], [{}]);
	const created = await create();
	// Another execution may have created it at the same moment: then the same call finds it
	const second = !created.ok && ALREADY_THERE.test(detailOf(created.problem)) ? await create() : created;
	const found = second.ok ? tablesNamed(TABLE_NAME, second.value) : [];
	if (found[0]) return usable(found[0]);
	// n8n's own search takes the newest table whose name contains ours, which may be another one
	const listed = await findTable(run);
	if (!listed.ok) return listed.problem.kind === 'failed' && !second.ok ? second : listed;
	if (listed.value !== undefined) return usable(listed.value);
	return second.ok ? refused({ kind: 'failed', detail: 'n8n made no table' }) : second;
}

/** The table of exactly the book's name. */
async function findTable(run: RunInline): Promise<Result<Table | undefined>> {
	const listed = await attempt(run, [listTablesStep(TABLE_NAME)], [{}]);
	return listed.ok ? theOnly(TABLE_NAME, tablesNamed(TABLE_NAME, listed.value)) : listed;
}

const ALREADY_THERE = /already exists|unique|duplicate/i;

const detailOf = (problem: { kind: string; detail?: string }): string => problem.detail ?? '';

const SYNCHRONIZATION = /synchronization error/i;

/** One sub-execution; what n8n throws becomes a problem. */
async function attempt(run: RunInline, steps: Step[], items: IDataObject[]): Promise<Result<IDataObject[]>> {
	try {
		return done(
			await run(
				inlineWorkflow(steps),
				items.map((json) => ({ json })),
			),
		);
	} catch (error) {
		return refused(problemFrom(wordsOf(error), TABLE_NAME));
	}
}

/** n8n wraps what a node of the sub-workflow has thrown: the words may stand in any layer. */
function wordsOf(error: unknown): string {
	const words: string[] = [];
	let layer = error;
	for (let depth = 0; depth < 5 && layer instanceof Error; depth++) {
		const { description } = layer as Error & { description?: unknown };
		words.push(layer.message, typeof description === 'string' ? description : '');
		layer = layer.cause;
	}
	return [...new Set(words.filter((text) => text !== ''))].join(': ') || String(error);
}

function subworkflowStore(run: RunInline, table: string): WorkflowBook {
	const rows = async (steps: Step[], items: IDataObject[]): Promise<Result<StoredRow[]>> => {
		const reply = await attempt(run, steps, items);
		return reply.ok ? done(readRows(reply.value)) : reply;
	};
	/** Reading many rows while others are written can fail for that reason alone. */
	const look = async (step: Step): Promise<Result<StoredRow[]>> => {
		const found = await rows([step], [{}]);
		return !found.ok && SYNCHRONIZATION.test(detailOf(found.problem)) ? await rows([step], [{}]) : found;
	};
	const store: WorkflowBook = {
		async insertMany(newRows) {
			if (newRows.length === 0) return done(undefined);
			const reply = await attempt(run, [insertStep(table)], newRows.map(toCells));
			return reply.ok ? done(undefined) : reply;
		},
		/** Written out, hundreds of values cost one call; as expressions they would cost as much as ten. */
		find: async (filters) =>
			await each(
				filters,
				async ({ match, conditions }) =>
					await look(getStep('Look', table, MATCH[match], inPlace(conditions))),
			),
		updateWhere: async ({ match, conditions }, changes) =>
			await rows([updateStep(table, MATCH[match], inPlace(conditions), changed(changes))], [{}]),
		deleteWhere: async (filters) =>
			await each(byShape(filters), async ([first, ...others]) => {
				if (first === undefined) return done([]);
				const conditions = others.length > 0 ? fromItem(first.conditions) : inPlace(first.conditions);
				return await rows(
					[deleteStep(table, MATCH[first.match], conditions)],
					[first, ...others].map(valuesOf),
				);
			}),
		async open(opening) {
			if (!fits(opening)) return await openByCalls(store, opening);
			const seen = await rows(openSteps(table, opening), opening.rows.map(toCells));
			return seen.ok ? done(byId(seen.value)) : seen;
		},
		async advance({ finals, clear, start }) {
			const steps = [
				...(finals.length > 0 ? [insertStep(table)] : []),
				...(clear ? [deleteStep(table, MATCH[clear.match], inPlace(clear.conditions))] : []),
				...(start
					? [
							updateStep(
								table,
								MATCH[start.filter.match],
								inPlace(start.filter.conditions),
								changed(start.changes),
							),
						]
					: []),
			];
			if (steps.length === 0) return done([]);
			const items = finals.length > 0 ? finals.map(toCells) : [{}];
			const [first, ...rest] = steps;
			const reply = await rows(first ? [{ ...first, alwaysOutputData: true }, ...rest.map(once)] : [], items);
			return reply.ok && !start ? done([]) : reply;
		},
		async replace(step) {
			if (!canReplaceAtOnce(step)) return await replaceByCalls(store, step);
			const reply = await attempt(run, replaceSteps(table, step), step.rows.map(toCells));
			return reply.ok ? done(undefined) : reply;
		},
		byPlacing: async (conditions, how) =>
			await look(sortedStep(table, inPlace(conditions), { column: 'placedAt', ...how })),
	};
	return store;
}
