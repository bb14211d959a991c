/** Every form as the editor shows it: nothing missing, no name cut off; and what is filled in stays. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { RESOURCES } from '../../nodes/SmmPanel/actions';
import {
	byId,
	fieldsByHand,
	manualTrigger,
	panelNode,
	panelTrigger,
	workflow,
} from '../sandbox/workflow.cts';
import { FOLLOWERS } from './shop.cts';
import { saved } from './n8nFixture.cts';
import { withEditor } from './withEditor.cts';

const there = withEditor('form');
const LINK = 'https://www.instagram.com/your_account';
const PLACING = {
	serviceId: byId(String(FOLLOWERS.id)),
	orderFields: fieldsByHand({ link: LINK, quantity: 1000 }),
};

async function open(nodes: Parameters<typeof workflow>[1], name: string, items?: IDataObject[]) {
	const { id } = await saved(there.stand.api, workflow('Form', nodes), items);
	await there.editor.openWorkflow(id);
	await there.editor.openNode(name);
}
const show = async (parameters: INodeParameters, items?: IDataObject[]) =>
	await open([manualTrigger(), panelNode('Panel', parameters, there.stand.credential)], 'Panel', items);

/** Those below *Operation* that stand there before anything is chosen. */
const FIELDS: Record<string, string[]> = {
	'order.cancel': ['Order IDs', 'Options'],
	'order.createMass': ['Orders', 'Options'],
	'order.getAll': ['Return All', 'Limit', 'Filters', 'Sort'],
	'order.getStatus': ['Orders From', 'Order IDs', 'Simplify', 'Options'],
	'order.waitUntilFinished': ['Order IDs', 'Check Every (Minutes)', 'Options'],
	'refill.getStatus': ['Refill IDs', 'Simplify', 'Options'],
	'service.getAll': ['Return All', 'Limit', 'Filters', 'Sort', 'Simplify'],
};

test.each(
	RESOURCES.flatMap(({ value: resource, title, operations }) =>
		operations.map(({ value: operation, name }) => [title, name, resource, operation] as const),
	),
)('%s: %s shows its fields, each with its name in full', async (title, name, resource, operation) => {
	const { editor, shot } = there;
	await show({ resource, operation });
	const expected = FIELDS[`${resource}.${operation}`] ?? [];
	for (const label of expected) await editor.form.getByText(label).first().waitFor();
	expect(await editor.labels()).toEqual(
		expect.arrayContaining(['Credential', 'Resource', 'Operation', ...expected]),
	);
	expect(await editor.cutLabels()).toEqual([]);
	expect([await editor.field('resource').inputValue(), await editor.field('operation').inputValue()]).toEqual(
		[title, name],
	);
	await shot(`${resource}-${operation}`);
});

const POLLING = ['Poll Times', 'Mode', 'Trigger On'];
const STATUSES = ['From Statuses', 'To Statuses', 'Options'];

test.each<[string, INodeParameters, string[]]>([
	['orders of the order book', {}, [...POLLING, 'Watch List', ...STATUSES]],
	[
		'refills by ID',
		{ event: 'refillStatusChanged', source: 'ids' },
		[...POLLING, 'Watch List', 'Refill IDs', ...STATUSES],
	],
	['the balance', { event: 'balanceBelow' }, [...POLLING, 'Threshold', 'Options']],
	['services', { event: 'servicesChanged' }, [...POLLING, 'Filters', 'Options']],
])('the trigger on %s shows its fields', async (name, parameters, labels) => {
	const { editor, stand, shot } = there;
	await open([panelTrigger('Trigger', parameters, stand.credential)], 'Trigger');
	await editor.form
		.getByText(labels.at(-1) ?? '', { exact: true })
		.first()
		.waitFor();
	const shown = (await editor.labels()).filter((label) => !label.startsWith('Credential'));
	expect(shown).toEqual(labels);
	expect(await editor.cutLabels()).toEqual([]);
	await shot(`trigger-${name.replaceAll(' ', '-')}`);
});

it('another operation and back keeps what was filled in', async () => {
	const { editor } = there;
	await show({ resource: 'order', operation: 'create', ...PLACING });
	for (const operation of ['Quote', 'Create']) {
		await editor.choose('operation', operation);
		await editor.form.getByText('Quantity (50–10000)').waitFor();
		expect(await editor.field('link').inputValue()).toBe(LINK);
	}
	expect(await editor.field('quantity').inputValue()).toBe('1000');
});

it('"Map automatically" takes the columns of a sheet, with the service from an expression', async () => {
	const { editor, stand, shot } = there;
	const rows = [1, 2].map((row) => ({
		service: FOLLOWERS.id,
		link: `https://www.instagram.com/p/${row}`,
		quantity: '1,000',
		note: 'mine',
	}));
	const serviceId = byId('={{ $json.service }}');
	await show({ resource: 'order', operation: 'create', serviceId }, rows);
	await editor.chooseMapping('Map Automatically');
	const before = stand.panel.orders().length;
	await editor.execute();
	await editor.output.getByText('2 items').first().waitFor();
	const placed = stand.panel.orders().slice(before);
	expect(placed.map(({ fields, units }) => [fields.link, units])).toEqual(
		rows.map(({ link }) => [link, 1000]),
	);
	await shot('automatic-placed');
});
