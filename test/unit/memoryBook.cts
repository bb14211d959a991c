import { setImmediate } from 'node:timers/promises';
import type { BookProblem, StepResult } from '../../nodes/SmmPanel/book/problems';
import { failure, success } from '../../nodes/SmmPanel/shared/result';
import { readRows, toCells, type Cell, type Cells, type StoredRow } from '../../nodes/SmmPanel/book/rows';
import {
	byId,
	deleteReplaced,
	each,
	type Advance,
	type BookStore,
	type Condition,
	type Filter,
	type WholeRow,
} from '../../nodes/SmmPanel/book/store';
import type { Clock } from '../../nodes/SmmPanel/book/claimTypes';

export type CallName = 'insertMany' | 'find' | 'updateWhere' | 'deleteWhere';

/**
 * What happens to a call: carried out, refused without effect, carried out with its reply lost, or carried out only
 * later, when its caller has long been told that it failed.
 */
export type Fate = 'done' | 'refused' | 'replyLost' | 'late';

/** A table that behaves like n8n's Data Table on SQLite: every call is atomic, empty cells equal nothing. */
export class MemoryTable {
	readonly rows = new Map<number, Cells & { id: number }>();
	/** Steps that are still to be carried out although their caller has given up. */
	readonly late: Array<() => void> = [];

	constructor(private readonly now: () => number) {}

	insert(rows: Cells[]): void {
		const at = new Date(this.now()).toISOString();
		for (const row of rows) {
			// As SQLite does it: the ID of a deleted row is given again if it was the last
			const id = Math.max(0, ...this.rows.keys()) + 1;
			this.rows.set(id, { ...row, id, createdAt: at, updatedAt: at });
		}
	}

	find(filter: Filter): Array<Cells & { id: number }> {
		return [...this.rows.values()].filter((row) => matches(row, filter)).map((row) => ({ ...row }));
	}

	update(filter: Filter, changes: Cells): Cells[] {
		const found = this.find(filter);
		for (const { id } of found) {
			const row = this.rows.get(id);
			if (row) Object.assign(row, changes, { updatedAt: new Date(this.now()).toISOString() });
		}
		return found.map(({ id }) => ({ ...this.rows.get(id) }));
	}

	delete(filter: Filter): Cells[] {
		const found = this.find(filter);
		for (const { id } of found) this.rows.delete(id);
		return found;
	}

	/** All rows, read as the product reads them. */
	all(): StoredRow[] {
		return readRows([...this.rows.values()]);
	}
}

function matches(row: Cells, { match, conditions }: Filter): boolean {
	if (conditions.length === 0) throw new Error('At least one condition is required');
	return match === 'all'
		? conditions.every((condition) => holds(row, condition))
		: conditions.some((condition) => holds(row, condition));
}

function holds(row: Cells, { column, is, value }: Condition): boolean {
	const cell: Cell = row[column] ?? null;
	if (is === 'neq') return cell !== value;
	if (cell === null) return false;
	switch (is) {
		case 'eq':
			return cell === value;
		case 'gt':
			return cell > value;
		case 'gte':
			return cell >= value;
		case 'lt':
			return cell < value;
		case 'lte':
			return cell <= value;
		case 'like':
			return pattern(String(value)).test(String(cell));
		case 'ilike':
			return pattern(String(value).toLowerCase()).test(String(cell).toLowerCase());
	}
}

const pattern = (text: string) =>
	new RegExp(
		`^${text
			.split('%')
			.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
			.join('.*')}$`,
		's',
	);

export interface MemoryStoreOptions {
	/** Before each atomic step: where a test decides who goes first. Default: the next turn of the event loop. */
	turn?: (call: CallName) => Promise<unknown>;
	fate?: (call: CallName) => Fate;
	problem?: BookProblem;
	/** Counts each sub-execution that the real store would need. */
	counted?: (what: keyof BookStore) => void;
}

export const LOST: BookProblem = { kind: 'failed', detail: 'Connection terminated unexpectedly' };

/** What a call costs: nothing, where there is nothing to delete. */
const counting =
	(counted: MemoryStoreOptions['counted']) =>
	<T extends unknown[], R>(what: keyof BookStore, call: (...args: T) => R) =>
	(...args: T): R => {
		if (!(what === 'deleteWhere' && Array.isArray(args[0]) && args[0].length === 0)) counted?.(what);
		return call(...args);
	};

type Calls = Pick<BookStore, 'find' | 'updateWhere' | 'deleteWhere'> & {
	insertMany(rows: readonly WholeRow[]): Promise<StepResult<void>>;
};

async function advanceByCalls(store: Calls, { finals, clear, start, look }: Advance) {
	const inserted = finals.length > 0 ? await store.insertMany(finals) : success(undefined);
	if (!inserted.ok) return inserted;
	const cleared = clear ? await store.deleteWhere([clear]) : success([]);
	if (!cleared.ok) return cleared;
	if (start) return await store.updateWhere(start.filter, start.changes);
	const seen = look ? await store.find([look]) : success([]);
	// n8n leaves out what comes after the execution's time
	return seen.ok || seen.problem.kind !== 'timedOut' ? seen : success([]);
}

/** One claimant's view of the table. */
export function memoryStore(table: MemoryTable, options: MemoryStoreOptions = {}): BookStore {
	const {
		turn = async () => await setImmediate(),
		fate = () => 'done' as const,
		problem = LOST,
		counted,
	} = options;
	const step = async <T,>(call: CallName, work: () => T): Promise<StepResult<T>> => {
		await turn(call);
		switch (fate(call)) {
			case 'done':
				return success(work());
			case 'refused':
				return failure(problem);
			case 'replyLost':
				work();
				return failure(problem);
			case 'late':
				table.late.push(work);
				return failure(problem);
		}
	};
	const calls = {
		insertMany: async (rows: readonly WholeRow[]) =>
			await step('insertMany', () => table.insert(rows.map((row) => toCells(row)))),
		find: async (filters: Filter[]) =>
			filters.length === 0
				? success([])
				: await step('find', () => byId(filters.flatMap((filter) => readRows(table.find(filter))))),
		updateWhere: async (filter: Filter, changes: Parameters<BookStore['updateWhere']>[1]) =>
			await step('updateWhere', () => readRows(table.update(filter, toCells(changes)))),
		deleteWhere: async (filters: Filter[]) =>
			await each(filters, async (filter) => await step('deleteWhere', () => readRows(table.delete(filter)))),
	};
	const count = counting(counted);
	return {
		find: count('find', calls.find),
		updateWhere: count('updateWhere', calls.updateWhere),
		deleteWhere: count('deleteWhere', calls.deleteWhere),
		open: count('open', async (rows, look) => {
			const inserted = await calls.insertMany(rows);
			return inserted.ok ? await calls.find(look) : inserted;
		}),
		advance: count('advance', async (advance) => await advanceByCalls(calls, advance)),
		replace: count('replace', async (replacement) => {
			const inserted = await calls.insertMany(replacement.rows);
			return inserted.ok ? await deleteReplaced(calls, replacement) : inserted;
		}),
	};
}

/** A clock on which sleeping takes no time: whoever sleeps moves it on. */
export function fastClock(start = Date.UTC(2026, 0, 1)): Clock & { advance(ms: number): void } {
	let now = start;
	return {
		now: () => now,
		async sleep(ms) {
			now += ms;
			await setImmediate();
		},
		advance(ms) {
			now += ms;
		},
	};
}
