/** The node as an AI agent's tool, called as n8n calls it. */
import { SupplyDataContext } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IDataObject,
	type INode,
	type INodeType,
	type IRunExecutionData,
	type ISupplyDataFunctions,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { DevPanel } from '../panel/server.cts';
import { NODE, workflowAround } from './engine.cts';
import { nodeTypeNamed, nodeTypesThat, PACKAGE } from './nodeTypes.cts';
import { additionalDataFor, type BookSupport } from './surroundings.cts';

type Invoke = (toolArguments: IDataObject) => Promise<string>;
/** What n8n wraps around a tool; not for others to import, but nothing else repeats tries as it does. */
const { makeHandleToolInvocation } =
	require('n8n-core/dist/execution-engine/node-execution-context/utils/get-input-connection-data') as {
		makeHandleToolInvocation(
			contextFor: (runIndex: number) => ISupplyDataFunctions,
			node: INode,
			nodeType: INodeType,
			data: IRunExecutionData,
		): Invoke;
	};

export interface Tool {
	/** A call of the agent; without parameters of its own, the tool orders 'link' and 'quantity' of service 1. */
	order: Invoke;
}

export const PARAMETERS = {
	resource: 'order',
	operation: 'create',
	serviceId: { __rl: true, mode: 'id', value: '1' },
	orderFields: {
		mappingMode: 'defineBelow',
		value: { link: '={{ $json.link }}', quantity: '={{ $json.quantity }}' },
	},
	options: {},
};

/** The node as n8n supplies it to an agent: one context for each call. */
function contextsFor(
	workflow: Workflow,
	node: INode,
	data: IRunExecutionData,
	additionalData: IWorkflowExecuteAdditionalData,
) {
	return (runIndex: number) => {
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
}

export function toolOn(panel: DevPanel, book?: BookSupport, parameters: IDataObject = PARAMETERS): Tool {
	const json = workflowAround({
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		retryOnFail: true,
		maxTries: 3,
		parameters,
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
	const data = createRunExecutionData({ executionData: {} });
	const credentials = { smmPanelApi: { apiUrl: panel.url, apiKey: panel.key } };
	const additionalData = additionalDataFor(json, { credentials, book });
	const contextFor = contextsFor(workflow, node, data, additionalData);
	return {
		order: makeHandleToolInvocation(contextFor, node, nodeTypeNamed(`${PACKAGE}.smmPanel`), data),
	};
}
