/** What quiet polls have seen, which n8n does not save: kept when the workflow is saved anew, lost with the process. */
import type { IDataObject } from 'n8n-workflow';
import type { Poller } from './poller.cts';
import { serverFor, told, triggerFixture, watchedTable } from './triggerFixture.cts';

const stand = triggerFixture({ balance: 100 });
const serve = serverFor();

type Again = (poller: Poller, parameters: IDataObject) => Promise<unknown>;
const savedAnew: Again = async (poller, parameters) => await poller.change(parameters);
const restarted: Again = async (poller) => await poller.restart();

/** An order is added to the list and moves on; the workflow only remembers first statuses. */
async function firstStatus(again: Again): Promise<unknown[]> {
	const [a = '', b = ''] = stand.orders(2, 'In progress');
	const table = await watchedTable(serve, [a]);
	const options = { firstCheck: 'remember' };
	const parameters = { event: 'orderStatusChanged', ...table.parameters, options };
	const poller = stand.poller(parameters, table.more);
	await poller.activate();
	table.add(b);
	const saved = poller.saved();
	expect(await poller.poll()).toBeNull();
	// n8n has saved nothing of it
	expect(poller.saved()).toBe(saved);
	stand.panel.moveOrder(b, 'Completed');
	const fired = [await again(poller, { ...parameters, toStatuses: ['Completed'] }), await poller.poll()];
	return fired.flatMap((items) => told(items as Awaited<ReturnType<Poller['poll']>>) ?? []).map(withoutId);
}

const withoutId = (text: string) => text.replace(/^\d+: /, '');

/** The balance falls, recovers, and falls again while the workflow is not active. */
async function recovered(again: Again): Promise<number> {
	const parameters = { event: 'balanceBelow', threshold: 50 };
	const poller = stand.poller(parameters);
	await poller.activate();
	stand.panel.setBalance(40);
	expect(await poller.poll()).toHaveLength(1);
	stand.panel.setBalance(60);
	expect(await poller.poll()).toBeNull();
	stand.panel.setBalance(30);
	await again(poller, { ...parameters, options: { tolerateOutages: 4 } });
	await poller.poll();
	return poller.executions.length;
}

test('a first status that was only remembered is still known when the workflow has been saved anew', async () => {
	expect(await firstStatus(savedAnew)).toEqual(['In progress → Completed']);
});

test('a balance that has recovered is still known when the workflow has been saved anew', async () => {
	expect(await recovered(savedAnew)).toBe(2);
});

// The documented limit: n8n saves nothing of a poll that starts no execution
test('a restart of n8n forgets both', async () => {
	expect(await firstStatus(restarted)).toEqual([]);
	expect(await recovered(restarted)).toBe(1);
});

test('what n8n has saved since is not overwritten', async () => {
	const [order = ''] = stand.orders(1);
	const parameters = { event: 'orderStatusChanged', orderIds: order };
	const poller = stand.poller(parameters);
	await poller.activate();
	await poller.poll();
	stand.panel.moveOrder(order, 'In progress');
	expect(await poller.poll()).toHaveLength(1);
	await poller.poll();
	expect(await poller.change({ ...parameters, options: { tolerateOutages: 4 } })).toBeNull();
	stand.panel.moveOrder(order, 'Completed');
	expect(told(await poller.poll())).toEqual([`${order}: In progress → Completed`]);
});
