import type { IConnections, INode, INodeCredentialsDetails, INodeParameters } from 'n8n-workflow';
import type { WorkflowJson } from './api.cts';

/** Workflow JSON from short descriptions: nodes from left to right, links by name. */

export const SMM_PANEL = 'n8n-nodes-smm-panel.smmPanel';
export const SMM_PANEL_TRIGGER = 'n8n-nodes-smm-panel.smmPanelTrigger';
const BASE = 'n8n-nodes-base.';

export type NodeExtras = Partial<Omit<INode, 'parameters' | 'name' | 'type'>>;

export const node = (
	name: string,
	type: string,
	parameters: INodeParameters = {},
	extras: NodeExtras = {},
): INode => ({
	id: name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
	name,
	type: type.includes('.') ? type : `${BASE}${type}`,
	typeVersion: 1,
	position: [0, 0],
	parameters,
	...extras,
});

export const manualTrigger = (name = 'Start'): INode => node(name, 'manualTrigger');

export const code = (name: string, jsCode: string): INode =>
	node(name, 'code', { jsCode }, { typeVersion: 2 });

export const webhook = (path: string, more: INodeParameters = {}): INode =>
	node('Webhook', 'webhook', { path, httpMethod: 'POST', ...more }, { typeVersion: 2, webhookId: path });

/** How a sub-workflow begins. */
export const called = (): INode =>
	node('Called', 'executeWorkflowTrigger', { inputSource: 'passthrough' }, { typeVersion: 1.1 });

export const call = (name: string, workflowId: string, extras: NodeExtras = {}): INode =>
	node(
		name,
		'executeWorkflow',
		{ workflowId: byId(workflowId), options: {} },
		{ typeVersion: 1.2, ...extras },
	);

/** The package's node, with the credential. */
export const panelNode = (
	name: string,
	parameters: INodeParameters,
	smmPanelApi: INodeCredentialsDetails,
	extras: NodeExtras = {},
): INode =>
	node(name, SMM_PANEL, parameters, { credentials: { smmPanelApi: reference(smmPanelApi) }, ...extras });

/** The package's trigger, with the panel's credential and n8n's own. */
export const panelTrigger = (
	name: string,
	parameters: INodeParameters,
	smmPanelApi: INodeCredentialsDetails,
	smmPanelN8nApi?: INodeCredentialsDetails,
): INode => {
	const credentials = {
		smmPanelApi: reference(smmPanelApi),
		...(smmPanelN8nApi && { smmPanelN8nApi: reference(smmPanelN8nApi) }),
	};
	return node(name, SMM_PANEL_TRIGGER, parameters, { credentials });
};

export const everyMinute = { item: [{ mode: 'everyMinute' }] };

/** A node names its credential by these two. */
export const reference = ({ id, name }: INodeCredentialsDetails): INodeCredentialsDetails => ({ id, name });

/** A service, a workflow, a table by its ID, which may be an expression. */
export const byId = (value: string) => ({ __rl: true as const, mode: 'id', value });

/** `orderFields` filled in by hand. */
export const fieldsByHand = (value: Record<string, string | number>) => ({
	mappingMode: 'defineBelow',
	value,
	matchingColumns: [],
	schema: [],
	attemptToConvertTypes: false,
	convertFieldsToString: false,
});

/** Parameters that place an order. */
export const placing = (service: number | string, fields: Record<string, string | number>) => ({
	resource: 'order',
	operation: 'create',
	serviceId: byId(String(service)),
	orderFields: fieldsByHand(fields),
});

/** From, to, and the output it leaves by. */
export type Link = [from: string, to: string, output?: number];

/** Each node leads to the next one, unless `links` says otherwise. */
export function workflow(name: string, nodes: INode[], links: Link[] = chain(nodes)): WorkflowJson {
	const connections: IConnections = {};
	for (const [from, to, output = 0] of links) {
		const outputs = ((connections[from] ??= {}).main ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type: 'main', index: 0 });
	}
	const placed = nodes.map((each, index) => ({
		...each,
		position: isPlaced(each) ? each.position : ([index * 220, 0] as [number, number]),
	}));
	return { name, nodes: placed, connections, settings: { executionOrder: 'v1' } };
}

const isPlaced = ({ position: [x, y] }: INode) => x !== 0 || y !== 0;

export const chain = (nodes: INode[]): Link[] =>
	nodes.slice(1).map((each, index): Link => [(nodes[index] as INode).name, each.name]);
