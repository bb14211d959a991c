import type { INode, INodeCredentialsDetails } from 'n8n-workflow';
import type { WorkflowJson } from './api.cts';
import {
	byId,
	chain,
	everyMinute,
	fieldsByHand,
	manualTrigger,
	node,
	panelNode,
	panelTrigger,
	workflow,
	type Link,
} from './workflow.cts';

/** What `npm start` shows: the main job of the package, in one workflow. */

export const DEMO_NAME = 'SMM Panel demo';
const WATCH_NAME = 'SMM Panel demo: order updates';

const NOTE_PLACING = `## SMM Panel demo
Lists services, quotes and places three orders, and waits until they are finished: the line from *Not Yet* leads back to the node, and the execution rests in n8n's database between two looks. On that line n8n counts an item for each look. The order book then has a row for each.

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
	serviceId: byId(`={{ ${listed}.service }}`),
	orderFields: fieldsByHand({
		link: `=https://example.com/post/{{ ${listed}.service }}`,
		quantity: `={{ Math.min(Math.max(1000, ${listed}.min), ${listed}.max) }}`,
	}),
});

export const WAIT = 'Wait Until Finished';

export function placingDemo(credential: INodeCredentialsDetails): WorkflowJson {
	const panel = (name: string, resource: string, operation: string, more = {}, extras = {}) =>
		panelNode(name, { resource, operation, ...more }, credential, extras);
	const nodes = [
		manualTrigger(),
		panel('Balance before', 'balance', 'get'),
		listServices(credential, { search: 'followers', types: ['Default'] }),
		panelNode('Quote', orderParameters('quote'), credential),
		panelNode('Place orders', orderParameters('create'), credential),
		panel(WAIT, 'order', 'waitUntilFinished', { orderIds: '={{ $json.order }}', checkEvery: 1 }),
		panel('Order book', 'order', 'getAll', { limit: 3 }, { executeOnce: true }),
		panel('Balance after', 'balance', 'get', {}, { executeOnce: true }),
	];
	const links = chain(nodes).map(([from, to]): Link => [from, to, from === WAIT ? 1 : 0]);
	return withNote(workflow(DEMO_NAME, nodes, [...links, [WAIT, WAIT, 0]]), NOTE_PLACING);
}

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

/** Fires when an order of the order book has another status than at the last look, once a minute. */
export function watchingDemo(
	credential: INodeCredentialsDetails,
	tables: INodeCredentialsDetails,
): WorkflowJson {
	const trigger = panelTrigger('When a status changes', { pollTimes: everyMinute }, credential, tables);
	return workflow(WATCH_NAME, [trigger, node('Your own steps', 'noOp')]);
}
