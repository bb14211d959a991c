import { setTimeout as sleep } from 'node:timers/promises';
import { node, panelNode, workflow } from '../sandbox/workflow.cts';
import { LINK, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** A workflow that times out amid its orders: what was paid is in the book, and nothing is left waiting there. */

const stand = withN8n({ panel: { lives: { kind: 'still' }, latencyMs: 25, balance: '1000000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const ORDERS = 2000;
const CONCURRENCY = 16;
const SECONDS = Number(process.env.SMM_TIMEOUT ?? 10);

test('a time-out amid two thousand orders loses no order and leaves none waiting', async () => {
	const jsCode = `return Array.from({ length: ${ORDERS} }, (_, at) => ({ json: { link: '${LINK}/timeout/' + at, quantity: 100 } }));`;
	const hook = node(
		'Webhook',
		'webhook',
		{ path: 'timeout', httpMethod: 'POST' },
		{ typeVersion: 2, webhookId: 'timeout' },
	);
	const panel = panelNode(
		'Panel',
		{ ...ORDER_FROM_INPUT, options: { concurrency: CONCURRENCY } },
		stand.credential,
	);
	const json = workflow('timeout', [hook, node('Rows', 'code', { jsCode }, { typeVersion: 2 }), panel]);
	const { id } = await stand.api.createWorkflow({
		...json,
		settings: { ...json.settings, executionTimeout: SECONDS },
	});
	await stand.api.activate(id);
	await stand.api.callWebhook('timeout', {});
	const states = async () => {
		const rows = await stand.api.rowsOf('SMM Panel Orders');
		return (state: string) => rows.filter((row) => row.state === state);
	};
	await sleep((SECONDS + 4) * 1000);
	let inState = await states();
	for (let second = 0; second < 30 && inState('waiting').length > 0; second++) {
		await sleep(1000);
		inState = await states();
	}
	const paid = stand.panel.orders().length;
	const placed = new Set(inState('placed').map(({ order }) => order));
	const unknown = inState('unknown').length + inState('sending').length;
	process.stdout.write(`${JSON.stringify({ timeout: { paid, placed: placed.size, unknown } })}\n`);
	expect(inState('waiting')).toHaveLength(0);
	expect(paid).toBeGreaterThan(CONCURRENCY);
	expect(paid).toBeLessThan(ORDERS);
	expect(unknown).toBeLessThanOrEqual(CONCURRENCY);
	expect(placed.size + unknown).toBeGreaterThanOrEqual(paid);
}, 180_000);
