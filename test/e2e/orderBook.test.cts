import { setTimeout as sleep } from 'node:timers/promises';
import type { INode, INodeParameters } from 'n8n-workflow';
import { createRandom } from '../panel/random.cts';
import { errorOf, jsonOf, type Execution } from '../sandbox/executions.cts';
import { node, panelNode, workflow, type Link } from '../sandbox/workflow.cts';
import { LINK, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/**
 * The order book in real n8n: what is stopped, killed or fails is retried, several times, and no order is paid twice
 * or missing from the book. No idempotency key is given: every order has keys of its own.
 */

const stand = withN8n({ panel: { lives: { kind: 'still' }, latencyMs: 25, balance: '1000000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const ORDERS = 60;
/** `SMM_BOOK_ROUNDS=20`: that many stops and kills, each at a random moment. */
const ROUNDS = Number(process.env.SMM_BOOK_ROUNDS ?? 0);
const random = createRandom(`book ${process.env.SMM_SEED ?? 1}`);
const moments = (few: number[]): number[] =>
	ROUNDS > 0 ? Array.from({ length: ROUNDS }, () => random.whole(1, ORDERS - 1)) : few;
const TABLE = 'SMM Panel Orders';

interface Run {
	id: string;
	/** What all links of its orders begin with. */
	links: string;
	/** How many of its links the panel has orders for, and how many orders. */
	paid(): { links: number; orders: number };
	/** IDs in the book, and rows that are still to be cleared up. */
	booked(): Promise<{ orders: string[]; open: number; unknown: string[] }>;
	/** Calls the webhook and resolves when `sent` orders were sent. */
	start(sent: number): Promise<string>;
}

let runs = 0;

/** Over all runs: what was paid, twice or without a trace, and what a retry should have sent and did not. */
const figures = { runs: 0, paid: 0, twice: 0, lost: 0, notSent: 0 };
afterAll(() => process.stdout.write(`${JSON.stringify({ orderBook: figures })}\n`));

const rowsOf = (links: string, count = ORDERS, each = "'/' + at") =>
	node(
		'Rows',
		'code',
		{
			jsCode: `return Array.from({ length: ${count} }, (_, at) => ({ json: { link: '${links}' + ${each}, quantity: 100 } }));`,
		},
		{ typeVersion: 2 },
	);

interface Shape {
	options?: INodeParameters;
	extras?: Partial<INode>;
	/** What follows the webhook; default: the rows, then the node. */
	body?(panel: INode, links: string): { nodes: INode[]; connected?: Link[] };
}

/** A workflow that orders from a webhook: a production execution, which can be retried after Stop. */
async function createRun({ options = {}, extras = {}, body }: Shape = {}): Promise<Run> {
	const name = `book-${runs++}`;
	const links = `${LINK}/${name}`;
	const hook = node(
		'Webhook',
		'webhook',
		{ path: name, httpMethod: 'POST' },
		{ typeVersion: 2, webhookId: name },
	);
	const panel = panelNode('Panel', { ...ORDER_FROM_INPUT, options }, stand.credential, extras);
	const { nodes, connected } = body?.(panel, links) ?? { nodes: [rowsOf(links), panel] };
	const { id } = await stand.api.createWorkflow(workflow(name, [hook, ...nodes], connected));
	await stand.api.activate(id);
	const own = () => stand.panel.orders().filter(({ fields }) => String(fields.link).startsWith(`${links}/`));
	return {
		id,
		links,
		paid: () => ({ links: new Set(own().map(({ fields }) => fields.link)).size, orders: own().length }),
		booked: () => bookedBy(id),
		async start(sent) {
			const before = stand.panel.counts().byAction.add ?? 0;
			await stand.api.callWebhook(name, {});
			while ((stand.panel.counts().byAction.add ?? 0) - before < sent) await sleep(5);
			const [newest] = await stand.api.executions(id, 1);
			if (newest === undefined) throw new Error('n8n began no execution');
			return newest.id;
		},
	};
}

async function bookedBy(workflowId: string) {
	const rows = (await stand.api.rowsOf(TABLE)).filter(({ workflow: of }) => of === workflowId);
	return {
		orders: rows.filter(({ state }) => state === 'placed').map(({ order }) => String(order)),
		open: rows.filter(({ state }) => state !== 'placed').length,
		unknown: rows.filter(({ state }) => state === 'unknown').map(({ link, note }) => `${link}: ${note}`),
	};
}

async function retry(id: string): Promise<Execution> {
	return await stand.api.waitForExecution(await stand.api.retryExecution(id));
}

/** Everything that the panel was paid for is in the book, under its ID or as a row that says that nobody knows. */
async function expectNothingLost(run: Run, wanted = ORDERS): Promise<void> {
	const { links, orders } = run.paid();
	const booked = await run.booked();
	const lost = Math.max(0, orders - booked.orders.length - booked.open);
	figures.runs++;
	figures.paid += orders;
	figures.twice += orders - links;
	figures.lost += lost;
	figures.notSent += Math.max(0, wanted - orders);
	expect(orders).toBe(links);
	expect(new Set(booked.orders).size).toBe(booked.orders.length);
	expect(lost).toBe(0);
}

test.each(moments([3, 41]))(
	'Stop after %s orders, retried twice: nothing is paid twice, and all of it is in the book',
	async (sent) => {
		const run = await createRun();
		const id = await run.start(sent);
		await stand.api.stopExecution(id);
		await stand.api.waitForExecution(id);
		await retry(id);
		await retry(id);
		await expectNothingLost(run);
		// A machine under load can lose a reply: then its order is named, and not sent again
		const { unknown } = await run.booked();
		if (unknown.length > 0) process.stdout.write(`${JSON.stringify({ unknown })}\n`);
		expect(run.paid().links).toBeGreaterThanOrEqual(ORDERS - unknown.length);
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

test.each(moments([33]))(
	'SIGKILL after %s orders, restart, retried twice: nothing is paid twice',
	async (sent) => {
		const run = await createRun({ extras: { onError: 'continueRegularOutput' } });
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
	const run = await createRun({
		options: { idempotencyKey: `={{ 'k' + $itemIndex % 20 }}` },
		extras: { onError: 'continueRegularOutput' },
	});
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

test("a parent's Retry On Fail runs the sub-workflow anew, and pays nothing twice", async () => {
	const child = await stand.api.createWorkflow(
		workflow('child', [
			node('Called', 'executeWorkflowTrigger', { inputSource: 'passthrough' }, { typeVersion: 1.1 }),
			rowsOf(`${LINK}/book-${runs}`),
			panelNode('Panel', ORDER_FROM_INPUT, stand.credential),
		]),
	);
	await stand.api.activate(child.id);
	const call = node(
		'Sub-workflow',
		'executeWorkflow',
		{ workflowId: { __rl: true, mode: 'id', value: child.id }, options: {} },
		{ typeVersion: 1.2, retryOnFail: true, maxTries: 3, waitBetweenTries: 100 },
	);
	const parent = await createRun({ body: () => ({ nodes: [call] }) });
	stand.panel.inject({ action: 'add', kind: 'dropAfter', fields: { link: `${parent.links}/20` } });
	const id = await parent.start(21);
	await stand.api.waitForExecution(id);
	await retry(id);
	await expectNothingLost({ ...parent, booked: () => bookedBy(child.id) });
	expect(parent.paid().orders).toBeGreaterThanOrEqual(21);
}, 120_000);

test('a loop of five equal orders that is stopped and retried places none of them twice', async () => {
	const equal = 5;
	const run = await createRun({
		body: (panel, links) => ({
			nodes: [
				rowsOf(links, equal, "'/same'"),
				node('Loop', 'splitInBatches', { options: {} }, { typeVersion: 3 }),
				panel,
			],
			connected: [
				['Webhook', 'Rows'],
				['Rows', 'Loop'],
				['Loop', 'Panel', 1],
				['Panel', 'Loop'],
			],
		}),
	});
	const id = await run.start(3);
	await stand.api.stopExecution(id).catch(() => undefined);
	await stand.api.waitForExecution(id);
	await retry(id);
	await retry(id);
	const { orders } = run.paid();
	const booked = await run.booked();
	expect(orders).toBeLessThanOrEqual(equal);
	expect(booked.orders.length + booked.open).toBe(orders);
	figures.notSent += equal - orders;
}, 120_000);
