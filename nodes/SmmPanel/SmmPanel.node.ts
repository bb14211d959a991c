import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { execute, outputs, properties, subtitle } from './actions';
import { smmPanelApiTest } from './methods/credentialTest';
import { getCategories, getTypes, searchServices } from './methods/services';
import { getOrderFields } from './methods/resourceMapping';

export class SmmPanel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMM Panel',
		name: 'smmPanel',
		icon: { light: 'file:smmPanel.svg', dark: 'file:smmPanel.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle,
		description: 'Place, follow, refill and cancel orders at an SMM panel, and watch balance and prices',
		defaults: { name: 'SMM Panel' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs,
		credentials: [{ name: 'smmPanelApi', required: true, testedBy: 'smmPanelApiTest' }],
		properties,
		builderHint: {
			searchHint:
				'Each order spends money. Take service IDs from *Service: Get Many*; check with *Order: Quote*, which places nothing; place with *Order: Create* and an idempotency key; then *Order: Wait Until Finished*, whose first output *Not Yet* is connected back to its own input and to nothing else, and whose second output *Finished* goes on. All input items are handled in one call: no Loop Over Items. Placed orders are kept in the data table "SMM Panel Orders", which the node makes by itself.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-smm-panel.smmPanelTrigger',
					relationHint: 'Starts a workflow when an order, a refill, the balance or a price changes',
				},
			],
		},
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
