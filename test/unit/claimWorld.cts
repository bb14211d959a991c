/** A panel that is sent orders, the table of the book, and those who claim orders in it. */
import type { Answer, ClaimPorts, Order, Outcome } from '../../nodes/SmmPanel/book/claimTypes';
import { newRow, type BookRow, type RowState } from '../../nodes/SmmPanel/book/rows';
import { fastClock, memoryStore, MemoryTable, type CallName, type Fate } from './memoryBook.cts';

/** Numbers of the panel's IDs, and what it was sent. */
export interface World {
	clock: ReturnType<typeof fastClock>;
	table: MemoryTable;
	sent: string[];
	owners: number;
}

export function world(): World {
	const clock = fastClock();
	return { clock, table: new MemoryTable(clock.now), sent: [], owners: 0 };
}

export interface Claimant {
	fate?: (call: CallName) => Fate;
	send?: (order: Order, world: World) => Outcome | undefined;
	canceled?: () => boolean;
	sameRun?: (run: string) => Promise<boolean>;
	firstWindow?: number;
	calls?: string[];
	/** Milliseconds that an order takes. */
	takes?: number;
}

export const placed = (order: Order, { sent }: World): Outcome => ({
	ref: order.ref,
	state: 'placed',
	cells: { order: String(1000 + sent.length), status: 'Pending' },
});

export function portsFor(
	w: World,
	{ fate, send = placed, canceled = () => false, sameRun, firstWindow = 10, calls, takes = 0 }: Claimant,
): ClaimPorts {
	return {
		store: memoryStore(w.table, { ...(fate && { fate }), counted: (what) => calls?.push(what) }),
		clock: w.clock,
		newOwner: () => `owner${++w.owners}`,
		canceled,
		sameRun: sameRun ?? (async () => false),
		alsoLookAt: [],
		seen: () => undefined,
		async send(orders) {
			return orders.flatMap((order) => {
				w.sent.push(order.row.userKey || order.row.requestKey);
				w.clock.advance(takes);
				return send(order, w) ?? [];
			});
		},
		keepAlive: async (work) => await work(),
		firstWindow,
	};
}

export const order = (ref: number, cells: Partial<BookRow> = {}): Order => ({
	ref,
	row: newRow({
		state: 'waiting',
		service: '5',
		link: 'https://example.com/a',
		quantity: 100,
		requestKey: `request${ref}`,
		itemKey: `item${ref}`,
		run: 'root',
		item: ref,
		...cells,
	}),
});

export const orders = (count: number, cells: (ref: number) => Partial<BookRow> = () => ({})) =>
	Array.from({ length: count }, (_, ref) => order(ref, cells(ref)));

export const kinds = (answers: ReadonlyMap<number, Answer>) =>
	[...answers].sort(([a], [b]) => a - b).map(([, answer]) => answer.kind);

export const states = ({ table }: World) => table.all().map(({ state }) => state);

/** A row that somebody else has left. */
export function leave({ table }: World, cells: Partial<BookRow> & { state: RowState }): void {
	const row = { ...order(0).row, owner: 'somebody', ...cells };
	table.insert([
		Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value])),
	]);
}
