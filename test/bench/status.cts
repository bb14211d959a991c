/** Status of many orders in real n8n: the package's node and HTTP Request take turns. */
import type { INode } from 'n8n-workflow';
import { times, type Bench, type Job, type Row } from './job.cts';
import type { Spent } from './probeNodes.cts';
import { LATENCY_MS, type Stage } from './stage.cts';
import { median, number, withSpread } from './stats.cts';
import { httpRequest, httpRequestWithTypedKey, idItems, testedPanelNode } from './workflows.cts';

interface Measured extends Spent {
	requests: number;
}

const ONE_EACH = { resource: 'order', operation: 'getStatus', orderIds: '={{ $json.order }}' };
const STATUS_OF_ITEM = { action: 'status', order: '={{ $json.order }}' };
const CONCURRENCY = 3;

async function measure(stage: Stage, name: string, items: string, node: INode): Promise<Measured> {
	stage.panel.clearRequests();
	const spent = await stage.measure({ name, items, node });
	const { total } = stage.panel.counts();
	return { ...spent, requests: total };
}

const ours = (stage: Stage, parameters = ONE_EACH) => testedPanelNode(parameters, stage.credential);
const theirs = (stage: Stage) => httpRequest(stage, STATUS_OF_ITEM);

/** Both nodes in turn, after a small run of each that is not counted. */
async function compare(
	{ runs, stage: start }: Bench,
	items: string,
	nodes: (stage: Stage) => { ours: INode; theirs?: INode },
): Promise<{ ours: Measured[]; theirs: Measured[] }> {
	const stage = await start();
	const few = idItems(stage.panel.seedOrders({ count: 200, status: 'In progress' }));
	await measure(stage, 'Warm-up', few, ours(stage));
	await measure(stage, 'Warm-up', few, theirs(stage));
	const both = nodes(stage);
	const rounds = await times(runs, async () => {
		const our = await measure(stage, 'SMM Panel', items, both.ours);
		return { our, their: both.theirs && (await measure(stage, 'HTTP Request', items, both.theirs)) };
	});
	return {
		ours: rounds.map(({ our }) => our),
		theirs: rounds.flatMap(({ their }) => (their === undefined ? [] : [their])),
	};
}

const isComplete = ({ items, failed }: Measured, count: number) => items === count && failed === 0;
const walls = (all: Measured[]) => all.map(({ wallMs }) => wallMs);
const cpus = (all: Measured[]) => all.map(({ cpuMs }) => cpuMs);
const requests = (all: Measured[]) => number(median(all.map((one) => one.requests)));
const tell = (all: Measured[]) =>
	`${requests(all)} requests, ${withSpread(walls(all), 'ms')}, CPU ${withSpread(cpus(all), 'ms')}`;

export const status2000: Job = {
	name: 'status-2000',
	async run(bench): Promise<Row[]> {
		const stage = await bench.stage();
		const ids = stage.panel.seedOrders({ count: 2000, status: 'In progress' });
		const items = idItems(ids);
		const all = await compare(bench, items, () => ({ ours: ours(stage), theirs: theirs(stage) }));
		const typed = httpRequestWithTypedKey(stage, STATUS_OF_ITEM);
		const withTypedKey = await times(
			bench.runs,
			async () => await measure(stage, 'HTTP Request', items, typed),
		);
		const share = (their: Measured[]) => number(median(walls(their)) / median(walls(all.ours)));
		const complete = [...all.ours, ...all.theirs, ...withTypedKey].every((one) => isComplete(one, 2000));
		bench.note(
			'HTTP Request: one request for each item, all at once, as its defaults are; with the same credential, unless said otherwise.',
		);
		return [
			{
				job: 'status of 2,000 orders, one input item each',
				bar: '20 requests; at most 1/10 of HTTP Request’s wall time, the key typed into it',
				measured: `${tell(all.ours)}; 1/${share(all.theirs)} of HTTP Request’s time`,
				httpRequest: `${tell(all.theirs)}; with the key typed into the node ${withSpread(walls(withTypedKey), 'ms')}, of which ours is 1/${share(withTypedKey)}`,
				pass:
					complete &&
					all.ours.every((one) => one.requests === 20) &&
					median(walls(all.ours)) <= median(walls(withTypedKey)) / 10,
			},
		];
	},
};

export const status10000: Job = {
	name: 'status-10000',
	async run(bench): Promise<Row[]> {
		const stage = await bench.stage();
		const ids = stage.panel.seedOrders({ count: 10_000, status: 'In progress' });
		const items = idItems(ids);
		const allowed = 1.3 * (100 / CONCURRENCY) * LATENCY_MS;
		const list = { ...ONE_EACH, orderIds: "={{ $('Items').all().map((item) => item.json.order) }}" };
		const once = { ...ours(stage, list), executeOnce: true };
		const asList = await compare(bench, items, () => ({ ours: once }));
		const each = await compare(bench, items, () => ({ ours: ours(stage), theirs: theirs(stage) }));
		const bar = `at most 1.3 × (100 ÷ ${CONCURRENCY} × ${LATENCY_MS} ms) = ${number(allowed)} ms`;
		const passes = (all: Measured[]) =>
			all.every((one) => one.requests === 100 && isComplete(one, 10_000)) && median(walls(all)) <= allowed;
		return [
			{
				job: 'status of 10,000 orders, all IDs in one list',
				bar,
				measured: tell(asList.ours),
				httpRequest: 'knows no lists: see the next row',
				pass: passes(asList.ours),
			},
			{
				job: 'status of 10,000 orders, one input item each',
				bar,
				measured: tell(each.ours),
				httpRequest: tell(each.theirs),
				pass: passes(each.ours),
			},
		];
	},
};
