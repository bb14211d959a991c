import { jsonOf, type Execution } from '../sandbox/executions.cts';
import { fieldsByHand, manualTrigger, panelNode, serviceById, workflow } from '../sandbox/workflow.cts';
import { LINK, PLACE, SERVICE, withCounts } from './countsFixture.cts';
import { loopUser, MESSAGE, ROUNDS, WAIT } from './loopRounds.cts';

/**
 * Place, wait, message, put together by mouse in ten orders of steps, following nothing but the notice and what n8n shows
 * of an error: the message goes out once, at the end; what is refused is refused before anything is paid.
 */

const { there, placed } = withCounts();

interface Built {
	workflowId: string;
	order: string;
}
const built: Built[] = [];

/** The order alone, behind a manual trigger. */
async function open(link: string): Promise<string> {
	const { stand } = there;
	const order = {
		resource: 'order',
		operation: 'create',
		serviceId: serviceById(SERVICE),
		orderFields: fieldsByHand({ link, quantity: 100 }),
	};
	const nodes = [manualTrigger('Start'), panelNode(PLACE, order, stand.credential)];
	const { id } = await stand.api.createWorkflow(workflow(link, nodes));
	await there.anew();
	await there.editor.openWorkflow(id);
	return id;
}

const executionsOf = async (workflowId: string): Promise<Execution[]> => {
	const { api } = there.stand;
	const all = (await api.executions(workflowId)).filter(({ mode }) => mode !== 'integrated');
	return await Promise.all(all.map(async ({ id }) => await api.execution(id)));
};

/** By executions, the items of each run of the message. */
const messages = (executions: Execution[]) =>
	executions.flatMap(({ data }) => data.resultData.runData[MESSAGE] ?? []);

test.each(ROUNDS.map(([steps, walk], at) => ({ steps, walk, at })))('$steps', async ({ walk, at }) => {
	const link = `${LINK}/${at}`;
	const workflowId = await open(link);
	const { stand, shot } = there;
	const before = stand.panel.orders().length;
	const user = loopUser(there);
	await walk(user).catch(async (error: unknown) => {
		await shot(`loop-${at}-failed`);
		throw error;
	});
	await user.executeWorkflow();
	const newest = async () => (await executionsOf(workflowId))[0]?.status;
	for (let tries = 0; (await newest()) !== 'waiting' && tries < 200; tries++)
		await there.page.waitForTimeout(100);
	await shot(`loop-${at}`);
	expect(await newest()).toBe('waiting');
	expect(messages(await executionsOf(workflowId))).toEqual([]);
	expect(stand.panel.orders()).toHaveLength(before + 1);
	built.push({ workflowId, order: await placed(before + 1) });
});

test('each message goes out once, when its order is finished', async () => {
	const { api, panel } = there.stand;
	expect(built).toHaveLength(ROUNDS.length);
	for (const { order } of built) panel.moveOrder(order, 'Completed');
	for (const { workflowId, order } of built) {
		const [last] = await api.executions(workflowId);
		const execution = await api.waitForExecution(last?.id ?? '', 400_000);
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, WAIT, 1)).toMatchObject([{ order, status: 'Completed' }]);
		expect(jsonOf(execution, MESSAGE)).toMatchObject([{ order, status: 'Completed' }]);
		expect(messages(await executionsOf(workflowId))).toHaveLength(1);
	}
	expect(panel.orders()).toHaveLength(ROUNDS.length);
}, 600_000);
