import { cheapService, orderFor, testPanels, post } from './client.cts';
import { FAULT_KINDS, type Fault, type FaultKind } from './faults.cts';
import { startPanel } from './server.cts';

/** What can go wrong on purpose: what the client sees, and what the ledger says really happened. */

const { panelWith, stopAll } = testPanels(startPanel);
afterEach(stopAll);

/** Places one order that meets the fault; tells what came back and how many orders there are afterwards. */
async function addWith(fault: Omit<Fault, 'action'>) {
	const { panel } = await panelWith();
	const service = cheapService(panel);
	panel.inject({ action: 'add', ...fault });
	const fields = { key: panel.key, action: 'add', ...orderFor(service) };
	const told = await post(panel.url, fields, 400).catch(() => 'no reply' as const);
	const [received] = panel.requests();
	return { panel, told, orders: panel.orders().length, received };
}

const KINDS = Object.keys(FAULT_KINDS) as FaultKind[];
const CHOOSABLE = KINDS.filter((kind) => !FAULT_KINDS[kind].fixed);

it.each(KINDS)('%s: has its effect or not as the table says, and is recorded', async (kind) => {
	const { panel, orders, received } = await addWith({ kind });
	const effect = FAULT_KINDS[kind].effect;
	expect(orders).toBe(effect ? 1 : 0);
	expect(panel.balance()).toBe(effect ? '99.10' : '100.00');
	expect(received).toMatchObject({ fault: { kind }, effect });
});

it.each(CHOOSABLE)('%s: can be told to come before or after the effect', async (kind) => {
	expect((await addWith({ kind, effect: true })).orders).toBe(1);
	const before = await addWith({ kind, effect: false });
	expect(before).toMatchObject({ orders: 0, received: { effect: false } });
});

it.each(['dropBefore', 'dropAfter', 'hangBefore', 'hangAfter', 'slowBody'] as const)(
	'%s: no reply arrives',
	async (kind) => {
		expect((await addWith({ kind })).told).toBe('no reply');
	},
);

it.each<[string, Omit<Fault, 'action'>, object]>([
	[
		'an HTTP code of choice',
		{ kind: 'status', status: 429, retryAfter: 7, body: 'slow down' },
		{ status: 429, text: 'slow down' },
	],
	['a maintenance page', { kind: 'html' }, { status: 200, text: expect.stringContaining('<!DOCTYPE html>') }],
	['the literal null', { kind: 'null' }, { text: 'null' }],
	['JSON cut in the middle', { kind: 'cut' }, { text: '{"order"', json: undefined }],
	['another shape', { kind: 'shape', json: [[1]] }, { json: [[1]] }],
	['nothing', { kind: 'empty' }, { status: 200, text: '' }],
	[
		'an error in another envelope',
		{ kind: 'error', text: 'Bad link', envelope: 'msg' },
		{ json: { status: 'error', msg: 'Bad link' } },
	],
	['a redirect', { kind: 'redirect', status: 307, location: 'http://127.0.0.1:1/' }, { status: 307 }],
	['bytes that are no text', { kind: 'garbage' }, { json: undefined }],
	['the true reply, late', { kind: 'delay', ms: 50 }, { json: { order: 23501 } }],
])('answers with %s', async (_what, fault, expected) => {
	expect((await addWith(fault)).told).toMatchObject(expected);
});

it('sends Retry-After in seconds or as a date', async () => {
	const date = 'Wed, 21 Oct 2037 07:28:00 GMT';
	for (const retryAfter of [7, date]) {
		const { told } = await addWith({ kind: 'status', status: 429, retryAfter });
		expect(told === 'no reply' ? undefined : told.headers.get('retry-after')).toBe(String(retryAfter));
	}
});

it('befalls the next n requests of an action, after some are let pass, and no other', async () => {
	const { panel, call } = await panelWith();
	panel.inject({ kind: 'null', action: 'balance', times: 2, skip: 1 });
	expect(await call('status', { order: 1 })).toEqual({ error: 'Incorrect order ID' });
	const replies = [
		await call('balance'),
		await call('balance'),
		await call('balance'),
		await call('balance'),
	];
	expect(replies.map((reply) => reply === null)).toEqual([false, true, true, false]);
	expect(panel.faults()).toMatchObject([{ hits: 2, left: 0 }]);
});

