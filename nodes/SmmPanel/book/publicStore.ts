/** The order book through n8n's public API: for the trigger, whose context can start no sub-workflow. */
import type { N8nApi } from '../shared/n8nApi';
import type { Problem } from '../shared/problems';
import { failure, success, type Result } from '../shared/result';
import type { BookProblem, StepResult } from './problems';
import { readRows, TABLE_NAME, toCells, type StoredRow } from './rows';
import { bookAmong, deleteReplaced, each, type BookStore, type Filter } from './store';

export interface PublicStore extends Pick<BookStore, 'find' | 'replace'> {
	/** At most so many of the rows that match: those written last, the newest at the end. */
	newest(filter: Filter, limit: number): Promise<StepResult<StoredRow[]>>;
}

/**
 * The book that this API key can see, whatever its name; `tableId` chooses among several. Its absence is the problem
 * `gone`.
 */
export async function openPublicBook(api: N8nApi, tableId?: string): Promise<StepResult<PublicStore>> {
	const tables = await api.tables();
	if (!tables.ok) return failure(asBookProblem(tables.problem));
	const book = bookAmong(tables.value.filter(({ id }) => (tableId ?? id) === id));
	if (!book.ok) return book;
	return book.value === undefined
		? failure({ kind: 'gone', table: TABLE_NAME })
		: success(publicStore(api, book.value));
}

function publicStore(api: N8nApi, table: string): PublicStore {
	const rowsOf = (reply: Result<unknown[]>): StepResult<StoredRow[]> =>
		reply.ok ? success(readRows(reply.value)) : failure(asBookProblem(reply.problem));
	const find = async (filters: Filter[]) =>
		await each(filters, async (filter) => rowsOf(await api.find(table, asTableFilter(filter))));
	const deleteWhere = async (filters: Filter[]) =>
		await each(filters, async (filter) => rowsOf(await api.delete(table, asTableFilter(filter))));
	return {
		find,
		async replace(step) {
			const inserted = await api.insert(table, step.rows.map(toCells));
			if (!inserted.ok) return failure(asBookProblem(inserted.problem));
			return await deleteReplaced({ find, deleteWhere }, step);
		},
		async newest(filter, limit) {
			const rows = rowsOf(await api.newest(table, asTableFilter(filter), limit));
			return rows.ok ? success(rows.value.reverse()) : rows;
		},
	};
}

const asTableFilter = ({ match, conditions }: Filter) => ({
	type: match === 'all' ? ('and' as const) : ('or' as const),
	filters: conditions.map(({ column, is, value }) => ({ columnName: column, condition: is, value })),
});

/** What someone has to act on is refused; all else may pass by itself. */
const asBookProblem = ({ family, message, remedy }: Problem): BookProblem =>
	family === 'input'
		? { kind: 'refused', detail: message, remedy }
		: { kind: 'failed', detail: message, remedy };
