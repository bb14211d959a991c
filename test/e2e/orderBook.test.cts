import { setTimeout as sleep } from 'node:timers/promises';
import type { INode, INodeParameters } from 'n8n-workflow';
import { errorOf, jsonOf, type Execution } from '../sandbox/executions.cts';
import { node, panelNode, workflow } from '../sandbox/workflow.cts';
import { LINK, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './stand.cts';

/**
 * The order book in real n8n: what is stopped, killed or fails is retried, several times, and no order is paid twice
 * or missing from the book. No idempotency key is given: every order has keys of its own.
 */

const stand = withN8n({ panel: { lives: { kind: 'still' }, latencyMs: 25, balance: '1000000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const ORDERS = 60;
const TABLE = 'SMM Panel Orders';

interface Run {
	id: string;
	/** How many of its links the panel has orders for, and how many orders. */
	paid(): { links: number; orders: number };
	/** IDs in the book, and rows that are still to be cleared up. */
	booked(): Promise<{ orders: string[]; open: number }>;
	/** Calls the webhook and resolves when `sent` orders were sent. */
	start(sent: number): Promise<string>;
}

let runs = 0;

/** A workflow that orders from a webhook: a production execution, which can be retried after Stop. */
async function createRun(options: INodeParameters = {}, extras: Partial<INode> = {}): Promise<Run> {
	const name = `book-${runs++}`;
	const code = `return Array.from({ length: ${ORDERS} }, (_, at) => ({ json: { link: '${LINK}/${name}/' + at, quantity: 100 } }));`;
	const json = workflow(name, [
		node('Webhook', 'webhook', { path: name, httpMethod: 'POST' }, { typeVersion: 2, webhookId: name }),
		node('Rows', 'code', { jsCode: code }, { typeVersion: 2 }),
		panelNode('Panel', { ...ORDER_FROM_INPUT, options }, stand.credential, extras),
	]);
	const { id } = await stand.api.createWorkflow(json);
	await stand.api.activate(id);
	const own = () =>
		stand.panel.orders().filter(({ fields }) => String(fields.link).startsWith(`${LINK}/${name}/`));
	return {
		id,
		paid: () => ({ links: new Set(own().map(({ fields }) => fields.link)).size, orders: own().length }),
		async booked() {
			const rows = (await stand.api.rowsOf(TABLE)).filter(({ workflow: of }) => of === id);
			return {
				orders: rows.filter(({ state }) => state === 'placed').map(({ order }) => String(order)),
				open: rows.filter(({ state }) => state !== 'placed').length,
			};
		},
		async start(sent) {
			const before = stand.panel.counts().byAction.add ?? 0;
			await stand.api.webhook(name, {});
			while ((stand.panel.counts().byAction.add ?? 0) - before < sent) await sleep(5);
			const [newest] = await stand.api.executions(id, 1);
			if (newest === undefined) throw new Error('n8n began no execution');
			return newest.id;
		},
	};
}

async function retry(id: string): Promise<Execution> {
	return await stand.api.waitForExecution(await stand.api.retryExecution(id));
}

/** Everything that the panel was paid for is in the book, under its ID or as a row that says that nobody knows. */
async function expectNothingLost(run: Run): Promise<void> {
	const { links, orders } = run.paid();
	expect(orders).toBe(links);
	const booked = await run.booked();
	expect(new Set(booked.orders).size).toBe(booked.orders.length);
	expect(booked.orders.length + booked.open).toBeGreaterThanOrEqual(orders);
}

test.each([3, 17, 29, 41, 58])(
	'Stop after %s orders, retried twice: nothing is paid twice, and all of it is in the book',
	async (sent) => {
		const run = await createRun();
		const id = await run.start(sent);
		await stand.api.stopExecution(id);
		await stand.api.waitForExecution(id);
		await retry(id);
		await retry(id);
		await expectNothingLost(run);
		expect(run.paid().links).toBe(ORDERS);
	},
	120_000,
);

test('a run that fails in the middle, retried three times in changing order, pays nothing twice', async () => {
	const run = await createRun();
	stand.panel.inject({ action: 'add', kind: 'dropAfter', fields: { link: `${LINK}/book-${runs - 1}/30` } });
	const id = await run.start(31);
	const failed = await stand.api.waitForExecution(id);
	expect(errorOf(failed)?.message).toMatch(/Outcome unknown/);
	const first = await stand.api.retryExecution(id);
	await stand.api.waitForExecution(first);
	await retry(id);
	const last = await retry(first);
	expect(errorOf(last)?.message).toMatch(/Outcome unknown/);
	await expectNothingLost(run);
	expect(run.paid().links).toBe(ORDERS);
}, 120_000);

test.each([7, 33])(
	'SIGKILL after %s orders, restart, retried twice: nothing is paid twice',
	async (sent) => {
		const run = await createRun({}, { onError: 'continueRegularOutput' });
		const id = await run.start(sent);
		await stand.n8n.kill();
		await stand.restart();
		await stand.api.waitForExecution(id);
		await retry(id);
		const last = await retry(id);
		await expectNothingLost(run);
		const outcomes = jsonOf(last, 'Panel').map(({ order, outcome }) => (order ? 'placed' : outcome));
		expect(outcomes).toHaveLength(ORDERS);
		expect(outcomes.filter((outcome) => outcome !== 'placed' && outcome !== 'unknown')).toEqual([]);
	},
	180_000,
);

test('one key sent by four executions at once is one order, and each of them names it', async () => {
	const run = await createRun(
		{ idempotencyKey: `={{ 'k' + $itemIndex % 20 }}` },
		{ onError: 'continueRegularOutput' },
	);
	const started = await Promise.all([0, 0, 0, 0].map(async () => await run.start(0)));
	expect(started).toHaveLength(4);
	let all = await stand.api.executions(run.id);
	while (all.length < 4 || all.some(({ status }) => ['new', 'running'].includes(status))) {
		await sleep(200);
		all = await stand.api.executions(run.id);
	}
	const { orders } = await run.booked();
	expect(orders).toHaveLength(20);
	await expectNothingLost(run);
}, 120_000);
