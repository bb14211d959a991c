/** Keeps the order book from growing for ever, and makes room where it has filled n8n's room for data tables. */
import { BOOK, DAY_MS } from '../panel/policies';
import { iso } from '../shared/times';
import { TABLE_NAME, type StoredRow } from './rows';
import { allOf, anyOfMany, where, type BookStore } from './store';

/** IDs that are looked at to tell how many rows there are: ±15 % where one in ten is there. One call. */
const SAMPLE = 400;

/** When a book was last cleaned by this process. */
const cleanedAt = new Map<string, number>();

interface Cleaning {
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
 * Deletes orders that were finished long ago, and their keys with them; at most once a day. What is unknown stays.
 * Resolves to a hint for people where the book has more rows than it should. What fails is tried again the next day.
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
	await forget(store, iso(now - BOOK.keptMs));
	if (newestId <= BOOK.mostRows) return undefined;
	const sample = await sampled(store, newestId);
	const rows = (sample.length / SAMPLE) * newestId;
	if (rows <= BOOK.mostRows) return undefined;
	const latest = iso(now - BOOK.leastKeptMs);
	const finished = sample
		.flatMap(({ state, finishedAt }) => (state === 'placed' && finishedAt !== null ? [finishedAt] : []))
		.filter((at) => at < latest)
		.sort();
	if (finished.length === 0)
		return hintOf(rows, ', and none of its orders was finished more than 30 days ago');
	const share = 1 - BOOK.mostRows / rows;
	const gone = await forget(store, finished[Math.ceil(share * sample.length)] ?? latest);
	// It failed, or the excess is smaller than what a sample can tell: the next day will show
	if (gone === 0) return undefined;
	const orders = `the ${gone.toLocaleString('en-US')} orders that were finished longest ago`;
	return hintOf(rows, `: ${orders}, more than 30 days, have left it, and their keys are free`);
}

/**
 * Where n8n has no room left: deletes what was finished longest ago, step by step, until there is room for some time.
 * False where nothing could be deleted.
 */
export async function makeRoom(store: Cleaning['store'], now: number): Promise<boolean> {
	let gone = 0;
	for (let age = BOOK.keptMs; age >= BOOK.leastKeptMs && gone < BOOK.roomRows; age -= BOOK.roomStepMs)
		gone += await forget(store, iso(now - age));
	return gone > 0;
}

/** Deletes placed orders that were finished before: how many. */
async function forget(store: Cleaning['store'], before: string): Promise<number> {
	const deleted = await store.deleteWhere([
		allOf(where('state', 'placed'), where('finished', true), where('finishedAt', before, 'lt')),
	]);
	return deleted.ok ? deleted.value.length : 0;
}

function hintOf(rows: number, what: string): string {
	const most = BOOK.mostRows.toLocaleString('en-US');
	const many = `The data table '${TABLE_NAME}' had about ${Math.round(rows / 1000)},000 rows, more than the ${most} that fit well into n8n's room for data tables`;
	return `${many}${what}. When that room is full, nothing is sent: to keep more, or if it goes on growing, raise N8N_DATA_TABLES_MAX_SIZE_BYTES.`;
}

/** Many IDs are those of rows that are gone: of a sample of all IDs, the rows that are there. */
async function sampled(store: Cleaning['store'], newestId: number): Promise<StoredRow[]> {
	const ids = Array.from(
		{ length: SAMPLE },
		(_, at) => 1 + Math.floor(((at + Math.random()) * newestId) / SAMPLE),
	);
	const found = await store.find(anyOfMany(ids.map((id) => where('id', Math.min(id, newestId)))));
	return found.ok ? found.value : [];
}
