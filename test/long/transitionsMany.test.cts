/** More open orders than a minute's requests can ask for: each poll does its share, and the next goes on. Real n8n. */
import { jsonOf } from '../sandbox/executions.cts';
import { everyMinute, panelTrigger, workflow } from '../sandbox/workflow.cts';
import { withN8n } from '../e2e/n8nFixture.cts';
import { until } from '../sandbox/until.cts';

const OPEN = 20_000;
const PER_MINUTE = 60;
const stand = withN8n({
	panel: { lives: { kind: 'still' }, rateLimit: { perMinute: PER_MINUTE, style: '429' } },
});

it(`${OPEN} open orders at ${PER_MINUTE} requests a minute: changes at both ends fire once, and nothing fails`, async () => {
	const { api, panel, credential } = stand;
	const ids = panel.seedOrders({ count: OPEN, status: 'In progress' });
	const options = { tolerateOutages: 0 };
	const parameters = { pollTimes: everyMinute, source: 'ids', orderIds: ids.join(' '), options };
	const trigger = panelTrigger('Orders', parameters, credential);
	const id = await api.publish(workflow('Many open orders', [trigger]));
	// What changes before its first look is where it began
	const isLookedAt = () => panel.orders().every(({ told }) => told.length > 0);
	await until(isLookedAt, 'the first round', 600_000);
	const changed = [ids[0] ?? '', ids.at(-1) ?? ''];
	for (const order of changed) panel.moveOrder(order, 'Completed');
	const firedSoFar = async () => {
		const fired: unknown[] = [];
		for (const { id: execution, status } of await api.executions(id)) {
			expect(status).toBe('success');
			fired.push(...jsonOf(await api.execution(execution), 'Orders').map(({ order }) => order));
		}
		return fired.sort();
	};
	await until(async () => (await firedSoFar()).length >= changed.length, 'both changes', 900_000);
	await api.deactivate(id);
	expect(await firedSoFar()).toEqual(changed.sort());
	const { total, limited } = panel.counts();
	process.stdout.write(`${JSON.stringify({ open: OPEN, requests: total, refused: limited })}\n`);
	expect(limited / total).toBeLessThanOrEqual(0.05);
}, 1_800_000);
