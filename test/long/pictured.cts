import type { SavedCredential, WorkflowJson } from '../sandbox/api.cts';
import type { RunningN8n } from '../sandbox/n8n.cts';
import {
	everyMinute,
	manualTrigger,
	node,
	panelNode,
	panelTrigger,
	placing,
	workflow,
} from '../sandbox/workflow.cts';

/** The workflows of the README's pictures. */

/** Place, wait, tell: the two lines that a wait takes. */
export function loopOf(credential: SavedCredential): WorkflowJson {
	const order = placing(1523, { link: 'https://www.instagram.com/your_account', quantity: 1000 });
	const wait = { resource: 'order', operation: 'waitUntilFinished', orderIds: '={{ $json.order }}' };
	const told = { method: 'POST', url: 'https://example.com' };
	return workflow(
		'Place, wait, tell',
		[
			manualTrigger('Start'),
			panelNode('Place order', order, credential),
			panelNode('Wait until finished', wait, credential),
			node('Tell the customer', 'httpRequest', told, { typeVersion: 4.2, position: [720, 16] }),
		],
		[
			['Start', 'Place order'],
			['Place order', 'Wait until finished'],
			['Wait until finished', 'Wait until finished', 0],
			['Wait until finished', 'Tell the customer', 1],
		],
	);
}

const LINES = {
	'Ada, invoice 7': '1523 | https://instagram.com/ada | 2,000\n1601 | https://instagram.com/p/one | 250',
	'Grace, June': '1702 | https://tiktok.com/@grace/video/1 | 5000',
};

export const bookedOrders = (credential: SavedCredential): WorkflowJson[] =>
	Object.entries(LINES).map(([text, orders]) => {
		const parameters = { resource: 'order', operation: 'createMass', orders, options: { reference: text } };
		return workflow(text, [manualTrigger(), panelNode('Place', parameters, credential)]);
	});

export function statusesOf(credential: SavedCredential): WorkflowJson {
	const parameters = { resource: 'order', operation: 'getStatus', source: 'orderBook' };
	return workflow('Statuses', [manualTrigger(), panelNode('Look', parameters, credential)]);
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
		pollTimes: everyMinute,
		event: 'orderStatusChanged',
		source: 'dataTable',
		dataTableId: { __rl: true as const, mode: 'list', value: table.id, cachedResultName: table.name },
		idColumn: 'order',
		toStatuses: ['Completed', 'Partial', 'Canceled'],
	};
	const credential = { id: credentialId, name: 'SMM Panel account' };
	const tables = await api.createTablesCredential();
	const trigger = panelTrigger('When an order changes', parameters, credential, tables);
	return workflow('Tell the customer', [trigger, node('Tell the customer', 'noOp')]);
}
