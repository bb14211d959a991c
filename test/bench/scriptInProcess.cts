/** What one would write without n8n: a script that asks for the status of orders, in a process of its own. */
import { answerWith, cpuOf } from './child.cts';

export interface ScriptInput {
	url: string;
	key: string;
	ids: string[];
	/** IDs in a request. */
	batchSize: number;
	/** Requests at the same time. */
	concurrency: number;
}

export interface ScriptSpent {
	/** Milliseconds from the first request to the last answer, without the start of Node. */
	wallMs: number;
	/** Milliseconds of CPU, all threads. */
	cpuMs: number;
}

async function ask({ url, key, ids, batchSize, concurrency }: ScriptInput): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < ids.length) {
			const batch = ids.slice(next, (next += batchSize));
			const named: Record<string, string> =
				batchSize === 1 ? { order: batch.join() } : { orders: batch.join() };
			const body = new URLSearchParams({ key, action: 'status', ...named });
			const reply = await fetch(url, { method: 'POST', body });
			if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
			await reply.json();
		}
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
}

answerWith<ScriptInput, ScriptSpent>(async (input) => {
	let wallMs = 0;
	const cpuMs = await cpuOf(async () => {
		const started = performance.now();
		await ask(input);
		wallMs = performance.now() - started;
	});
	return { wallMs, cpuMs };
});
