/** Polls of the trigger in n8n's own poll context, with nothing else in the process. */
import './codeFirst.cts';
import { controlClient } from '../panel/client.cts';
import { createPoller, type Poller } from '../engine/poller.cts';
import { answerWith, cpuOf } from './child.cts';

interface Input {
	url: string;
	key: string;
	controlUrl: string;
	orders: string[];
	runs: number;
}

export interface TriggerResult {
	requests: number[];
	cpu: number[];
	coldCpu: number;
	stateBytes: number;
}

const WARM_UP = 10;
/** In a row, so that each pays for its own share of garbage collection. */
const POLLS = 5;

export const pollerOf = (input: { url: string; key: string; orders: string[] }): Poller =>
	createPoller({
		parameters: { event: 'orderStatusChanged', source: 'ids', orderIds: input.orders.join(',') },
		credentials: { apiUrl: input.url, apiKey: input.key },
	});

async function quietPoll(poller: Poller): Promise<void> {
	const found = await poller.poll();
	if (found !== null) throw new Error(`Nothing had changed, but ${found.length} items came out`);
}

if (require.main === module) {
	answerWith(async (input: Input): Promise<TriggerResult> => {
		const control = controlClient(input.controlUrl);
		await pollerOf(input).activate();
		const poller = pollerOf(input);
		await poller.activate();
		const coldCpu = await cpuOf(async () => await quietPoll(poller));
		for (let time = 0; time < WARM_UP; time++) await quietPoll(poller);
		const result: TriggerResult = { requests: [], cpu: [], coldCpu, stateBytes: 0 };
		for (let run = 0; run < input.runs; run++) {
			await control.clearRequests();
			const cpu = await cpuOf(async () => {
				for (let time = 0; time < POLLS; time++) await quietPoll(poller);
			});
			result.cpu.push(cpu / POLLS);
			result.requests.push((await control.counts()).total / POLLS);
		}
		return { ...result, stateBytes: Buffer.byteLength(JSON.stringify(poller.staticData())) };
	});
}
