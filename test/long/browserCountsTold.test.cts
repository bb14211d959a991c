import { jsonOf, type Execution } from '../sandbox/executions.cts';
import { until } from '../sandbox/until.cts';
import { manualTrigger, panelNode, placing, workflow } from '../sandbox/workflow.cts';
import { expectAtMost, LINK, PLACE, SERVICE, withCounts } from './countsFixture.cts';
import type { User } from '../e2e/userPaths.cts';

/** How many interactions it takes from an empty canvas until one is told that an order is finished. */

const { there, begin, placed } = withCounts();

const MASS = 'Place mass order';
const WAIT = 'Wait until finished';
const CHANGES = 'Get order status changes';
const TRIGGER = 'SMM Panel Trigger';

/** The credential is made on the way. */
async function beginWithNothing(): Promise<User> {
	await dropCredentials();
	return await begin();
}

async function dropCredentials(): Promise<void> {
	const { api } = there.stand;
	for (const { id } of await api.credentials()) await api.session.call('DELETE', `/rest/credentials/${id}`);
}

/** The development panel stands in for the default one, whose address is there already. */
async function connectDefaultPanel(user: User): Promise<void> {
	const { key: apiKey, url: apiUrl } = there.stand.panel;
	await user.connect('SMM Panel', { apiKey }, { apiUrl });
}

async function enterOrder(user: User): Promise<void> {
	await user.pickService(SERVICE);
	await user.enter('link', LINK);
	await user.enter('quantity', '1000');
}

async function waitBehind(user: User, name: string): Promise<void> {
	await user.addAction(name, 'wait until', WAIT);
	await there.shot('wait');
	await user.close();
	await user.drawLine(WAIT, 0, WAIT);
	await there.shot('wait-canvas');
	await user.executeWorkflow();
}

/** The order is finished once the execution waits for it, which then ends with it. */
async function expectTold(order: string): Promise<void> {
	const { api, panel } = there.stand;
	const waits = await found(there.editor.workflowId(), ({ status }) => status === 'waiting');
	panel.moveOrder(order, 'Completed');
	const execution = await api.waitForExecution(waits, 300_000);
	expect(execution.status).toBe('success');
	expect(jsonOf(execution, WAIT, 1)).toMatchObject([{ order, status: 'Completed', finished: true }]);
}

async function found(
	workflowId: string,
	wanted: (execution: Pick<Execution, 'status' | 'mode'>) => boolean,
	withinMs = 100_000,
): Promise<string> {
	const { api } = there.stand;
	const execution = async () => (await api.executions(workflowId)).find(wanted);
	await until(async () => (await execution()) !== undefined, 'The execution', withinMs);
	return (await execution())?.id ?? '';
}

test('placed, and told when finished, at the default panel: at most 20', async () => {
	const user = await beginWithNothing();
	await user.addFirst('followers', PLACE);
	await connectDefaultPanel(user);
	await enterOrder(user);
	await user.close();
	await waitBehind(user, PLACE);
	const order = await placed(1);
	expectAtMost(20, 'Placed and told', user);
	await expectTold(order);
	await there.shot('wait-finished');
}, 400_000);

test('the same by a mass order copied from a sheet, at a panel whose address is entered: at most 20', async () => {
	const user = await beginWithNothing();
	const { url: apiUrl, key: apiKey } = there.stand.panel;
	await user.addFirst('mass order', MASS);
	await user.connect('SMM Panel', { apiUrl, apiKey });
	const cells = `service\tlink\tquantity\n${SERVICE}\t${LINK}\t1,000`;
	await user.paste('orders', there.editor.field('orders'), cells);
	await user.close();
	await waitBehind(user, MASS);
	const order = await placed(1);
	expectAtMost(20, 'Placed by a mass order and told', user);
	await expectTold(order);
}, 400_000);

