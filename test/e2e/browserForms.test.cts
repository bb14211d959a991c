/** Every form of the node as the editor shows it: nothing empty, nothing cut off, in light and dark. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { RESOURCES } from '../../nodes/SmmPanel/actions';
import { ORDER_FIELDS, ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import {
	manualTrigger,
	panelNode,
	serviceById,
	workflow,
	type Link,
	type NodeExtras,
} from '../sandbox/workflow.cts';
import { FIELDS, LINK, PLACING, runs, type Run } from './formRuns.cts';
import { FOLLOWERS, idOfType } from './shop.cts';
import { saved } from './n8nFixture.cts';
import { withEditor } from './withEditor.cts';

const there = withEditor('form');

/** A workflow with one node of ours; its form is open. */
async function show(
	parameters: INodeParameters,
	items?: IDataObject[],
	extras: NodeExtras = {},
): Promise<void> {
	const { editor, stand } = there;
	const nodes = [manualTrigger(), panelNode('Panel', parameters, stand.credential, extras)];
	const loop: Link[] = parameters.operation === 'waitUntilFinished' ? [['Panel', 'Panel']] : [];
	const json = workflow('Form', nodes, [['Start', 'Panel'], ...loop]);
	const { id } = await saved(stand.api, json, items);
	await editor.openWorkflow(id);
	await editor.openNode('Panel');
}

describe('run in the editor', () => {
	let all: Record<string, Run> = {};
	beforeAll(() => {
		const order = (status: 'In progress' | 'Completed') =>
			there.stand.panel.seedOrders({ count: 1, status, service: FOLLOWERS.id })[0] ?? '';
		all = runs(order('In progress'), order('Completed'));
	});

	const names = RESOURCES.flatMap(({ value: resource, title, operations }) =>
		operations.map(({ value: operation, name }) => [resource, operation, [title, name]] as const),
	);
	test.each(names)(
		'%s: %s shows its fields, each with its name in full, and what came out',
		async (resource, operation, shown) => {
			const { editor, shot } = there;
			const { parameters, typed = {}, tab, seen } = all[`${resource}.${operation}`] as Run;
			// What fails is an item as well
			await show({ resource, operation, ...parameters }, undefined, { onError: 'continueRegularOutput' });
			const expected = ['Credential', 'Resource', 'Operation', ...(FIELDS[`${resource}.${operation}`] ?? [])];
			// The service's own fields come a moment later
			for (const label of expected) await editor.form.getByText(label).first().waitFor();
			// Where a service is chosen, its limits stand behind the name
			const labels = (await editor.labels()).map((label) => label.replace(/ \(\d[^)]*\)$/, ''));
			expect(labels).toEqual(expected);
			expect(await editor.cutLabels()).toEqual([]);
			expect([
				await editor.field('resource').inputValue(),
				await editor.field('operation').inputValue(),
			]).toEqual(shown);
			await shot(`${resource}-${operation}`);
			for (const [field, value] of Object.entries(typed)) await editor.field(field).fill(value);
			await editor.execute();
			if (tab !== undefined) await editor.output.getByText(tab).first().click();
			await editor.output
				.getByText(seen.at(-1) ?? '')
				.first()
				.waitFor();
			const output = await editor.output.innerText();
			for (const text of seen) expect(output).toContain(text);
			await shot(`${resource}-${operation}-output`);
		},
	);
});

it('operations are listed with a word on what they do', async () => {
	const { editor, shot } = there;
	await show({ resource: 'order', operation: 'create' });
	const shown = await editor.openOptions('operation');
	const own = (RESOURCES.find(({ value }) => value === 'order')?.operations ?? []).map(
		({ name, description }) => `${name}: ${description}`,
	);
	expect(shown.slice(0, own.length)).toEqual(own);
	await shot('operations');
});

const FIELD_NAMES = new Map<string, string>(ORDER_FIELDS.map(({ name, label }) => [name, label]));

/** The fields of every type are tested in n8n's engine: here, those that look unlike others. `SMM_FORMS=all`: all. */
const UNLIKE = ['Custom Comments', 'Poll', 'Subscriptions', 'Web Traffic'];
const SHOWN_TYPES = ORDER_TYPES.filter(
	({ name }) => process.env.SMM_FORMS === 'all' || UNLIKE.includes(name),
);

