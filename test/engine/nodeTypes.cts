/** The node types of a test's n8n: this package's, loaded when first used, and two plain ones to put around them. */
import type { IExecuteFunctions, INodeType, INodeTypeDescription, INodeTypes } from 'n8n-workflow';

export const PACKAGE = 'n8n-nodes-smm-panel';

type NodeClass = new () => INodeType;

/** `require`, because a test of one node must not fail to load for want of the other. */
const LOADERS: Record<string, () => INodeType> = {
	[`${PACKAGE}.smmPanel`]: () => {
		const { SmmPanel } = require('../../nodes/SmmPanel/SmmPanel.node') as { SmmPanel: NodeClass };
		return new SmmPanel();
	},
	[`${PACKAGE}.smmPanelTrigger`]: () => {
		const { SmmPanelTrigger } = require('../../nodes/SmmPanel/SmmPanelTrigger.node') as {
			SmmPanelTrigger: NodeClass;
		};
		return new SmmPanelTrigger();
	},
	'test.input': () => passing('input'),
	'test.next': () => passing('next'),
};

/** Hands on what it gets. */
const passing = (name: string): INodeType => ({
	description: {
		displayName: name,
		name,
		group: ['transform'],
		version: 1,
		description: 'Hands on what it gets',
		defaults: { name },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
	} as INodeTypeDescription,
	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	},
});

const loaded = new Map<string, INodeType>();

/** `smmPanel` is short for `n8n-nodes-smm-panel.smmPanel`. */
export const fullName = (name: string): string => (name.includes('.') ? name : `${PACKAGE}.${name}`);

export function nodeTypeNamed(name: string): INodeType {
	const known = loaded.get(name);
	if (known) return known;
	const load = LOADERS[name];
	if (!load) throw new Error(`No such node type: ${name}. There are: ${Object.keys(LOADERS).join(', ')}`);
	const nodeType = load();
	loaded.set(name, nodeType);
	return nodeType;
}

/** One more node type, for a test of the engine itself; it has the credential and a parameter `text`. */
export function addNodeType(name: string, does: Pick<INodeType, 'execute' | 'poll'>): void {
	const description: INodeTypeDescription = {
		...passing(name).description,
		credentials: [{ name: 'smmPanelApi', required: true }],
		properties: [{ displayName: 'Text', name: 'text', type: 'string', default: '' }],
	};
	loaded.set(fullName(name), { description, ...does });
}

/** Calls `onExecute` each time the engine runs a node. */
export function nodeTypesThat(onExecute: (type: string) => void): INodeTypes {
	const counted = new Map<string, INodeType>();
	const getByNameAndVersion = (name: string): INodeType => {
		const known = counted.get(name);
		if (known) return known;
		const nodeType = nodeTypeNamed(name);
		const { execute } = nodeType;
		const counting: INodeType = Object.create(nodeType) as INodeType;
		if (execute) {
			counting.execute = async function (this: IExecuteFunctions) {
				onExecute(name);
				return await execute.call(this);
			};
		}
		counted.set(name, counting);
		return counting;
	};
	return { getByName: getByNameAndVersion, getByNameAndVersion, getKnownTypes: () => ({}) };
}
