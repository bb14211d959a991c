/** What the order book needs of a table, behind four calls, and the two sequences that save calls. */
import type { DataTable } from '../shared/n8nApi';
import type { StepResult } from './problems';
import { failure, success } from '../shared/result';
import { COLUMNS, TABLE_NAME, toCells, type BookRow, type ColumnName, type StoredRow } from './rows';

/** n8n's databases take up to a thousand conditions at once; both stores stay well below. */
export const MAX_CONDITIONS = 400;

/** `like` and `ilike` know one wildcard, `%`. `neq` is true of empty cells, too. */
export type Comparison = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte' | 'like' | 'ilike';

/** Dates are compared as ISO text. An empty text is stored as an empty cell and equals nothing. */
export interface Condition {
	column: ColumnName | 'id' | 'createdAt' | 'updatedAt';
	is: Comparison;
	value: string | number | boolean;
}

/**
 * Flat, as n8n's filters are: all of the conditions, or any of them. At least one, or a whole table would
 * match.
 */
export interface Filter {
	match: 'all' | 'any';
	conditions: [Condition, ...Condition[]];
}

export const where = (
	column: Condition['column'],
	value: Condition['value'],
	is: Comparison = 'eq',
): Condition => ({ column, is, value });

export const allOf = (...conditions: [Condition, ...Condition[]]): Filter => ({ match: 'all', conditions });

/** Any of the conditions, in as many filters as n8n takes at once. */
export function anyOfMany(conditions: readonly Condition[], most = MAX_CONDITIONS): Filter[] {
	const filters: Filter[] = [];
	for (let at = 0; at < conditions.length; at += most) {
		const [first, ...rest] = conditions.slice(at, at + most);
		if (first) filters.push({ match: 'any', conditions: [first, ...rest] });
	}
	return filters;
}

export type Changes = Partial<BookRow>;

/** Record, clear, start: from one window to the next. */
export interface Advance {
	/** Rows of what came of the last window's orders: inserted first, so that a key is held all the time. */
	finals: BookRow[];
	/** The last window's rows, deleted when the finals are in. */
	clear: Filter | undefined;
	/** The next window's rows and what to change in them. */
	start: { filter: Filter; changes: Changes } | undefined;
	/** Where nothing is started: which rows to look for when all is done. */
	look?: Filter | undefined;
}

/** A row with what stands in the columns that people have added. */
export type WholeRow = BookRow & Pick<StoredRow, 'foreign'>;

/** Rows as they are now, for those that stood there before. */
export interface Replacement {
	rows: readonly WholeRow[];
	old: readonly StoredRow[];
}

/**
 * A table of orders. No call throws: what goes wrong is a problem, and of kind `failed` it leaves open whether the step
 * was, or still will be, carried out. Each call is atomic; `open`, `advance` and `replace` are sequences of calls.
 */
export interface BookStore {
	/** The rows that match one of the filters, each once, by ascending ID. */
	find(filters: Filter[]): Promise<StepResult<StoredRow[]>>;
	/** The rows that it has changed, as they are then. */
	updateWhere(filter: Filter, changes: Changes): Promise<StepResult<StoredRow[]>>;
	/** The rows that it has deleted. The filters differ in their values only, and are carried out one after the other. */
	deleteWhere(filters: Filter[]): Promise<StepResult<StoredRow[]>>;
	/** Insert, then look: what a claim begins with. What the look saw, own rows among it, by ascending ID. */
	open(rows: readonly BookRow[], look: Filter[]): Promise<StepResult<StoredRow[]>>;
	/** Insert, delete, then update or look: the rows that the update has changed, or that the look has found. */
	advance(step: Advance): Promise<StepResult<StoredRow[]>>;
	/**
	 * Insert, then delete: keys are held all the time. An old row that somebody has written since it was read stays, and
	 * the new one goes.
	 */
	replace(step: Replacement): Promise<StepResult<void>>;
}

/** The table that has these is the book, whatever its name: by them orders that were sent are known again. */
const KEYS = ['requestKey', 'itemKey', 'userKey', 'owner'];

