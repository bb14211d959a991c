import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { placeOrders } from '../../nodes/SmmPanel/book/claims';
import type { Answer, ClaimPorts, Order, Outcome } from '../../nodes/SmmPanel/book/claimTypes';
import { newRow } from '../../nodes/SmmPanel/book/rows';
import type { BookStore } from '../../nodes/SmmPanel/book/store';
import { fastClock, LOST, memoryStore, MemoryTable, type Fate } from './memoryBook.cts';

/**
 * The product's own code of the claim protocol, several executions at once over one table, in random interleavings of
 * their steps, with failing calls, lost replies, late writes and crashes.
 */

const KEYS = ['a', 'b', 'c'];

interface Plan {
	/** Which keys each execution orders. */
	claimants: Array<{ keys: number[]; firstWindow: number }>;
	/** Which of the steps that are possible comes next, and what becomes of it. */
	choices: Array<{
		next: number;
		fate: Fate | 'crash' | 'crashBefore';
		outcome: Outcome['state'] | 'arrived';
		/** Milliseconds that pass before it: more than five seconds, and who waits seems dead. */
		pause: number;
	}>;
}

const fates = fc.oneof(
	{ weight: 12, arbitrary: fc.constant('done' as const) },
	{ weight: 1, arbitrary: fc.constantFrom('refused', 'replyLost', 'late', 'crash', 'crashBefore') },
);

const plans: fc.Arbitrary<Plan> = fc.record({
	claimants: fc.array(
		fc.record({
			keys: fc.uniqueArray(fc.nat(KEYS.length - 1), { minLength: 1 }),
			firstWindow: fc.integer({ min: 1, max: 3 }),
		}),
		{ minLength: 2, maxLength: 4 },
	),
	choices: fc.array(
		fc.record({
			next: fc.nat(1000),
			fate: fates,
			outcome: fc.constantFrom('placed', 'placed', 'placed', 'refused', 'unknown', 'arrived', 'later'),
			pause: fc.constantFrom(0, 0, 0, 0, 3_000, 6_000),
		}),
		{ minLength: 40, maxLength: 160 },
	),
});

/** Whoever wants to do a step waits here until it is chosen. */
class Steps {
	private readonly waiting: Array<(choice: Plan['choices'][number]) => void> = [];

	constructor(
		private readonly choices: Plan['choices'],
		private readonly pass: (ms: number) => void,
	) {}

	async turn(): Promise<Plan['choices'][number]> {
		return await new Promise((resolve) => this.waiting.push(resolve));
	}

	/** Until nobody wants to do a step any more. After the last choice everything goes its way, in order. */
	async run(): Promise<void> {
		for (let at = 0; ; at++) {
			// Lets everybody come to their next step
			await setImmediate();
			await setImmediate();
			if (this.waiting.length === 0) return;
			const choice = this.choices[at] ?? {
				next: 0,
				fate: 'done' as const,
				outcome: 'placed' as const,
				pause: 0,
			};
			this.pass(choice.pause);
			const [resolve] = this.waiting.splice(choice.next % this.waiting.length, 1);
			resolve?.(choice);
		}
	}
}

const never = async (): Promise<never> => await new Promise(() => undefined);

class World {
	readonly clock = fastClock();
	readonly table = new MemoryTable(this.clock.now);
	/** Orders that the panel has taken, by key. */
	readonly ledger = new Map<string, number>();
	private owners = 0;
	private orders = 0;
	/** Without steps to choose from, everything goes its way at once. */
	steps: Steps | undefined;

	private store(): BookStore {
		const { steps, table } = this;
		if (steps === undefined) return memoryStore(table);
		let fate: Fate = 'done';
		let crashed = false;
		return memoryStore(table, {
			problem: LOST,
			async turn() {
				if (crashed) return await never();
				const choice = await steps.turn();
				crashed = choice.fate === 'crash' || choice.fate === 'crashBefore';
				if (choice.fate === 'crashBefore') return await never();
				// Carried out, sooner or later, but nobody lives to see the reply
				fate = choice.fate === 'crash' ? (choice.next % 2 === 0 ? 'late' : 'replyLost') : choice.fate;
			},
			fate: () => fate,
		});
	}

