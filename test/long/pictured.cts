import type { SavedCredential, WorkflowJson } from '../sandbox/api.cts';
import type { RunningN8n } from '../sandbox/n8n.cts';
import {
	fieldsByHand,
	manualTrigger,
	node,
	panelNode,
	reference,
	serviceById,
	SMM_PANEL_TRIGGER,
	workflow,
} from '../sandbox/workflow.cts';

/** The workflows of the README's pictures. */

export function canvasOf(credential: SavedCredential): WorkflowJson {
	const order = {
		resource: 'order',
		serviceId: serviceById('={{ $json.service }}'),
		orderFields: fieldsByHand({
			link: '=https://www.instagram.com/your_account/{{ $json.service }}',
			quantity: 1000,
		}),
	};
	const listed = {
		...order,
		serviceId: serviceById(`={{ $('List services').item.json.service }}`),
		orderFields: fieldsByHand({
			link: `=https://www.instagram.com/your_account/{{ $('List services').item.json.service }}`,
			quantity: 1000,
		}),
	};
	return workflow('SMM Panel', [
		manualTrigger('Start'),
		panelNode(
			'List services',
			{ resource: 'service', operation: 'getAll', limit: 3, filters: { search: 'instagram followers' } },
			credential,
		),
		panelNode('Quote orders', { ...order, operation: 'quote' }, credential),
		panelNode('Place orders', { ...listed, operation: 'create' }, credential),
		panelNode(
			'Get their status',
			{ resource: 'order', operation: 'getStatus', orderIds: '={{ $json.order }}' },
			credential,
		),
	]);
}

/** A table of open orders, and a workflow that waits for them. Works on the n8n that it runs in. */
export async function triggerOn({ api }: RunningN8n, credentialId: string): Promise<WorkflowJson> {
	const table = await api.createDataTable('Open orders', [
		{ name: 'order', type: 'string' },
		{ name: 'customer', type: 'string' },
		{ name: 'quantity', type: 'number' },
	]);
	await api.insertRows(table.id, [{ order: '23501', customer: 'Ayşe', quantity: 1000 }]);
	const parameters = {
		pollTimes: { item: [{ mode: 'everyMinute' }] },
		event: 'orderStatusChanged',
		source: 'dataTable',
		dataTableId: { __rl: true as const, mode: 'list', value: table.id, cachedResultName: table.name },
		idColumn: 'order',
		toStatuses: ['Completed', 'Partial', 'Canceled'],
	};
	const credentials = {
		smmPanelApi: { id: credentialId, name: 'SMM Panel account' },
		smmPanelN8nApi: reference(await api.createTablesCredential()),
	};
	const trigger = node('When an order changes', SMM_PANEL_TRIGGER, parameters, { credentials });
	return workflow('Tell the customer', [trigger, node('Tell the customer', 'noOp')]);
}
