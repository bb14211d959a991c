import type { ControlClient } from '../panel/client.cts';
import { createRandom } from '../panel/random.cts';
import { inOwnProcess } from './child.cts';
import type { Bench, Job, Row } from './job.cts';
import { SEED, startBenchPanel } from './stage.cts';
import { median, number, withSpread } from './stats.cts';
import type { TriggerResult } from './triggerInProcess.cts';

const WATCHED = 10_000;
const OPEN = 500;
const MOST_CPU_MS = 50;
const MOST_BYTES = 300_000;

/** One in five of the panel's orders, as an account's orders stand among those of others. */
async function someOf(control: ControlClient): Promise<string[]> {
	const random = createRandom(SEED);
	const orders: string[] = [];
	const parts = 20;
	for (let part = 0; part < parts; part++) {
		for (const [status, count] of [
			['Completed', WATCHED - OPEN],
			['In progress', OPEN],
		] as const) {
			const all = await control.seedOrders({ count: (5 * count) / parts, status });
			for (let taken = 0; taken < count / parts; taken++)
				orders.push(...all.splice(random.whole(0, all.length - 1), 1));
		}
	}
	return orders;
}

export const trigger: Job = {
	name: 'trigger',
	async run({ runs, note }: Bench): Promise<Row[]> {
		const panel = await startBenchPanel();
		try {
			const orders = await someOf(panel.control);
			const { url, key, controlUrl } = panel;
			const input = { url, key, controlUrl, orders, runs };
			const result = await inOwnProcess<TriggerResult>('triggerInProcess.cts', input);
			note(
				"Trigger: polls in n8n-core's PollContext, in a process of its own, CPU of all its threads, warmed up.",
			);
			const requests = Math.max(...result.requests);
			return [
				{
					job: 'trigger, 10,000 watched, 500 open, nothing changed',
					bar: `5 requests, under ${MOST_CPU_MS} ms CPU, state under 300 KB`,
					measured: `${requests} requests, CPU ${withSpread(result.cpu, 'ms')}, the first quiet poll ${number(result.coldCpu)} ms, state ${number(result.stateBytes / 1000)} KB`,
					httpRequest: 'has no trigger; all 10,000 asked anew: see above',
					pass:
						result.requests.every((count) => count === 5) &&
						median(result.cpu) < MOST_CPU_MS &&
						result.stateBytes < MOST_BYTES,
				},
			];
		} finally {
			await panel.stop();
		}
	},
};
