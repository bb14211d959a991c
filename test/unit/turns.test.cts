import { setTimeout as sleep } from 'node:timers/promises';
import { turns } from '../../nodes/SmmPanel/shared/times';

/** Work of the same name at the same moment: each finds what the one before it has left. */

const LONG = 60_000;
const inTurn = turns();

it('runs what has the same name one after the other, in order, and gives each its own result', async () => {
	let running = 0;
	const order: number[] = [];
	const results = [0, 1, 2, 3].map((at) =>
		inTurn(
			'one account',
			async () => {
				expect(++running).toBe(1);
				await sleep(5);
				order.push(at);
				running--;
				return at;
			},
			LONG,
		),
	);
	expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
	expect(order).toEqual([0, 1, 2, 3]);
});

it('another name waits for nobody', async () => {
	let release = () => undefined as void;
	const first = inTurn('held', async () => await new Promise<void>((resolve) => (release = resolve)), LONG);
	expect(await inTurn('free', async () => await Promise.resolve('done'), LONG)).toBe('done');
	release();
	await first;
});

it('one that fails is an error of its own alone', async () => {
	const failing = inTurn('failing', async () => await Promise.reject(new Error('no answer')), LONG);
	const next = inTurn('failing', async () => await Promise.resolve('done'), LONG);
	await expect(failing).rejects.toThrow('no answer');
	expect(await next).toBe('done');
});

it('one that hangs holds the others up only so long', async () => {
	const begun = Date.now();
	void inTurn('hanging', async () => await new Promise<never>(() => undefined), 50);
	const others = [1, 2, 3].map((at) => inTurn('hanging', async () => await Promise.resolve(at), 50));
	expect(await Promise.all(others)).toEqual([1, 2, 3]);
	expect(Date.now() - begun).toBeGreaterThanOrEqual(45);
	expect(Date.now() - begun).toBeLessThan(5_000);
});
