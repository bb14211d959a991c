/** Rows of a window whose owner waits for the panel for minutes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keepAlive } from '../../../nodes/SmmPanel/shared/times';
import { book, keyed } from './bookRun.cts';
import { settled } from './orders.cts';

const MINUTE_MS = 60_000;

it('do not look like those of a dead sender', async () => {
	const { place, sent, clock } = book();
	let beat: () => Promise<unknown> = async () => undefined;
	let answer: () => void = () => undefined;
	const owner = place([keyed(0, 'k')], {
		keepAlive: async (work, whileItLasts) => {
			beat = whileItLasts;
			return await work();
		},
		add: async () => {
			await new Promise<void>((resolve) => (answer = resolve));
			return { order: 'o1' };
		},
	});
	while (sent.length === 0) await settled();
	for (let minute = 0; minute < 8; minute += 4) {
		clock.advance(4 * MINUTE_MS);
		await beat();
	}
	clock.advance(MINUTE_MS);
	const other = { root: { run: 'other', rootless: false, executions: ['2'] } };
	const { placements } = await place([keyed(0, 'k')], { place: other });
	expect(placements[0]).toMatchObject({ problem: { message: expect.stringContaining('has not ended') } });
	answer();
	expect((await owner).placements[0]).toMatchObject({ state: 'placed' });
	expect(sent).toHaveLength(1);
});

it('are touched until the work is done, also after one touch has failed', async () => {
	let beats = 0;
	const beat = async () => {
		beats++;
		if (beats === 1) throw new Error('database is locked');
	};
	const work = async () => {
		while (beats < 3) await sleep(1);
		return 'done';
	};
	expect(await keepAlive(work, beat, 5)).toBe('done');
	const then = beats;
	await sleep(50);
	expect(beats).toBe(then);
});

it('are let go where the work fails', async () => {
	const fails = keepAlive(
		async () => await Promise.reject(new Error('no')),
		async () => undefined,
		5,
	);
	await expect(fails).rejects.toThrow('no');
});
