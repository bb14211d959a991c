/** Runs workflows in n8n's own engine: JSON and items in, items or the error out. Only the panel is to be brought along. */
import './environment.cts';
import { LoadOptionsContext, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type ExecutionError,
	type IConnections,
	type IDataObject,
	type ILoadOptionsFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
	type OnError,
} from 'n8n-workflow';
import { referencesTo } from './credentials.cts';
import { fullName, nodeTypeNamed, nodeTypesThat } from './nodeTypes.cts';
import { additionalDataFor, type SurroundingsOptions } from './surroundings.cts';

/** The part of a workflow's JSON that the engine needs. */
export type WorkflowJson = Pick<IWorkflowBase, 'nodes' | 'connections'> &
	Partial<Pick<IWorkflowBase, 'id' | 'name' | 'settings' | 'staticData'>>;

export interface WorkflowOptions extends SurroundingsOptions {
	/** The node that *Execute step* was pressed on. */
	stepOf?: string;
	/** `state` of an earlier run: goes on where that run stopped, as n8n's "Retry execution" does. */
	executionState?: string;
}

export interface WorkflowRun {
	run: IRun;
	error?: ExecutionError;
	/** What each output of a node gave in its last run. */
	outputsOf(nodeName: string): INodeExecutionData[][];
	/** How often the engine ran a node type, tries included. */
	timesRun(type: string): number;
	/** Everything that n8n would store of this execution, as text. */
	state: string;
}

export interface Started<T> {
	finished: Promise<T>;
	/** As the stop button does. */
	cancel(): void;
}

export const itemsOf = (rows: IDataObject[]): INodeExecutionData[] => rows.map((json) => ({ json }));

/** A whole workflow from its first node on, with these items as that node's input. */
export function startWorkflow(
	json: WorkflowJson,
	startItems: INodeExecutionData[] = [{ json: {} }],
	options: WorkflowOptions = {},
): Started<WorkflowRun> {
	const { mode = 'trigger' } = options;
	const times = new Map<string, number>();
	const workflow = new Workflow({
		id: json.id ?? 'workflow-1',
		name: json.name ?? 'A test',
		nodes: structuredClone(json.nodes),
		connections: json.connections,
		active: mode !== 'manual',
		nodeTypes: nodeTypesThat((type) => times.set(type, (times.get(type) ?? 0) + 1)),
		settings: { executionOrder: 'v1', ...json.settings },
		staticData: json.staticData,
	});
	const first = Object.values(workflow.nodes)[0] as INode;
	const data = options.executionState
		? retried(options.executionState)
		: createRunExecutionData({
				executionData: {
					nodeExecutionStack: [{ node: first, data: { main: [startItems] }, source: null }],
				},
				...(options.stepOf !== undefined && {
					startData: {
						destinationNode: { nodeName: options.stepOf, mode: 'inclusive' },
						runNodeFilter: [...workflow.getParentNodes(options.stepOf), options.stepOf],
					},
				}),
			});
	const engine = new WorkflowExecute(additionalDataFor(json, options), mode, data);
	try {
		const execution = engine.processRunExecutionData(workflow);
		return { finished: execution.then((run) => resultOf(run, times)), cancel: () => execution.cancel() };
	} catch (error) {
		// A required parameter is missing, say: n8n stores an execution that failed before its first node
		data.resultData.error = error as ExecutionError;
		const run = { data, mode, finished: false, status: 'error', startedAt: new Date() } as IRun;
		return { finished: Promise.resolve(resultOf(run, times)), cancel: () => undefined };
	}
}

/** What n8n makes of a failed execution before it runs it again: the failed node's error is gone, its context stays. */
function retried(state: string): IRunExecutionData {
	const data = JSON.parse(state) as IRunExecutionData;
	const { resultData } = data;
	const failed = resultData.lastNodeExecuted;
	delete resultData.error;
	const runs = failed === undefined ? undefined : resultData.runData[failed];
	if (runs?.at(-1)?.error !== undefined) runs.pop();
	return data;
}

function resultOf(run: IRun, times: Map<string, number>): WorkflowRun {
	const { resultData } = run.data;
	return {
		run,
		error: resultData.error,
		outputsOf: (nodeName) =>
			(resultData.runData[nodeName]?.at(-1)?.data?.main ?? []).map((items) => items ?? []),
		timesRun: (type) => times.get(fullName(type)) ?? 0,
		state: JSON.stringify(run.data),
	};
}

export const runWorkflow = async (...args: Parameters<typeof startWorkflow>): Promise<WorkflowRun> =>
	await startWorkflow(...args).finished;

