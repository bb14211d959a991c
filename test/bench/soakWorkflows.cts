/** Five triggers, of all events and three kinds of list, and a webhook that places orders. */
import type { INode, INodeParameters } from 'n8n-workflow';
import type { SavedCredential, SavedWorkflow } from '../sandbox/api.cts';
import {
	fieldsByHand,
	node,
	panelNode,
	reference,
	serviceById,
	SMM_PANEL_TRIGGER,
	workflow,
} from '../sandbox/workflow.cts';
import { ACCOUNTS, type Account, type World } from './soakWorld.cts';

export const TRIGGER = 'Trigger';
export const PLACE = 'Place';
export const WEBHOOK = 'soak';
export const THRESHOLD = 100;

export interface SoakWorkflows {
	placing: SavedWorkflow;
	/** By the account that each asks with. */
	triggers: Record<Account, SavedWorkflow>;
}

/** Short timeouts: a tenth of what is asked is never answered. */
const placingNode = (credential: SavedCredential): INode =>
	panelNode(
		PLACE,
		{
			resource: 'order',
			operation: 'create',
			serviceId: serviceById('={{ $json.service }}'),
			orderFields: fieldsByHand({ link: '={{ $json.link }}', quantity: '={{ $json.quantity }}' }),
			options: { idempotencyKey: '={{ $json.row }}', timeout: 3 },
		},
		credential,
		{ onError: 'continueRegularOutput' },
	);

const placingWorkflow = (credential: SavedCredential) =>
	workflow('Soak: placing', [
		node(
			'Webhook',
			'webhook',
			{ httpMethod: 'POST', path: WEBHOOK, responseMode: 'lastNode', responseData: 'allEntries' },
			{ typeVersion: 2, webhookId: WEBHOOK },
		),
		node('Rows', 'splitOut', { fieldToSplitOut: 'body.rows', options: {} }),
		placingNode(credential),
	]);

async function tableOf(
	world: World,
	orders: string[],
): Promise<{ parameters: INodeParameters; credential: SavedCredential }> {
	const api = world.api();
	const table = await api.createDataTable('Soak', [{ name: 'order', type: 'string' }]);
	await api.insertRows(
		table.id,
		orders.map((order) => ({ order })),
	);
	const credential = await api.createTablesCredential();
	const dataTableId = { __rl: true as const, mode: 'id', value: table.id };
	return { parameters: { source: 'dataTable', dataTableId, idColumn: 'order' }, credential };
}

/** `orders` are those of the table. */
export async function createWorkflows(world: World, orders: string[]): Promise<SoakWorkflows> {
	const api = world.api();
	const table = await tableOf(world, orders);
	const credentials = {} as Record<Account, SavedCredential>;
	for (const account of ACCOUNTS) {
		const data = { apiUrl: world.panel.url, apiKey: account };
		credentials[account] = await api.createCredential({ name: account, type: 'smmPanelApi', data });
	}
	const refillsTable = await api.createCredential({
		name: 'Refills',
		type: 'smmPanelN8nApi',
		data: { baseUrl: world.listUrl, apiKey: 'any' },
	});
	const tables: Partial<Record<Account, SavedCredential>> = {
		placing: table.credential,
		table: table.credential,
		refills: refillsTable,
	};
	const events: Record<Account, INodeParameters> = {
		placing: { event: 'orderStatusChanged', source: 'orderBook' },
		table: { event: 'orderStatusChanged', ...table.parameters },
		refills: {
			event: 'refillStatusChanged',
			source: 'dataTable',
			dataTableId: { __rl: true, mode: 'id', value: 'refills' },
		},
		balance: { event: 'balanceBelow', threshold: THRESHOLD },
		services: { event: 'servicesChanged' },
	};
	const saved = async (json: Parameters<typeof api.createWorkflow>[0]) => {
		const { id } = await api.createWorkflow(json);
		await api.activate(id);
		return await api.workflow(id);
	};
	const triggers = {} as Record<Account, SavedWorkflow>;
	for (const account of ACCOUNTS) {
		const n8nApi = tables[account];
		const extras = {
			credentials: {
				smmPanelApi: reference(credentials[account]),
				...(n8nApi && { smmPanelN8nApi: reference(n8nApi) }),
			},
		};
		const parameters = { pollTimes: { item: [{ mode: 'everyMinute' }] }, ...events[account] };
		const nodes = [node(TRIGGER, SMM_PANEL_TRIGGER, parameters, extras), node('Next', 'noOp')];
		triggers[account] = await saved(workflow(`Soak: ${account}`, nodes));
	}
	return { placing: await saved(placingWorkflow(credentials.placing)), triggers };
}
