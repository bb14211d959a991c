import type { INodeParameters } from 'n8n-workflow';
import type { SavedCredential } from '../sandbox/api.cts';
import { node, reference, SMM_PANEL_TRIGGER, workflow } from '../sandbox/workflow.cts';
import { FOLLOWERS } from './shop.cts';
import { story, withEditor } from './withEditor.cts';

/** The trigger as the editor shows it: the form of each event, and a data table as its watch list. */

const there = withEditor('trigger');
let n8nApi: SavedCredential | undefined;

async function show(parameters: INodeParameters): Promise<void> {
	const { editor, stand } = there;
	const credentials = {
		smmPanelApi: reference(stand.credential),
		...(n8nApi && { smmPanelN8nApi: reference(n8nApi) }),
	};
	const trigger = node('Trigger', SMM_PANEL_TRIGGER, parameters, { credentials });
	const { id } = await stand.api.createWorkflow(workflow('Trigger', [trigger]));
	await editor.openWorkflow(id);
	await editor.openNode('Trigger');
}

const POLLING = ['Poll Times', 'Mode', 'Trigger On'];
const STATUSES = ['From Statuses', 'To Statuses', 'Options'];

const FORMS: Array<[name: string, parameters: INodeParameters, labels: string[]]> = [
	['orders of the order book', {}, [...POLLING, 'Watch List', ...STATUSES]],
	[
		'stalled orders',
		{ event: 'orderStalled' },
		[...POLLING, 'Watch List', 'Stalled After (Hours)', 'Options'],
	],
	['orders by ID', { source: 'ids' }, [...POLLING, 'Watch List', 'Order IDs', ...STATUSES]],
	[
		'refills by ID',
		{ event: 'refillStatusChanged', source: 'ids' },
		[...POLLING, 'Watch List', 'Refill IDs', ...STATUSES],
	],
	[
		'orders from a URL',
		{ source: 'url' },
		[...POLLING, 'Watch List', 'List URL', 'ID Field', 'Header Name', 'List Name', ...STATUSES],
	],
	['the balance', { event: 'balanceBelow' }, [...POLLING, 'Threshold', 'Options']],
	['services', { event: 'servicesChanged' }, [...POLLING, 'Filters', 'Options']],
];

test.each(FORMS)(
	'the form for %s shows its fields, each with its name in full',
	async (name, parameters, labels) => {
		const { editor, shot } = there;
		await show(parameters);
		await editor.form
			.getByText(labels.at(-1) ?? '', { exact: true })
			.first()
			.waitFor();
		const shown = await editor.labels();
		expect(shown).toContain('Credential');
		expect(shown.filter((label) => !label.startsWith('Credential'))).toEqual(labels);
		expect(await editor.cutLabels()).toEqual([]);
		await shot(name.replaceAll(' ', '-'));
	},
);

describe('a data table', () => {
	const step = story(there);

	beforeAll(async () => {
		const { stand } = there;
		const table = await stand.api.createDataTable('Open orders', [
			{ name: 'order', type: 'string' },
			{ name: 'customer', type: 'string' },
			{ name: 'state', type: 'string' },
		]);
		const { panel } = stand;
		const orders = panel.seedOrders({ count: 2, status: 'In progress', service: FOLLOWERS.id });
		await stand.api.insertRows(table.id, [
			{ order: orders[0] ?? '', customer: 'Ayşe', state: 'open' },
			{ order: orders[1] ?? '', customer: 'Mehmet', state: 'done' },
		]);
		n8nApi = await stand.api.createTablesCredential();
	});

	step('is chosen from the list of tables', async () => {
		const { editor, shot } = there;
		await show({});
		await editor.choose('source', 'Data Table');
		await editor.form.getByText('Filter Column Name or ID').waitFor();
		await editor.pick('dataTableId', 'Open orders');
		expect(await editor.cutLabels()).toEqual([]);
		await shot('table-chosen');
	});

	step('offers its columns for the ID and for a filter', async () => {
		const { editor, shot } = there;
		const columns = await editor.openOptions('idColumn');
		expect(columns).toEqual(expect.arrayContaining(['order', 'customer', 'state']));
		await shot('columns');
		await there.page.keyboard.press('Escape');
		await editor.choose('idColumn', 'order');
		await editor.choose('filterColumn', 'state');
		await editor.form.getByText('Filter Value', { exact: true }).waitFor();
		await editor.field('filterValue').fill('open');
		await shot('filled');
	});

	step('"Fetch Test Event" shows the orders of its rows as they are now', async () => {
		const { editor, shot } = there;
		await editor.execute();
		await editor.output.getByText('Ayşe').first().waitFor();
		const seen = await editor.output.innerText();
		for (const text of ['In progress', 'previousStatus', 'detectedAt', 'row']) expect(seen).toContain(text);
		expect(seen).not.toContain('Mehmet');
		await shot('test-event');
	});
});

it('says what to do where there is no ID to watch', async () => {
	const { editor, shot } = there;
	await show({ source: 'ids', orderIds: '={{ [] }}' });
	await editor.execute();
	await editor.output
		.getByText(/There is no order to watch yet/)
		.first()
		.waitFor();
	await shot('no-ids');
});
