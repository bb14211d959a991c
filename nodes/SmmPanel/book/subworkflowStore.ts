/** The order book through n8n's Data Table node, in an inline sub-workflow: without any credential. */
import type { IDataObject } from 'n8n-workflow';
import { BOOK } from '../panel/policies';
import { attempt, detailOf, type RunInline } from './inlineRun';
import { byShape, changed, fromItem, inPlace, MATCH, replaceSteps, valuesOf } from './inlineSteps';
import {
	createTableStep,
	deleteStep,
	getStep,
	insertStep,
	listTablesStep,
	once,
	sortedStep,
	updateStep,
	type Step,
} from './inlineWorkflow';
import { done, refused, type Result } from './problems';
import { columnList, readRows, toCells, type BookRow, type StoredRow } from './rows';
import {
	byId,
	deleteReplaced,
	each,
	MAX_CONDITIONS,
	replaceByCalls,
	TABLE_NAME,
	type Advance,
	type BookStore,
	type Condition,
	type Filter,
} from './store';
import { bookAmong, readTables } from './table';

/** What only this store can: the public API neither sorts nor limits what a body asks for. */
export interface WorkflowBook extends BookStore {
	/** Of the data table. */
	id: string;
	/** The rows for which all conditions hold, by when they were placed; n8n reads 1,000 at once. */
	byPlacing(
		conditions: readonly Condition[],
		how: { limit: number; oldestFirst: boolean },
	): Promise<Result<StoredRow[]>>;
}

/** The table's ID by workflow, and when this process has looked it up. */
const knownTables = new Map<string, { id: string; at: number }>();

/** When a workflow's project was last seen without a table, by workflow: most reads of it need no other look. */
const missingTables = new Map<string, number>();

/**
 * The book of the workflow's project, made if there is none. One call of n8n where this process has not looked at it
 * for a minute. A table that cannot be the book is a problem: nothing has been written then.
 */
export async function openSubworkflowBook(
	run: RunInline,
	workflowId: string,
): Promise<Result<WorkflowBook & { isNew: boolean }>> {
	const found = await findSubworkflowBook(run, workflowId);
	if (!found.ok) return found;
	if (found.value) return done({ ...found.value, isNew: false });
	const created = await attempt(run, [createTableStep(TABLE_NAME, columnList())], [{}]);
	// Another execution may have created it at the same moment
	if (!created.ok && !ALREADY_THERE.test(detailOf(created.problem))) return created;
	const made = await findSubworkflowBook(run, workflowId);
	if (!made.ok) return made;
	return made.value
		? done({ ...made.value, isNew: true })
		: refused({ kind: 'failed', detail: 'n8n made no table' });
}

const ALREADY_THERE = /already exists|unique|duplicate/i;

/**
 * The book of the workflow's project if there is one; none is made. One call of n8n where this process has not looked at
 * it for a minute; `patient`: none where there was no table some minutes ago.
 */
export async function findSubworkflowBook(
	run: RunInline,
	workflowId: string,
	patient = false,
): Promise<Result<WorkflowBook | undefined>> {
	const known = knownTables.get(workflowId);
	if (known !== undefined && Date.now() - known.at < BOOK.knownMs)
		return done(subworkflowStore(forgetting(run, workflowId), known.id));
	const missed = missingTables.get(workflowId) ?? -Infinity;
	if (patient && Date.now() - missed < BOOK.lookAgainMs) return done(undefined);
	const listed = await attempt(run, [listTablesStep()], [{}]);
	const table = listed.ok ? bookAmong(readTables(listed.value)) : listed;
	if (!table.ok) return table;
	if (table.value === undefined) {
		missingTables.set(workflowId, Date.now());
		return done(undefined);
	}
	missingTables.delete(workflowId);
	knownTables.set(workflowId, { id: table.value, at: Date.now() });
	return done(subworkflowStore(forgetting(run, workflowId), table.value));
}

