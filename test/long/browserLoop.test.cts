import { jsonOf } from '../sandbox/executions.cts';
import { MESSAGE, messagesOf, ROUNDS, WAIT, walkRound } from '../e2e/loopRounds.cts';
import { withEditor } from '../e2e/withEditor.cts';

/**
 * Place, wait, message, put together by mouse in ten orders of steps, following nothing but the notice and what n8n shows
 * of an error: the message goes out once, at the end; what is refused is refused before anything is paid.
 */

const there = withEditor('loop');
const built: Array<Awaited<ReturnType<typeof walkRound>>> = [];

test.each(ROUNDS.map(([steps], at) => ({ steps, at })))('$steps', async ({ at }) => {
	try {
		built.push(await walkRound(there, at));
	} finally {
		await there.shot(String(at));
	}
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
		expect(await messagesOf(there, workflowId)).toHaveLength(1);
	}
	expect(panel.orders()).toHaveLength(ROUNDS.length);
}, 600_000);
