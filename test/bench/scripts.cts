/** The same statuses by scripts of one's own, to put ours into proportion. */
import { inOwnProcess } from './child.cts';
import { times, type Job, type Row } from './job.cts';
import type { ScriptInput, ScriptSpent } from './scriptInProcess.cts';
import { withSpread } from './stats.cts';

const SCRIPTS = [
	{ name: 'one order a request, ten requests at a time', batchSize: 1, concurrency: 10 },
	{ name: '100 orders a request, one request after the other', batchSize: 100, concurrency: 1 },
];

export const scripts: Job = {
	name: 'scripts',
	async run(bench): Promise<Row[]> {
		const { panel } = await bench.stage();
		const ids = await panel.control.seedOrders({ count: 2000, status: 'In progress' });
		bench.note(
			'Scripts: Node’s own `fetch` in a process of its own, without its start; it only asks, and throws at whatever is not as it should be.',
		);
		const rows: Row[] = [];
		for (const { name, ...how } of SCRIPTS) {
			const input: ScriptInput = { url: panel.url, key: panel.key, ids, ...how };
			const all = await times(
				bench.runs,
				async () => await inOwnProcess<ScriptSpent>('scriptInProcess.cts', input),
			);
			rows.push({
				job: `the same by a script: ${name}`,
				bar: '',
				measured: '–',
				httpRequest: `script: ${withSpread(
					all.map(({ wallMs }) => wallMs),
					'ms',
				)}, CPU ${withSpread(
					all.map(({ cpuMs }) => cpuMs),
					'ms',
				)}`,
			});
		}
		return rows;
	},
};
