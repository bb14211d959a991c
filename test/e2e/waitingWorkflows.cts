/** Workflows that place some orders and wait until they are finished, directly and as a sub-workflow. */
import type { INode } from 'n8n-workflow';
import { node, panelNode, workflow, type Link } from '../sandbox/workflow.cts';
import type { N8nFixture } from './n8nFixture.cts';
import { LINK, ORDER_FROM_INPUT } from './orders.cts';

/** Of one execution. */
export const ORDERS = 5;

const hook = (path: string) =>
	node('Webhook', 'webhook', { path, httpMethod: 'POST' }, { typeVersion: 2, webhookId: path });
const rows = (links: string) =>
	node(
		'Rows',
		'code',
		{
			jsCode: `const { run } = $json.body ?? $json; return Array.from({ length: ${ORDERS} }, (_, at) => ({ json: { link: '${links}/' + run + '/' + at, quantity: 100 } }));`,
		},
		{ typeVersion: 2 },
	);
const waiting = ({ credential }: N8nFixture) =>
	panelNode(
		'Wait',
		{ resource: 'order', operation: 'waitUntilFinished', orderIds: '={{ $json.order }}', checkEvery: 1 },
		credential,
	);
/** Behind the loop each order is told with the link of the item that placed it. */
const told = () =>
	node(
		'Told',
		'set',
		{
			assignments: {
				assignments: [
					{ id: '1', name: 'order', type: 'string', value: '={{ $json.order }}' },
					{ id: '2', name: 'status', type: 'string', value: '={{ $json.status }}' },
					{ id: '3', name: 'link', type: 'string', value: "={{ $('Place').item.json.link }}" },
				],
			},
		},
		{ typeVersion: 3.4 },
	);

const LOOP: Link[] = [
	['Rows', 'Place'],
	['Place', 'Wait'],
	['Wait', 'Wait', 0],
	['Wait', 'Told', 1],
];

export interface Published {
	/** Places and waits, when its webhook is called. */
	waits: string;
	/** The same as a sub-workflow of `parent`. */
	child: string;
	parent: string;
}

export async function publishWaiting(stand: N8nFixture): Promise<Published> {
	const published = async (name: string, nodes: INode[], links: Link[]): Promise<string> => {
		const { id } = await stand.api.createWorkflow(workflow(name, nodes, links));
		await stand.api.activate(id);
		return id;
	};
	const place = panelNode('Place', ORDER_FROM_INPUT, stand.credential);
	const waits = await published(
		'waits',
		[hook('waits'), rows(`${LINK}/waits`), place, waiting(stand), told()],
		[['Webhook', 'Rows'], ...LOOP],
	);
	const called = node(
		'Called',
		'executeWorkflowTrigger',
		{ inputSource: 'passthrough' },
		{ typeVersion: 1.1 },
	);
	const child = await published(
		'child',
		[called, rows(`${LINK}/child`), place, waiting(stand), told()],
		[['Called', 'Rows'], ...LOOP],
	);
	const calling = node(
		'Sub-workflow',
		'executeWorkflow',
		{ workflowId: { __rl: true, mode: 'id', value: child }, options: {} },
		{ typeVersion: 1.2 },
	);
	const parent = await published('parent', [hook('parent'), calling], [['Webhook', 'Sub-workflow']]);
	return { waits, child, parent };
}
