/** Random lives of orders against the panel's own books: every change a poll was told fires once, in its order. */
import { spelling } from '../../nodes/SmmPanel/panel/statuses';
import { createRandom, type Random } from '../panel/random.cts';
import type { Polled, Poller } from './poller.cts';
import { serverFor, triggerFixture, watchedTable } from './triggerFixture.cts';

const MINUTE = 60_000;
const stand = triggerFixture({ lives: { kind: 'random', withinMs: 40 * MINUTE, maxSteps: 6 } });
const serve = serverFor();

/** `A a B B` → `A B`. */
const changesOf = (statuses: readonly string[]) =>
	statuses.filter((status, at) => at === 0 || spelling(status) !== spelling(statuses[at - 1] as string));

interface Fired {
	order: string;
	from: string | null;
	to: string;
}

const firedIn = (polled: Polled): Fired[] =>
	(polled ?? []).map(({ json }) => ({
		order: String(json.order),
		from: json.previousStatus as string | null,
		to: String(json.status),
	}));

/** New orders appear at the panel and, at once or much later, on the list. */
function shop(random: Random) {
	const list: string[] = [];
	const late: string[] = [];
	return {
		list,
		open() {
			const placed = stand.orders(random.whole(0, 12));
			for (const order of placed) (random.chance(0.3) ? late : list).push(order);
			if (random.chance(0.3)) list.push(...late.splice(0));
		},
		close: () => list.push(...late.splice(0)),
	};
}

async function minute(poller: Poller, random: Random): Promise<Fired[]> {
	stand.panel.step(random.whole(1, 5 * MINUTE));
	const chance = random.next();
	if (chance < 0.1) return firedIn(await poller.restart());
	if (chance < 0.2) {
		const both = [poller.poll(), poller.poll()];
		return (await Promise.all(both)).flatMap(firedIn);
	}
	if (chance > 0.95) {
		await stand.panel.down(random.pick(['refuse', 'drop'] as const));
		const fired = firedIn(await poller.poll());
		await stand.panel.up();
		return fired;
	}
	return firedIn(await poller.poll());
}

describe.each([false, true])('with durable cursors: %s', (durable) => {
	test.each([1, 2, 3])(
		'over 60 polls with restarts, outages and overlaps (seed %s)',
		async (seed) => {
			const random = createRandom(`ledger ${seed} ${durable}`);
			const { list, open, close } = shop(random);
			const table = await watchedTable(serve, []);
			const parameters = { ...table.parameters, options: { tolerateOutages: 1000 } };
			const poller = stand.poller(parameters, { durable, ...table.more });
			const grow = () => {
				open();
				table.add(...list.slice(table.n8n.tables[0]?.rows.length));
			};
			grow();
			const fired = firedIn(await poller.activate());
			// With durable cursors the activation poll leaves nothing: the next one is the first
			if (durable) fired.push(...firedIn(await poller.poll()));
			const atFirst = new Set(list);
			for (let poll = 0; poll < 60; poll++) {
				if (poll === 55) close();
				grow();
				fired.push(...(await minute(poller, random)));
			}
			for (const order of list) {
				const seen = stand.panel.order(order).told;
				const expected = changesOf(atFirst.has(order) ? seen : ['Pending', ...seen]);
				const own = fired.filter((one) => one.order === order);
				expect(own.map(({ to }) => spelling(to))).toEqual(expected.slice(1).map(spelling));
				expect(own.slice(1).map(({ from }) => from)).toEqual(own.slice(0, -1).map(({ to }) => to));
			}
			expect(list.length).toBeGreaterThan(200);
			expect(fired.length).toBeGreaterThan(200);
			expect(poller.errors).toEqual([]);
		},
		60_000,
	);
});