test.each(SHOWN_TYPES)(
	'a service of type $name shows its own fields, each with its name in full',
	async ({ name, required }) => {
		const { editor, shot } = there;
		await show({ resource: 'order', operation: 'create', serviceId: serviceById(idOfType(name)) });
		const last = required.at(-1) ?? '';
		await editor.form
			.getByText(FIELD_NAMES.get(last) ?? '')
			.last()
			.waitFor();
		const labels = (await editor.labels('mapping-fields-container')).slice(1);
		expect(labels.map((label) => label.replace(/ \([\d–]*( Lines)?(One a Line)?\)$/, ''))).toEqual(
			required.map((field) => FIELD_NAMES.get(field)),
		);
		expect(await editor.cutLabels()).toEqual([]);
		await shot(`type-${name.toLowerCase().replaceAll(' ', '-')}`);
	},
);

it('an expression as service shows the fields that the first item needs, and those of all types to add', async () => {
	const { editor, page, shot } = there;
	await show({ resource: 'order', operation: 'create', serviceId: serviceById('={{ $json.service }}') }, [
		{ service: 1523 },
	]);
	await editor.form.getByText('Add field to send').click();
	const choices = page.getByRole('menuitem').filter({ visible: true });
	await choices.first().waitFor();
	await shot('expression');
	const others = ORDER_FIELDS.filter(({ name }) => name !== 'link' && name !== 'quantity');
	const offered = (await choices.allInnerTexts())
		.map((text) => text.replace(' (One a Line)', '').trim())
		.filter(Boolean);
	expect(offered.sort()).toEqual(others.map(({ label }) => label).sort());
});

it('another operation and back keeps what was filled in', async () => {
	const { editor } = there;
	await show({ resource: 'order', operation: 'create', ...PLACING });
	await editor.choose('operation', 'Quote');
	await editor.form.getByText('Quantity (50–10000)').waitFor();
	expect(await editor.field('link').inputValue()).toBe(LINK);
	await editor.choose('operation', 'Create');
	await editor.form.getByText('Quantity (50–10000)').waitFor();
	expect([await editor.field('link').inputValue(), await editor.field('quantity').inputValue()]).toEqual([
		LINK,
		'1000',
	]);
});

it('"Map automatically" takes the columns of a sheet, with the service from an expression', async () => {
	const { editor, stand, shot } = there;
	const rows = [1, 2].map((row) => ({
		service: FOLLOWERS.id,
		link: `https://www.instagram.com/p/${row}`,
		quantity: '1,000',
		note: 'mine',
	}));
	await show(
		{ resource: 'order', operation: 'create', serviceId: serviceById('={{ $json.service }}') },
		rows,
	);
	await editor.chooseMapping('Map Automatically');
	await shot('automatic');
	const before = stand.panel.orders().length;
	await editor.execute();
	await editor.output.getByText('2 items').first().waitFor();
	const placed = stand.panel.orders().slice(before);
	expect(placed.map(({ fields, units }) => [fields.link, units])).toEqual(
		rows.map(({ link }) => [link, 1000]),
	);
	await shot('automatic-placed');
});

it('changing the service changes the fields', async () => {
	const { editor } = there;
	await show({ resource: 'order', operation: 'create' });
	await editor.searchService('visitors');
	await editor.pickService(idOfType('Web Traffic'));
	await editor.form.getByText('Type of Traffic').waitFor();
	expect(await editor.openOptions('device')).toContain('Mobile (Android)');
	await there.page.keyboard.press('Escape');
	await editor.searchService('auto likes');
	await editor.pickService(idOfType('Subscriptions'));
	await editor.form.getByText('Minimum per Post').waitFor();
	expect(await editor.labels('mapping-fields-container')).not.toContain('Country');
});

it('every option is listed by its name', async () => {
	const { editor, shot } = there;
	await show({ resource: 'order', operation: 'create' });
	expect(await editor.openCollection()).toEqual([
		'Check Balance',
		'Concurrency',
		'Extra Fields',
		'Idempotency Key',
		'Max Charge per Order',
		'Max per Day',
		'Max Total Charge',
		'Order Book',
		'Requests per Minute',
		'Same Link',
		'Timeout (Seconds)',
		'Validate Against Service',
	]);
	await shot('options');
});
