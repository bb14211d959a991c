/** The node types of a test's n8n: this package's, and two plain ones to put around them. */
import type { IExecuteFunctions, INodeType, INodeTypeDescription, INodeTypes } from 'n8n-workflow';
import { SmmPanel } from '../../nodes/SmmPanel/SmmPanel.node';
import { SmmPanelTrigger } from '../../nodes/SmmPanel/SmmPanelTrigger.node';
import { dataTable, subWorkflowTrigger } from './dataTables.cts';

export const PACKAGE = 'n8n-nodes-smm-panel';

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

const TYPES = new Map<string, INodeType>([
	[`${PACKAGE}.smmPanel`, new SmmPanel()],
	[`${PACKAGE}.smmPanelTrigger`, new SmmPanelTrigger()],
	['test.input', passing('input')],
	['test.next', passing('next')],
	['n8n-nodes-base.executeWorkflowTrigger', subWorkflowTrigger],
	['n8n-nodes-base.dataTable', dataTable],
]);

/** `smmPanel` is short for `n8n-nodes-smm-panel.smmPanel`. */
export const fullName = (name: string): string => (name.includes('.') ? name : `${PACKAGE}.${name}`);

export function nodeTypeNamed(name: string): INodeType {
	const nodeType = TYPES.get(name);
	if (!nodeType) throw new Error(`No such node type: ${name}. There are: ${[...TYPES.keys()].join(', ')}`);
	return nodeType;
}

/** One more node type, for a test of the engine itself; it has the credential and a parameter `text`. */
export function addNodeType(name: string, does: Pick<INodeType, 'execute' | 'poll'>): void {
	const description: INodeTypeDescription = {
		...passing(name).description,
		credentials: [{ name: 'smmPanelApi', required: true }],
		properties: [{ displayName: 'Text', name: 'text', type: 'string', default: '' }],
	};
	TYPES.set(fullName(name), { description, ...does });
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
