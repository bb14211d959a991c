/** Reaches n8n's data tables without a credential: an inline sub-workflow of n8n's own nodes, one behind the other. */
import type {
	IConnections,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeParameters,
	IWorkflowBase,
} from 'n8n-workflow';
import { problemFrom, type StepResult } from './problems';
import { failure, success } from '../shared/result';
import type { Condition, Filter } from './store';

/** Runs the workflow with these items and gives its last node's items. May throw. `isLeft`: its end is not waited for. */
export type RunInline = (
	code: IWorkflowBase,
	items: INodeExecutionData[],
	isLeft?: boolean,
) => Promise<IDataObject[]>;

export const inlineRunner =
	(context: Pick<IExecuteFunctions, 'executeWorkflow'>): RunInline =>
	async (code, items, isLeft = false) => {
		const options = isLeft ? { doNotWaitToFinish: true } : undefined;
		const { data } = await context.executeWorkflow({ code }, items, undefined, options);
		return (data[0] ?? []).map(({ json }) => json);
	};

/** The parameters of one Data Table node. */
export type Step = INodeParameters & { operation: string };

/** All tables of the project: the book may have been renamed. */
export const LIST_TABLES: Step = { operation: 'list', returnAll: true, options: {} };

/** All items at once, as they are. */
export const INSERT: Step = {
	operation: 'insert',
	columns: { mappingMode: 'autoMapInputData', value: null },
	options: { optimizeBulk: true },
};

/** An operation on the rows that match. `valueOf` gives a condition's value as n8n's node takes it. */
export const rowStep = (
	operation: 'get' | 'update' | 'deleteRows',
	{ match, conditions }: Filter,
	more: INodeParameters = {},
	valueOf: (condition: Condition, index: number) => Condition['value'] = ({ value }) => literal(value),
): Step => ({
	operation,
	matchType: MATCH[match],
	// n8n takes an expression for a single value only: one for all conditions it would read letter by letter
	filters: {
		conditions: conditions.map((condition, index) => ({
			keyName: condition.column,
			condition: condition.is,
			keyValue: valueOf(condition, index),
		})),
	},
	...(operation === 'get' ? { returnAll: true } : { options: {} }),
	...more,
});

export const MATCH = { all: 'allConditions', any: 'anyCondition' } as const;

/** A text that begins with `=` would be an expression: it becomes one that gives that very text. */
export function literal<T extends string | number | boolean | null>(value: T): T | string {
	if (typeof value !== 'string' || !value.startsWith('=')) return value;
	const escaped = value.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
	return `={{ "${escaped}" }}`;
}

/** Without a table the steps are about the project's tables. An empty ID takes the parent's, and with it the project. */
export function inlineWorkflow(steps: readonly Step[], table?: string): IWorkflowBase {
	const on: INodeParameters =
		table === undefined
			? { resource: 'table' }
			: { resource: 'row', dataTableId: { __rl: true, mode: 'id', value: table } };
	const nodes: INode[] = [
		{
			id: 'start',
			name: 'Start',
			type: 'n8n-nodes-base.executeWorkflowTrigger',
			typeVersion: 1.1,
			position: [0, 0],
			parameters: { inputSource: 'passthrough' },
		},
	];
	const connections: IConnections = {};
	for (const step of steps) {
		const name = step.operation;
		connections[nodes.at(-1)?.name ?? ''] = { main: [[{ node: name, type: 'main', index: 0 }]] };
		nodes.push({
			id: name,
			name,
			type: 'n8n-nodes-base.dataTable',
			typeVersion: 1.1,
			position: [200 * nodes.length, 0],
			// A step that gives nothing has not been carried out
			alwaysOutputData: true,
			// The first one takes the items; the others run once, whatever the one before gave
			executeOnce: nodes.length > 1,
			parameters: { ...on, ...step },
		});
	}
	const now = new Date();
	return {
		id: '',
		name: 'SMM Panel order book',
		active: false,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		activeVersionId: null,
		nodes,
		connections,
		// Without settings of its own it takes the parent's, and every step would fill the list of executions
		settings: {
			executionOrder: 'v1',
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
			saveManualExecutions: false,
			saveExecutionProgress: false,
			callerPolicy: 'workflowsFromSameOwner',
			executionTimeout: -1,
		},
	};
}

/**
 * One sub-execution; what n8n throws becomes a problem. When the execution's time is over, n8n throws or gives no item,
 * though each step gives one. What only records or releases is then left to n8n: a sub-execution that nobody waits for
 * has a time of its own, and what it did is not known.
 */
export async function attempt(
	run: RunInline,
	code: IWorkflowBase,
	items: readonly IDataObject[] = [{}],
	onlyRecords = false,
): Promise<StepResult<IDataObject[]>> {
	const input = items.map((json) => ({ json }));
	const carriedOut = async (isLeft: boolean) =>
		await run(code, input, isLeft).then(success, (error) => failure(problemFrom(messageOf(error))));
	const given = await carriedOut(false);
	const isTimedOut = given.ok ? given.value.length === 0 : given.problem.kind === 'timedOut';
	if (!isTimedOut) return given;
	if (!onlyRecords) return failure({ kind: 'timedOut' });
	const left = await carriedOut(true);
	return left.ok ? success([]) : left;
}

/** n8n wraps what a node of the sub-workflow has thrown: the words may stand in any layer. */
function messageOf(error: unknown): string {
	const words: string[] = [];
	let layer = error;
	for (let depth = 0; depth < 5 && layer instanceof Error; depth++) {
		const { description } = layer as Error & { description?: unknown };
		words.push(layer.message, typeof description === 'string' ? description : '');
		layer = layer.cause;
	}
	return [...new Set(words.filter((text) => text !== ''))].join(': ') || String(error);
}
