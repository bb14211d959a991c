/** Which rows leave the book, and when it is said to be nearly full. */
import { cleanBook } from '../../nodes/SmmPanel/book/cleaning';
import { success } from '../../nodes/SmmPanel/shared/result';
import { newRow, toCells, type BookRow, type Cells, type StoredRow } from '../../nodes/SmmPanel/book/rows';
import type { BookStore, Filter } from '../../nodes/SmmPanel/book/store';
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

it('are finished for more than 90 days; unknown rows stay', async () => {
	const { clean, table, daysAgo } = stand();
	const row = (order: string, cells: Partial<BookRow>) =>
		toCells(newRow({ state: 'placed', order, finished: true, finishedAt: daysAgo(91), ...cells }));
	table.insert([
		row('old', {}),
		row('younger', { finishedAt: daysAgo(89) }),
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
		await Promise.resolve(success(filters.flatMap(half).map(() => ({}) as StoredRow)));
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

/** Rows by ID, as a database finds them: hundreds of thousands would take the plain one minutes. */
class LargeTable extends MemoryTable {
	private last = 0;
	add(cells: BookRow): void {
		this.last += 2;
		// All of a day share their cells: a million copies would take a minute
		this.rows.set(this.last, Object.assign(Object.create(cells) as Cells, { id: this.last }));
	}
	get newestId() {
		return this.last;
	}
	override find(filter: Filter) {
		const { match, conditions } = filter;
		if (match === 'any') return conditions.flatMap(({ value }) => this.rows.get(Number(value)) ?? []);
		const before = String(conditions.find(({ column }) => column === 'finishedAt')?.value);
		const found: Array<Cells & { id: number }> = [];
		// They stand in the order in which they were finished
		for (const row of this.rows.values()) {
			if (String(row.finishedAt) >= before) break;
			if (conditions.every(({ column, is, value }) => is === 'lt' || row[column] === value)) found.push(row);
		}
		return found;
	}
	/** Nothing is read anew: a million rows would take minutes. */
	store(): Pick<BookStore, 'find' | 'deleteWhere'> {
		const rows = (found: Cells[]) => Promise.resolve(success(found as unknown as StoredRow[]));
		return {
			find: async (filters) => await rows(filters.flatMap((filter) => this.find(filter))),
			deleteWhere: async (filters) => await rows(filters.flatMap((filter) => this.delete(filter))),
		};
	}
}

it('3,000 orders a day for a year never fill it, the oldest go first, none within 30 days, no unknown one', async () => {
	const { clock } = stand();
	const table = new LargeTable(() => clock.now());
	const store = table.store();
	const hints: string[] = [];
	let most = 0;
	for (let day = 0; day < 365; day++) {
		const finishedAt = new Date(clock.now()).toISOString();
		const row = newRow({ state: 'placed', order: '1', finished: true, finishedAt });
		for (let at = 0; at < 2_999; at++) table.add(row);
		table.add({ ...row, state: 'unknown' });
		const hint = await cleanBook({
			store,
			now: clock.now(),
			book: 'a year',
			isNew: false,
			newestId: table.newestId,
		});
		if (hint !== undefined) hints.push(hint);
		most = Math.max(most, table.rows.size);
		clock.advance(DAY_MS);
	}
	expect(most).toBeLessThan(250_000);
	expect(hints[0]).toMatch(/orders that were finished longest ago, more than 30 days, have left it/);
	const left = [...table.rows.values()];
	expect(left.filter(({ state }) => state === 'unknown')).toHaveLength(365);
	const young = new Date(clock.now() - 30 * DAY_MS).toISOString();
	expect(left.filter((row) => row.state === 'placed' && String(row.finishedAt) >= young)).toHaveLength(
		30 * 2_999,
	);
}, 120_000);
