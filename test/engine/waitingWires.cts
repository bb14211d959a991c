/** Workflows around Create and Wait Until Finished, from a drawing of their lines. */
import type { IConnections, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { WorkflowJson } from './engine.cts';
import { referencesTo } from './credentials.cts';
import { addNodeType } from './nodeTypes.cts';

/** As n8n's: one item a round by its second output, all that came back by its first. */
addNodeType('n8n-nodes-base.splitInBatches', {
	async execute() {
		const memory: { left?: INodeExecutionData[]; back?: INodeExecutionData[] } = this.getContext('node');
		const input = this.getInputData();
		const [next, ...left] = memory.left ?? input;
		const back = memory.left === undefined ? [] : [...(memory.back ?? []), ...input];
		Object.assign(memory, { left, back });
		return await Promise.resolve(next === undefined ? [back, []] : [[], [next]]);
	},
});
for (const name of ['if', 'switch', 'filter'])
	addNodeType(`n8n-nodes-base.${name}`, { execute: async () => await Promise.resolve([[]]) });

const WAIT: INodeParameters = {
	resource: 'order',
	operation: 'waitUntilFinished',
	orderIds: '={{ $json.order }}',
};
const CREATE: INodeParameters = {
	resource: 'order',
	operation: 'create',
	serviceId: { __rl: true, mode: 'id', value: '={{ $json.service }}' },
	orderFields: { mappingMode: 'autoMapInputData', value: null },
};
const OWN: Record<string, INodeParameters> = {
	Create: CREATE,
	Mass: { resource: 'order', operation: 'createMass', orders: '={{ $json.lines }}' },
	Wait: WAIT,
	Wait2: WAIT,
};
const N8NS = { Loop: 'splitInBatches', If: 'if', Switch: 'switch', Filter: 'filter' };

/** Lines that do not begin at a node's first output. */
const OUTPUTS: Record<string, [string, number]> = {
	'Not Yet': ['Wait', 0],
	Finished: ['Wait', 1],
	Failed: ['Wait', 2],
	'Not Yet 2': ['Wait2', 0],
	'Finished 2': ['Wait2', 1],
	'Loop each': ['Loop', 1],
	'If 2': ['If', 1],
};

function nodeNamed(name: string): INode {
	const plain = { id: name, name, typeVersion: 1, position: [0, 0] as [number, number] };
	const own = OWN[name];
	if (own !== undefined) {
		const credentials = referencesTo({ smmPanelApi: {} });
		return { ...plain, type: 'n8n-nodes-smm-panel.smmPanel', parameters: own, credentials };
	}
	const base = Object.entries(N8NS).find(([one]) => one === name)?.[1];
	const credentials = base === undefined ? undefined : referencesTo({ smmPanelApi: {} });
	return { ...plain, type: base ? `n8n-nodes-base.${base}` : 'test.next', parameters: {}, credentials };
}

/** `Input → Create → Wait, Not Yet → Wait, Finished → Message`; the first node is that which gets the items. */
export function drawn(drawing: string, changes: Record<string, Partial<INode>> = {}): WorkflowJson {
	const connections: IConnections = {};
	const names = new Set<string>();
	for (const way of drawing.split(', ')) {
		const steps = way.split(' → ');
		steps.forEach((step, at) => {
			const [from, index] = OUTPUTS[step] ?? [step, 0];
			names.add(from);
			const [to] = OUTPUTS[steps[at + 1] ?? ''] ?? [steps[at + 1]];
			const main = ((connections[from] ??= { main: [] }).main ??= []);
			while (main.length <= index) main.push([]);
			if (to !== undefined) main[index]?.push({ node: to, type: 'main', index: 0 });
		});
	}
	const nodes = [...names].map((name) => ({ ...nodeNamed(name), ...changes[name] }));
	return { nodes, connections };
}