export interface PanelCredential {
	apiUrl: string;
	apiKey: string;
}

export interface NodeOptions
	extends Pick<WorkflowOptions, 'mode' | 'executionId' | 'executionState' | 'book'> {
	/** `smmPanel`, or any type of `nodeTypes.cts`. */
	node?: string;
	parameters: IDataObject;
	/** The json of the node's input items; one empty item unless given. */
	items?: IDataObject[];
	/** For `smmPanelApi`; null: the node has none. */
	credentials: PanelCredential | null;
	onError?: OnError;
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
	workflowId?: string;
	/** Of the workflow. */
	settings?: WorkflowJson['settings'];
	nodeId?: string;
	/** The node waits: its first output leads back to it, the second one on. */
	loops?: boolean;
}

export interface NodeRun {
	/** By output; the second is the error output, where there is one. */
	outputs: INodeExecutionData[][];
	/** The first output. */
	items: INodeExecutionData[];
	error?: ExecutionError;
	/** How often the node's `execute` ran. */
	tries: number;
	/** For `executionState`. */
	state: string;
	workflow: WorkflowRun;
}

/** The names of the nodes in `runNode`'s workflow; expressions can refer to the first as `$('Input')`. */
const INPUT = 'Input';
export const NODE = 'Node';

/** The context in which the editor asks a node for one of its parameters. */
export function editorContext(
	json: WorkflowJson,
	name: string,
	path: string,
	credentials: SurroundingsOptions['credentials'],
): ILoadOptionsFunctions {
	const { nodes, connections } = json;
	const nodeTypes = nodeTypesThat(() => undefined);
	const workflow = new Workflow({ nodes, connections, active: false, nodeTypes });
	const node = workflow.getNode(name);
	if (!node) throw new Error('The workflow lost its node');
	const additionalData = additionalDataFor(json, { credentials, mode: 'manual' });
	additionalData.currentNodeParameters = node.parameters;
	return new LoadOptionsContext(workflow, node, additionalData, path) as unknown as ILoadOptionsFunctions;
}

/** What n8n shows above the output of the node's last run, or of another. */
export const hintsOf = ({ run }: WorkflowRun, which = -1): string[] =>
	(run.data.resultData.runData[NODE]?.at(which)?.hints ?? []).map(({ message }) => message);

/** A node between one that hands it the items and the ends of its outputs, as JSON. */
export function workflowAround(options: NodeOptions): WorkflowJson {
	const { onError, retryOnFail, maxTries, waitBetweenTries = 1 } = options;
	const type = fullName(options.node ?? 'smmPanel');
	const plain = (name: string, of: string, at: number): INode => ({
		id: name,
		name,
		type: of,
		typeVersion: 1,
		position: [at, 0],
		parameters: {},
	});
	const node: INode = {
		...plain(NODE, type, 200),
		id: options.nodeId ?? 'node-1',
		typeVersion: nodeTypeNamed(type).description.version as number,
		parameters: options.parameters as INodeParameters,
		...(options.credentials && { credentials: referencesTo({ smmPanelApi: {} }) }),
		...(onError && { onError }),
		...(retryOnFail && { retryOnFail, maxTries, waitBetweenTries }),
	};
	const connect = (to: string) => [{ node: to, type: 'main' as const, index: 0 }];
	const connections: IConnections = {
		[INPUT]: { main: [connect(NODE)] },
		[NODE]: {
			main: [
				...(options.loops === true ? [connect(NODE)] : []),
				connect('Done'),
				...(onError === 'continueErrorOutput' ? [connect('Failed')] : []),
			],
		},
	};
	return {
		id: options.workflowId,
		settings: options.settings,
		nodes: [
			plain(INPUT, 'test.input', 0),
			node,
			plain('Done', 'test.next', 400),
			plain('Failed', 'test.next', 500),
		],
		connections,
	};
}

/** Starts one node with its input items, in a workflow of its own. */
export function startNode(options: NodeOptions): Started<NodeRun> {
	const { finished, cancel } = startWorkflow(workflowAround(options), itemsOf(options.items ?? [{}]), {
		...options,
		credentials: options.credentials ? { smmPanelApi: { ...options.credentials } } : {},
	});
	const type = options.node ?? 'smmPanel';
	return {
		cancel,
		finished: finished.then((workflow) => {
			const outputs = workflow.outputsOf(NODE);
			const { error, state } = workflow;
			return { outputs, items: outputs[0] ?? [], error, tries: workflow.timesRun(type), state, workflow };
		}),
	};
}

export const runNode = async (options: NodeOptions): Promise<NodeRun> => await startNode(options).finished;
