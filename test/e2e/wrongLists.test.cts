/** A list URL whose answers are wrong for a poll, in real n8n: nothing that is finished fires again, nothing is silent. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jsonOf } from '../sandbox/executions.cts';
import { node, reference, SMM_PANEL_TRIGGER, workflow } from '../sandbox/workflow.cts';
import { withN8n } from './n8nFixture.cts';
import { until } from './until.cts';

const stand = withN8n({ panel: { lives: { kind: 'still' } } });

/** Every two seconds: the shortest interval is a minute, but there may be several. */
const pollTimes = {
	item: Array.from({ length: 30 }, (_, at) => ({ mode: 'custom', cronExpression: `${at * 2} * * * * *` })),
};
const FINISHED = 60;

/** What no list looks like: each starts a failed execution. */
const FAULTS = [
	'{"orders":[],"error":"Database is down"}',
	'{"success":false,"data":[]}',
	'0',
	'[null]',
	'{}',
	'',
];
/** What a list may look like: believed only if the next poll says the same. */
const shrunk = (ids: readonly string[]) => ['[]', JSON.stringify(ids.slice(0, ids.length / 2))];

let server: Server | undefined;
afterAll(() => server?.close());

/** Serves the wrong answers, each between two right ones, and then the right one for ever. */
async function serve(right: string, wrong: readonly string[]) {
	const asked = { polls: 0 };
	server = createServer((_request, response) => {
		const answer = asked.polls % 2 === 1 ? wrong[(asked.polls - 1) / 2] : undefined;
		asked.polls++;
		response.end(answer ?? right);
	});
	await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
	return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders` };
}

it('fires one transition once, and an execution fails for each answer that is no list', async () => {
	const { api, panel, credential } = stand;
	const finished = panel.seedOrders({ count: FINISHED, status: 'Completed' });
	const [open = ''] = panel.seedOrders({ count: 1, status: 'In progress' });
	const ids = [...finished, open];
	const wrong = [...FAULTS, ...shrunk(ids)];
	const list = await serve(JSON.stringify(ids), wrong);
	const parameters = { pollTimes, source: 'url', listUrl: list.url, options: { tolerateOutages: 0 } };
	const credentials = { smmPanelApi: reference(credential) };
	const trigger = node('Orders', SMM_PANEL_TRIGGER, parameters, { credentials });
	const { id } = await api.createWorkflow(workflow('Wrong lists', [trigger]));
	await api.activate(id);
	await until(() => list.asked.polls > 2 * wrong.length + 1, 'all answers given');
	panel.moveOrder(open, 'Completed');
	const last = list.asked.polls;
	await until(() => list.asked.polls > last + 2, 'polls after the change');
	await api.deactivate(id);

	const executions = await api.executions(id);
	const fired: Array<[unknown, unknown]> = [];
	for (const { id: execution, status } of executions) {
		if (status !== 'success') continue;
		fired.push(
			...jsonOf(await api.execution(execution), 'Orders').map(({ order, status }): [unknown, unknown] => [
				order,
				status,
			]),
		);
	}
	expect(fired).toEqual([[open, 'Completed']]);
	expect(executions.filter(({ status }) => status === 'error')).toHaveLength(FAULTS.length);
}, 180_000);
