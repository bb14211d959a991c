import { setTimeout as sleep } from 'node:timers/promises';
import { counted, type Counted } from './counted.cts';
import { withEditor } from './withEditor.cts';

/** How many interactions a job takes from an empty canvas: a click, a field filled, a key and a drag are one each. */

const there = withEditor('counts');
const id = (name: string) => `[data-test-id="${name}"]`;
const at = (name: string) => there.page.locator(id(name));
const LINK = 'https://www.instagram.com/your_account';

const shown = (act: () => Promise<void>) => async () => {
	await act().catch(async (error: unknown) => {
		await there.shot('failed');
		throw error;
	});
};

const report = (job: string, { done }: Counted) =>
	process.stdout.write(`${JSON.stringify({ job, interactions: done.length, done })}\n`);

/** From "Add first step", or from the plus of a node. */
async function addAction(user: Counted, action: string, { first = false } = {}): Promise<void> {
	await user.fill('the search: smm', at('node-creator-search-bar'), 'smm');
	const found = at('node-creator-item-name').getByText('SMM Panel', { exact: true }).first();
	await user.click('SMM Panel', found);
	const actions = at('node-creator-category-item').filter({ hasText: 'Actions' });
	await actions.waitFor();
	// As a first step, n8n shows its triggers and folds the actions
	if (first) await user.click('Actions', actions);
	await user.click(action, at('node-creator').getByText(action, { exact: true }));
	await at('ndv').waitFor();
}

async function begin(): Promise<Counted> {
	await there.anew();
	await there.editor.newWorkflow();
	const user = counted(there.page);
	await user.press('n');
	return user;
}

async function fillOrder(user: Counted): Promise<void> {
	await user.fill('Link', there.editor.field('link'), LINK);
	await user.fill('Quantity', there.editor.field('quantity'), '1000');
}

const serviceBox = () => at('resource-locator-serviceId').locator(id('rlc-input'));
const serviceLine = (text: string) => at('rlc-item').filter({ hasText: text }).first();

async function makeCredential(user: Counted): Promise<void> {
	const { dialog } = there.editor.credential;
	await user.click('Connect', there.page.getByRole('button', { name: 'Connect to SMM Panel' }));
	await dialog.waitFor();
	const field = (name: string) => dialog.locator(`${id(`parameter-input-${name}`)} input`);
	// Who uses the default panel leaves its address as it is: this is not counted
	await field('apiUrl').fill(there.stand.panel.url);
	await user.fill('API Key', field('apiKey'), there.stand.panel.key);
	await user.click('Save', at('credential-save-button'));
	await dialog.waitFor({ state: 'hidden' });
}

test(
	'a first order, with a credential at hand: at most 12',
	shown(async () => {
		const user = await begin();
		await addAction(user, 'Place an order', { first: true });
		await user.click('Service', serviceBox());
		const search = there.page.locator(`input${id('rlc-search')}, ${id('rlc-search')} input`).first();
		await user.fill('the search: instagram followers', search, 'instagram followers');
		await user.click('a service that was found', serviceLine('1523'));
		await at('mapping-fields-container').waitFor();
		await fillOrder(user);
		await user.click('Execute step', at('node-execute-button').first());
		await there.editor.output.getByText(LINK).first().waitFor();
		expect(there.stand.panel.orders()).toHaveLength(1);
		report('first order', user);
		expect(user.done.length).toBeLessThanOrEqual(12);
	}),
	60_000,
);

/** Twenty rows of a sheet, of which every fourth is wrong in another way. */
const ROWS = Array.from({ length: 20 }, (_, at) => ({
	service: at % 4 === 3 ? ['999', '1523'][at % 2] : '1523',
	link: `${LINK}/${at}`,
	quantity: at % 4 === 3 ? 3 : 100 + at,
}));

