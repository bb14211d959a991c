import type { Action } from './actions.cts';
import { cheapService, orderFor, testPanels, post, type Fields, type HttpReply } from './client.cts';
import { DIALECTS } from './dialects.cts';
import { startPanel, type DevPanel } from './server.cts';

/** Every dialect changes the replies that it says it changes, and no others. */

const { panelWith, stopAll } = testPanels(startPanel);
afterEach(stopAll);

/** Orders in several states, a refill of each kind, and one request for everything that can be answered. */
async function prepare(panel: DevPanel): Promise<Array<[Action, Fields]>> {
	const service = panel.addService({ rate: '1500', min: 50, max: 10000 });
	const place = async () =>
		String(
			(
				(await post(panel.url, { key: panel.key, action: 'add', ...orderFor(service) })).json as {
					order: unknown;
				}
			).order,
		);
	const [pending, moving, done, canceled, other] = [
		await place(),
		await place(),
		await place(),
		await place(),
		await place(),
	];
	panel.moveOrder(moving, 'In progress');
	panel.moveOrder(done, 'Completed');
	panel.moveOrder(canceled, 'Canceled');
	panel.moveOrder(other, 'Completed');
	const refill = (
		(await post(panel.url, { key: panel.key, action: 'refill', order: other })).json as { refill: unknown }
	).refill;
	panel.moveRefill(String(refill), 'Rejected');
	const all = [pending, moving, done, canceled, '7'].join(',');
	return [
		['services', {}],
		['add', orderFor(service)],
		['add', orderFor(service, { quantity: 1 })],
		['add', orderFor(service, { link: '' })],
		['status', { order: pending }],
		['status', { order: moving }],
		['status', { order: canceled }],
		['status', { order: 7 }],
		['status', { orders: all }],
		['status', { orders: Array.from({ length: 60 }, (_, id) => id + 1).join(',') }],
		['refill', { orders: `${done},${pending}` }],
		['refill', { order: 7 }],
		['refill', { order: canceled }],
		['refill_status', { refill: String(refill) }],
		['refill_status', { refill: 99 }],
		['refill_status', { refills: `${String(refill)},99` }],
		['cancel', { orders: `${moving},${done}` }],
		['cancel', { orders: Array.from({ length: 60 }, (_, id) => id + 1).join(',') }],
		['balance', {}],
	];
}

async function everyReply(names: string[]): Promise<Array<[Action, Partial<HttpReply>]>> {
	const { panel } = await panelWith({
		dialects: names,
		lives: { kind: 'still' },
		balance: '50000',
		startTime: 0,
	});
	const replies: Array<[Action, Partial<HttpReply>]> = [];
	for (const [action, fields] of await prepare(panel)) {
		const { status, text, headers } = await post(panel.url, { key: panel.key, action, ...fields });
		replies.push([action, { status, text: `${headers.get('content-type')} ${text}` }]);
	}
	// An accepted refill of one order, which the list above has none left for.
	panel.step(25 * 3_600_000);
	const order = panel.orders()[4]?.id ?? '';
	const { status, text } = await post(panel.url, { key: panel.key, action: 'refill', order });
	return [...replies, ['refill', { status, text }]];
}

const seed = everyReply([]);
afterAll(stopAll);

it('is the stock panel without any', async () => {
	const texts = (await seed).map(([, { text }]) => text);
	expect(texts).toContain('application/json {"balance":"42500.00","currency":"USD"}');
	expect(new Set((await seed).map(([, { status }]) => status))).toEqual(new Set([200]));
});

it.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))('%s', async (name, { actions }) => {
	const stock = await seed;
	const replies = await everyReply([name]);
	const changed = new Set(
		replies
			.filter((reply, index) => JSON.stringify(reply) !== JSON.stringify(stock[index]))
			.map(([action]) => action),
	);
	expect(changed.size).toBeGreaterThan(0);
	expect(actions).toEqual(expect.arrayContaining([...changed]));
});

it.each<[string, string[], Action, Fields, unknown]>([
	[
		'several at once',
		['statuses-array', 'status-start-counter', 'spelling-lower', 'status-numbers'],
		'status',
		{ orders: '23501,7' },
		[
			{ charge: 900, start_counter: 0, status: 'pending', remains: 1000, currency: 'USD' },
			{ error: 'Incorrect order ID' },
		],
	],
	['errors of lists', ['statuses-bare-errors'], 'status', { orders: '7' }, { 7: 'Incorrect order ID' }],
	['no lists', ['statuses-unsupported'], 'status', { orders: '23501' }, { error: 'Order not found.' }],
	[
		'refused refills',
		['refill-nested-error'],
		'refill',
		{ order: 7 },
		{ refill: { error: 'Incorrect order ID' } },
	],
	['cancel by number', ['cancel-object'], 'cancel', { orders: '23501,7' }, { cancel: 5 }],
	[
		'cancel all or none',
		['cancel-one-error'],
		'cancel',
		{ orders: '23501,7' },
		{ error: 'Incorrect order ID' },
	],
	['thousands', ['balance-commas'], 'balance', {}, { balance: '1,234,567.50', currency: 'USD' }],
	[
		'envelopes',
		['errors-msg', 'errors-wording-2'],
		'status',
		{ order: 7 },
		{ status: 'error', msg: 'error.incorrect_order_id' },
	],
])('writes %s as other panels do', async (_what, names, action, fields, expected) => {
	const { panel, call } = await panelWith({ lives: { kind: 'still' } });
	panel.setBalance('1234567.5');
	panel.seedOrders({ count: 1, service: panel.addService({ rate: '900' }).id });
	panel.setDialect(...names);
	expect(await call(action, fields)).toEqual(expected);
});

it('gives prefixed IDs that work in every place', async () => {
	const { panel, call } = await panelWith({ dialects: ['ids-prefixed'], lives: { kind: 'still' } });
	expect(await call('add', orderFor(cheapService(panel)))).toEqual({ order: 'ord_01HG9X23501' });
	panel.moveOrder('ord_01HG9X23501', 'Completed');
	expect(await call('status', { orders: 'ord_01HG9X23501' })).toMatchObject({
		ord_01HG9X23501: { status: 'Completed' },
	});
	expect(await call('refill', { order: 'ord_01HG9X23501' })).toEqual({ refill: 'ord_01HG9X1' });
});

it('names the dialects that exist when asked for one that does not', async () => {
	const { panel } = await panelWith();
	expect(() => panel.setDialect('nonsense')).toThrow(/No such dialect: nonsense.*ids-text/);
});
