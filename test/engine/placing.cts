/** Orders, placed by the node at a development panel: what the placing tests share. */
import type { ExecutionError, IDataObject, ResourceMapperFields } from 'n8n-workflow';
import { getOrderFields } from '../../nodes/SmmPanel/methods/resourceMapping';
import { LIST_FIELDS } from '../../nodes/SmmPanel/panel/orderTypes';
import type { Service } from '../panel/catalogue.cts';
import type { Received } from '../panel/ledger.cts';
import { startPanel, type DevPanel, type PanelOptions } from '../panel/server.cts';
import {
	editorContext,
	NODE,
	startNode,
	workflowAround,
	type NodeOptions,
	type NodeRun,
	type Started,
} from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';

/** Of the test that runs. */
export let panel: DevPanel;

/** A panel for each test of a file; its service 1 takes 1 to 1,000, unless the tests need it otherwise. */
export function panelForEach(service: Partial<Service> = {}, options: PanelOptions = {}): void {
	beforeEach(async () => {
		panel = await startPanel({ services: 1, lives: { kind: 'still' }, ...options });
		panel.changeService(1, { type: 'Default', min: 1, max: 1000, ...service });
	});
	afterEach(async () => await panel.stop());
}

/** One panel for all tests of a file, with services of all types. */
export function panelOfAllTypes(): void {
	beforeAll(async () => {
		panel = await startPanel({ services: 34, balance: '1000000' });
		for (const { id } of panel.services()) panel.changeService(id, { min: 1, max: 5000, dripfeed: true });
	});
	afterAll(async () => await panel.stop());
	beforeEach(() => panel.clearRequests());
}

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
function expectPaidInWords(json: IDataObject): void {
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
	const credentials = { smmPanelApi: { apiUrl: panel.url, apiKey: panel.key } };
	return await getOrderFields.call(editorContext(json, NODE, 'parameters.orderFields', credentials));
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
