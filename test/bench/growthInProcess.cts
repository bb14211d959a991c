/** CPU and memory of the same work on ever more IDs, in n8n's engine, with nothing else in the process. */
import './codeFirst.cts';
import { runNode } from '../engine/engine.cts';
import { answerWith, collectGarbage, cpuOf, heapOf } from './child.cts';
import { median } from './stats.cts';
import { pollerOf } from './triggerInProcess.cts';

interface Input {
	url: string;
	key: string;
	what: Growing;
	orders: string[];
	runs: number;
}

export type Growing = 'list' | 'items' | 'firstPoll' | 'quietPoll';

export interface GrowthResult {
	cpu: number[];
	bytes: number;
}

/** What is measured, made anew for each run, and what it must come to. */
async function workOf({ what, orders, url, key }: Input): Promise<() => Promise<unknown>> {
	const poller = pollerOf({ url, key, orders });
	if (what === 'firstPoll') return async () => (await poller.activate(), poller.saved());
	if (what === 'quietPoll') {
		await poller.activate();
		return async () => (await poller.poll(), poller.saved());
	}
	const parameters = { resource: 'order', operation: 'getStatus', options: { concurrency: 20 } };
	const credentials = { apiUrl: url, apiKey: key };
	const items = what === 'items' ? orders.map((order) => ({ order })) : undefined;
	const orderIds = what === 'items' ? '={{ $json.order }}' : orders.join(',');
	return async () => {
		const run = await runNode({ parameters: { ...parameters, orderIds }, credentials, items });
		if (run.items.length !== orders.length)
			throw new Error(`${run.items.length} items: ${run.error?.message}`);
		return run.items;
	};
}

answerWith(async (input: Input): Promise<GrowthResult> => {
	const warmUp = { ...input, orders: input.orders.slice(0, 1000) };
	for (let time = 0; time < 10; time++) await (await workOf(warmUp))();
	const cpu: number[] = [];
	for (let run = 0; run < input.runs; run++) {
		const work = await workOf(input);
		collectGarbage();
		cpu.push(await cpuOf(work));
	}
	const bytes: number[] = [];
	for (let run = 0; run < Math.max(input.runs, 3); run++) {
		const kept = await heapOf(await workOf(input));
		// Of a poll, its state is left
		bytes.push(typeof kept.value === 'string' ? Buffer.byteLength(kept.value) : kept.bytes);
	}
	return { cpu, bytes: median(bytes) };
});
