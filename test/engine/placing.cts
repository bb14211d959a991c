/** Orders, placed by the node at a development panel: what the placing tests share. */
import { LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type ExecutionError,
	type IDataObject,
	type ILoadOptionsFunctions,
	type INodeParameters,
	type ResourceMapperFields,
} from 'n8n-workflow';
import { getOrderFields } from '../../nodes/SmmPanel/methods/resourceMapping';
import { LIST_FIELDS } from '../../nodes/SmmPanel/panel/orderTypes';
import type { Service } from '../panel/catalogue.cts';
import type { Received } from '../panel/ledger.cts';
import type { DevPanel } from '../panel/server.cts';
import { NODE, startNode, workflowAround, type NodeOptions, type NodeRun, type Started } from './engine.cts';
import { nodeTypesThat } from './nodeTypes.cts';
import { additionalDataFor } from './surroundings.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';

/** An order book for each panel, so that tries and runs of a test share it. */
const books = new WeakMap<DevPanel, { book: TestBook; workflowId: string }>();
export function bookOf(panel: DevPanel) {
	const known = books.get(panel) ?? { book: new TestBook(), workflowId: ownWorkflow() };
	books.set(panel, known);
	return known;
}

export interface Placing extends Partial<Omit<NodeOptions, 'parameters' | 'credentials'>> {
	operation?: 'create' | 'quote';
	/** An ID or an expression; the item's column `service` without it. */
	service?: string | number;
	/** Mapped by hand; without them, the item's columns are mapped automatically. */
	fields?: IDataObject;
	/** What the form's text areas hold; the lists of `fields` are put there, too. */
	lists?: IDataObject;
	options?: IDataObject;
}

const mapped = (fields: IDataObject | undefined): IDataObject =>
	fields === undefined
		? { mappingMode: 'autoMapInputData', value: null }
		: { mappingMode: 'defineBelow', value: fields };

function nodeFor(panel: DevPanel, placing: Placing): NodeOptions {
	const {
		operation = 'create',
		service = '={{ $json.service }}',
		fields,
		lists,
		options = {},
		...node
	} = placing;
	const isList = (name: string) => LIST_FIELDS.some((field) => field.name === name);
	const some = (wanted: boolean) =>
		Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => isList(name) === wanted));
	return {
		...(operation === 'create' && !('book' in node) && bookOf(panel)),
		...node,
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		parameters: {
			resource: 'order',
			operation,
			serviceId: { __rl: true, mode: 'id', value: service },
			orderFields: mapped(fields && some(false)),
			lists: { ...some(true), ...lists },
			options,
		},
	};
}

export const startPlacing = (panel: DevPanel, placing: Placing): Started<NodeRun> =>
	startNode(nodeFor(panel, placing));

interface Stopped {
	executionData: {
		contextData: IDataObject;
		nodeExecutionStack: Array<{
			node: { parameters: IDataObject; onError?: string };
			data: { main: unknown };
		}>;
	};
}

/** What stands at the node when the execution is tried again. */
interface Shifted {
	items?: IDataObject[];
	orders?: string;
}

/** As n8n retries after Stop or a crash: it copies the token, and has nothing of the node's own memory. */
export function afterStop(state: string, { items, orders }: Shifted = {}): string {
	const data = JSON.parse(state) as Stopped;
	data.executionData.contextData = {};
	// The node as it was stored would stop at the first failure
	for (const { node, data: input } of data.executionData.nodeExecutionStack) {
		node.onError = 'continueRegularOutput';
		if (items) input.main = [items.map((json) => ({ json }))];
		if (orders !== undefined) node.parameters.orders = orders;
	}
	return JSON.stringify(data);
}

/** A mass order of this text. */
export async function placeLines(
	panel: DevPanel,
	{ text, options = {}, ...node }: Omit<Placing, 'operation'> & { text: string },
): Promise<NodeRun> {
	return await startNode({
		...bookOf(panel),
		...node,
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		parameters: { resource: 'order', operation: 'createMass', orders: text, options },
	}).finished;
}

export async function place(panel: DevPanel, placing: Placing): Promise<NodeRun> {
	const run = await startPlacing(panel, placing).finished;
	const all = [...run.outputs.flat().map(({ json }) => json), ...(run.error ? [shownOf(run.error)] : [])];
	for (const json of all) expectPaidInWords(json);
	return run;
}

const shownOf = (error: ExecutionError): IDataObject => {
	const { data = {} } = error.context as { data?: IDataObject };
	return { ...data, error: error.message, message: error.description };
};

/**
 * Where an order is certainly not placed, its texts say that nothing was paid, and nowhere else; an error that lists
 * paid orders says it only of the item that it names.
 */
export function expectPaidInWords(json: IDataObject): void {
	const { outcome, placed = [], unknown = [] } = { ...json, ...(json.details as IDataObject | undefined) };
	if (outcome === undefined) return;
	const text = `${String(json.error)} ${String(json.message ?? '')} ${String(json.remedy ?? '')}`;
	const ofAnItem = /\[Item \d+\]/.test(String(json.error));
	const paid = [...(placed as unknown[]), ...(unknown as unknown[])].length > 0;
	const says = /nothing was paid/i.test(text);
	if (says !== (outcome === 'refused') && (ofAnItem || !paid)) {
		throw new Error(`outcome ${String(outcome)}, but in words: ${text}`);
	}
	if (says && paid && !ofAnItem) throw new Error(`Orders were paid, but in words: ${text}`);
}

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
