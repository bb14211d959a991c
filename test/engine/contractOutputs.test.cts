/** The fields of real output items, from runs in n8n's engine, against what `contractOutputs.cts` lists. */
import type { IDataObject } from 'n8n-workflow';
import type { Service } from '../panel/catalogue.cts';
import { OUTPUTS } from './contractOutputs.cts';
import { addedLater, fired, firedFromBook, firedFromTable, type Item } from './contractEvents.cts';
import { runNode, type NodeOptions } from './engine.cts';
import type { Poller } from './poller.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { bookOf, link } from './placing.cts';
import { serverFor, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture({ balance: 100 });
const serve = serverFor();
beforeEach(() => {
	stand.panel.addService({
		id: SERVICE,
		name: 'Likes',
		type: 'Default',
		min: 10,
		max: 1000,
		rate: '1',
		refill: true,
		cancel: true,
	});
});

const SERVICE = 7001;
const GOES_ON = { onError: 'continueRegularOutput' } as const;

async function run(
	resource: string,
	operation: string,
	parameters: IDataObject,
	more: Partial<NodeOptions> = {},
): Promise<Item> {
	const { panel } = stand;
	const isPlacing = resource === 'order' && operation.startsWith('create');
	const book = isPlacing ? bookOf(panel) : {};
	const node = { parameters: { resource, operation, ...parameters }, ...book, ...more };
	const { outputs, error } = await runNode({
		...node,
		credentials: { apiUrl: panel.url, apiKey: panel.key },
	});
	if (error) throw error;
	return outputs.flat()[0]?.json;
}

const serviceId = { __rl: true, mode: 'id', value: String(SERVICE) };
const orderFields = { mappingMode: 'defineBelow', value: { link: link(1), quantity: 100 } };
const place = async (options: IDataObject = {}, more: Partial<NodeOptions> = {}, operation = 'create') =>
	await run('order', operation, { serviceId, orderFields, options }, more);
const placeMass = async (more: Partial<NodeOptions> = {}) =>
	await run('order', 'createMass', { orders: `${SERVICE} | ${link(1)} | 100`, options: {} }, more);
const refuse = () => stand.panel.inject({ action: 'add', kind: 'error', text: 'Bad link' });

/** An order in a status. */
const order = (status = 'In progress'): string =>
	stand.panel.seedOrders({ count: 1, status, service: SERVICE })[0] ?? '';
const byIds = async (resource: string, operation: string, id: string, options: IDataObject = {}) =>
	await run(
		resource,
		operation,
		{ [resource === 'refill' && operation === 'getStatus' ? 'refillIds' : 'orderIds']: id, options },
		GOES_ON,
	);
const waited = async (orderIds: string, more: Partial<NodeOptions> = {}) =>
	await run('order', 'waitUntilFinished', { orderIds }, { ...more, loops: true });
const AS_DATA = { failedIdsAsData: true };
async function withUnknown() {
	const booked = { book: new TestBook(), workflowId: ownWorkflow() };
	stand.panel.inject({ action: 'add', kind: 'dropAfter', times: 1 });
	await place({}, { ...booked, ...GOES_ON });
	return booked;
}
const refill = async () => String((await byIds('refill', 'create', order('Completed')))?.refill);

/** Of an order that is more than one. */
async function statusOfA(service: Partial<Service>, value: IDataObject): Promise<Item> {
	const { id } = stand.panel.addService({ min: 10, max: 1000, rate: '1', ...service });
	const own = {
		serviceId: { ...serviceId, value: String(id) },
		orderFields: { mappingMode: 'defineBelow', value },
	};
	const placed = String((await run('order', 'create', own))?.order);
	if (service.type === 'Subscriptions') stand.panel.newPost(placed);
	return await byIds('order', 'getStatus', placed);
}

const complete = (id: string) => () => stand.panel.moveOrder(id, 'Completed');
const watching = (ids: string, options: IDataObject = {}): Poller => stand.poller({ orderIds: ids, options });
const fromBook = async (event: string) => await firedFromBook(stand, serve, { event, id: order() });

/** A row of the table, and a run that gives such an item. */
const RUNS: Record<string, () => Promise<Item>> = {
	'service: getAll': async () => await run('service', 'getAll', {}),
	'service: getAll - with a description': async () => {
		stand.panel.setDialect('services-extras');
		return await run('service', 'getAll', {});
	},
	'service: get': async () => await run('service', 'get', { serviceId }),
	'order: create': async () => await place(),
	'order: create - balance checked': async () => await place({ checkBalance: true }),
	'order: create - price not known': async () => await place({ validateAgainstService: false }),
	'order: create - key sent before': async () => {
		await place({ idempotencyKey: 'a key' });
		return await place({ idempotencyKey: 'a key' });
	},
	'order: create - refused': async () => {
		refuse();
		return await place({ idempotencyKey: 'a key' }, GOES_ON);
	},
	'order: create - refused, to the error output': async () => {
		refuse();
		return await place({}, { onError: 'continueErrorOutput' });
	},
	'order: createMass': async () => await placeMass(),
	'order: createMass - refused': async () => {
		refuse();
		return await placeMass(GOES_ON);
	},
	'order: quote': async () => await place({}, {}, 'quote'),
	'order: quote - with a key': async () => await place({ idempotencyKey: 'a key' }, {}, 'quote'),
	'order: getAll': async () => {
		const booked = { book: new TestBook(), workflowId: ownWorkflow() };
		await place({}, booked);
		return await run('order', 'getAll', {}, booked);
	},
	'order: getAll - not simplified': async () => {
		const booked = { book: new TestBook(), workflowId: ownWorkflow() };
		await place({}, booked);
		return await run('order', 'getAll', { simplify: false }, booked);
	},
	'order: reconcile': async () => {
		const booked = await withUnknown();
		return await run('order', 'reconcile', {}, booked);
	},
	'order: resolve': async () => {
		const booked = await withUnknown();
		return await run('order', 'resolve', { row: booked.book.rows()[0]?.id, decision: 'notPlaced' }, booked);
	},
	'order: getStatus': async () => await byIds('order', 'getStatus', order()),
	'order: getStatus - failed': async () => await byIds('order', 'getStatus', '99999'),
	'order: getStatus - failed, as data': async () => await byIds('order', 'getStatus', '99999', AS_DATA),
	'order: getStatus - of a subscription': async () =>
		await statusOfA(
			{ type: 'Subscriptions' },
			{ username: 'ada', min: 10, max: 20, posts: 2, delay: 0, expiry: '2099-12-31' },
		),
	'order: getStatus - of a drip-feed': async () =>
		await statusOfA(
			{ type: 'Default', dripfeed: true },
			{ link: link(1), quantity: 100, runs: 2, interval: 10 },
		),
	'order: getStatusChanges': async () => await byIds('order', 'getStatusChanges', order()),
	'order: waitUntilFinished': async () => await waited(order('Completed')),
	'order: waitUntilFinished - time is up': async () => {
		const book = new TestBook();
		const id = order();
		const panel = new URL(stand.panel.url).host;
		const placedAt = new Date(Date.now() - 80 * 60 * 60_000).toISOString();
		book.add({ state: 'placed', order: id, panel, account: panel, placedAt });
		return await waited(id, { book, workflowId: ownWorkflow() });
	},
	'order: cancel': async () => await byIds('order', 'cancel', order()),
	'order: cancel - failed': async () => await byIds('order', 'cancel', '99999'),
	'order: cancel - failed, as data': async () => await byIds('order', 'cancel', '99999', AS_DATA),
	'refill: create': async () => await byIds('refill', 'create', order('Completed')),
	'refill: create - failed': async () => await byIds('refill', 'create', '99999'),
	'refill: getStatus': async () => await byIds('refill', 'getStatus', await refill()),
	'balance: get': async () => await run('balance', 'get', {}),
	orderStatusChanged: async () => {
		const id = order();
		return await fired(watching(id), complete(id));
	},
	orderStalled: async () => await fromBook('orderStalled'),
	'orderStatusChanged - from the book': async () => await fromBook('orderStatusChanged'),
	'orderStatusChanged - added later': async () => await addedLater(stand, order('Pending'), order('Pending')),
	'orderStatusChanged - with progress': async () => {
		const id = order();
		return await fired(watching(id, { progressStep: 25 }), () =>
			stand.panel.moveOrder(id, 'In progress', { remains: 300 }),
		);
	},
	'orderStatusChanged - from a table': async () => await firedFromTable(stand, serve, order()),
	'orderStatusChanged - rejected': async () => (await watching('99999').activate())?.[0]?.json,
	refillStatusChanged: async () => {
		const id = await refill();
		const poller = stand.poller({ event: 'refillStatusChanged', refillIds: id });
		return await fired(poller, () => stand.panel.moveRefill(id, 'Completed'));
	},
	balanceBelow: async () =>
		await fired(stand.poller({ event: 'balanceBelow', threshold: 50 }), () => stand.panel.setBalance(49)),
	servicesChanged: async () =>
		await fired(stand.poller({ event: 'servicesChanged' }), () =>
			stand.panel.changeService(SERVICE, { rate: '2' }),
		),
};

const typeOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

test('there is a run for each row', () => {
	expect(Object.keys(RUNS).sort()).toEqual(Object.keys(OUTPUTS).sort());
});

test.each(Object.entries(RUNS))('%s gives an item with these fields', async (name, runIt) => {
	const item = await runIt();
	const fields = Object.entries(item ?? {}).map(([field, value]) => `${field}:${typeOf(value)}`);
	expect(fields.sort()).toEqual((OUTPUTS[name] ?? '').split(' ').sort());
});
