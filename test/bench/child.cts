/** Measurements in a fresh process of n8n's Node: nothing else runs in it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { ensureNode } from '../sandbox/install.cts';
import { ROOT } from '../sandbox/paths.cts';

/** Runs one of this folder's scripts with `input`; resolves what it printed as JSON. */
export async function inOwnProcess<T>(script: string, input: unknown): Promise<T> {
	const { node } = await ensureNode();
	const args = ['--expose-gc', '-r', 'tsx/cjs', join(__dirname, script)];
	const running = promisify(execFile)(node, args, { cwd: ROOT, maxBuffer: 1e8 });
	running.child.stdin?.end(JSON.stringify(input));
	const { stdout } = await running;
	return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

/** For the script itself. */
export function answerWith<I, T>(work: (input: I) => Promise<T>): void {
	const answer = async () => {
		const result = await work(JSON.parse(await text(process.stdin)) as I);
		process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
	};
	answer().catch((error: unknown) => {
		console.error(error);
		process.exit(1);
	});
}

export function collectGarbage(): void {
	for (let time = 0; time < 3; time++) (globalThis as { gc?: () => void }).gc?.();
}

/** CPU milliseconds of this process, all its threads, for `work`. */
export async function cpuOf(work: () => Promise<unknown> | unknown): Promise<number> {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

/** Bytes of the heap that what `make` returns keeps from being collected. */
export async function heapOf<T>(make: () => Promise<T> | T): Promise<{ bytes: number; value: T }> {
	collectGarbage();
	const before = process.memoryUsage().heapUsed;
	const value = await make();
	collectGarbage();
	return { bytes: process.memoryUsage().heapUsed - before, value };
}
