import { endsRight, judge } from './transitionsBooks.cts';
import { live, type Story, type Variant } from './transitionsRun.cts';

/**
 * The trigger in real n8n: 300 orders with random lives, n8n killed five times, the panel down twice. What its executions
 * hold is compared with what the panel's books say that its polls were told.
 */

const VARIANTS: Variant[] = [
	{ name: 'n8n 2', seed: 'two' },
	{
		name: 'n8n 2 with durable cursors',
		seed: 'durable',
		durable: true,
		env: {
			N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
			N8N_SCHEDULER_ENABLED: 'true',
			N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
			N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
			N8N_SCHEDULER_EXECUTOR_INTERVAL: '1',
		},
	},
	{ name: 'n8n 2 with the order book', seed: 'book', book: true },
];
const chosen = VARIANTS.filter(({ name }) => new RegExp(process.env.SMM_TRANSITIONS ?? '').test(name));

// They wait most of the time: all at once
let stories: Array<PromiseSettledResult<Story>>;
beforeAll(async () => {
	stories = await Promise.allSettled(chosen.map(live));
}, 1_200_000);

test.each(chosen.map(({ name }, index) => [name, index] as const))(
	'%s: every change that a poll was told is in an execution, once, in its order',
	(name, index) => {
		const settled = stories[index] as PromiseSettledResult<Story>;
		if (settled.status === 'rejected') throw settled.reason;
		const { lives, orders, ...figures } = settled.value;
		const verdict = judge(orders, lives, chosen[index]?.durable);
		const { faults, lostByN8n, doubledByN8n, diedWithPoll, overtaken, ...counts } = verdict;
		const wrongInTheEnd = orders.filter((order) => !endsRight(order)).map(({ id }) => id);
		const share = {
			lostByN8n: lostByN8n.length,
			doubledByN8n: doubledByN8n.length,
			diedWithPoll: diedWithPoll.length,
			overtaken: overtaken.length,
		};
		const polls = lives.flatMap((life) => life.polls).length;
		const all = {
			name,
			orders: orders.length,
			kills: lives.length - 1,
			polls,
			...counts,
			faults: faults.length,
			...share,
			...figures,
		};
		process.stdout.write(`${JSON.stringify(all)}\n`);

		expect(faults.slice(0, 20)).toEqual([]);
		expect(orders).toHaveLength(300);
		expect(lives).toHaveLength(6);
		expect(counts.emitted).toBeGreaterThan(300);
		expect(
			counts.emitted - doubledByN8n.length + lostByN8n.length + diedWithPoll.length + overtaken.length,
		).toBe(counts.told);
		// An order ends as the panel says, unless n8n lost that very execution
		const lost = new Set(lostByN8n.map((text) => text.split(':')[0]));
		expect(wrongInTheEnd.filter((id) => !lost.has(id))).toEqual([]);
		expect(figures.executions.error).toBeUndefined();
	},
);