it('befalls only requests with certain fields', async () => {
	const { panel, call } = await panelWith();
	panel.inject({ kind: 'null', fields: { order: '2' }, times: 9 });
	expect(await call('status', { order: 1 })).toEqual({ error: 'Incorrect order ID' });
	expect(await call('status', { order: 2 })).toBeNull();
	panel.clearFaults();
	expect(await call('status', { order: 2 })).toEqual({ error: 'Incorrect order ID' });
});

it('befalls a share of the requests at random, the same ones for the same seed', async () => {
	const kinds: FaultKind[] = ['null', 'cut', 'status', 'empty'];
	const histories = await Promise.all(
		[1, 2].map(async () => {
			const { panel, call } = await panelWith();
			panel.inject({ kind: 'any', kinds, probability: 0.3, seed: 'x' });
			for (let count = 0; count < 100; count++) await call('balance');
			return panel.requests().map(({ fault, effect }) => `${fault?.kind} ${effect}`);
		}),
	);
	expect(histories[0]).toEqual(histories[1]);
	const hits = histories[0]?.filter((one) => !one.startsWith('undefined')) ?? [];
	expect(hits.length).toBeGreaterThan(15);
	expect(hits.length).toBeLessThan(50);
	expect(new Set(hits).size).toBe(8);
});

it('names the faults that exist when asked for one that does not', async () => {
	const { panel } = await panelWith();
	expect(() => panel.inject({ kind: 'nonsense' as FaultKind })).toThrow(/No such fault: nonsense.*dropAfter/);
	expect(() => panel.inject({ kind: 'dropAfter', effect: false })).toThrow(/in its name/);
});

describe('rate limits', () => {
	it('refuses what is above the limit of a key, and says so in the record', async () => {
		const { panel, call } = await panelWith({
			rateLimit: { perMinute: 3, style: '200' },
			keys: [{ key: 'second' }],
		});
		for (let count = 0; count < 3; count++) expect(await call('balance')).toHaveProperty('balance');
		expect(await call('balance')).toEqual({ error: 'Too many requests' });
		expect((await post(panel.url, { key: 'second', action: 'balance' })).json).toHaveProperty('balance');
		expect(panel.counts()).toMatchObject({ total: 5, limited: 1, byAction: { balance: 5 } });
		expect(panel.requests()[3]).toMatchObject({ limited: true, effect: false });
	});

	it('allows one add a second, and the next one when the second is over', async () => {
		const perAction = { add: { limit: 1, windowMs: 300 } };
		const { panel, call } = await panelWith({ rateLimit: { perAction, style: '429RetryAfter' } });
		const fields = { key: panel.key, action: 'add', ...orderFor(cheapService(panel)) };
		expect(await post(panel.url, fields)).toMatchObject({ status: 200 });
		const refused = await post(panel.url, fields);
		expect(refused.status).toBe(429);
		expect(refused.headers.get('retry-after')).toBe('1');
		expect(await call('balance')).toHaveProperty('balance');
		await new Promise((resolve) => setTimeout(resolve, 320));
		expect(await post(panel.url, fields)).toMatchObject({ status: 200 });
		expect(panel.orders()).toHaveLength(2);
	});
});

it('is down and up again at the same address, its clock going on', async () => {
	const { panel, call } = await panelWith();
	panel.seedOrders({ count: 1 });
	for (const how of ['refuse', 'drop'] as const) {
		await panel.down(how);
		await expect(call('balance')).rejects.toThrow('fetch failed');
		panel.step(60_000);
		await panel.up();
		expect(await call('balance')).toHaveProperty('balance');
	}
	expect(panel.requests()).toHaveLength(2);
});

it('delays each reply by its latency without making others wait', async () => {
	const { panel, call } = await panelWith({ latencyMs: 60 });
	const start = Date.now();
	await Promise.all(Array.from({ length: 20 }, () => call('balance')));
	expect(Date.now() - start).toBeGreaterThanOrEqual(55);
	expect(panel.counts().mostAtOnce).toBeGreaterThan(10);
});
