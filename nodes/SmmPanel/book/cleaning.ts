/** Keeps the order book from growing for ever, and says when it fills n8n's room for data tables. */
import { DAY_MS } from '../panel/policies';
import { allOf, anyOfMany, where, type BookStore } from './store';

const KEPT_MS = 180 * DAY_MS;

/** n8n's default for all data tables (N8N_DATA_TABLES_MAX_SIZE_BYTES); nodes cannot see what is set, or used. */
const ROOM_BYTES = 200 * 1024 * 1024;
/** Measured on SQLite with all columns filled. */
const ROW_BYTES = 690;
const MANY_ROWS = (0.8 * ROOM_BYTES) / ROW_BYTES;

/** IDs that are looked at to tell how many rows there are: ±15 % where one in ten is there. One call. */
const SAMPLE = 400;

/** When a book was last cleaned by this process. */
const cleanedAt = new Map<string, number>();

export interface Cleaning {
	store: Pick<BookStore, 'deleteWhere' | 'find'>;
	now: number;
	/** Tells books apart. */
	book: string;
	/** Made just now. */
	isNew: boolean;
	/** The highest row ID that is known. */
	newestId: number;
}

/**
 * Deletes orders that were finished half a year ago, and their keys with them; at most once a day. What is unknown stays.
 * Resolves to a hint for people where the book is nearly full. What fails is tried again the next day.
 */
export async function cleanBook({
	store,
	now,
	book,
	isNew,
	newestId,
}: Cleaning): Promise<string | undefined> {
	if (now - (cleanedAt.get(book) ?? -Infinity) < DAY_MS) return undefined;
	cleanedAt.set(book, now);
	if (isNew) return undefined;
	const old = new Date(now - KEPT_MS).toISOString();
	await store.deleteWhere([
		allOf(where('state', 'placed'), where('finished', true), where('finishedAt', old, 'lt')),
	]);
	const rows = newestId < MANY_ROWS ? 0 : await estimatedRows(store, newestId);
	if (rows < MANY_ROWS) return undefined;
	const megabytes = Math.round((rows * ROW_BYTES) / 1024 / 1024);
	return `The data table 'SMM Panel Orders' has about ${Math.round(rows / 1000)},000 rows, some ${megabytes} of the 200 MB that n8n has for all data tables unless it is set otherwise. When they are full, no order is sent: delete rows of finished orders, or raise N8N_DATA_TABLES_MAX_SIZE_BYTES.`;
}

/** Many IDs are those of rows that are gone: from a sample, how many are not. */
async function estimatedRows(store: Pick<BookStore, 'find'>, newestId: number): Promise<number> {
	const ids = Array.from(
		{ length: SAMPLE },
		(_, at) => 1 + Math.floor(((at + Math.random()) * newestId) / SAMPLE),
	);
	const found = await store.find(anyOfMany(ids.map((id) => where('id', Math.min(id, newestId)))));
	return found.ok ? (found.value.length / SAMPLE) * newestId : 0;
}
