import { setTimeout as sleep } from 'node:timers/promises';
import { ordersAsked } from '../panel/ledger.cts';
import { createRandom } from '../panel/random.cts';
import { errorOf, GOES_ON, jsonOf, type Execution } from '../sandbox/executions.cts';
import { until } from '../sandbox/until.cts';
import { withQueue } from './queueFixture.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';
import { ORDERS, publishWaiting, type Published } from './waitingWorkflows.cts';

/**
 * Place, then wait until finished, in real n8n: executions rest in its database while it is killed, restarted, and some
 * of them stopped and retried. `SMM_WAITS=200 SMM_WAIT_KILLS=10`: the long form; `SMM_WAIT_MODE=queue`: with workers,
 * of which one after the other is killed.
 */

const PANEL = { lives: { kind: 'still' }, latencyMs: 20, balance: '100000' } as const;
const queue = process.env.SMM_WAIT_MODE === 'queue' ? withQueue(PANEL) : undefined;
const stand = queue?.stand ?? withN8n({ panel: PANEL });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const EXECUTIONS = Number(process.env.SMM_WAITS ?? 12);
const KILLS = Number(process.env.SMM_WAIT_KILLS ?? 1);
const random = createRandom(`waits ${process.env.SMM_SEED ?? 1}`);

const statusesOf = async (workflowId: string): Promise<string[]> =>
	(await stand.api.executions(workflowId, 1000)).map(({ status }) => status);

async function allIn(workflowId: string, status: string, count: number, withinMs: number): Promise<void> {
	const are = async () => (await statusesOf(workflowId)).filter((one) => one === status).length;
	await until(async () => (await are()) >= count, `${count} executions ${status}`, withinMs);
}

