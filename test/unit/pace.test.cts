/** How fast requests leave: at panels that count in different ways and do not say so, without waiting for real. */
import { Pace } from '../../nodes/SmmPanel/panel/pace';
import { CONCURRENCY, RATE } from '../../nodes/SmmPanel/panel/policies';
import {
	ids,
	leastTime,
	limitedPanel,
	placeAll,
	type Counting,
	type Limited,
	type Style,
} from './pacePanel.cts';
import { failure, scripted } from './clientFixture.cts';

type Panel = ReturnType<typeof limitedPanel>;

const EACH: Array<[Counting, Style]> = [
	['sliding', '429'],
	['sliding', '429RetryAfter'],
	['sliding', '200'],
	['fixed', '429'],
	['fixed', '429RetryAfter'],
	['bucket', '429'],
];

const failedIn = (outcomes: Map<string, { ok: boolean }>) => [...outcomes.values()].filter(({ ok }) => !ok);

/** Few refused, and hardly longer than the panel's limit makes it. `extraMs`: the sending itself. */
function expectPaced({ seen, elapsed }: Panel, leastMs: number, extraMs = 0): void {
	expect(seen.refused / seen.total).toBeLessThanOrEqual(0.05);
	expect(elapsed()).toBeLessThanOrEqual(1.1 * leastMs + extraMs);
}

describe.each(EACH)('a panel that counts and refuses like this: %s, %s', (counting, style) => {
	test('60 requests a minute: 300 orders are placed without one that fails', async () => {
		const limited: Limited = { perMinute: 60, counting, style };
		const panel = limitedPanel(limited);
		expect(await placeAll(panel.client(), 300)).toEqual([]);
		expectPaced(panel, leastTime(limited, 300));
	});

	test.each([60, 120, 300])('%i requests a minute: 20,000 statuses', async (perMinute) => {
		const limited: Limited = { perMinute, counting, style };
		const panel = limitedPanel(limited);
		expect(failedIn(await panel.client().status(ids(20_000)))).toEqual([]);
		expectPaced(panel, leastTime(limited, 200), 2_000);
	});
});

test.each([10_000, 40_000, 55_000])(
	'of a fixed minute that had begun %i ms before, no more than its beginning is missed',
	async (phaseMs) => {
		const panel = limitedPanel({ perMinute: 60, counting: 'fixed', phaseMs });
		expect(await placeAll(panel.client(), 300)).toEqual([]);
		expect(panel.elapsed()).toBeLessThanOrEqual(1.1 * leastTime({ perMinute: 60 }, 300));
	},
);

test('refusals now and then that ask for no pause teach no limit', async () => {
	const panel = limitedPanel({ strayEvery: 30 });
	expect(await placeAll(panel.client(), 300)).toEqual([]);
	expect(panel.elapsed()).toBeLessThan(1.5 * 300 * 50);
});

test('a refusal before anything has passed is an accident, and slows nothing down', async () => {
	const panel = limitedPanel();
	panel.panel.down = true;
	void panel.clock.sleep(500).then(() => (panel.panel.down = false));
	const client = panel.client();
	await client.status(ids(10_000));
	expect(panel.seen.refused).toBeLessThanOrEqual(CONCURRENCY.reads);
	expect(client.waited()?.perMinute).toBeUndefined();
	expect(panel.elapsed()).toBeLessThan(3_000);
});

describe('without a limit', () => {
	test('10,000 statuses take a third of the time of three requests at once', async () => {
		const panel = limitedPanel({ latencyMs: 300 });
		expect(failedIn(await panel.client().status(ids(10_000)))).toEqual([]);
		expect(panel.elapsed()).toBeLessThanOrEqual((Math.ceil(100 / 3) * 300) / 3);
		expect(panel.seen.mostAtOnce).toBe(CONCURRENCY.mostReads);
	});
});

test('reads fall back where answers slow down, and rise again', async () => {
	const panel = limitedPanel({ latencyMs: 200, workers: 3 });
	const client = panel.client();
	await client.status(ids(20_000));
	const { sentAt } = panel.seen;
	const inSecond = (from: number) => sentAt.filter((at) => at >= from && at < from + 1_000).length;
	// Three workers answer 15 requests a second: no more are sent than that, and few wait for a worker
	expect(inSecond((sentAt[100] ?? 0) + 1)).toBeLessThanOrEqual(20);
	expect(panel.elapsed()).toBeLessThanOrEqual((1.1 * 200 * 200) / 3);
});

