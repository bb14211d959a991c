/** How long, how often and when a request is repeated. */
import { DEFAULT_RETRY } from '../../nodes/SmmPanel/panel/policies';
import type { Fault } from '../panel/faults.cts';
import { cheapService } from '../panel/client.cts';
import { failure, scripted, clientFixtures, virtualClock } from './clientFixture.cts';
import { createPanelClient, type ClientOptions } from '../../nodes/SmmPanel/panel/client';

const { stand, stopAll } = clientFixtures();
afterEach(stopAll);

const BUSY: Fault = { kind: 'status', status: 429, body: '{"error":"Too many requests"}' };

async function placing(options: Parameters<typeof stand>[0] = {}) {
	const there = await stand(options);
	const service = String(cheapService(there.panel).id);
	const place = async () =>
		(await there.client.add({ service, link: 'https://example.com/p/1', quantity: '10' })).order;
	return { ...there, place };
}

/** A client without a panel: `answers` one after the other. */
function client(answers: Parameters<typeof scripted>, options: Partial<ClientOptions> = {}) {
	const { transport, requests } = scripted(...answers);
	const clock = virtualClock();
	const { balance } = createPanelClient({
		transport,
		clock,
		apiUrl: 'https://panel.test/api/v2',
		apiKey: 'a-key-of-tests',
		...options,
	});
	return { balance, requests, clock };
}
const GOOD = { body: '{"balance":"1"}' };
const DOWN = { status: 503, body: '' };

test('the pauses double, with jitter, and end after the fifth try', async () => {
	const { balance, clock, requests } = client([DOWN]);
	await failure(balance());
	expect(requests).toHaveLength(DEFAULT_RETRY.attempts);
	expect(clock.waits).toHaveLength(4);
	clock.waits.forEach((wait, index) => {
		const ceiling = DEFAULT_RETRY.firstPauseMs * 2 ** index;
		expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
		expect(wait).toBeLessThanOrEqual(ceiling);
	});
});

test.each([429, 500, 502, 503, 504])('reading goes on after HTTP %i', async (status) => {
	const { balance, requests } = client([{ status, body: 'Oops' }, { status, body: '' }, GOOD]);
	expect((await balance()).value.balance).toBe('1');
	expect(requests).toHaveLength(3);
});

describe('Retry-After', () => {
	const start = virtualClock().now();
	test.each([
		['seconds', '7', 7000],
		['a number', 7, 7000],
		['an HTTP date', new Date(start + 9000).toUTCString(), 9000],
	])('as %s is obeyed', async (_name, value, expected) => {
		const { balance, clock } = client([{ status: 429, headers: { 'retry-after': value }, body: '' }, GOOD]);
		await balance();
		expect(clock.waits).toEqual([expected]);
	});

	test.each(['0', 'soon', '', new Date(start - 9000).toUTCString()])(
		'of "%s" leaves the usual pause',
		async (value) => {
			const { balance, clock } = client([{ status: 503, headers: { 'retry-after': value }, body: '' }, GOOD]);
			await balance();
			expect(clock.waits[0]).toBeGreaterThanOrEqual(DEFAULT_RETRY.firstPauseMs / 2);
			expect(clock.waits[0]).toBeLessThanOrEqual(DEFAULT_RETRY.firstPauseMs);
		},
	);
});

test('tries end when the time is over, however many are left', async () => {
	const { balance, clock, requests } = client([DOWN], {
		retry: { attempts: 1000, totalMs: 60_000, longestPauseMs: 10_000 },
	});
	await failure(balance());
	expect(clock.waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(60_000);
	expect(requests.length).toBeGreaterThan(6);
});

test('waiting for a turn under requestsPerMinute takes nothing from the time for further tries', async () => {
	const answers = [GOOD, GOOD, GOOD, DOWN, GOOD];
	const { balance, requests } = client(answers, { requestsPerMinute: 1 });
	await Promise.all([balance(), balance(), balance(), balance()]);
	expect(requests).toHaveLength(5);
});

describe('placing an order', () => {
	test.each<[string, Fault]>([
		['HTTP 429', BUSY],
		['HTTP 429 without words', { kind: 'status', status: 429, body: '' }],
		['HTTP 200 with "Too many requests"', { kind: 'error', text: 'Too many requests' }],
		['HTTP 200 with "Rate limit exceeded"', { kind: 'error', text: 'Rate limit exceeded' }],
	])('refused for its rate (%s) is tried again, since it certainly did nothing', async (_name, fault) => {
		const { place, panel, asked } = await placing();
		panel.inject({ ...fault, action: 'add', times: 2 });
		const order = await place();
		expect(asked('add')).toHaveLength(3);
		expect(panel.orders().map(({ id }) => id)).toEqual([order]);
	});

	test('that a CDN did not let through is not sent again: only its rate, or no connection, says that nobody saw it', async () => {
		const { place, panel, asked } = await placing();
		panel.inject({ kind: 'status', status: 521, body: '<html><title>x</title>', action: 'add', times: 1 });
		expect(await failure(place())).toMatchObject({ effect: 'none', transient: true });
		expect(asked('add')).toHaveLength(1);
	});

	test('again and again refused for its rate is given up; nothing was placed', async () => {
		const { place, panel, asked } = await placing();
		panel.inject({ ...BUSY, action: 'add', times: 99 });
		expect(await failure(place())).toMatchObject({
			family: 'rateLimit',
			effect: 'none',
			message: 'Too many requests',
		});
		expect(panel.orders()).toEqual([]);
		expect(asked('add').length).toBeLessThan(20);
	});
});
