/** A run's orders through an order book in memory. */
import { bookOrders, type BookPlace } from '../../../nodes/SmmPanel/actions/order/placing/book';
import type { SameLink } from '../../../nodes/SmmPanel/actions/order/placing/input';
import type { Placements } from '../../../nodes/SmmPanel/actions/order/placing/outcome';
import type { PlannedOrder } from '../../../nodes/SmmPanel/actions/order/placing/plan';
import {
	recallPaid,
	sendThroughBook,
	type Sending,
} from '../../../nodes/SmmPanel/actions/order/placing/send';
import type { ClaimPorts } from '../../../nodes/SmmPanel/book/claimTypes';
import type { BookProblem } from '../../../nodes/SmmPanel/book/problems';
import { keysOfEarlierRounds, type CounterMemory } from '../../../nodes/SmmPanel/book/identity';
import { fastClock, memoryStore, MemoryTable, type CallName, type Fate } from '../memoryBook.cts';
import { orderOf } from './orders.cts';

const PLACE: BookPlace = {
	root: { run: 'root', rootless: false, executions: ['1'] },
	workflowId: 'w',
	nodeId: 'n',
	panel: 'panel.example',
	account: 'a',
	executionId: '1',
	counting: true,
	keyed: false,
};
export const TOOL: Partial<BookPlace> = { counting: false, keyed: true };

interface Call {
	place?: Partial<BookPlace>;
	memory?: CounterMemory;
	maxTotalCharge?: string;
	maxPerDay?: string;
	sameLink?: SameLink;
	/** All of the plan, where the orders are only a part of it. */
	plan?: PlannedOrder[];
	fate?: (call: CallName) => Fate;
	/** Instead of an ID for each order; throws what the panel answers. */
	add?: (link: string) => Promise<{ order: string }>;
	stopAtFailure?: boolean;
	concurrency?: number;
	keepAlive?: ClaimPorts['keepAlive'];
	/** What a refused call of the book says. */
	problem?: BookProblem;
}

/** The day on the book's clock began. */
export const DAY_START = '2026-01-01T00:00:00.000Z';

export function book() {
	const clock = fastClock();
	const table = new MemoryTable(() => clock.now());
	const sent: string[] = [];
	/** Of the book, a sequence as one. */
	const calls: string[] = [];
	let owners = 0;
	async function place(
		orders: PlannedOrder[],
		{ place = {}, memory, maxTotalCharge, maxPerDay, sameLink = 'send', ...call }: Call = {},
	) {
		const { plan = orders, fate, add, stopAtFailure = false, concurrency = 1, problem } = call;
		const { keepAlive = async (work) => await work() } = call;
		const at = { ...PLACE, ...place };
		const counter = memory ?? { run: 0, base: {}, cur: {} };
		const placements: Placements = {};
		const run: Sending = {
			async add(fields) {
				const count = sent.push(String(fields.link));
				return add ? await add(String(fields.link)) : { order: `o${count}` };
			},
			signal: undefined,
			zone: 'UTC',
			book: {
				store: memoryStore(table, { fate, problem, counted: (call) => calls.push(call) }),
				clock,
				newOwner: () => `owner${++owners}`,
				sameRun: async () => false,
				keepAlive,
			},
			concurrency,
			stopAtFailure,
			orders: bookOrders(
				plan,
				plan.map(({ item }) => ({ item })),
				at,
				counter,
			),
			run: at.root.run,
			earlierRounds: keysOfEarlierRounds(at.root, counter),
			tellsRepeats: at.keyed,
			mayHaveOrdered: false,
			limits: { maxTotalCharge, maxPerDay, dayStart: DAY_START, sameLink },
			placements,
		};
		const result = await sendThroughBook(orders, run);
		return { ...result, placements, recall: async () => await recallPaid(orders, run) };
	}
	return { place, sent, table, clock, calls };
}

export const keyed = (item: number, idempotencyKey: string, link = 'https://example.com/a') =>
	orderOf(item, { idempotencyKey, fields: { link, quantity: '100' } });
