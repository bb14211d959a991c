/** Panels that refuse for the rate, in real time: each row has a panel, and so a pace, of its own; they run at once. */
import type { INodeParameters } from 'n8n-workflow';
import { placing } from '../sandbox/workflow.cts';
import type { DevPanel } from '../panel/server.cts';
import { times, type Bench, type Job, type Row } from './job.cts';
import type { Spent } from './probeNodes.cts';
import { startBenchPanel, type Stage } from './stage.cts';
import { median, number, sum, withSpread } from './stats.cts';
import { idItems, testedPanelNode } from './workflows.cts';

type Style = '429' | '429RetryAfter' | '200';

const MINUTE_MS = 60_000;
const MOST_REFUSED = 0.05;
const MOST_TIME = 1.1;

interface Limited {
	job: string;
	perMinute: number;
	style: Style;
	/** What is to come out, and the runs that make it. */
	items: number;
	run(stage: Stage, panel: DevPanel): Promise<Spent[]>;
}

/** Orders with the options' defaults, in executions that begin at the same time. */
const orders = (executions: number, each: number) => async (stage: Stage, panel: DevPanel) => {
	const credential = await stage.api.connect(panel);
	const service = panel.services().find(({ type }) => type === 'Default')?.id ?? 0;
	const items = (run: number) =>
		`Array.from({ length: ${each} }, (_, i) => ({ link: 'https://example.com/p/${run}-' + i }))`;
	const order = placing(service, { link: '={{ $json.link }}', quantity: '100' });
	const node = testedPanelNode({ ...order, options: {} }, credential);
	const runs = Array.from(
		{ length: executions },
		async (_, run) => await stage.measure({ name: `Orders ${run}`, items: items(run), node }),
	);
	return await Promise.all(runs);
};

const statuses =
	(count: number, options: INodeParameters = {}) =>
	async (stage: Stage, panel: DevPanel) => {
		const credential = await stage.api.connect(panel);
		const ids = panel.seedOrders({ count, status: 'In progress' });
		const parameters = { resource: 'order', operation: 'getStatus', orderIds: '={{ $json.order }}', options };
		const node = testedPanelNode(parameters, credential);
		return [await stage.measure({ name: `Statuses ${count}`, items: idItems(ids), node })];
	};

const LIMITED: Limited[] = [
	...(['429', '429RetryAfter', '200'] as const).map((style) => ({
		job: `placing 300 orders, one item each, ${toldBy(style)}`,
		perMinute: 60,
		style,
		items: 300,
		run: orders(1, 300),
	})),
	{
		job: `placing 60 orders in each of five executions at once, ${toldBy('429')}`,
		perMinute: 60,
		style: '429',
		items: 300,
		run: orders(5, 60),
	},
	...[60, 120, 300].map((perMinute) => ({
		job: `status of 20,000 orders, one item each, ${toldBy('429')}`,
		perMinute,
		style: '429' as const,
		items: 20_000,
		run: statuses(20_000),
	})),
];

function toldBy(style: Style): string {
	if (style === '200') return 'refused in words with HTTP 200';
	return style === '429' ? 'refused with HTTP 429 alone' : 'refused with HTTP 429 and Retry-After';
}

async function measure(stage: Stage, { job, perMinute, style, items, run }: Limited): Promise<Row> {
	const panel = await startBenchPanel({ services: 40, rateLimit: { perMinute, style } });
	try {
		const spent = await run(stage, panel);
		const { total, limited } = panel.counts();
		const requests = panel.requests();
		const wallMs = (requests.at(-1)?.answeredAt ?? NaN) - (requests[0]?.realAt ?? NaN);
		const failed = sum(spent.map((one) => one.failed));
		const done = sum(spent.map((one) => one.items)) - failed;
		const leastMs = (Math.ceil((total - limited) / perMinute) - 1) * MINUTE_MS;
		const share = limited / total;
		return {
			job: `${job}, ${perMinute} requests a minute`,
			bar: `nothing fails; at most 5 % of requests refused; at most 1.1 × the least time, ${number(leastMs / 1000)} s`,
			measured: `${number(total)} requests, ${number(limited)} refused (${number(100 * share)} %), ${number(failed)} failed, ${number(wallMs / 1000)} s${leastMs > 0 ? ` (${number(wallMs / leastMs)} ×)` : ''}`,
			httpRequest: '',
			pass: done === items && share <= MOST_REFUSED && (leastMs === 0 || wallMs <= MOST_TIME * leastMs),
		};
	} finally {
		await panel.stop();
	}
}

export const pace: Job = {
	name: 'pace',
	async run({ stage: start, note }: Bench): Promise<Row[]> {
		const stage = await start();
		note(
			'Pace: real time, with the options’ defaults; once each, all rows at the same time, each with a panel of its own. The least time is what the panel’s sliding minute makes of the requests that pass, the service list among them; the time is that from the first request to the last answer.',
		);
		return await Promise.all(LIMITED.map(async (limited) => await measure(stage, limited)));
	},
};

const LATENCY_MS = 300;

/** A panel that is new to n8n, so that nothing about it is known. */
async function unlimited(stage: Stage, options: INodeParameters): Promise<Spent> {
	const panel = await startBenchPanel({ services: 40, latencyMs: LATENCY_MS });
	try {
		const [spent] = await statuses(10_000, options)(stage, panel);
		const { total } = panel.counts();
		if (spent === undefined || spent.failed > 0 || total !== 100) throw new Error(`${total} requests`);
		return spent;
	} finally {
		await panel.stop();
	}
}

export const noLimit: Job = {
	name: 'no-limit',
	async run({ runs, stage: start }: Bench): Promise<Row[]> {
		const stage = await start();
		const rounds = await times(runs, async () => ({
			three: (await unlimited(stage, { concurrency: 3 })).wallMs,
			ours: (await unlimited(stage, {})).wallMs,
		}));
		const three = rounds.map((round) => round.three);
		const ours = rounds.map((round) => round.ours);
		return [
			{
				job: `status of 10,000 orders, a panel without a limit that answers after ${LATENCY_MS} ms`,
				bar: 'at most a third of the time of three requests at once',
				measured: `100 requests, ${withSpread(ours, 'ms')}; three at once ${withSpread(three, 'ms')}, ${number(median(three) / median(ours))} ×`,
				httpRequest: '',
				pass: median(ours) <= median(three) / 3,
			},
		];
	},
};
