import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf, GOES_ON } from '../sandbox/executions.cts';
import { node, panelNode, webhook, workflow } from '../sandbox/workflow.cts';
import { LINK, orderOf } from '../e2e/orders.cts';
import { CATALOGUE } from '../e2e/services.cts';
import { until } from '../sandbox/until.cts';
import { withN8n } from '../e2e/n8nFixture.cts';

/**
 * n8n resumes executions that were due while it was away before it has loaded its data tables: what they order stands
 * in the order book all the same. Takes more than a minute, the least that n8n puts an execution aside for:
 * `SMM_BOOK_ROUNDS=20`, the number of executions.
 */

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '1000000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const EXECUTIONS = Number(process.env.SMM_BOOK_ROUNDS ?? 0);
const ORDER = orderOf(100, `={{ '${LINK}/' + $json.body.run }}`);
/** Longer than n8n keeps an execution in its memory. */
const RESTS_S = 75;

(EXECUTIONS > 0 ? test : test.skip)(
	'orders of executions that were due while n8n was away stand in the order book, also after a retry',
	async () => {
		const rest = node('Rest', 'wait', { amount: RESTS_S, unit: 'seconds' }, { typeVersion: 1.1 });
		const placed = panelNode('Panel', ORDER, stand.credential);
		const id = await stand.api.publish(workflow('Late', [webhook('late'), rest, placed]));
		for (let run = 0; run < EXECUTIONS; run++) await stand.api.callWebhook('late', { run });
		const statuses = async () => (await stand.api.executions(id, 1_000)).map(({ status }) => status);
		await until(async () => (await statuses()).every((status) => status === 'waiting'), 'all at rest');
		await stand.n8n.kill();
		await sleep(RESTS_S * 1_000);
		await stand.restart();
		await until(async () => !(await statuses()).some((one) => GOES_ON.has(one)), 'all ended', 90_000);
		// What it resumes that early, n8n may also take for crashed, although it goes on: a user retries it
		for (const one of await stand.api.executions(id, 1_000)) {
			if (one.status === 'crashed') await stand.api.waitForExecution(await stand.api.retryExecution(one.id));
			else expect(errorOf(await stand.api.execution(one.id))).toBeUndefined();
		}
		expect(stand.panel.orders()).toHaveLength(EXECUTIONS);
		const booked = (await stand.api.rowsOf('SMM Panel Orders')).map(({ order }) => String(order));
		expect(booked.sort()).toEqual(
			stand.panel
				.orders()
				.map((order) => order.id)
				.sort(),
		);
	},
	300_000,
);