/** Makes a key of n8n's API in a tab of its own, without an end and for everything: the shortest way through its dialog. */
async function makeApiKey(user: User, url: string): Promise<string> {
	const { tab, user: inTab } = await user.openTab(`${url}/settings/api`);
	const at = (name: string) => tab.locator(`[data-test-id="${name}"]`);
	const answer = tab.waitForResponse(
		(response) => response.url().endsWith('/rest/api-keys') && response.request().method() === 'POST',
	);
	await inTab.click('Create API key', tab.getByRole('button', { name: 'Create API key' }));
	await inTab.fill('Label', at('api-key-label').locator('input').or(at('api-key-label')).last(), 'SMM Panel');
	await inTab.click('Expiration', at('expiration-select'));
	await inTab.click('Never', tab.getByRole('option', { name: 'Never' }));
	await inTab.click('Save', tab.getByRole('button', { name: 'Save', exact: true }));
	const { data } = (await (await answer).json()) as { data: { rawApiKey: string } };
	await inTab.click('Copy', at('copy-input-button'));
	await tab.close();
	return data.rawApiKey;
}

test('placed, and told by the trigger on the order book', async () => {
	const user = await beginWithNothing();
	const { stand, editor, shot } = there;
	await user.addFirst('followers', PLACE);
	await connectDefaultPanel(user);
	await enterOrder(user);
	await user.executeStep();
	const order = await placed(1);
	await user.close();
	const apiKey = await makeApiKey(user, stand.n8n.url);
	await user.addTrigger('order status', 'On order status changed');
	await user.connect('SMM Panel N8n', { apiKey }, { baseUrl: stand.n8n.url });
	await shot('trigger');
	await user.close();
	const asked = () => stand.panel.counts().byAction.status ?? 0;
	const before = asked();
	await user.publish();
	expectAtMost(Infinity, 'Placed and told by the trigger', user);
	const workflowId = editor.workflowId();
	// What is finished before the first poll is no news
	await until(() => asked() > before, 'The first poll', 100_000);
	stand.panel.moveOrder(order, 'Completed');
	const told = await stand.api.waitForExecution(await found(workflowId, ({ mode }) => mode === 'trigger'));
	expect(jsonOf(told, TRIGGER)).toMatchObject([{ order, status: 'Completed', finished: true }]);
	await stand.api.deactivate(workflowId);
}, 300_000);

test('told of each change by a schedule, without a key of n8n: at most 14', async () => {
	const { stand, shot } = there;
	await dropCredentials();
	const credential = await stand.api.connect(stand.panel);
	const user = await begin();
	const place = placing(SERVICE, { link: LINK, quantity: 100 });
	await stand.run(workflow('Place', [manualTrigger(), panelNode('Place', place, credential)]));
	const order = await placed(1);
	await user.addSchedule();
	await user.close();
	await user.addAction('Schedule Trigger', 'order status', CHANGES);
	await user.choose('source', 'Order Book');
	await shot('changes');
	await user.close();
	await user.publish();
	expectAtMost(14, 'Told of each change by a schedule', user);
	const workflowId = there.editor.workflowId();
	stand.panel.moveOrder(order, 'Completed');
	// n8n's shortest interval of minutes that is there by itself is five
	const told = await stand.api.waitForExecution(
		await found(workflowId, ({ mode, status }) => mode === 'trigger' && status === 'success', 350_000),
	);
	// Beside it, what the test before has finished in the five minutes that the first look goes back
	expect(jsonOf(told, CHANGES)).toContainEqual(expect.objectContaining({ order, status: 'Completed' }));
	await stand.api.deactivate(workflowId);
}, 600_000);

test('the order book, as whoever looks into it sees it', async () => {
	const { stand, page, shot } = there;
	const table = await stand.api.dataTable('SMM Panel Orders');
	await page.goto(`${stand.n8n.url}/projects/${table?.projectId}/datatables/${table?.id}`);
	await page.getByText('Completed').first().waitFor();
	const seen = await page.locator('body').innerText();
	for (const text of ['order', 'state', 'status', 'service', '23501', 'placed']) expect(seen).toContain(text);
	await shot('book');
});
