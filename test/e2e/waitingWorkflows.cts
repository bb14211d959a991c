/** Workflows that place some orders and wait until they are finished, directly and as a sub-workflow. */
import type { INode } from 'n8n-workflow';
import { call, called, code, node, panelNode, webhook, workflow, type Link } from '../sandbox/workflow.cts';
import type { N8nFixture } from './n8nFixture.cts';
import { LINK, ORDER_FROM_INPUT } from './orders.cts';

/** Of one execution. */
export const ORDERS = 5;

const rows = (links: string) =>
	code(
		'Rows',
		`const { run } = $json.body ?? $json; return Array.from({ length: ${ORDERS} }, (_, at) => ({ json: { link: '${links}/' + run + '/' + at, quantity: 100 } }));`,
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
	const published = async (name: string, first: INode, nodes: INode[], links: Link[] = []) =>
		await stand.api.publish(
			workflow(name, [first, ...nodes], [[first.name, nodes[0]?.name ?? ''], ...links]),
		);
	const place = panelNode('Place', ORDER_FROM_INPUT, stand.credential);
	const loop = (name: string) => [rows(`${LINK}/${name}`), place, waiting(stand), told()];
	const waits = await published('waits', webhook('waits'), loop('waits'), LOOP);
	const child = await published('child', called(), loop('child'), LOOP);
	const parent = await published('parent', webhook('parent'), [call('Sub-workflow', child)]);
	return { waits, child, parent };
}
