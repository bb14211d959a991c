/** The order book through n8n's Data Table node, in an inline sub-workflow: without any credential. */
import { BOOK } from '../panel/policies';
import { readTables } from '../shared/n8nApi';
import {
	attempt,
	INSERT,
	inlineWorkflow,
	LIST_TABLES,
	literal,
	MATCH,
	rowStep,
	type RunInline,
	type Step,
} from './inline';
import type { StepResult } from './problems';
import { failure, success } from '../shared/result';
import { columnList, readRows, TABLE_NAME, toCells, type Cells, type StoredRow } from './rows';
import {
	anyOfMany,
	bookAmong,
	byId,
	deleteReplaced,
	each,
	where,
	type BookStore,
	type Changes,
	type Filter,
} from './store';

/** What only this store can: the public API neither sorts nor limits what a body asks for. */
export interface WorkflowBook extends BookStore {
	/** Of the data table. */
	id: string;
	/** So many of the rows that match, by when they were placed; n8n reads 1,000 at once. */
	byPlacing(filter: Filter, how: { limit: number; oldestFirst: boolean }): Promise<StepResult<StoredRow[]>>;
}

/** By workflow: when this process has looked for the table last, and the ID of what it has found. */
const looks = new Map<string, { id: string | undefined; at: number }>();

/**
 * The book of the workflow's project, made if there is none. One call of n8n where this process has not looked at it
 * for a minute. A table that cannot be the book is a problem: nothing has been written then.
 */
export async function openSubworkflowBook(
	run: RunInline,
	workflowId: string,
): Promise<StepResult<WorkflowBook & { isNew: boolean }>> {
	const found = await findSubworkflowBook(run, workflowId);
	if (!found.ok) return found;
	if (found.value) return success({ ...found.value, isNew: false });
	const create = {
		operation: 'create',
		tableName: TABLE_NAME,
		columns: { column: columnList() },
		options: {},
	};
	const created = await attempt(run, inlineWorkflow([create]));
	// Another execution may have created it at the same moment
	if (!created.ok && !saysThat(created, /already exists|unique|duplicate/i)) return created;
	const made = await findSubworkflowBook(run, workflowId);
	if (!made.ok) return made;
	return made.value
		? success({ ...made.value, isNew: true })
		: failure({ kind: 'failed', detail: 'n8n made no table' });
}

const saysThat = (result: StepResult<unknown>, words: RegExp): boolean =>
	!result.ok && 'detail' in result.problem && words.test(result.problem.detail);

/**
 * The book of the workflow's project if there is one; none is made. One call of n8n where this process has not looked at
 * it for a minute; `patient`: none where there was no table some minutes ago.
 */
export async function findSubworkflowBook(
	run: RunInline,
	workflowId: string,
	patient = false,
): Promise<StepResult<WorkflowBook | undefined>> {
	const last = looks.get(workflowId) ?? { id: undefined, at: -Infinity };
	const holdsFor = last.id !== undefined ? BOOK.knownMs : patient ? BOOK.lookAgainMs : 0;
	let { id } = last;
	if (Date.now() - last.at >= holdsFor) {
		const listed = await attempt(run, inlineWorkflow([LIST_TABLES]));
		if (!listed.ok) return listed;
		// Their project is the workflow's: only the API names several
		const book = bookAmong(readTables(listed.value.map((table) => ({ ...table, projectId: undefined }))));
		if (!book.ok) return book;
		id = book.value;
		looks.set(workflowId, { id, at: Date.now() });
	}
	return success(id === undefined ? undefined : subworkflowStore(run, workflowId, id));
}

