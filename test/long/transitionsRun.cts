/** 300 orders with lives of their own, an active trigger, and an n8n that is killed while the panel comes and goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { preparedFolder } from '../e2e/n8nFixture.cts';
import { pollTimes } from '../e2e/orders.cts';
import { createRandom, type Random } from '../panel/random.cts';
import type { DevPanel } from '../panel/server.cts';
import { openStand, type Stand } from '../sandbox/stand.cts';
import { until } from '../sandbox/until.cts';
import { node, panelTrigger, workflow } from '../sandbox/workflow.cts';
import type { Life, OrderBooks } from './transitionsBooks.cts';
import { savedStatuses } from './transitionsDatabase.cts';
import { serveBook, serveTable, type List } from './transitionsLists.cts';
import { booksOf, executionsOf, NAME } from './transitionsStored.cts';

export interface Variant {
	name: string;
	env?: Record<string, string>;
	seed: string;
	/** With durable cursors n8n forgets what the poll of the activation remembered. */
	durable?: boolean;
	/** The list is the order book, else it is a data table. */
	book?: boolean;
}

export interface Story {
	lives: Life[];
	orders: OrderBooks[];
	/** By status. */
	executions: Record<string, number>;
	outages: number;
	requests: number;
	seconds: number;
}

const ORDERS = 300;
const AT_FIRST = 60;
const KILLS = 5;
const LONGEST_LIFE_MS = 45_000;

/** New orders all the time, some with a life of seconds; some get on the list late, when they may be finished. */
async function placeOrders(panel: DevPanel, list: List, random: Random, forMs: number): Promise<void> {
	const late: string[] = [];
	let placed = AT_FIRST;
	for (const started = Date.now(); placed < ORDERS; await sleep(400)) {
		const due = AT_FIRST + Math.ceil(((Date.now() - started) / forMs) * (ORDERS - AT_FIRST));
		while (placed < Math.min(due, ORDERS)) {
			const count = Math.min(random.whole(1, 4), ORDERS - placed);
			panel.configure({
				lives: { kind: 'random', seed: placed, withinMs: random.chance(0.3) ? 4_000 : LONGEST_LIFE_MS },
			});
			const ids = panel.seedOrders({ count });
			if (random.chance(0.2)) late.push(...ids);
			else list.add(ids);
			placed += count;
		}
		if (random.chance(0.1)) list.add(late.splice(0));
	}
	list.add(late);
}

async function outages(panel: DevPanel, random: Random): Promise<number> {
	for (const how of ['refuse', 'drop'] as const) {
		await sleep(random.whole(15_000, 35_000));
		await panel.down(how);
		await sleep(random.whole(6_000, 14_000));
		await panel.up();
	}
	return 2;
}

/** Half of the times some moment; else within a poll, or just after it: there n8n has most to lose. */
async function someMoment(list: List, random: Random): Promise<void> {
	await sleep(random.whole(0, 12_000));
	if (random.chance(0.5)) return;
	const polls = list.asked.length;
	const after = random.whole(0, 160);
	for (const started = Date.now(); list.asked.length === polls && Date.now() - started < 15_000; )
		await sleep(2);
	await sleep(after);
}

export async function live({ env, seed, durable, book }: Variant): Promise<Story> {
	const random = (what: string) => createRandom(`${seed} ${what}`);
	const started = Date.now();
	const list = await (book === true ? serveBook() : serveTable());
	const lives: Life[] = [];
	const begin = () => void lives.push({ startedAt: Date.now(), polls: [] });
	const stand = {} as Stand;
	try {
		begin();
		const withinMs = LONGEST_LIFE_MS;
		const options = { speed: 1, services: 20, lives: { kind: 'random', seed, withinMs } } as const;
		await openStand({ ...preparedFolder('transitions-'), env, panel: options }, stand);
		const { panel, api } = stand;
		const { parameters, tables } = await list.watch(api, panel);
		const more = { event: 'orderStatusChanged', ...parameters, pollTimes };
		const trigger = panelTrigger(NAME, more, stand.credential, tables);
		const { id } = await api.createWorkflow(workflow('Follow', [trigger, node('Done', 'noOp')]));
		list.add(panel.seedOrders({ count: AT_FIRST }));
		const atFirst = new Set(list.ids);
		await api.activate(id);
		// The first of them was the activation's
		await until(() => list.asked.length >= 3, 'Three polls');
		const baselineAt = durable ? (list.asked[1] ?? 0) : 0;
		const placing = placeOrders(panel, list, random('orders'), 70_000);
		const faults = outages(panel, random('outages'));
		for (let kill = 0; kill < KILLS; kill++) {
			await someMoment(list, random(`kill ${kill}`));
			const life = lives.at(-1) as Life;
			life.killedAt = Date.now();
			await stand.n8n.kill();
			life.saved = await savedStatuses(stand.n8n.userFolder, id, trigger);
			begin();
			// n8n 2.41 may fail to start once after a kill: it stumbles over an execution that was stored and not begun
			await stand.restart().catch(stand.restart);
		}
		const [, down] = await Promise.all([placing, faults]);
		await allLivesEnded(panel, list);
		const executions = await executionsOf(stand.n8n, id);
		return {
			lives: withPolls(lives, list.asked),
			orders: booksOf(panel, executions, atFirst, baselineAt),
			executions: countBy(executions.map(({ status }) => status)),
			outages: down,
			requests: panel.counts().byAction.status ?? 0,
			seconds: Math.round((Date.now() - started) / 1000),
		};
	} finally {
		await stand.n8n?.kill();
		await stand.stop?.();
		list.close();
	}
}

/** Each poll belongs to the life in which it asked. */
const withPolls = (lives: readonly Life[], asked: readonly number[]): Life[] =>
	lives.map((life, index) => {
		const end = lives[index + 1]?.startedAt ?? Infinity;
		return { ...life, polls: asked.filter((at) => at >= life.startedAt && at < end) };
	});

async function allLivesEnded(panel: DevPanel, list: List): Promise<void> {
	const settled = Math.max(...panel.orders().map(({ placedRealAt }) => placedRealAt)) + LONGEST_LIFE_MS;
	await until(() => Date.now() > settled, 'All lives');
	const polls = list.asked.length;
	await until(() => list.asked.length >= polls + 3, 'Three more polls');
}

const countBy = (values: readonly string[]): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
	return counts;
};
