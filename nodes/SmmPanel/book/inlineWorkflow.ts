/**
 * The inline workflow that reaches n8n's data tables: a trigger, and Data Table nodes one behind the
 * other.
 */
import type { IConnections, INode, INodeParameters, IWorkflowBase } from 'n8n-workflow';

const START = 'Start';

export type Step = Pick<INode, 'name' | 'parameters' | 'executeOnce'>;

/** Once, whatever the step before gave. */
export const once = (step: Step): Step => ({ ...step, executeOnce: true });

const position = (index: number): [number, number] => [200 * index, 0];

const trigger: INode = {
	id: 'start',
	name: START,
	type: 'n8n-nodes-base.executeWorkflowTrigger',
	typeVersion: 1.1,
	position: position(0),
	parameters: { inputSource: 'passthrough' },
};

const dataTable = (step: Step, index: number): INode => ({
	id: `step-${index}`,
	type: 'n8n-nodes-base.dataTable',
	typeVersion: 1.1,
	position: position(index + 1),
	// A step that gives nothing has not been carried out
	alwaysOutputData: true,
	...step,
});

/** An empty ID takes the parent's, and with it the project. */
export function inlineWorkflow(steps: Step[]): IWorkflowBase {
	const nodes = [trigger, ...steps.map(dataTable)];
	const connections: IConnections = {};
	nodes.slice(1).forEach(({ name }, index) => {
		const from = nodes[index]?.name ?? START;
		connections[from] = { main: [[{ node: name, type: 'main', index: 0 }]] };
	});
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

const onTable = (table: string): INodeParameters => ({
	resource: 'row',
	dataTableId: { __rl: true, mode: 'id', value: table },
});

/** A text that begins with `=` would be an expression: it becomes one that gives that very text. */
export function literal<T extends string | number | boolean | null>(value: T): T | string {
	if (typeof value !== 'string' || !value.startsWith('=')) return value;
	const escaped = [...value].map((char) =>
		[...Array(char.length).keys()].map((at) => hex(char, at)).join(''),
	);
	return `={{ "${escaped.join('')}" }}`;
}

const hex = (char: string, at: number) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`;

export interface NodeCondition {
	keyName: string;
	condition: string;
	keyValue: string | number | boolean | null;
}

/** n8n takes an expression for a single value only: one for all conditions it would read letter by letter. */
const matching = (match: string, conditions: NodeCondition[]): INodeParameters => ({
	matchType: match,
	filters: { conditions: conditions.map((one) => ({ ...one })) },
});

/** All of the step's items at once, as they are. */
export const insertStep = (table: string): Step => ({
	name: 'Insert',
	parameters: {
		...onTable(table),
		operation: 'insert',
		columns: { mappingMode: 'autoMapInputData', value: null },
		options: { optimizeBulk: true },
	},
});

export const getStep = (name: string, table: string, match: string, conditions: NodeCondition[]): Step => ({
	name,
	parameters: { ...onTable(table), operation: 'get', ...matching(match, conditions), returnAll: true },
});

/** The first rows by a column. */
export const sortedStep = (
	table: string,
	conditions: NodeCondition[],
	{ column, limit, oldestFirst }: { column: string; limit: number; oldestFirst: boolean },
): Step => ({
	name: 'Sorted',
	parameters: {
		...onTable(table),
		operation: 'get',
		...matching('allConditions', conditions),
		returnAll: false,
		limit,
		orderBy: true,
		orderByColumn: column,
		orderByDirection: oldestFirst ? 'ASC' : 'DESC',
	},
});

export const updateStep = (
	table: string,
	match: string,
	conditions: NodeCondition[],
	changes: INodeParameters,
): Step => ({
	name: 'Update',
	parameters: {
		...onTable(table),
		operation: 'update',
		...matching(match, conditions),
		columns: { mappingMode: 'defineBelow', value: changes },
		options: {},
	},
});

export const deleteStep = (table: string, match: string, conditions: NodeCondition[]): Step => ({
	name: 'Delete',
	parameters: { ...onTable(table), operation: 'deleteRows', ...matching(match, conditions), options: {} },
});

export const createTableStep = (name: string, columns: Array<{ name: string; type: string }>): Step => ({
	name: 'Create',
	parameters: {
		resource: 'table',
		operation: 'create',
		tableName: name,
		columns: { column: columns.map((column) => ({ ...column })) },
		options: {},
	},
});

/** All tables of the project: the book may have been renamed. */
export const listTablesStep = (): Step => ({
	name: 'List',
	parameters: { resource: 'table', operation: 'list', returnAll: true, options: {} },
});
