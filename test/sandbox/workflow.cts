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

/** Hands out the given items: what a sheet or a database would in a user's workflow. */
export const items = (name: string, rows: Array<Record<string, unknown>>): INode =>
	node(
		name,
		'code',
		{ jsCode: `return ${JSON.stringify(rows.map((json) => ({ json })))};` },
		{ typeVersion: 2 },
	);

/** The package's node, with the credential. */
export const panelNode = (
	name: string,
	parameters: INodeParameters,
	smmPanelApi: INodeCredentialsDetails,
	extras: NodeExtras = {},
): INode =>
	node(name, SMM_PANEL, parameters, { credentials: { smmPanelApi: reference(smmPanelApi) }, ...extras });

/** A node names its credential by these two. */
export const reference = ({ id, name }: INodeCredentialsDetails): INodeCredentialsDetails => ({ id, name });

/** `serviceId` by ID, which may be an expression. */
export const serviceById = (value: string) => ({ __rl: true as const, mode: 'id', value });

/** `orderFields` filled in by hand. */
export const fieldsByHand = (value: Record<string, string | number>) => ({
	mappingMode: 'defineBelow',
	value,
	matchingColumns: [],
	schema: [],
	attemptToConvertTypes: false,
	convertFieldsToString: false,
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
