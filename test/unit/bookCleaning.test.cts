/** Which rows leave the book, and when it is said to be nearly full. */
import { cleanBook } from '../../nodes/SmmPanel/book/cleaning';
import { done } from '../../nodes/SmmPanel/book/problems';
import { newRow, toCells, type BookRow, type StoredRow } from '../../nodes/SmmPanel/book/rows';
import type { Filter } from '../../nodes/SmmPanel/book/store';
import { fastClock, memoryStore, MemoryTable } from './memoryBook.cts';

const DAY_MS = 24 * 3_600_000;
let books = 0;

function stand() {
	const clock = fastClock();
	const table = new MemoryTable(() => clock.now());
	const calls: string[] = [];
	const store = memoryStore(table, { counted: (call) => calls.push(call) });
	const book = `book ${++books}`;
	const clean = async (more: { isNew?: boolean; newestId?: number } = {}) =>
		await cleanBook({ store, now: clock.now(), book, isNew: false, newestId: 1, ...more });
	const daysAgo = (days: number) => new Date(clock.now() - days * DAY_MS).toISOString();
	return { store, clean, calls, clock, table, daysAgo };
}

it('are finished for more than 180 days; unknown rows stay', async () => {
	const { clean, table, daysAgo } = stand();
	const row = (order: string, cells: Partial<BookRow>) =>
		toCells(newRow({ state: 'placed', order, finished: true, finishedAt: daysAgo(181), ...cells }));
	table.insert([
		row('old', {}),
		row('younger', { finishedAt: daysAgo(179) }),
		row('open', { finished: false, finishedAt: null, placedAt: daysAgo(400) }),
		row('unknown', { state: 'unknown' }),
		row('sending', { state: 'sending' }),
	]);
	await clean();
	expect(table.all().map(({ order }) => order)).toEqual(['younger', 'open', 'unknown', 'sending']);
});

it('are looked for once a day, and not in a new book', async () => {
	const { clean, calls, clock } = stand();
	await clean({ isNew: true });
	await clean();
	clock.advance(DAY_MS - 1);
	await clean();
	expect(calls).toEqual([]);
	clock.advance(1);
	await clean();
	await clean();
	expect(calls).toEqual(['deleteWhere']);
});

/** A book of which every second row is gone. */
async function hintFor(newestId: number) {
	const { store, clean } = stand();
	const half = ({ conditions }: Filter) => conditions.filter(({ value }) => Number(value) % 2 === 0);
	store.find = async (filters) =>
		await Promise.resolve(done(filters.flatMap(half).map(() => ({}) as StoredRow)));
	return await clean({ newestId });
}

it('a book of 400,000 rows is nearly full', async () => {
	const [, thousands] = /about (\d+),000 rows/.exec((await hintFor(800_000)) ?? '') ?? [];
	expect(Number(thousands)).toBeGreaterThan(300);
	expect(Number(thousands)).toBeLessThan(500);
});

it('a book of 150,000 rows is not, whatever has been deleted', async () => {
	expect(await hintFor(300_000)).toBeUndefined();
});

it('nobody counts the rows of a book that cannot have many', async () => {
	const { clean, calls } = stand();
	expect(await clean({ newestId: 200_000 })).toBeUndefined();
	expect(calls).toEqual(['deleteWhere']);
});
