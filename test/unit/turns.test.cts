import { setTimeout as sleep } from 'node:timers/promises';
import { inTurn } from '../../nodes/SmmPanel/actions/order/waiting/turns';

/** Executions that check at the same moment: each finds what the one before it has written. */

const LONG = 60_000;

it('runs what has the same name one after the other, in order, and gives each its own result', async () => {
	let running = 0;
	const order: number[] = [];
	const results = [0, 1, 2, 3].map((at) =>
		inTurn('one account', LONG, async () => {
			expect(++running).toBe(1);
			await sleep(5);
			order.push(at);
			running--;
			return at;
		}),
	);
	expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
	expect(order).toEqual([0, 1, 2, 3]);
});

it('another name waits for nobody', async () => {
	let release = () => undefined as void;
	const first = inTurn('held', LONG, async () => await new Promise<void>((resolve) => (release = resolve)));
	expect(await inTurn('free', LONG, async () => await Promise.resolve('done'))).toBe('done');
	release();
	await first;
});

it('one that fails is an error of its own alone', async () => {
	const failing = inTurn('failing', LONG, async () => await Promise.reject(new Error('no answer')));
	const next = inTurn('failing', LONG, async () => await Promise.resolve('done'));
	await expect(failing).rejects.toThrow('no answer');
	expect(await next).toBe('done');
});

it('one that hangs holds the others up only so long', async () => {
	const begun = Date.now();
	void inTurn('hanging', 50, async () => await new Promise<never>(() => undefined));
	const others = [1, 2, 3].map((at) => inTurn('hanging', 50, async () => await Promise.resolve(at)));
	expect(await Promise.all(others)).toEqual([1, 2, 3]);
	expect(Date.now() - begun).toBeGreaterThanOrEqual(45);
	expect(Date.now() - begun).toBeLessThan(5_000);
});
