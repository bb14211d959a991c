import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { properties, RESOURCES } from './actions';
import type { Operation } from './actions/operation';
import { addHints } from './shared/hints';
import { failRun } from './shared/problems';
import { smmPanelApiTest } from './methods/credentialTest';
import { searchServices } from './methods/listSearch';
import { getCategories, getTypes } from './methods/loadOptions';
import { getOrderFields } from './methods/resourceMapping';

export class SmmPanel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMM Panel',
		name: 'smmPanel',
		icon: { light: 'file:smmPanel.svg', dark: 'file:smmPanel.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Place, follow, refill and cancel orders at an SMM panel, and watch balance and prices',
		defaults: { name: 'SMM Panel' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'smmPanelApi', required: true, testedBy: 'smmPanelApiTest' }],
		properties,
	};

	methods = {
		credentialTest: { smmPanelApiTest },
		listSearch: { searchServices },
		loadOptions: { getCategories, getTypes },
		resourceMapping: { getOrderFields },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return [await operationOf(this).execute(this)];
		} catch (error) {
			return [failRun(this, error)];
		} finally {
			addHints(this);
		}
	}
}

/** The chosen operation. Resource and operation take no expressions, so they are the same for all items. */
function operationOf(context: IExecuteFunctions): Operation {
	const resource = context.getNodeParameter('resource', 0, '') as string;
	const operation = context.getNodeParameter('operation', 0, '') as string;
	const operations = Object.hasOwn(RESOURCES, resource) ? RESOURCES[resource]?.operations : undefined;
	const chosen = operations && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
	if (chosen !== undefined) return chosen;
	throw new NodeOperationError(
		context.getNode(),
		`This node has no operation "${operation}" for the resource "${resource}"`,
		{ description: "Choose 'Resource' and 'Operation' anew from their lists." },
	);
}