function subworkflowStore(run: RunInline, workflowId: string, table: string): WorkflowBook {
	const carryOut = async (
		steps: Step[],
		items?: Cells[],
		onlyRecords?: boolean,
	): Promise<StepResult<StoredRow[]>> => {
		const reply = await attempt(run, inlineWorkflow(steps, table), items, onlyRecords);
		if (reply.ok) return success(readRows(reply.value));
		// The table may have been deleted, moved or changed: the next execution looks at it anew
		looks.delete(workflowId);
		return reply;
	};
	const look = async (step: Step) => {
		const found = await carryOut([step]);
		// Reading many rows while others are written can fail for that reason alone
		return saysThat(found, /synchronization error/i) ? await carryOut([step]) : found;
	};
	const store: WorkflowBook = {
		id: table,
		/** Written out, hundreds of values cost one call; as expressions they would cost as much as ten. */
		find: async (filters) => await each(filters, async (filter) => await look(rowStep('get', filter))),
		updateWhere: async (filter, changes) =>
			await carryOut([updateStep(filter, changes)], undefined, changes.state !== 'sending'),
		async deleteWhere(filters) {
			const [first, ...others] = filters;
			if (first === undefined) return success([]);
			if (others.length === 0) return await carryOut([rowStep('deleteRows', first)], undefined, true);
			// As data of an item, values are never taken for expressions
			const items = filters.map(({ conditions }) =>
				Object.fromEntries(conditions.map(({ value }, index) => [`v${index}`, value])),
			);
			const step = rowStep('deleteRows', first, {}, (_, index) => `={{ $json.v${index} }}`);
			return await carryOut([step], items, true);
		},
		async open(added, [first, ...more]) {
			const steps = first ? [INSERT, rowStep('get', first)] : [INSERT];
			const seen = await carryOut(steps, added.map(toCells));
			if (!seen.ok) return seen;
			const others = await store.find(more);
			return others.ok ? success(byId([...seen.value, ...others.value])) : others;
		},
		async advance({ finals, clear, start, look: looked }) {
			const steps = finals.length > 0 ? [INSERT] : [];
			if (clear) steps.push(rowStep('deleteRows', clear));
			if (start) steps.push(updateStep(start.filter, start.changes));
			else if (looked) steps.push(rowStep('get', looked));
			if (steps.length === 0) return success([]);
			const items = finals.length > 0 ? finals.map(toCells) : undefined;
			const reply = await carryOut(steps, items, start === undefined);
			return reply.ok && !start && !looked ? success([]) : reply;
		},
		/** In one sub-execution: the old rows go if all of them are as they were read; else those go that are. */
		async replace(step) {
			const deleted = await carryOut(replaceSteps(step.old), step.rows.map(toCells));
			if (!deleted.ok) return deleted;
			return deleted.value.length < step.old.length ? await deleteReplaced(store, step) : success(undefined);
		},
		async byPlacing(filter, { limit, oldestFirst }) {
			const orderByDirection = oldestFirst ? 'ASC' : 'DESC';
			const sorted = { orderBy: true, orderByColumn: 'placedAt', orderByDirection };
			return await look(rowStep('get', filter, { returnAll: false, limit, ...sorted }));
		},
	};
	return store;
}

const updateStep = (filter: Filter, changes: Changes): Step => {
	const value = Object.fromEntries(
		Object.entries(toCells(changes)).map(([name, cell]) => [name, literal(cell)]),
	);
	return rowStep('update', filter, { columns: { mappingMode: 'defineBelow', value } });
};

/** Where the match is "all", no row has two IDs. As data of the look's answer, times may be Date objects. */
function replaceSteps(old: readonly StoredRow[]): Step[] {
	const [ids] = anyOfMany([where('id', 0), ...old.map(({ id }) => where('id', id))], Infinity);
	if (ids === undefined) return [INSERT];
	const expected = JSON.stringify(old.map(({ id, updatedAt }) => `${id} ${Date.parse(updatedAt)}`));
	const seen = "$('get').all().map(({ json }) => json.id + ' ' + new Date(json.updatedAt).getTime())";
	const matchType = `={{ ${expected}.every((row) => ${seen}.includes(row)) ? '${MATCH.any}' : '${MATCH.all}' }}`;
	return [INSERT, rowStep('get', ids), rowStep('deleteRows', ids, { matchType })];
}
