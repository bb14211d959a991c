/** Automatic mapping: columns by a field's name or label, however written; what was used, and what an item lacks. */
import { NodeHelpers, type IDataObject, type INode } from 'n8n-workflow';
import { ORDER_FIELDS, ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import { hintsOf } from './engine.cts';
import { pick } from './entered.cts';
import { fullName, nodeTypeNamed } from './nodeTypes.cts';
import { adds, link, panel, panelOfAllTypes, place, serviceOf } from './placing.cts';

panelOfAllTypes();

const sent = () => adds(panel).map(({ fields: { key, action, ...fields } }) => (void [key, action], fields));
const order = () => ({ service: serviceOf(panel, 'Default').id, link: link(1), quantity: 50 });

const labelOf = (name: string): string => ORDER_FIELDS.find((field) => field.name === name)?.label ?? name;
const WAYS: Record<string, (name: string) => string> = {
	'in capitals': (name) => name.toUpperCase(),
	'with spaces': (name) => name.replaceAll('_', ' '),
	'by their labels': labelOf,
	'by their labels, without the unit': (name) => labelOf(name).replace(/ \(.*/, ''),
	'by their labels in lower case, with _': (name) => labelOf(name).toLowerCase().replaceAll(' ', '_'),
};

test.each(Object.entries(WAYS))('columns %s are those of services of every type', async (_how, written) => {
	const orders = ORDER_TYPES.map(({ name, required, optional }) => ({
		service: String(serviceOf(panel, name).id),
		fields: [...required, ...optional],
	}));
	const items = orders.map(({ service, fields }) => {
		const columns = Object.entries(pick(fields, 0)).map(([field, value]) => [written(field), value]);
		return { ...Object.fromEntries(columns), service } as IDataObject;
	});
	const { error } = await place(panel, { items });
	expect(error).toBeUndefined();
	expect(sent()).toEqual(orders.map(({ service, fields }) => ({ service, ...pick(fields, 1) })));
});

test.each(['Service', 'SERVICE ID', 'service_id', 'serviceId'])(
	'the service is taken from the column "%s" where the expression gives none',
	async (column) => {
		const { service, ...rest } = order();
		const { error } = await place(panel, { items: [{ ...rest, [column]: service }] });
		expect(error).toBeUndefined();
		expect(sent()).toMatchObject([{ service: String(service) }]);
	},
);

test.each<[string, IDataObject, string]>([
	['the field’s own name', { LINK: link(2), link: link(3), Link: link(4) }, link(3)],
	['the one that is filled', { LINK: '', Link: link(4) }, link(4)],
	['either of two that say the same', { LINK: link(4), Link: link(4) }, link(4)],
])('of several columns for a field %s counts', async (_which, columns, expected) => {
	const { service, quantity } = order();
	await place(panel, { items: [{ service, quantity, ...columns }] });
	expect(sent()).toMatchObject([{ link: expected }]);
});

test('two columns that say something else are refused', async () => {
	const { service, link: one } = order();
	const items = [{ service, link: one, Quantity: 50, QUANTITY: 500 }];
	const { error } = await place(panel, { items });
	expect(error?.message).toContain('The columns Quantity, QUANTITY all stand for quantity: keep one of them');
	expect(sent()).toEqual([]);
});

test('a hint says which columns were used and which were not', async () => {
	const { service, link: url, quantity } = order();
	const items = [{ 'Service ID': service, Link: url, Quantity: quantity, Customer: 'Ada', row_number: 2 }];
	const expected = 'Columns mapped automatically: Link, Quantity. Not used: Customer, row_number.';
	const hints = async (placing: Parameters<typeof place>[1]) =>
		hintsOf((await place(panel, placing)).workflow);
	expect(await hints({ items })).toContain(expected);
	expect(await hints({ items, operation: 'quote' })).toContain(expected);
	const byHand = await hints({ service, fields: { link: url, quantity } });
	expect(byHand.join()).not.toContain('Columns');
});

test.each([
	['defineBelow', ['Parameter "Service" is required.']],
	['autoMapInputData', undefined],
])('without a service, n8n refuses to run a form with %s: %j', (mappingMode, issues) => {
	const { description } = nodeTypeNamed(fullName('smmPanel'));
	const parameters = {
		resource: 'order',
		operation: 'quote',
		serviceId: { __rl: true, mode: 'list', value: '' },
		orderFields: { mappingMode, value: null },
	};
	const node: INode = {
		...{ id: '1', name: 'Panel', type: fullName('smmPanel'), typeVersion: 1 },
		...{ position: [0, 0], parameters },
	};
	const found = NodeHelpers.getNodeParametersIssues(description.properties, node, description);
	expect(found?.parameters?.serviceId).toEqual(issues);
});