test(
	'twenty mixed rows quoted and the valid ones placed, no expression typed: at most 25',
	shown(async () => {
		const before = there.stand.panel.orders().length;
		const user = await begin();
		await addAction(user, 'Quote an order', { first: true });
		await user.click('Back to canvas', at('ndv-close-button'));
		await user.doubleClick('the trigger', at('canvas-node').first());
		await user.click('set mock data', there.page.getByText('set mock data'));
		const rows = there.page.locator('.cm-content').filter({ visible: true }).last();
		await user.fill('the rows', rows, JSON.stringify(ROWS));
		await user.click('Save', there.editor.output.getByRole('button', { name: 'Save' }));
		await user.click('Back to canvas', at('ndv-close-button'));
		await there.editor.openNode('Quote an order');
		user.done.push('double-click Quote an order');
		const service = at('run-data-schema-item').getByText('service', { exact: true }).first();
		await user.drag('service to Service', service, at('resource-locator-serviceId'));
		await at('mapping-fields-container').waitFor();
		// n8n puts the cursor into the expression a moment after the drop
		await there.page.getByText('Anything inside').waitFor();
		await sleep(500);
		await user.click('the mapping', at('mapping-mode-select').locator('input').first());
		const visible = there.page.getByRole('option').filter({ visible: true });
		await user.click('Map Automatically', visible.getByText('Map Automatically').first());
		await user.click('Execute step', at('node-execute-button').first());
		await there.editor.output.getByText('allows 50 to').first().waitFor();
		await there.shot('06-quotes');
		expect(there.stand.panel.orders()).toHaveLength(before);
		await user.click('Operation', at('parameter-input-operation').locator('input').first());
		await user.click('Create', visible.getByText('Create', { exact: true }).first());
		await user.click('Settings', there.page.getByText('Settings', { exact: true }).last());
		await user.click('On Error', at('parameter-input-onError').locator('input').first());
		await user.click('Continue', visible.getByText('Continue', { exact: true }).first());
		await user.click('Execute step', at('node-execute-button').first());
		await there.editor.output.getByText('outcome').first().waitFor();
		await there.shot('07-placed');
		const valid = ROWS.filter((_, at) => at % 4 !== 3).map(({ link }) => link);
		const placed = there.stand.panel
			.orders()
			.slice(before)
			.map(({ fields }) => fields.link);
		expect(placed.sort()).toEqual([...valid].sort());
		report('twenty rows quoted and placed', user);
		expect(user.done.length).toBeLessThanOrEqual(25);
	}),
	90_000,
);

test(
	'placed, and told when it is finished, with the credential made on the way: at most 20',
	shown(async () => {
		await there.stand.api.session.call('DELETE', `/rest/credentials/${there.stand.credential.id}`);
		const before = there.stand.panel.orders().length;
		const user = await begin();
		await addAction(user, 'Place an order', { first: true });
		await makeCredential(user);
		await user.click('Service', serviceBox());
		await user.click('a service of the list', serviceLine('1523'));
		await at('mapping-fields-container').waitFor();
		await fillOrder(user);
		await user.click('Back to canvas', at('ndv-close-button'));
		await user.click('the plus behind it', there.page.locator(id('canvas-handle-plus')).last());
		await addAction(user, 'Wait until orders are finished');
		await there.shot('01-wait');
		await user.click('Back to canvas', at('ndv-close-button'));
		const wait = there.page.locator(`${id('canvas-node')}[data-node-name="Wait until orders are finished"]`);
		await there.shot('02-canvas');
		await user.drag(
			'Not Yet to the input',
			wait.locator(id('canvas-node-output-handle')).first(),
			wait.locator(id('canvas-node-input-handle')).first(),
		);
		await there.shot('03-connected');
		await user.click('Execute workflow', at('execute-workflow-button').first());
		report('placed and told when finished', user);
		expect(user.done.length).toBeLessThanOrEqual(20);
		const { panel } = there.stand;
		for (let tries = 0; panel.orders().length === before && tries < 100; tries++) await sleep(100);
		panel.moveOrder(panel.orders().at(-1)?.id ?? '', 'Completed');
		await wait.getByText('1 item').first().waitFor({ timeout: 200_000 });
		await there.shot('04-finished');
		await wait.dblclick();
		await there.editor.output.getByText('Completed').first().waitFor();
		await there.shot('05-output');
	}),
	260_000,
);

test(
	'the order book, as whoever looks into it sees it',
	shown(async () => {
		const { stand, page } = there;
		const table = await stand.api.dataTable('SMM Panel Orders');
		await page.goto(`${stand.n8n.url}/projects/${table?.projectId}/datatables/${table?.id}`);
		await page.getByText('Completed').first().waitFor();
		const seen = await page.locator('body').innerText();
		for (const text of ['order', 'state', 'status', 'service', '23501', 'placed'])
			expect(seen).toContain(text);
		await there.shot('08-book');
	}),
	60_000,
);
