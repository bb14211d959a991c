/** Whether a data table can be the order book. */
import * as z from 'zod/v4-mini';
import { BOOK } from '../panel/policies';
import { done, refused, type BookProblem, type Result } from './problems';
import { COLUMNS, type ColumnName } from './rows';

const tableSchema = z.object({
	id: z.string(),
	name: z.string(),
	columns: z.array(z.object({ name: z.string(), type: z.string() })),
	createdAt: z.optional(z.unknown()),
});

export type Table = z.output<typeof tableSchema>;

/** The tables of exactly this name among what n8n gave. */
export const tablesNamed = (name: string, values: readonly unknown[]): Table[] =>
	values.flatMap((value) => {
		const read = z.safeParse(tableSchema, value);
		return read.success && read.data.name === name ? [read.data] : [];
	});

/** Who has these, is the book, whatever its name: by them orders that were sent are known again. */
const KEYS: readonly ColumnName[] = ['requestKey', 'itemKey', 'userKey', 'owner'];

export const isBook = ({ columns }: Pick<Table, 'columns'>): boolean =>
	KEYS.every((key) => columns.some(({ name }) => name === key));

/** The table's ID, or what it lacks. Columns that somebody has added do not matter. */
export function checked(table: Table): Result<string> {
	const types = new Map(table.columns.map((column) => [column.name, column.type]));
	const missing = Object.keys(COLUMNS).filter((name) => !types.has(name));
	if (missing.length > 0) return refused({ kind: 'missingColumns', table: table.name, columns: missing });
	const wrong = Object.entries(COLUMNS).find(([name, type]) => types.get(name) !== type);
	return wrong ? refused(wrongType(table.name, wrong[0], types)) : done(table.id);
}

/** Whether n8n has made the table for this call, and not for an earlier one. */
export const isJustMade = ({ createdAt }: Table, now: number): boolean =>
	now - new Date(String(createdAt)).getTime() < BOOK.newForMs;

const wrongType = (table: string, column: string, types: ReadonlyMap<string, string>): BookProblem => ({
	kind: 'wrongType',
	table,
	column,
	expected: isColumn(column) ? COLUMNS[column] : 'string',
	found: types.get(column) ?? 'none',
});

const isColumn = (name: string): name is ColumnName => name in COLUMNS;

/** Of several tables of the book's name none is taken: the keys stand in one of them only. */
export const theOnly = (name: string, tables: Table[]): Result<Table | undefined> =>
	tables.length > 1
		? refused({ kind: 'several', table: name, ids: tables.map(({ id }) => id) })
		: done(tables[0]);
