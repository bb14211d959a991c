/** When a wait ends and when it asks again: an unfinished order never leaves as a finished one, nothing waits for ever. */
import fc from 'fast-check';
import {
	beginWait,
	dueOrders,
	endOf,
	nextCheck,
	openOrders,
	pauseAt,
	readSettings,
	waitedMinutes,
	withChecks,
	type Check,
	type Wait,
	type WaitSettings,
} from '../../nodes/SmmPanel/actions/order/waiting/wait';
import type { Problem } from '../../nodes/SmmPanel/shared/problems';
import { createRandom } from '../panel/random.cts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SETTINGS: WaitSettings = {
	everyMs: 2 * MINUTE,
	maxWaitMs: 72 * HOUR,
	statuses: [],
	whenTimeIsUp: 'output',
};

const problem = (family: Problem['family']): Problem => ({
	message: family,
	remedy: '',
	family,
	effect: 'none',
});
const said = (status: string, finished = false): Check => ({ ok: true, value: { status, finished } });
const failed = (family: Problem['family']): Check => ({ ok: false, problem: problem(family) });
const after = (checks: Check[], settings = SETTINGS, times = checks.map((_, at) => at * MINUTE)) =>
	checks
		.reduce<Wait>(
			(wait, check, at) => withChecks(wait, new Map([['1', check]]), times[at] ?? 0),
			beginWait(['1'], 0),
		)
		.orders.map((order) => endOf(order, { since: 0, orders: [] }, settings))[0];

test.each<[string, Check[], ReturnType<typeof endOf>]>([
	['in progress', [said('In progress')], undefined],
	['finished', [said('Completed', true)], 'reached'],
	['rejected once', [failed('order')], undefined],
	['rejected twice in a row', [failed('order'), failed('order')], 'rejected'],
	['rejected twice with an answer between', [failed('order'), said('Pending'), failed('order')], undefined],
	[
		'rejected twice with an outage between',
		[failed('order'), failed('network'), failed('order')],
		'rejected',
	],
	['ten outages', Array.from({ length: 10 }, () => failed('maintenance')), undefined],
])('%s', (_, checks, end) => expect(after(checks)).toBe(end));

test.each([
	[9, undefined],
	[10, 'rejected'],
])('an ID that the panel refuses %s minutes after it was placed: %s', (minutes, end) => {
	const refusals = [1, 3, 5, 7, minutes];
	const placed: Wait = { since: 0, orders: [{ order: '1', placedAt: 0, rejections: 0 }] };
	const wait = refusals.reduce(
		(last, at) => withChecks(last, new Map([['1', failed('order')]]), at * MINUTE),
		placed,
	);
	expect(wait.orders.map((order) => endOf(order, wait, SETTINGS))).toEqual([end]);
});

test('an order that another clock has placed after the first check waits from that check on', () => {
	const [order] = beginWait(['1'], 0).orders.map((one) => ({ ...one, placedAt: HOUR, askedAt: 72 * HOUR }));
	const wait: Wait = { since: 0, orders: order ? [order] : [] };
	expect(order && endOf(order, wait, SETTINGS)).toBe('timeUp');
	expect(order && waitedMinutes(order, wait, 30 * MINUTE)).toBe(30);
});

test.each<[unknown, object]>([
	[0.5, {}],
	[1441, {}],
	[2, { maxWait: 0 }],
	[2, { maxWait: 2161 }],
])('checking every %s minutes with %j is out of bounds', (checkEvery, options) => {
	expect(readSettings(checkEvery, options).ok).toBe(false);
	expect(readSettings(1440, { maxWait: 2160 }).ok).toBe(true);
});

test('time is up only for an order that was asked for after its end', () => {
	const late = 73 * HOUR;
	expect(after([said('Pending')], SETTINGS, [71 * HOUR])).toBeUndefined();
	expect(after([said('Pending')], SETTINGS, [late])).toBe('timeUp');
	expect(after([said('Completed', true)], SETTINGS, [late])).toBe('reached');
	const wait = withChecks(beginWait(['1'], 0), new Map([['1', said('Pending')]]), 71 * HOUR);
	expect(openOrders(wait, SETTINGS)).toHaveLength(1);
	expect(dueOrders(wait, SETTINGS, late)).toHaveLength(1);
});

test.each([3, 30, 300])(
	'of %s executions that learned from one answer, the first asks again alone',
	(many) => {
		const random = createRandom(many);
		const every = { ...SETTINGS, everyMs: MINUTE };
		const wait = withChecks(beginWait(['1'], 0), new Map([['1', said('Pending')]]), 0);
		const rounds = 300;
		let shared = 0;
		for (let round = 0; round < rounds; round++) {
			const next = Array.from({ length: many }, () => nextCheck(wait, every, 0, random.next()));
			const first = Math.min(...next);
			// What it takes from a look into the book until the answers stand there
			if (next.filter((at) => at < first + 300).length > 1) shared++;
			expect(first).toBeGreaterThanOrEqual(MINUTE);
			expect(Math.max(...next)).toBeLessThanOrEqual(1.2 * MINUTE);
		}
		expect(shared / rounds).toBeLessThan(0.25);
	},
);

test.each([
	[0, 2],
	[10, 2],
	[60, 6],
	[300, 30],
	[3000, 30],
])('the pause at an age of %s minutes is %s minutes', (age, pause) => {
	expect(pauseAt(age * MINUTE, SETTINGS.everyMs)).toBe(pause * MINUTE);
});

const FAMILIES: Array<Problem['family']> = ['network', 'order', 'rateLimit', 'auth', 'request', 'protocol'];
const checks = fc.oneof(
	fc.constantFrom('Pending', 'In progress', 'Processing').map((status) => said(status)),
	fc.constantFrom(...FAMILIES).map(failed),
);

test('whatever the panel says short of a final status, no order ends as reached, and each wait ends', () => {
	fc.assert(
		fc.property(
			fc.array(checks, { minLength: 1, maxLength: 40 }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(replies, chance) => {
				let wait = beginWait(['1', '2'], 0);
				let now = 0;
				let rounds = 0;
				while (openOrders(wait, SETTINGS).length > 0) {
					expect(++rounds).toBeLessThan(1000);
					const due = dueOrders(wait, SETTINGS, now);
					expect(due.length).toBeGreaterThan(0);
					const reply = (at: number) => replies[(rounds + at) % replies.length] as Check;
					wait = withChecks(wait, new Map(due.map(({ order }, at) => [order, reply(at)])), now);
					for (const order of wait.orders) expect(endOf(order, wait, SETTINGS)).not.toBe('reached');
					if (openOrders(wait, SETTINGS).length === 0) break;
					const next = nextCheck(wait, SETTINGS, now, chance);
					expect(next - now).toBeGreaterThan(0);
					expect(next - now).toBeLessThanOrEqual(34 * MINUTE);
					now = next;
				}
				expect(now).toBeLessThan(73 * HOUR);
			},
		),
	);
});
