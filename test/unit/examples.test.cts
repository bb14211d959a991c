import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { SmmPanel } from '../../nodes/SmmPanel/SmmPanel.node';
import { SmmPanelTrigger } from '../../nodes/SmmPanel/SmmPanelTrigger.node';
import type { WorkflowJson } from '../sandbox/api.cts';
import { ROOT } from '../sandbox/paths.cts';

/** The workflows of `examples/` as files: what n8n would let pass on import and complain about later. */

const FOLDER = join(ROOT, 'examples');
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (name: string) =>
	JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as WorkflowJson & { pinData?: object };

const OURS: Record<string, INodeTypeDescription> = {
	'n8n-nodes-smm-panel.smmPanel': new SmmPanel().description,
	'n8n-nodes-smm-panel.smmPanelTool': { ...new SmmPanel().description, name: 'smmPanelTool' },
	'n8n-nodes-smm-panel.smmPanelTrigger': new SmmPanelTrigger().description,
};
/** n8n adds these to a node that polls. */
const OF_N8N = new Set(['pollTimes']);
/** What the notes ask the user to choose. */
const LEFT_TO_THE_USER = new Set<string>();

const isNote = ({ type }: INode) => type === 'n8n-nodes-base.stickyNote';

/** With the defaults of whatever is left out, as n8n reads it. */
function filled(node: INode, description: INodeTypeDescription): INodeParameters {
	let values: INodeParameters = { ...node.parameters };
	for (let rounds = 0; rounds < 3; rounds++) {
		const shown = description.properties.filter((property) => isShown(values, property, node));
		values = {
			...Object.fromEntries(shown.map(({ name, default: value }) => [name, value as never])),
			...values,
		};
	}
	return values;
}

const isShown = (values: INodeParameters, property: INodeProperties, node: INode) =>
	NodeHelpers.displayParameter(values, property, node, OURS[node.type] ?? null);

const isEmpty = (value: unknown): boolean =>
	value === undefined ||
	value === '' ||
	(typeof value === 'object' && value !== null && 'value' in value && isEmpty(value.value));

/** Names within a collection, such as `options`. */
function strangersIn(property: INodeProperties, value: unknown): string[] {
	if (property.type !== 'collection' || typeof value !== 'object' || value === null) return [];
	const known = new Set((property.options ?? []).map((option) => option.name));
	return Object.keys(value)
		.filter((name) => !known.has(name))
		.map((name) => `${property.name}.${name}`);
}

function complaints(node: INode): string[] {
	const description = OURS[node.type];
	if (!description) return [];
	const values = filled(node, description);
	const shown = description.properties.filter((property) => isShown(values, property, node));
	const byName = new Map(shown.map((property) => [property.name, property]));
	const strangers = Object.entries(node.parameters).flatMap(([name, value]) => {
		const property = byName.get(name);
		if (property) return strangersIn(property, value);
		return OF_N8N.has(name) ? [] : [`${name}: there is no such parameter here`];
	});
	const choices = shown.flatMap(({ name, type, options = [] }) => {
		const value = values[name];
		const known = options.some((option) => 'value' in option && option.value === value);
		return type !== 'options' || name === 'idColumn' || name === 'filterColumn' || known
			? []
			: [`${name}: no choice "${String(value)}"`];
	});
	const missing = shown
		.filter(
			({ name, required }) =>
				required && isEmpty(values[name]) && !LEFT_TO_THE_USER.has(`${node.name}: ${name}`),
		)
		.map(({ name }) => `${name}: required, but empty`);
	return [...strangers, ...choices, ...missing];
}

it('are those that the documentation names', () => {
	const readme = readFileSync(join(ROOT, 'docs', 'recipes.md'), 'utf8');
	expect(names).toHaveLength(15);
	for (const name of names) expect(readme).toContain(`examples/${name}`);
});

describe.each(names)('%s', (file) => {
	const example = read(file);
	const { nodes, connections } = example;
	const real = nodes.filter((node) => !isNote(node));

	it('is a workflow that is not active and carries nobody’s data', () => {
		expect(example).toMatchObject({ name: expect.stringMatching(/^.{10,60}$/), active: false, pinData: {} });
		expect(Object.keys(example).sort()).toEqual([
			'active',
			'connections',
			'name',
			'nodes',
			'pinData',
			'settings',
			'tags',
		]);
		expect(nodes.filter((node) => 'credentials' in node)).toEqual([]);
		expect(JSON.stringify(example)).not.toMatch(/apiKey|password"|127\.0\.0\.1|localhost|sk-/);
	});

	it('connects nodes that there are, and leaves none alone', () => {
		const known = new Set(real.map(({ name }) => name));
		const linked = Object.entries(connections).flatMap(([from, kinds]) =>
			Object.values(kinds).flatMap((outputs) =>
				outputs.flatMap((ends) => [from, ...(ends ?? []).map(({ node }) => node)]),
			),
		);
		expect(linked.filter((name) => !known.has(name))).toEqual([]);
		expect([...known].filter((name) => !linked.includes(name))).toEqual([]);
	});

	it('names in its expressions only nodes that there are', () => {
		const named = [...JSON.stringify(nodes).matchAll(/\$\('([^']+)'\)/g)].map(([, name]) => name);
		expect(named.filter((name) => !real.some((node) => node.name === name))).toEqual([]);
	});

	it('gives our nodes parameters that they have, and all that they need', () => {
		expect(real.flatMap((node) => complaints(node).map((text) => `${node.name}: ${text}`))).toEqual([]);
	});

	it('sets a limit and a key wherever it spends money', () => {
		const placing = real.filter(
			({ type, parameters: { resource = 'order', operation = 'create' } }) =>
				/\.smmPanel(Tool)?$/.test(type) &&
				resource === 'order' &&
				['create', 'createMass'].includes(String(operation)),
		);
		for (const { parameters, onError } of placing) {
			expect(parameters.options).toMatchObject({
				idempotencyKey: expect.stringMatching(/^=/),
				maxCharge: expect.any(Number),
			});
			expect(onError).toMatch(/^continue/);
		}
	});

	it('ends, where a message goes out, with a node whose message is ready and a note on what to put there', () => {
		const isLast = ({ type }: INode) => type === 'n8n-nodes-base.noOp';
		const before = real.filter(({ name }) =>
			JSON.stringify(connections[name]?.main ?? []).includes('"Send It: '),
		);
		if (!real.some(isLast)) return;
		expect(before.filter(({ parameters }) => !JSON.stringify(parameters).includes('message'))).toEqual([]);
		expect(JSON.stringify(nodes.filter(isNote))).toMatch(/one of three nodes.*Slack.*Telegram.*Send Email/);
	});

	it('has a note that says how to set it up, naming every node that needs a credential or an own message', () => {
		const notes = nodes
			.filter(isNote)
			.map(({ parameters }) => String(parameters.content))
			.join('\n');
		expect(notes).toContain('### Set up');
		for (const { name, type } of real) {
			if (/\.(smmPanel|smmPanelTrigger|formTrigger|lmChatOpenAi)$/.test(type))
				expect(notes).toContain(`**${name}**`);
		}
	});
});
