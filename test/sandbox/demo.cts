import type { INode, INodeCredentialsDetails } from 'n8n-workflow';
import type { WorkflowJson } from './api.cts';
import {
	fieldsByHand,
	manualTrigger,
	node,
	panelNode,
	reference,
	serviceById,
	SMM_PANEL_TRIGGER,
	workflow,
	type Link,
} from './workflow.cts';

/** What `npm start` shows: the main job of the package, in one workflow. */

export const DEMO_NAME = 'SMM Panel demo';
export const WATCH_NAME = 'SMM Panel demo: order updates';

const NOTE_PLACING = `## SMM Panel demo
Lists services, quotes and places three orders, asks how they are, cancels one, lets time pass at the development panel (five minutes a second during this run), asks for a refill of what was completed, and reads the balance again.

Nothing here is real and nothing costs money. \`npm start\` writes this workflow anew: duplicate it to change it.`;

const NOTE_READING = `## SMM Panel demo
Reads only: the balance, some services, and what an order would cost. It places nothing.

\`npm start\` writes this workflow anew: duplicate it to change it.`;

const note = (content: string): INode =>
	node('Note', 'stickyNote', { content, width: 520, height: 220 }, { position: [0, -280] });

const listServices = (
	credential: INodeCredentialsDetails,
	filters: Record<string, string | boolean | string[]>,
) =>
	panelNode('List services', { resource: 'service', operation: 'getAll', limit: 3, filters }, credential, {
		executeOnce: true,
	});

/** Of each of the three services listed a thousand, or what it takes. */
const listed = `$('List services').item.json`;
const orderParameters = (operation: 'create' | 'quote') => ({
	resource: 'order',
	operation,
	serviceId: serviceById(`={{ ${listed}.service }}`),
	orderFields: fieldsByHand({
		link: `=https://example.com/post/{{ ${listed}.service }}`,
		quantity: `={{ Math.min(Math.max(1000, ${listed}.min), ${listed}.max) }}`,
	}),
});

export function placingDemo(credential: INodeCredentialsDetails): WorkflowJson {
	const panel = (name: string, resource: string, operation: string, more = {}, extras = {}) =>
		panelNode(name, { resource, operation, ...more }, credential, extras);
	const orderIds = `={{ $('Place orders').item.json.order }}`;
	const nodes = [
		manualTrigger(),
		panel('Balance before', 'balance', 'get'),
		listServices(credential, { search: 'followers', types: ['Default'], refill: true, cancel: true }),
		panelNode('Quote', orderParameters('quote'), credential),
		panelNode('Place orders', orderParameters('create'), credential),
		panel('Order status', 'order', 'getStatus', { orderIds }),
		node('First order', 'limit', { maxItems: 1 }),
		panel('Cancel it', 'order', 'cancel', { orderIds }),
		node(
			'Half an hour passes',
			'wait',
			{ amount: 6, unit: 'seconds' },
			{ typeVersion: 1.1, webhookId: 'smm-panel-demo' },
		),
		panel('Status of all', 'order', 'getStatus', {
			orderIds: `={{ $('Place orders').all().map((item) => item.json.order) }}`,
		}),
		node('Completed ones', 'filter', onlyCompleted, { typeVersion: 2.2 }),
		panel('Refill', 'refill', 'create', {
			orderIds: '={{ $json.order }}',
			options: { failedIdsAsData: true },
		}),
		panel('Refill status', 'refill', 'getStatus', { refillIds: '={{ $json.refill }}' }),
		panel('Balance after', 'balance', 'get', {}, { executeOnce: true }),
	];
	return withNote(workflow(DEMO_NAME, nodes), NOTE_PLACING);
}

const onlyCompleted = {
	conditions: {
		options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
		combinator: 'and',
		conditions: [
			{
				id: 'completed',
				leftValue: '={{ $json.status }}',
				rightValue: 'Completed',
				operator: { type: 'string', operation: 'equals' },
			},
		],
	},
};

export function readingDemo(credential: INodeCredentialsDetails): WorkflowJson {
	const nodes = [
		manualTrigger(),
		panelNode('Balance', { resource: 'balance', operation: 'get' }, credential),
		listServices(credential, { types: ['Default'] }),
		panelNode('Quote', orderParameters('quote'), credential),
	];
	return withNote(workflow(DEMO_NAME, nodes), NOTE_READING);
}

function withNote(json: WorkflowJson, text: string): WorkflowJson {
	return { ...json, nodes: [note(text), ...json.nodes] };
}

/** Fires when one of the orders has another status than at the last look, once a minute. */
export function watchingDemo(credential: INodeCredentialsDetails, orderIds: string[]): WorkflowJson {
	const trigger = node(
		'When a status changes',
		SMM_PANEL_TRIGGER,
		{
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			event: 'orderStatusChanged',
			source: 'ids',
			orderIds: orderIds.join(', '),
		},
		{ credentials: { smmPanelApi: reference(credential) } },
	);
	const links: Link[] = [[trigger.name, 'Your own steps']];
	return workflow(WATCH_NAME, [trigger, node('Your own steps', 'noOp')], links);
}
