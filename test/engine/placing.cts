/** Orders, placed by the node at a development panel: what the placing tests share. */
import { LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type ILoadOptionsFunctions,
	type INodeParameters,
	type ResourceMapperFields,
} from 'n8n-workflow';
import { getOrderFields } from '../../nodes/SmmPanel/methods/resourceMapping';
import type { Service } from '../panel/catalogue.cts';
import type { Received } from '../panel/received.cts';
import type { DevPanel } from '../panel/server.cts';
import {
	additionalDataFor,
	NODE,
	startNode,
	workflowAround,
	type NodeOptions,
	type NodeRun,
	type Started,
} from './engine.cts';
import { nodeTypesThat } from './nodeTypes.cts';

export interface Placing extends Partial<Omit<NodeOptions, 'parameters' | 'credentials'>> {
	operation?: 'create' | 'quote';
	/** An ID or an expression; the item's column `service` without it. */
	service?: string | number;
	/** Mapped by hand; without them, the item's columns are mapped automatically. */
	fields?: IDataObject;
	options?: IDataObject;
}

const mapped = (fields: IDataObject | undefined): IDataObject =>
	fields === undefined
		? { mappingMode: 'autoMapInputData', value: null }
		: { mappingMode: 'defineBelow', value: fields };

function nodeFor(panel: DevPanel, placing: Placing): NodeOptions {
	const { operation = 'create', service = '={{ $json.service }}', fields, options = {}, ...node } = placing;
	return {
		...node,
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		parameters: {
			resource: 'order',
			operation,
			serviceId: { __rl: true, mode: 'id', value: service },
			orderFields: mapped(fields),
			options,
		},
	};
}

export const startPlacing = (panel: DevPanel, placing: Placing): Started<NodeRun> =>
	startNode(nodeFor(panel, placing));

export const place = async (panel: DevPanel, placing: Placing): Promise<NodeRun> =>
	await startPlacing(panel, placing).finished;

/** What the editor shows for a service: asked in n8n's own context, as the editor does. */
export async function formFor(panel: DevPanel, service: string): Promise<ResourceMapperFields> {
	const json = workflowAround(nodeFor(panel, { service, fields: {} }));
	const { nodes, connections } = json;
	const workflow = new Workflow({
		nodes,
		connections,
		active: false,
		nodeTypes: nodeTypesThat(() => undefined),
	});
	const node = workflow.getNode(NODE);
	if (!node) throw new Error('The workflow lost its node');
	const credentials = { smmPanelApi: { apiUrl: panel.url, apiKey: panel.key } };
	const additionalData = additionalDataFor(json, { credentials, mode: 'manual' });
	additionalData.currentNodeParameters = node.parameters as INodeParameters;
	const context = new LoadOptionsContext(workflow, node, additionalData, 'parameters.orderFields');
	return await getOrderFields.call(context as unknown as ILoadOptionsFunctions);
}

/** The requests that place orders. */
export const adds = (panel: DevPanel): Received[] =>
	panel.requests().filter(({ fields }) => fields.action === 'add');

export function serviceOf(panel: DevPanel, type: string): Service {
	const service = panel.services().find((candidate) => candidate.type === type);
	if (!service) throw new Error(`The panel has no service of type ${type}`);
	return service;
}

export const link = (number: number): string => `https://example.com/p/${number}`;

/** So many orders, each for a link of its own. */
export const rows = (count: number, more: IDataObject = {}): IDataObject[] =>
	Array.from({ length: count }, (_, at) => ({ service: 1, quantity: 100, ...more, link: link(at) }));
