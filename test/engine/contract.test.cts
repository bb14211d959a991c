/** The public interface, as `contract.cts` lists it, against the nodes and credentials as n8n loads them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { startPanel } from '../panel/server.cts';
import { CREDENTIALS, DEFAULTS, EVENTS, NODES, OPERATIONS, ORDER_FIELDS, PACKAGE_NAME } from './contract.cts';
import { credentialTypeNamed } from './credentials.cts';
import { fullName, nodeTypeNamed } from './nodeTypes.cts';
import { formFor } from './placing.cts';

const descriptionOf = (node: string) => nodeTypeNamed(fullName(node)).description;
const propertiesOf = (node: string) => descriptionOf(node).properties;

/** Whether n8n shows a property where these are chosen; other conditions of it do not matter here. */
const isShown = ({ displayOptions }: INodeProperties, chosen: Record<string, string>): boolean =>
	Object.entries(chosen).every(([name, value]) => {
		const wanted = displayOptions?.show?.[name] ?? displayOptions?.show?.[`/${name}`];
		return wanted === undefined || wanted.includes(value);
	});

const isProperty = (option: NonNullable<INodeProperties['options']>[number]): option is INodeProperties =>
	'type' in option;
const isGroup = (
	option: NonNullable<INodeProperties['options']>[number],
): option is INodePropertyCollection => 'values' in option;

/** What can be chosen in a property or filled in inside it. */
function insideOf(property: INodeProperties, chosen: Record<string, string>): string[] {
	return (property.options ?? []).flatMap((option) => {
		if (isGroup(option)) return option.values.map(({ name }) => `${option.name}.${name}`);
		if (!isProperty(option)) return [String(option.value)];
		if (!isShown(option, chosen)) return [];
		const inner = insideOf(option, chosen);
		return inner.length === 0 ? [option.name] : inner.map((name) => `${option.name}.${name}`);
	});
}

function parametersOf(node: string, chosen: Record<string, string>): Record<string, string[]> {
	const shown = propertiesOf(node).filter(
		(property) => property.type !== 'notice' && !(property.name in chosen) && isShown(property, chosen),
	);
	return Object.fromEntries(
		shown.map((property) => {
			const modes = property.modes?.map(({ name }) => name).join(', ');
			return [
				`${property.name}${modes === undefined ? '' : `(${modes})`}`,
				insideOf(property, chosen).sort(),
			];
		}),
	);
}

const sorted = (listed: Record<string, string[]>) =>
	Object.fromEntries(Object.entries(listed).map(([name, inside]) => [name, [...inside].sort()]));

const valuesOf = (property: INodeProperties | undefined): unknown[] =>
	(property?.options ?? []).map((option) => (option as INodePropertyOptions).value).sort();

test('the package has its name, and these nodes and credentials', () => {
	const json = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
		name: string;
		n8n: { nodes: string[]; credentials: string[] };
	};
	const namesOf = (files: string[]) => files.map((file) => (file.split('/').at(-1) ?? '').split('.')[0]);
	const classNameOf = (name: string) => name.replace(/^s/, 'S');
	expect(json.name).toBe(PACKAGE_NAME);
	expect(namesOf(json.n8n.nodes)).toEqual(Object.keys(NODES).map(classNameOf));
	expect(namesOf(json.n8n.credentials)).toEqual(Object.keys(CREDENTIALS).map(classNameOf));
});

test.each(Object.entries(NODES))('node %s', (name, { credentials, ...listed }) => {
	const description = descriptionOf(name);
	expect(description).toMatchObject({ name, ...listed });
	expect(description.credentials?.map((credential) => credential.name)).toEqual(credentials);
});

test.each(Object.entries(CREDENTIALS))('credential %s', (name, listed) => {
	const { properties, ...type } = credentialTypeNamed(name);
	expect(type).toMatchObject({ name, displayName: listed.displayName });
	const fields = properties.filter((property) => property.type !== 'notice');
	expect(Object.fromEntries(fields.map((property) => [property.name, property.default]))).toEqual(
		listed.properties,
	);
	expect(
		properties.filter(({ typeOptions }) => typeOptions?.password).map((property) => property.name),
	).toEqual(['apiKey']);
});

test('the node has these resources, and each these operations', () => {
	const properties = propertiesOf('smmPanel');
	expect(valuesOf(properties.find(({ name }) => name === 'resource'))).toEqual(
		Object.keys(OPERATIONS).sort(),
	);
	for (const [resource, operations] of Object.entries(OPERATIONS)) {
		const picker = properties.find(
			(property) => property.name === 'operation' && isShown(property, { resource }),
		);
		expect([resource, valuesOf(picker)]).toEqual([resource, Object.keys(operations).sort()]);
	}
});

const operations = Object.entries(OPERATIONS).flatMap(([resource, ofResource]) =>
	Object.entries(ofResource).map(([operation, parameters]) => ({ resource, operation, parameters })),
);

test.each(operations)('$resource: $operation has these parameters', ({ resource, operation, parameters }) => {
	expect(parametersOf('smmPanel', { resource, operation })).toEqual(
		sorted({ toolDescription: [], ...parameters }),
	);
});

test('the trigger has these events', () => {
	const event = propertiesOf('smmPanelTrigger').find(({ name }) => name === 'event');
	expect(valuesOf(event)).toEqual(Object.keys(EVENTS).sort());
});

test.each(Object.entries(EVENTS))('%s has these parameters', (event, parameters) => {
	expect(parametersOf('smmPanelTrigger', { event })).toEqual(sorted(parameters));
});

test.each(Object.entries(DEFAULTS))('%s is preset', (node, defaults) => {
	for (const [name, value] of Object.entries(defaults)) {
		expect(propertiesOf(node).find((property) => property.name === name)?.default).toBe(value);
	}
});

test('an order has these fields', async () => {
	const panel = await startPanel({ services: 1 });
	try {
		const { fields } = await formFor(panel, '={{ $json.service }}');
		expect(fields.map(({ id }) => id).sort()).toEqual([...ORDER_FIELDS].sort());
	} finally {
		await panel.stop();
	}
});
