/** Placing from a sheet in real n8n, beside a node that calls nothing but n8n's helpers, and HTTP Request. */
import { fieldsByHand, node, reference, serviceById } from '../sandbox/workflow.cts';
import { times, type Bench, type Job, type Row } from './job.cts';
import { HELPERS } from './probePackage.cts';
import type { Spent } from './probeNodes.cts';
import type { Stage } from './stage.cts';
import { median, number, withSpread } from './stats.cts';
import { httpRequest, TESTED, testedPanelNode } from './workflows.cts';

const ORDERS = 1000;
/** So that a run takes seconds; the CPU of an order is the same. */
const CONCURRENCY = 20;

const sheet = (name: string, services: number[]): string =>
	`Array.from({ length: ${ORDERS} }, (_, i) => ({ row: '${name}-' + i, service: ${JSON.stringify(services)}[i % ${services.length}], link: 'https://example.com/p/${name}-' + i, quantity: 100 }))`;

const FIELDS = { link: '={{ $json.link }}', quantity: '={{ $json.quantity }}' };
const SHARED = {
	serviceId: serviceById('={{ $json.service }}'),
	orderFields: fieldsByHand(FIELDS),
	options: { idempotencyKey: '={{ $json.row }}', concurrency: CONCURRENCY, orderBook: false },
};

/** Each with keys of its own, and a workflow of its own whose record of keys is empty. */
const nodesOf = (stage: Stage) => ({
	ours: testedPanelNode({ resource: 'order', operation: 'create', ...SHARED }, stage.credential),
	helpers: node(
		TESTED,
		HELPERS,
		{ ...SHARED, apiUrl: stage.panel.url },
		{
			credentials: { smmPanelApi: reference(stage.credential) },
		},
	),
	theirs: httpRequest(stage, { action: 'add', service: '={{ $json.service }}', ...FIELDS }),
});

type Kind = keyof ReturnType<typeof nodesOf>;
const KINDS: Kind[] = ['helpers', 'ours', 'theirs'];

async function round(stage: Stage, name: string, services: number[]): Promise<Record<Kind, Spent>> {
	const nodes = nodesOf(stage);
	const spent: Partial<Record<Kind, Spent>> = {};
	for (const kind of KINDS) {
		await stage.panel.control.clearRequests();
		spent[kind] = await stage.measure({
			name: kind,
			items: sheet(`${name}-${kind}`, services),
			node: nodes[kind],
		});
		const { byAction } = await stage.panel.control.counts();
		const { items, failed } = spent[kind];
		if (byAction.add !== ORDERS || items !== ORDERS || failed > 0) {
			throw new Error(`${kind}: ${byAction.add} orders sent, ${items} items, ${failed} failed`);
		}
	}
	return spent as Record<Kind, Spent>;
}

const defaultServices = async ({ panel }: Stage): Promise<number[]> =>
	(await panel.control.services())
		.filter(({ type }) => type === 'Default')
		.slice(0, 50)
		.map(({ id }) => id);

export const placing: Job = {
	name: 'placing',
	async run({ runs, stage: start, note }: Bench): Promise<Row[]> {
		const stage = await start();
		const services = await defaultServices(stage);
		await round(stage, 'warm-up', services);
		const rounds = await times(runs, async (index) => await round(stage, String(index), services));
		const cpu = (kind: Kind) => rounds.map((each) => each[kind].cpuMs / ORDERS);
		const own = rounds.map(({ ours, helpers }) => (ours.cpuMs - helpers.cpuMs) / ORDERS);
		note(
			`Placing: what n8n's helpers cost was measured by a node that evaluates the same parameters, records the same keys and sends the same requests, and does nothing else; ${CONCURRENCY} orders at a time, each run with an empty record of keys.`,
		);
		return [
			{
				job: 'placing 1,000 orders from a sheet, service as an expression, validated, with idempotency keys, without the order book',
				bar: 'our CPU at most 1 ms an order over n8n’s helpers',
				measured: `${withSpread(own, 'ms')} an order over the helpers’ ${number(median(cpu('helpers')))} ms`,
				httpRequest: `${withSpread(cpu('theirs'), 'ms')} an order in all, without validation and keys; ours ${number(median(cpu('ours')))} ms in all`,
				pass: median(own) <= 1,
			},
		];
	},
};