/** A table of which a step has failed may have been deleted, moved or changed: the next execution looks at it anew. */
const forgetting =
	(run: RunInline, workflowId: string): RunInline =>
	async (code, items, isLeft) => {
		try {
			return await run(code, items, isLeft);
		} catch (error) {
			knownTables.delete(workflowId);
			return await Promise.reject(error);
		}
	};

const SYNCHRONIZATION = /synchronization error/i;

function advanceSteps(table: string, { finals, clear, start, look }: Advance): Step[] {
	const steps = finals.length > 0 ? [insertStep(table)] : [];
	if (clear) steps.push(deleteStep(table, MATCH[clear.match], inPlace(clear.conditions)));
	if (start) {
		const { match, conditions } = start.filter;
		steps.push(updateStep(table, MATCH[match], inPlace(conditions), changed(start.changes)));
	} else if (look) steps.push(getStep('Look', table, MATCH[look.match], inPlace(look.conditions)));
	const [first, ...rest] = steps;
	return first === undefined ? [] : [first, ...rest.map(once)];
}

/** Reading many rows while others are written can fail for that reason alone. */
async function lookAgain<T>(look: () => Promise<Result<T>>): Promise<Result<T>> {
	const found = await look();
	return !found.ok && SYNCHRONIZATION.test(detailOf(found.problem)) ? await look() : found;
}

function subworkflowStore(run: RunInline, table: string): WorkflowBook {
	const rows = async (
		steps: Step[],
		items: IDataObject[],
		onlyRecords = false,
	): Promise<Result<StoredRow[]>> => {
		const reply = await attempt(run, steps, items, onlyRecords);
		return reply.ok ? done(readRows(reply.value)) : reply;
	};
	const write = async (steps: Step[], written: ReadonlyArray<Partial<BookRow>>): Promise<Result<void>> => {
		const reply = await attempt(run, steps, written.map(toCells));
		return reply.ok ? done(undefined) : reply;
	};
	const lookStep = ({ match, conditions }: Filter) =>
		getStep('Look', table, MATCH[match], inPlace(conditions));
	const look = async (step: Step) => await lookAgain(async () => await rows([step], [{}]));
	const store: WorkflowBook = {
		id: table,
		insertMany: async (added) =>
			added.length > 0 ? await write([insertStep(table)], added) : done(undefined),
		/** Written out, hundreds of values cost one call; as expressions they would cost as much as ten. */
		find: async (filters) => await each(filters, (filter) => look(lookStep(filter))),
		updateWhere: async ({ match, conditions }, changes) =>
			await rows(
				[updateStep(table, MATCH[match], inPlace(conditions), changed(changes))],
				[{}],
				changes.state !== 'sending',
			),
		deleteWhere: async (filters) =>
			await each(byShape(filters), async (alike) => {
				const [first, ...others] = alike;
				if (first === undefined) return done([]);
				const conditions = others.length > 0 ? fromItem(first.conditions) : inPlace(first.conditions);
				return await rows([deleteStep(table, MATCH[first.match], conditions)], alike.map(valuesOf), true);
			}),
		async open(added, [first, ...more]) {
			const steps = [insertStep(table), ...(first ? [once(lookStep(first))] : [])];
			const seen = await rows(steps, added.map(toCells));
			if (!seen.ok) return seen;
			const others = await store.find(more);
			return others.ok ? done(byId([...seen.value, ...others.value])) : others;
		},
		async advance(step) {
			const steps = advanceSteps(table, step);
			if (steps.length === 0) return done([]);
			const { finals, start, look: looked } = step;
			const reply = await rows(steps, finals.length > 0 ? finals.map(toCells) : [{}], start === undefined);
			return reply.ok && !start && !looked ? done([]) : reply;
		},
		async replace(step) {
			if (step.old.length >= MAX_CONDITIONS) return await replaceByCalls(store, step);
			const deleted = await rows(replaceSteps(table, step), step.rows.map(toCells));
			if (!deleted.ok) return deleted;
			return deleted.value.length < step.old.length ? await deleteReplaced(store, step) : done(undefined);
		},
		byPlacing: async (conditions, how) =>
			await look(sortedStep(table, inPlace(conditions), { column: 'placedAt', ...how })),
	};
	return store;
}