	private order(ref: number, key: string): Order {
		const row = newRow({
			state: 'waiting',
			service: '1',
			link: key,
			userKey: `user-${key}`,
			requestKey: `request-${key}`,
			run: 'root',
		});
		return { ref, row };
	}

	private take(key: string): string {
		this.ledger.set(key, (this.ledger.get(key) ?? 0) + 1);
		return String(++this.orders);
	}

	private async sendOne({ ref, row }: Order): Promise<Outcome> {
		const choice = await this.steps?.turn();
		if (choice?.fate === 'crash' || choice?.fate === 'crashBefore') {
			if (choice.fate === 'crash') this.take(row.link);
			return await never();
		}
		switch (choice?.outcome ?? 'placed') {
			case 'placed':
				return { ref, state: 'placed', cells: { order: this.take(row.link) } };
			case 'arrived':
				this.take(row.link);
				return { ref, state: 'unknown', cells: {} };
			case 'unknown':
				return { ref, state: 'unknown', cells: {} };
			case 'later':
				return { ref, state: 'later' };
			default:
				return { ref, state: 'refused' };
		}
	}

	async claim(keys: readonly string[], firstWindow: number): Promise<ReadonlyMap<number, Answer>> {
		const { clock, steps } = this;
		const ports: ClaimPorts = {
			store: this.store(),
			clock: {
				now: clock.now,
				sleep: async (ms) => {
					await steps?.turn();
					clock.advance(ms);
				},
			},
			newOwner: () => `owner${++this.owners}`,
			canceled: () => false,
			sameRun: async () => false,
			alsoLookAt: [],
			seen: () => undefined,
			send: async (orders) => await Promise.all(orders.map(async (order) => await this.sendOne(order))),
			keepAlive: async (work) => await work(),
			firstWindow,
		};
		return await placeOrders(
			keys.map((key, ref) => this.order(ref, key)),
			ports,
		);
	}
}

async function played({ claimants, choices }: Plan) {
	const world = new World();
	const steps = new Steps(choices, (ms) => world.clock.advance(ms));
	world.steps = steps;
	let ended = 0;
	for (const { keys, firstWindow } of claimants) {
		void world
			.claim(
				keys.map((key) => KEYS[key] ?? ''),
				firstWindow,
			)
			.then(() => ended++);
	}
	await steps.run();
	world.table.late.splice(0).forEach((step) => step());
	return { world, ended };
}

it('places no key twice, forgets no order and leaves no key stuck, however the steps meet', async () => {
	let crashed = 0;
	await fc.assert(
		fc.asyncProperty(plans, async (plan) => {
			const { world, ended } = await played(plan);
			crashed += plan.claimants.length - ended;
			for (const count of world.ledger.values()) expect(count).toBe(1);
			for (const key of world.ledger.keys()) {
				const rows = world.table.all().filter(({ link, state }) => link === key && state !== 'waiting');
				expect(rows.length).toBeGreaterThan(0);
			}
			// Six minutes later somebody orders every key, and nothing fails any more
			world.clock.advance(6 * 60_000);
			world.steps = undefined;
			const answers = await world.claim(KEYS, 10);
			for (const [ref, answer] of answers) {
				expect(['sent', 'duplicate', 'unknown']).toContain(answer.kind);
				expect(world.ledger.get(KEYS[ref] ?? '') ?? 0).toBeLessThanOrEqual(1);
			}
		}),
		{ numRuns: Number(process.env.SMM_BOOK_RUNS ?? 300), interruptAfterTimeLimit: 60_000 },
	);
	expect(crashed).toBeGreaterThan(0);
}, 120_000);
