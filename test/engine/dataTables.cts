/** n8n's Data Table node and the trigger of sub-workflows, as far as the order book uses them, over one table in memory. */
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import type { Cells } from '../../nodes/SmmPanel/book/rows';
import type { Condition, Filter } from '../../nodes/SmmPanel/book/store';

/** In n8n's words. */
export const TABLES_OFF = 'Attempted to use Data table node but the module is disabled';

/** What the node finds behind `helpers.getDataTableProxy`: it throws as n8n does. */
export interface Tables {
	create(name: string, columns: unknown): IDataObject;
	list(): IDataObject[];
	insert(table: string, rows: IDataObject[]): void;
	get(
		table: string,
		filter: Filter,
		how?: { by?: string; ascending?: boolean; limit?: number },
	): IDataObject[];
	update(table: string, filter: Filter, changes: Cells): IDataObject[];
	deleteRows(table: string, filter: Filter): IDataObject[];
}

/** A kind that n8n hands on as it is, with the expressions in it evaluated. */
const parameter = (name: string): INodeProperties => ({
	displayName: name,
	name,
	type: 'json',
	default: '',
});

const described = (name: string, parameters: string[]): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: [1, 1.1],
	description: name,
	defaults: { name },
	inputs: ['main'],
	outputs: ['main'],
	properties: parameters.map(parameter),
});

export const subWorkflowTrigger: INodeType = {
	description: described('executeWorkflowTrigger', ['inputSource']),
	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	},
};

export const dataTable: INodeType = {
	description: described(
		'dataTable',
		'resource operation tableName columns options dataTableId matchType filters returnAll limit orderBy orderByColumn orderByDirection'.split(
			' ',
		),
	),
	async execute(this: IExecuteFunctions) {
		const { getDataTableProxy } = this.helpers;
		if (!getDataTableProxy) throw new Error(TABLES_OFF);
		const tables = (await getDataTableProxy('')) as unknown as Tables;
		const inputs = this.getInputData();
		// In bulk, whatever the number of items
		if (operationOf(this, 0) === 'row insert') {
			tables.insert(
				tableOf(this, 0),
				inputs.map(({ json }) => json),
			);
			return [[{ json: { success: true, insertedRows: inputs.length }, pairedItem: { item: 0 } }]];
		}
		return [
			inputs.flatMap((_, item): INodeExecutionData[] =>
				carriedOut(this, item, tables).map((json) => ({ json, pairedItem: { item } })),
			),
		];
	},
};

function carriedOut(context: IExecuteFunctions, item: number, tables: Tables): IDataObject[] {
	const given = (name: string) => context.getNodeParameter(name, item) as never;
	switch (operationOf(context, item)) {
		case 'table create':
			return [tables.create(given('tableName'), (given('columns') as IDataObject).column)];
		case 'table list':
			return tables.list();
		case 'row get':
			return tables.get(tableOf(context, item), filterOf(context, item), {
				...(given('orderBy') === true && {
					by: given('orderByColumn'),
					ascending: given('orderByDirection') === 'ASC',
				}),
				...(given('returnAll') !== true && { limit: given('limit') }),
			});
		case 'row deleteRows':
			return tables.deleteRows(tableOf(context, item), filterOf(context, item));
		case 'row update': {
			const { value } = given('columns') as { value: Cells };
			return tables.update(tableOf(context, item), filterOf(context, item), value);
		}
		default:
			throw new Error(`The tests' Data Table node does not know "${operationOf(context, item)}"`);
	}
}

const operationOf = (context: IExecuteFunctions, item: number): string =>
	`${String(context.getNodeParameter('resource', item))} ${String(context.getNodeParameter('operation', item))}`;

const tableOf = (context: IExecuteFunctions, item: number): string =>
	String((context.getNodeParameter('dataTableId', item) as unknown as { value: string }).value);

interface Asked {
	conditions: Array<{
		keyName: Condition['column'];
		condition: Condition['is'];
		keyValue: Condition['value'];
	}>;
}

function filterOf(context: IExecuteFunctions, item: number): Filter {
	const { conditions } = context.getNodeParameter('filters', item) as unknown as Asked;
	const [first, ...others] = conditions.map(({ keyName, condition, keyValue }) => ({
		column: keyName,
		is: condition,
		value: keyValue,
	}));
	if (first === undefined) throw new Error('At least one condition is required');
	const match = context.getNodeParameter('matchType', item) === 'allConditions' ? 'all' : 'any';
	return { match, conditions: [first, ...others] };
}
