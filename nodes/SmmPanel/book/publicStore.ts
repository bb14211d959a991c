/** The order book through n8n's public API: for the trigger, whose context can start no sub-workflow. */
import type { N8nApi } from '../shared/n8nApi';
import type { Problem } from '../shared/problems';
import { done, refused, type BookProblem, type Result } from './problems';
import { readRows, toCells, type StoredRow } from './rows';
import { each, replaceByCalls, TABLE_NAME, type BookStore, type Filter } from './store';
import { bookAmong } from './table';

export interface PublicStore extends Pick<BookStore, 'find' | 'replace'> {
	/** At most so many of the rows that match: those written last, the newest at the end. */
	newest(filter: Filter, limit: number): Promise<Result<StoredRow[]>>;
}

/**
 * The book that this API key can see, whatever its name; `tableId` chooses among several. Its absence is the problem
 * `gone`.
 */
export async function openPublicBook(api: N8nApi, tableId?: string): Promise<Result<PublicStore>> {
	const tables = await api.tables();
	if (!tables.ok) return refused(asBookProblem(tables.problem));
	const book = bookAmong(tables.value.filter(({ id }) => (tableId ?? id) === id));
	if (!book.ok) return book;
	return book.value === undefined
		? refused({ kind: 'gone', table: TABLE_NAME })
		: done(publicStore(api, book.value));
}

function publicStore(api: N8nApi, table: string): PublicStore {
	const storedRows = async (filters: Filter[], call: 'find' | 'delete'): Promise<Result<StoredRow[]>> =>
		await each(filters, async (filter) => {
			const rows = await api[call](table, asTableFilter(filter));
			return rows.ok ? done(readRows(rows.value)) : refused(asBookProblem(rows.problem));
		});
	const store = {
		find: async (filters: Filter[]) => await storedRows(filters, 'find'),
		deleteWhere: async (filters: Filter[]) => await storedRows(filters, 'delete'),
		async insertMany(rows: Parameters<BookStore['insertMany']>[0]): Promise<Result<void>> {
			const inserted = await api.insert(table, rows.map(toCells));
			return inserted.ok ? done(undefined) : refused(asBookProblem(inserted.problem));
		},
	};
	return {
		find: store.find,
		replace: async (step) => await replaceByCalls(store, step),
		async newest(filter, limit) {
			const rows = await api.newest(table, asTableFilter(filter), limit);
			return rows.ok ? done(readRows(rows.value).reverse()) : refused(asBookProblem(rows.problem));
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
