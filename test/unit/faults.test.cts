/** What goes wrong on the way: reads come through, and nothing that costs money is ever done twice or lost silently. */
import type { PanelClient } from '../../nodes/SmmPanel/panel/client';
import type { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { FAULT_KINDS, WRONG_SHAPES, type Fault, type FaultKind } from '../panel/faults.cts';
import { cheapService } from '../panel/client.cts';
import { impatientTransport } from './fetchTransport.cts';
import { everythingIn, KEY, failure, clientFixtures, type ClientFixture } from './clientFixture.cts';

const { stand, stopAll } = clientFixtures();
let there: ClientFixture;
let service: string;
let orders: string[];

beforeAll(async () => {
	there = await stand();
	service = String(cheapService(there.panel).id);
});
afterAll(stopAll);
beforeEach(() => {
	there.panel.clearFaults();
	orders = there.panel.seedOrders({ count: 3, service: Number(service), status: 'Completed' });
	there.panel.clearRequests();
});

/** Faults after which nothing more comes. */
const hangs = ({ kind, ms = 0 }: Fault) =>
	['hangBefore', 'hangAfter', 'slowBody', 'drip'].includes(kind) || ms > 1000;

/** A client that will meet this fault so many times, and whose time-out is over soon where it hangs. */
const clientFor = (fault: Fault, times = 1) =>
	there.clientWith(hangs(fault) ? { transport: impatientTransport(there.panel, times) } : {});

type Ask = (client: PanelClient) => Promise<unknown>;

/** The answer for the first ID, or its error. */
async function first(
	outcomes: ReturnType<PanelClient['status' | 'refill' | 'cancel' | 'refillStatus']>,
): Promise<unknown> {
	const [outcome] = (await outcomes).values();
	if (outcome?.ok) return outcome.value;
	throw outcome?.error as PanelError;
}

const refillOf = async () => {
	const [id = ''] = there.panel.seedOrders({ count: 1, service: Number(service), status: 'Completed' });
	return (await first(there.client.refill([id]))) as string;
};

const READS: Array<[string, Ask]> = [
	['services', async (client) => await client.services()],
	['balance', async (client) => await client.balance()],
	['status', async (client) => await first(client.status(orders))],
	['status of one order', async (client) => await first(client.status(orders.slice(0, 1)))],
	['refill_status', async (client) => await first(client.refillStatus([await refillOf()]))],
];
const actionOf = (name: string) => name.split(' ')[0] as NonNullable<Fault['action']>;
const KINDS = Object.keys(FAULT_KINDS) as FaultKind[];

/** Faults after which a repeated read gets its answer. */
const PASSING = KINDS.filter((kind) => !['delay', 'shape', 'redirect'].includes(kind));

describe.each(READS)('reading %s', (name, ask) => {
	const action = actionOf(name);

	test.each(PASSING)('survives one %s', async (kind) => {
		there.panel.inject({ kind, action, ms: 0 });
		await ask(clientFor({ kind }));
		expect(there.asked(action)).toHaveLength(2);
	});

	test('waits for a reply that is late, but in time', async () => {
		there.panel.inject({ kind: 'delay', action, ms: 20 });
		await ask(there.client);
		expect(there.asked(action)).toHaveLength(1);
	});

	test('follows no redirect, and names the new address', async () => {
		there.panel.inject({ kind: 'redirect', action, location: 'https://elsewhere.example/api/v2' });
		const error = await failure(ask(there.client));
		expect(error).toMatchObject({ family: 'protocol', transient: false });
		expect(error.message).toContain('https://elsewhere.example/api/v2');
		expect(there.asked(action)).toHaveLength(1);
	});

	test.each(WRONG_SHAPES.map((json) => [JSON.stringify(json), json] as const))(
		'takes %s for no answer',
		async (_text, json) => {
			there.panel.inject({ kind: 'shape', action, json, times: 9 });
			const outcome = await ask(there.client).catch((error: unknown) => error);
			const isEmptyList = action === 'services' && JSON.stringify(json) === '[]';
			expect(outcome).toMatchObject(
				isEmptyList
					? { services: [] }
					: { name: 'PanelError', effect: expect.stringMatching(/none|unknown/) as string },
			);
		},
	);
});

test.each(PASSING)('a panel that never gets over %s is given up after five tries', async (kind) => {
	there.panel.inject({ kind, action: 'balance', times: 99 });
	const error = await failure(clientFor({ kind }, 99).balance());
	expect(['network', 'maintenance', 'protocol']).toContain(error.family);
	expect(error.remedy).not.toBe('');
	expect(there.asked('balance')).toHaveLength(5);
	expect(everythingIn(error)).not.toContain(KEY);
});

const place = async (client: PanelClient) =>
	(await client.add({ service, link: 'https://example.com/p/1', quantity: '10' })).order;

/** Every fault with and without its effect, where that is not in its name. */
const FAULTS: Array<[string, Fault]> = [
	...KINDS.flatMap((kind): Array<[string, Fault]> => {
		if (FAULT_KINDS[kind].fixed) return [[kind, { kind }]];
		return [
			[`${kind}, done`, { kind, effect: true, ms: 0 }],
			[`${kind}, not done`, { kind, effect: false, ms: 0 }],
		];
	}),
	...WRONG_SHAPES.map((json): [string, Fault] => [
		`done, answered ${JSON.stringify(json)}`,
		{ kind: 'shape', json, effect: true },
	]),
	...[500, 502, 503, 504, 520].map((status): [string, Fault] => [
		`done, answered HTTP ${status}`,
		{ kind: 'status', status, effect: true },
	]),
	['done, answered too late', { kind: 'delay', ms: 60_000 }],
	[
		'done, answered HTTP 500 with words',
		{ kind: 'error', status: 500, text: 'Order could not be finished', effect: true },
	],
	['done, answered HTTP 404', { kind: 'html', status: 404, effect: true }],
	['done, answered HTTP 403 with a page', { kind: 'html', status: 403, effect: true }],
	['done, answered {"status":"fail"}', { kind: 'shape', json: { status: 'fail' }, effect: true }],
	['done, answered {"success":false}', { kind: 'shape', json: { success: false }, effect: true }],
	['done, answered a redirect to a web page', { kind: 'redirect', status: 303, effect: true }],
];
/** The reply comes through whole and true: it says what was done. */
const HONEST = ['delay, done', 'delay, not done'];

describe.each(FAULTS)('placing an order: %s', (name, fault) => {
	test('happens at most once, and is never lost without a word', async () => {
		const before = there.panel.orders().length;
		there.panel.inject({ ...fault, action: 'add' });
		const outcome = await place(clientFor(fault)).catch((error: unknown) => error as PanelError);
		const made = there.panel.orders().slice(before);
		expect(there.asked('add')).toHaveLength(1);
		expect(made.length).toBeLessThanOrEqual(1);
		if (typeof outcome === 'string') expect(made.map(({ id }) => id)).toEqual([outcome]);
		else if (!HONEST.includes(name)) expect(outcome).toMatchObject({ name: 'PanelError', effect: 'unknown' });
		else expect([outcome.effect, made]).toEqual(['none', []]);
		expect(everythingIn(outcome)).not.toContain(KEY);
	});
});

describe.each(FAULTS)('asking for refills and cancellations: %s', (name, fault) => {
	test.each(['refill', 'cancel'] as const)(
		'%s is sent once, and what may have been done is said to be unknown',
		async (action) => {
			if (action === 'cancel') for (const id of orders) there.panel.moveOrder(id, 'In progress');
			there.panel.inject({ ...fault, action });
			const outcomes = await clientFor(fault)[action](orders);
			const { refills, cancels } = there.panel;
			const done = (action === 'refill' ? refills() : cancels()).map(({ order }) => order);
			expect(there.asked(action)).toHaveLength(name === 'delay, not done' ? 4 : 1);
			for (const [id, outcome] of outcomes) {
				const times = done.filter((order) => order === id).length;
				expect(times).toBeLessThanOrEqual(1);
				if (outcome.ok) expect(times).toBe(1);
				else if (times === 1) expect(outcome.error.effect).toBe('unknown');
			}
		},
	);
});