describe('what the user sets is a ceiling', () => {
	test('of requests a minute, over all runs that set the same', async () => {
		const panel = limitedPanel();
		const runs = [1, 2, 3].map(async () => await placeAll(panel.client({ requestsPerMinute: 30 }), 30));
		await Promise.all(runs);
		const { sentAt } = panel.seen;
		sentAt.slice(30).forEach((at, index) => expect(at - (sentAt[index] ?? 0)).toBeGreaterThan(60_000));
		expect([sentAt.length, panel.seen.refused]).toEqual([90, 0]);
	});
});

describe('what was learned', () => {
	test('serves the next run', async () => {
		const panel = limitedPanel({ perMinute: 60 });
		await placeAll(panel.client(), 120);
		const { refused } = panel.seen;
		const client = panel.client();
		await placeAll(client, 120);
		expect(panel.seen.refused).toBe(refused);
		expect(client.waited()).toMatchObject({ perMinute: 60 });
	});

	test('while others used the key rises again when they have gone', async () => {
		const panel = limitedPanel({ perMinute: 60 });
		await placeAll(panel.client({ pace: new Pace() }), 30);
		await placeAll(panel.client(), 31);
		const client = panel.client();
		await placeAll(client, 600);
		const { sentAt } = panel.seen;
		const inMinuteUpTo = (last: number) => sentAt.filter((at) => at <= last && at > last - 60_000).length;
		expect(Math.max(...sentAt.slice(-200).map(inMinuteUpTo))).toBeGreaterThanOrEqual(55);
		expect(panel.seen.refused / panel.seen.total).toBeLessThanOrEqual(0.05);
	});

	test('is told with the time that the run has waited, once for requests that waited together', async () => {
		const panel = limitedPanel({ perMinute: 60 });
		const client = panel.client();
		await client.status(ids(20_000));
		const { waitedMs = 0, perMinute } = client.waited() ?? {};
		expect(perMinute).toBe(60);
		expect(waitedMs).toBeGreaterThan(160_000);
		expect(waitedMs).toBeLessThanOrEqual(panel.elapsed());
	});
});

describe('a panel that refuses everybody', () => {
	test('is given up for all runs at once, after a bounded number of requests; a later run asks once', async () => {
		const panel = limitedPanel();
		panel.panel.down = true;
		const runs = Array.from({ length: 20 }, async () => await failure(panel.client().add({ service: '1' })));
		for (const error of await Promise.all(runs)) {
			expect(error).toMatchObject({ family: 'rateLimit', effect: 'none' });
		}
		// All that were under way at the first refusal, then one after each pause
		expect(panel.seen.total).toBeLessThanOrEqual(20 + 15);
		expect(panel.elapsed()).toBeLessThan(RATE.patienceMs);
		const before = panel.seen.total;
		await failure(panel.client().add({ service: '1' }));
		expect(panel.seen.total).toBe(before + 1);
		panel.panel.down = false;
		expect(await placeAll(panel.client(), 5)).toEqual([]);
	});

	test('and wants an hour ends the runs that wait, and no later one', async () => {
		const retryAfter = { status: 429, headers: { 'retry-after': '3600' }, body: '' };
		const { transport, requests } = scripted(retryAfter, { body: '{"balance":"1"}' });
		const panel = limitedPanel();
		const first = panel.client({ transport });
		const error = await failure(first.balance());
		expect(error).toMatchObject({ family: 'rateLimit', retryAfterMs: 3_600_000 });
		expect((await panel.client({ transport }).balance()).value.balance).toBe('1');
		expect([requests.length, panel.elapsed() < RATE.longestPauseMs]).toEqual([2, true]);
	});
});

test('a canceled run waits no longer, and sends nothing more; the others go on', async () => {
	const panel = limitedPanel({ perMinute: 60 });
	const stop = new AbortController();
	const other = placeAll(panel.client(), 150);
	const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
	const sleep = async (ms: number) => await Promise.race([panel.clock.sleep(ms), stopped]);
	const clock = { now: panel.clock.now, sleep };
	const canceled = placeAll(panel.client({ signal: stop.signal, clock }), 150);
	void panel.clock.sleep(30_000).then(() => stop.abort());
	const errors = (await canceled) as Array<{ family?: string }>;
	expect(new Set(errors.map(({ family }) => family))).toEqual(new Set(['canceled']));
	expect(errors.length).toBeGreaterThan(100);
	expect(panel.elapsed()).toBeLessThan(35_000);
	expect(await other).toEqual([]);
	expect(panel.seen.total - panel.seen.refused).toBe(300 - errors.length);
});