/** Every order that the execution placed is told once, as finished as the panel says. */
function expectAllTold(execution: Execution): void {
	expect(errorOf(execution)?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	const placed = jsonOf(execution, 'Place');
	const out = jsonOf(execution, 'Told');
	expect(placed).toHaveLength(ORDERS);
	expect(out.map(({ order, link }) => [order, link])).toEqual(placed.map(({ order, link }) => [order, link]));
	for (const { order, status } of out) {
		expect(['Completed', 'Partial', 'Canceled']).toContain(status);
		expect(stand.panel.order(String(order)).status).toBe(status);
	}
}

/** Real time, by order. */
const finishedAt = new Map<string, number>();

/** What each order of a run comes to, and when: some before the kill, some only after it. */
function finishOrders(share: number): void {
	for (const { id, status } of stand.panel.orders()) {
		if (status === 'Pending' && random.whole(1, 100) <= share) {
			finishedAt.set(id, Date.now());
			stand.panel.moveOrder(
				id,
				['Completed', 'Completed', 'Partial', 'Canceled'][random.whole(0, 3)] ?? 'Completed',
			);
		}
	}
}

/**
 * What checking all orders together takes: for each minute a request for each hundred orders of which nobody has been
 * told yet that they are finished.
 */
function requestsNeeded(since: number): number {
	const toldAt = new Map<string, number>();
	for (const request of stand.panel.requests()) {
		const { fields, realAt } = request;
		if (fields.action !== 'status') continue;
		for (const id of ordersAsked(request)) {
			if (realAt >= (finishedAt.get(id) ?? Infinity) && !toldAt.has(id)) toldAt.set(id, realAt);
		}
	}
	let needed = 0;
	for (let at = since, open = [...toldAt.values()]; open.length > 0; at += 60_000) {
		open = open.filter((told) => told > at);
		needed += Math.ceil(open.length / 100);
	}
	return needed;
}

/** Orders come to an end between the kills, the last ones after them. */
async function killAndFinish(): Promise<void> {
	for (let kill = 0; kill < KILLS; kill++) {
		finishOrders(40);
		if (queue) await queue.replace(kill % queue.workers.length);
		else {
			await stand.n8n.kill();
			await stand.restart();
		}
		// Also in the middle of a check
		if (KILLS > 1) await sleep(random.whole(0, 75_000));
	}
	finishOrders(100);
}

/** Of a kill in the middle of a step of the order book, n8n keeps the sub-execution, too. */
const summariesOf = async (workflowId: string) =>
	(await stand.api.executions(workflowId, 1000)).filter(({ mode }) => mode !== 'integrated');

interface Failed {
	/** Killed during a check: visibly so, and right after a retry. */
	crashed: number;
	/** Killed during a check, in queue mode: n8n says so and forgets what it was doing. The orders are in the book. */
	givenUp: number;
}

/** All have ended as they should, or failed in one of these ways. */
async function expectAllEnded(workflowId: string, wanted: number): Promise<Failed> {
	const goesOn = async () => (await statusesOf(workflowId)).some((status) => GOES_ON.has(status));
	await until(async () => !(await goesOn()), 'The end of all executions', 240_000);
	const summaries = await summariesOf(workflowId);
	const withStatus = (name: string) => summaries.filter(({ status }) => status === name);
	const [crashed, ended, errors] = [withStatus('crashed'), withStatus('success'), withStatus('error')];
	for (const { id } of errors) {
		const { message } = errorOf(await stand.api.execution(id)) ?? {};
		expect(message).toContain('This execution failed to be processed too many times');
		expect(queue).toBeDefined();
	}
	for (const { id } of crashed) {
		expectAllTold(await stand.api.waitForExecution(await stand.api.retryExecution(id), 240_000));
	}
	expect(ended.length + crashed.length + errors.length).toBe(wanted);
	for (const { id } of ended) expectAllTold(await stand.api.execution(id));
	return { crashed: crashed.length, givenUp: errors.length };
}

async function expectParentEnded({ parent, child }: Published): Promise<void> {
	const [of] = await stand.api.executions(parent, 1);
	const whole = await stand.api.waitForExecution(of?.id ?? '', 120_000);
	const given = jsonOf(whole, 'Sub-workflow');
	const [inner] = await stand.api.executions(child, 1);
	// n8n goes on with what a sub-workflow gave last, also where that was killed in the middle of a check
	if (inner?.status === 'crashed') {
		expect(given).toEqual([{ notYet: expect.any(String), wait: expect.any(Object) }]);
	} else {
		expect(given).toHaveLength(ORDERS);
		for (const { status } of given) expect(['Completed', 'Partial', 'Canceled']).toContain(status);
	}
}

test(
	`${EXECUTIONS} executions wait through ${KILLS} kills, some are stopped and retried: each order comes out once, finished`,
	async () => {
		const all = await publishWaiting(stand);
		for (let run = 0; run < EXECUTIONS; run++) await stand.api.callWebhook('waits', { run });
		await stand.api.callWebhook('parent', { run: 0 });
		await allIn(all.waits, 'waiting', EXECUTIONS, 120_000 + 1_000 * EXECUTIONS);
		await allIn(all.parent, 'waiting', 1, 30_000);
		const since = Date.now();

		const stopped = (await stand.api.executions(all.waits, 1000)).slice(0, 2).map(({ id }) => id);
		for (const one of stopped) await stand.api.stopExecution(one);
		await killAndFinish();
		for (const one of stopped) await stand.api.retryExecution(one);
		const failed = await expectAllEnded(all.waits, EXECUTIONS);
		const orders = stand.panel.orders();
		const statusRequests = stand.panel.counts().byAction.status ?? 0;
		const needed = requestsNeeded(since);
		process.stdout.write(
			`${JSON.stringify({
				executions: EXECUTIONS,
				orders: orders.length,
				kills: KILLS,
				stopped: stopped.length,
				...failed,
				statusRequests,
				needed,
			})}\n`,
		);
		await expectParentEnded(all);
		// Of few executions on a slow machine, some looks may lie apart: each on its own would ask twice or more
		expect(statusRequests).toBeLessThanOrEqual(1.2 * needed + (EXECUTIONS < 100 ? EXECUTIONS / 2 : 0));
		expect(orders).toHaveLength((EXECUTIONS + 1) * ORDERS);
		expect(new Set(orders.map(({ fields }) => fields.link)).size).toBe(orders.length);
	},
	900_000 + 90_000 * KILLS,
);
