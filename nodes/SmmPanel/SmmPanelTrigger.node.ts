import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { smmPanelApiTest } from './methods/credentialTest';
import { getColumns, getFilterColumns, searchDataTables } from './methods/dataTables';
import { getCategories, getTypes } from './methods/services';
import { LIST_EVENTS, properties } from './trigger';
import { poll } from './trigger/poll';

export class SmmPanelTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMM Panel Trigger',
		name: 'smmPanelTrigger',
		icon: { light: 'file:smmPanel.svg', dark: 'file:smmPanel.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter["event"].replace(/([A-Z])/g, " $1").toLowerCase()}}',
		// The node panel shows both nodes as one entry, with this description
		description:
			'Place and follow orders at an SMM panel, or start the workflow when a status, the balance or prices change',
		defaults: { name: 'SMM Panel Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'smmPanelApi', required: true, testedBy: 'smmPanelApiTest' },
			{
				name: 'smmPanelN8nApi',
				required: true,
				displayOptions: {
					show: { event: LIST_EVENTS, source: ['dataTable', 'orderBook'] },
				},
			},
		],
		properties,
		builderHint: {
			searchHint:
				'Starts a workflow when an order or a refill changes, stalls, or when balance or prices do. Orders that *SMM Panel* has placed are followed by themselves with `source: orderBook`, which needs the credential *SMM Panel N8n API*. To follow the orders of one execution inside it, use *Order: Wait Until Finished* instead.',
		},
	};

	methods = {
		credentialTest: { smmPanelApiTest },
		listSearch: { searchDataTables },
		loadOptions: { getCategories, getColumns, getFilterColumns, getTypes },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
