/** Where n8n runs one node by itself: its agents without any workflow, its service for them in a new one for each call. */
import { randomUUID } from 'node:crypto';
import { ExecuteContext } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
} from 'n8n-workflow';
import { referencesTo } from './credentials.cts';
import { itemsOf, runWorkflow } from './engine.cts';
import { fullName, nodeTypeNamed, nodeTypesThat } from './nodeTypes.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { adds, link, panel, panelForEach, place, rows } from './placing.cts';
import { additionalDataFor } from './surroundings.cts';

panelForEach({ cancel: true, refill: true });

const nodeThat = (name: string, parameters: IDataObject): INode => ({
	id: randomUUID(),
	name,
	type: fullName('smmPanel'),
	typeVersion: 1,
	position: [0, 0],
	parameters: parameters as INodeParameters,
	credentials: referencesTo({ smmPanelApi: {} }),
});
const credentials = () => ({ smmPanelApi: { apiUrl: panel.url, apiKey: panel.key } });
const PLACING = {
	resource: 'order',
	operation: 'create',
	serviceId: { __rl: true, mode: 'id', value: '1' },
	orderFields: { mappingMode: 'autoMapInputData', value: null },
	lists: {},
	options: {},
};
const LINES = { resource: 'order', operation: 'createMass', orders: `1 | ${link(0)} | 100`, options: {} };

describe('for an agent, without a workflow', () => {
	/** As n8n's EphemeralNodeExecutor does: no ID, no token, and no memory of the node. */
	async function run(parameters: IDataObject): Promise<INodeExecutionData[]> {
		const node = nodeThat('Target Node', parameters);
		const json = { nodes: [node], connections: {} };
		const workflow = new Workflow({ ...json, active: false, nodeTypes: nodeTypesThat(() => undefined) });
		const additionalData = additionalDataFor(json, { credentials: credentials(), book: new TestBook() });
		const [items, data] = [itemsOf(rows(1)), createEmptyRunExecutionData()];
		const input = { main: [items] };
		const executed = { node, data: input, source: null };
		const context = new ExecuteContext(
			workflow,
			node,
			Object.assign(additionalData, { executionId: undefined }),
			'internal',
			data,
			0,
			items,
			input,
			executed,
			[],
		);
		const output = await nodeTypeNamed(node.type).execute?.call(context as never);
		return (output as INodeExecutionData[][])[0] ?? [];
	}

	test.each([
		['Create', PLACING],
		['Create with a key', { ...PLACING, options: { idempotencyKey: 'k' } }],
		['Create Mass', LINES],
	])('%s is refused in true words, and nothing is sent', async (_, parameters) => {
		const failed = await run(parameters).catch((error: Error & { description?: string }) => error);
		expect(failed).toMatchObject({
			message: expect.stringMatching(/^Not sent.*without a workflow/),
			description: expect.stringMatching(/Place the order in a workflow/),
		});
		expect(adds(panel)).toHaveLength(0);
	});

	test('what only reads, quotes, cancels or refills works', async () => {
		const order = (await place(panel, { items: rows(1) })).items[0]?.json.order;
		for (const parameters of [
			{ resource: 'order', operation: 'getStatus', source: 'ids', orderIds: order },
			{ ...PLACING, operation: 'quote' },
			{ resource: 'order', operation: 'cancel', orderIds: order },
			{ resource: 'refill', operation: 'create', orderIds: order },
			{ resource: 'service', operation: 'getAll', returnAll: true },
			{ resource: 'balance', operation: 'get' },
		]) {
			expect(await run({ simplify: true, options: { failedIdsAsData: true }, ...parameters })).toHaveLength(
				1,
			);
		}
		const actions = panel.requests().map(({ fields }) => fields.action);
		expect(actions).toEqual(expect.arrayContaining(['status', 'services', 'cancel', 'refill', 'balance']));
		expect(adds(panel)).toHaveLength(1);
	});
});

describe("in n8n's service that executes one node", () => {
	const book = new TestBook();
	/** As n8n's ExecuteNodeService does: a new workflow and node for each call. */
	const run = async (parameters: IDataObject, name = `Execute node ${fullName('smmPanel')}`) =>
		await runWorkflow(
			{ id: ownWorkflow(), name, nodes: [nodeThat('Node', parameters)], connections: {} },
			itemsOf(rows(1)),
			{ mode: 'manual', credentials: credentials(), book },
		);

	test.each([
		['Create', PLACING],
		['Create Mass', LINES],
	])('%s without a key is refused, and with a key it is placed once', async (_, parameters) => {
		const refused = await run(parameters);
		expect(refused.error?.message).toMatch(/^Not sent: n8n runs this node alone/);
		expect(refused.error?.description).toMatch(/'Idempotency Key'/);
		expect(adds(panel)).toHaveLength(0);
		const keyed = { ...parameters, options: { idempotencyKey: String(parameters.operation) } };
		const [first, second] = [await run(keyed), await run(keyed)];
		expect(first.outputsOf('Node')[0]?.[0]?.json.order).toBe(panel.orders()[0]?.id);
		expect(second.outputsOf('Node')[0]?.[0]?.json).toMatchObject({
			order: panel.orders()[0]?.id,
			duplicate: true,
		});
		expect(adds(panel)).toHaveLength(1);
	});

	test('a workflow of another name is one of a user', async () => {
		const { error } = await run(PLACING, 'My workflow');
		expect(error).toBeUndefined();
	});
});
