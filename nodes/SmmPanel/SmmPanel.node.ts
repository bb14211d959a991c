import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { execute, outputs, properties } from './actions';
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
		outputs,
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
		return await execute(this);
	}
}
