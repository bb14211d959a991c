/** The node as an AI agent's tool: agents, and n8n for them, try again what failed. */
import { ExecuteContext, SupplyDataContext } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IDataObject,
	type INode,
	type INodeType,
	type IRunExecutionData,
	type ISupplyDataFunctions,
} from 'n8n-workflow';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { NODE, workflowAround } from './engine.cts';
import { nodeTypeNamed, nodeTypesThat, PACKAGE } from './nodeTypes.cts';
import { adds, link } from './placing.cts';
import { additionalDataFor } from './surroundings.cts';

type Invoke = (toolArguments: IDataObject) => Promise<string>;
/** What n8n wraps around a node that is a tool; not for others to import, but nothing else repeats tries as it does. */
const { makeHandleToolInvocation } =
	require('n8n-core/dist/execution-engine/node-execution-context/utils/get-input-connection-data') as {
		makeHandleToolInvocation(
			contextFor: (runIndex: number) => ISupplyDataFunctions,
			node: INode,
			nodeType: INodeType,
			data: IRunExecutionData,
		): Invoke;
	};

let panel: DevPanel;
beforeEach(async () => {
	panel = await startPanel({ services: 1 });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
});
afterEach(async () => await panel.stop());

function tool(): Invoke {
	const json = workflowAround({
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		retryOnFail: true,
		maxTries: 3,
		parameters: {
			resource: 'order',
			operation: 'create',
			serviceId: { __rl: true, mode: 'id', value: '1' },
			orderFields: {
				mappingMode: 'defineBelow',
				value: { link: '={{ $json.link }}', quantity: '={{ $json.quantity }}' },
			},
			options: {},
		},
	});
	const { nodes, connections } = json;
	const workflow = new Workflow({
		id: 'agent',
		nodes,
		connections,
		active: true,
		nodeTypes: nodeTypesThat(() => undefined),
	});
	const node = workflow.getNode(NODE) as INode;
	const data = createRunExecutionData({});
	const credentials = { smmPanelApi: { apiUrl: panel.url, apiKey: panel.key } };
	const additionalData = additionalDataFor(json, { credentials });
	const contextFor = (runIndex: number) => {
		const input = { ai_tool: [[{ json: {} }]] };
		const current = { node, data: input, source: null };
		const context = new SupplyDataContext(
			workflow,
			node,
			additionalData,
			'trigger',
			data,
			runIndex,
			[],
			input,
			'ai_tool',
			current,
			[],
		);
		// As for every tool, the arguments are the input item
		const add = context.addInputData.bind(context);
		context.addInputData = (type, items) => {
			input.ai_tool = items as typeof input.ai_tool;
			Object.assign(context, { connectionInputData: items[0], inputData: { main: items, ai_tool: items } });
			return add(type, items);
		};
		return context as unknown as ISupplyDataFunctions;
	};
	return makeHandleToolInvocation(contextFor, node, nodeTypeNamed(`${PACKAGE}.smmPanel`), data);
}

test('an order whose reply was lost is not sent again, by n8n or by the agent', async () => {
	const order = tool();
	panel.inject({ action: 'add', kind: 'dropAfter' });
	await expect(order({ link: link(1), quantity: 10 })).rejects.toThrow(/Outcome unknown/);
	expect(adds(panel)).toHaveLength(1);
	await expect(order({ link: link(1), quantity: 10 })).rejects.toThrow(/Outcome unknown/);
	expect(panel.orders()).toHaveLength(1);
	expect(await order({ link: link(2), quantity: 10 })).toContain(panel.orders()[1]?.id);
});

test('a refused order is sent again, and the same order can be wanted twice', async () => {
	const order = tool();
	panel.inject({ action: 'add', kind: 'error', text: 'Bad link' });
	expect(await order({ link: link(1), quantity: 10 })).toContain(panel.orders()[0]?.id);
	await order({ link: link(1), quantity: 10 });
	expect(panel.orders()).toHaveLength(2);
});

test('only a tool remembers from call to call', () => {
	expect(ExecuteContext.prototype.isToolExecution()).toBe(false);
});
