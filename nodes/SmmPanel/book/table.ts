/** Which data table is the order book. */
import * as z from 'zod/v4-mini';
import type { DataTable } from '../shared/n8nApi';
import { done, refused, type Result } from './problems';
import { COLUMNS } from './rows';
import { TABLE_NAME } from './store';

const tableSchema = z.object({
	id: z.string(),
	name: z.string(),
	columns: z.array(z.object({ name: z.string(), type: z.string() })),
});

/** The tables among what n8n's own list gave. */
export const readTables = (values: readonly unknown[]): DataTable[] =>
	values.flatMap((value) => z.safeParse(tableSchema, value).data ?? []);

/** The table that has these is the book, whatever its name: by them orders that were sent are known again. */
const KEYS = ['requestKey', 'itemKey', 'userKey', 'owner'] as const;

const isBook = ({ columns }: Pick<DataTable, 'columns'>): boolean =>
	KEYS.every((key) => columns.some(({ name }) => name === key));

/** The ID of the table that is the book. A table of the book's name without its keys has lost them: none is made beside it. */
export function bookAmong(tables: readonly DataTable[]): Result<string | undefined> {
	const books = tables.filter(isBook);
	if (books.length > 1) return refused({ kind: 'several', tables: books.map(placeOf) });
	const table = books[0] ?? tables.find(({ name }) => name === TABLE_NAME);
	return table ? checked(table) : done(undefined);
}

const placeOf = ({ id, name, projectId }: DataTable): string =>
	`'${name}' (ID ${id}${projectId === undefined ? '' : `, project ${projectId}`})`;

/** The table's ID, or what it lacks. Columns that somebody has added do not matter. */
function checked(table: DataTable): Result<string> {
	const types = new Map(table.columns.map((column) => [column.name, column.type]));
	const missing = Object.entries(COLUMNS).filter(([name]) => !types.has(name));
	if (missing.length > 0) {
		const columns = missing.map(([name, type]) => `${name} (${type})`);
		return refused({ kind: 'missingColumns', table: table.name, columns });
	}
	const [wrong] = Object.entries(COLUMNS).filter(([name, type]) => types.get(name) !== type);
	if (!wrong) return done(table.id);
	const [column, expected] = wrong;
	return refused({ kind: 'wrongType', table: table.name, column, expected, found: types.get(column) ?? '' });
}
