import { createRandom } from '../panel/random.cts';
import { inOwnProcess } from './child.cts';
import type { Growing, GrowthResult } from './growthInProcess.cts';
import type { Bench, Job, Row } from './job.cts';
import { SEED, startBenchPanel } from './stage.cts';
import { median, number } from './stats.cts';

const SIZES = [1_000, 10_000, 100_000];
/** What may come on top of the growth of the IDs: measuring is not that exact. */
const TOLERANCE = 1.15;

const WORK: Record<Growing, string> = {
	list: 'status, all IDs in one list',
	items: 'status, one input item each',
	firstPoll: 'trigger, first poll',
	quietPoll: 'trigger, all open, nothing changed',
};

const grows = (values: number[]) =>
	values.every((value, index) => index === 0 || value <= (values[index - 1] ?? 0) * 10 * TOLERANCE);

const list = (values: number[], unit: string) => `${values.map(number).join(' → ')} ${unit}`;

function rowOf(what: Growing, results: GrowthResult[]): Row {
	const cpu = results.map((result) => median(result.cpu));
	const memory = results.map(({ bytes }) => bytes / 1000);
	return {
		job: `growth, 1,000 → 10,000 → 100,000 IDs: ${WORK[what]}`,
		bar: 'time and memory grow no faster than the IDs',
		measured: `CPU ${list(cpu, 'ms')}; memory ${list(memory, 'KB')}`,
		httpRequest: '–',
		pass: grows(cpu) && grows(memory),
	};
}

export const growth: Job = {
	name: 'growth',
	async run({ runs, note }: Bench): Promise<Row[]> {
		const panel = await startBenchPanel();
		try {
			const { url, key, control } = panel;
			await control.configure({ latencyMs: 0 });
			// Every other one, as an account's orders stand among those of others
			const random = createRandom(SEED);
			const all = await control.seedOrders({ count: 2.2 * (SIZES.at(-1) ?? 0), status: 'In progress' });
			const orders = all.filter(() => random.chance(0.5));
			note(
				'Growth: CPU and what stays in memory afterwards (the output items; the state of the trigger), in n8n-core, without latency; what is ten times as much may take ten times as long, and 15 % for the error of measurement.',
			);
			const rows: Row[] = [];
			for (const what of Object.keys(WORK) as Growing[]) {
				const results: GrowthResult[] = [];
				for (const size of SIZES) {
					const input = { url, key, what, orders: orders.slice(0, size), runs };
					results.push(await inOwnProcess<GrowthResult>('growthInProcess.cts', input));
				}
				rows.push(rowOf(what, results));
			}
			return rows;
		} finally {
			await panel.stop();
		}
	},
};