/** The ID of the table that is the book. A table of the book's name without its keys has lost them: none is made beside it. */
export function bookAmong(tables: readonly DataTable[]): StepResult<string | undefined> {
	const books = tables.filter(({ columns }) => KEYS.every((key) => columns.some(({ name }) => name === key)));
	if (books.length > 1) {
		const places = books.map(({ id, name, projectId }) => {
			const project = projectId === undefined ? '' : `, project ${projectId}`;
			return `'${name}' (ID ${id}${project})`;
		});
		return failure({ kind: 'several', tables: places });
	}
	const table = books[0] ?? tables.find(({ name }) => name === TABLE_NAME);
	if (table === undefined) return success(undefined);
	const types = new Map(table.columns.map((column) => [column.name, column.type]));
	const wrong = Object.entries(COLUMNS).filter(([name, type]) => types.get(name) !== type);
	const missing = wrong.filter(([name]) => !types.has(name));
	if (missing.length > 0) {
		const columns = missing.map(([name, type]) => `${name} (${type})`);
		return failure({ kind: 'missingColumns', table: table.name, columns });
	}
	if (wrong[0] === undefined) return success(table.id);
	const [column, expected] = wrong[0];
	return failure({ kind: 'wrongType', table: table.name, column, expected, found: types.get(column) ?? '' });
}

/** Whether a row carries one of the keys. */
export const hasKey = (row: BookRow, keys: ReadonlySet<string>): boolean =>
	[row.userKey, row.requestKey, row.itemKey].some((key) => key !== '' && keys.has(key));

/** Each row once, the last of several, by ascending ID. */
export const byId = (rows: readonly StoredRow[]): StoredRow[] =>
	[...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => a.id - b.id);

/** Makes one call after the other, up to the first problem. Resolves to the rows of all calls, each once. */
export async function each<T>(
	entries: readonly T[],
	call: (entry: T) => Promise<StepResult<StoredRow[]>>,
): Promise<StepResult<StoredRow[]>> {
	// Joined at the end: handed to a function one by one, a book's rows would be more than it takes
	const all: StoredRow[][] = [];
	for (const entry of entries) {
		const reply = await call(entry);
		if (!reply.ok) return reply;
		all.push(reply.value);
	}
	return success(byId(all.flat()));
}

/** What tells two orders apart that have the same ID. */
export const keysOf = ({ userKey, requestKey, itemKey }: BookRow): string =>
	JSON.stringify([userKey, requestKey, itemKey]);

/** What tells orders apart, even where a panel has given two of them one ID. */
export const orderOf = ({ order, userKey, requestKey, itemKey }: BookRow): string =>
	JSON.stringify([order, userKey, requestKey, itemKey]);

/** A deletion through the public API takes no more. */
const DELETED_AT_ONCE = 50;

/**
 * Of each order that has been inserted anew either the old rows go or, where one of these is no longer as it was read,
 * the new one: a person has edited the row, or another run has replaced it.
 */
export async function deleteReplaced(
	store: Pick<BookStore, 'find' | 'deleteWhere'>,
	{ rows, old }: Replacement,
): Promise<StepResult<void>> {
	// Times are ISO texts in every row that has been read
	const versionOf = ({ id, updatedAt, order }: StoredRow) => `${id} ${updatedAt} ${order}`;
	const cellsOf = (row: WholeRow) => JSON.stringify(Object.entries(toCells(row)).sort());
	// The new rows have higher IDs: from here on no old one is given to another row
	const there = await store.find(anyOfMany(old.map(({ id }) => where('id', id))));
	if (!there.ok) return there;
	const unchanged = new Set(there.value.map(versionOf));
	const changed = new Set(old.filter((row) => !unchanged.has(versionOf(row))).map(orderOf));
	const inVain = rows.filter((row) => changed.has(orderOf(row)));
	const alike = await store.find(anyOfMany(inVain.map(({ order }) => where('order', order))));
	if (!alike.ok) return alike;
	const written = new Set(inVain.map(cellsOf));
	const gone = [
		...old.filter((row) => !changed.has(orderOf(row))),
		...alike.value.filter((row) => written.has(cellsOf(row))),
	];
	const filters = anyOfMany(
		gone.map(({ id }) => where('id', id)),
		DELETED_AT_ONCE,
	);
	const deleted = await each(filters, async (filter) => await store.deleteWhere([filter]));
	return deleted.ok ? success(undefined) : deleted;
}
