/** How people put a Wait and a message behind an order, by mouse: ten orders of steps, and what they are told on the way. */
import type { Execution } from '../sandbox/executions.cts';
import { manualTrigger, panelNode, placing, workflow } from '../sandbox/workflow.cts';
import { FOLLOWERS } from './shop.cts';
import { userOn } from './userPaths.cts';
import type { EditorFixture } from './withEditor.cts';

const PLACE = 'Place order';

export const WAIT = 'Wait until finished';
export const MESSAGE = 'No Operation, do nothing';
const NOT_YET = 0;
const FINISHED = 1;

/** What a person does, who has read the notice and reads what is said. */
export function loopUser({ page, editor, stand }: EditorFixture) {
	const user = userOn(page);
	const at = (name: string) => page.locator(`[data-test-id="${name}"]`);
	const note = page.locator('.el-notification');
	return {
		...user,
		async addWait(behind: string): Promise<void> {
			await user.addAction(behind, 'wait until', WAIT);
			await at('ndv').getByText("Draw a line from the upper one, 'Not Yet'").waitFor();
			await user.close();
		},
		async addMessage(behind: string, output: number): Promise<void> {
			await user.addNode(behind, 'no operation', MESSAGE, output);
			await user.close();
		},
		loop: async () => await user.drawLine(WAIT, NOT_YET, WAIT),
		/** Looks once, as n8n's *Execute step* on the Wait does: the order is placed for it. */
		async stepOfWait(): Promise<void> {
			await editor.openNode(WAIT);
			await user.executeStep();
			await editor.output.getByText('pin the output of the node that placed the orders').waitFor();
			await user.close();
		},
		async pinOrder(): Promise<void> {
			await editor.openNode(PLACE);
			await user.click('Pin', at('ndv-pin-data'));
			await user.close();
		},
		/** Executed as it is now, the workflow is refused: said at a glance, and in the node, with what to do. */
		async isRefused(message: RegExp, remedy: RegExp): Promise<void> {
			const before = stand.panel.counts().byAction.add ?? 0;
			await user.executeWorkflow();
			await note.getByText(message).waitFor();
			await note.locator('.el-notification__closeBtn').click();
			await editor.openNode(PLACE);
			await editor.output.getByText(remedy).first().waitFor();
			await user.close();
			expect(stand.panel.counts().byAction.add ?? 0).toBe(before);
		},
	};
}

export type LoopUser = ReturnType<typeof loopUser>;

const HANGS = /"No Operation, do nothing" hangs on the output 'Not Yet'/;
const MOVE = /Remove the line from 'Not Yet' to "No Operation, do nothing", and draw it from 'Finished'/;

/** Each begins with the order alone on the canvas, behind a manual trigger. */
export const ROUNDS: Array<[steps: string, walk: (user: LoopUser) => Promise<void>]> = [
	[
		'the Wait, its line back, the message',
		async (user) => {
			await user.addWait(PLACE);
			await user.loop();
			await user.addMessage(WAIT, FINISHED);
		},
	],
	[
		'the Wait, the message by the first +, as the editor offers it: refused, mended as it is said',
		async (user) => {
			await user.addWait(PLACE);
			await user.addMessage(WAIT, NOT_YET);
			await user.isRefused(HANGS, MOVE);
			await user.removeLine(WAIT, NOT_YET, MESSAGE);
			await user.drawLine(WAIT, FINISHED, MESSAGE);
			await user.loop();
		},
	],
	[
		'the message, the Wait onto the line to it: refused, the line back drawn before the wrong one is removed',
		async (user) => {
			await user.addMessage(PLACE, 0);
			await user.addOnLine(PLACE, MESSAGE, 'wait until', WAIT);
			await user.close();
			await user.isRefused(HANGS, MOVE);
			await user.loop();
			await user.removeLine(WAIT, NOT_YET, MESSAGE);
			await user.drawLine(WAIT, FINISHED, MESSAGE);
		},
	],
	[
		'the Wait, the message, the line back last',
		async (user) => {
			await user.addWait(PLACE);
			await user.addMessage(WAIT, FINISHED);
			await user.loop();
		},
	],
	[
		'the message and the Wait by the + of the canvas, which links them itself: refused, the wrong line removed',
		async (user) => {
			await user.addAnywhere('no operation', MESSAGE);
			await user.close();
			await user.addAnywhere('wait until', 'SMM Panel', WAIT);
			await user.close();
			await user.drawLine(PLACE, 0, WAIT);
			await user.drawLine(WAIT, FINISHED, MESSAGE);
			await user.loop();
			await user.isRefused(
				/A line leads from "No Operation, do nothing", which comes after 'Finished'/,
				/Remove the line from "No Operation, do nothing" to "Wait until finished"/,
			);
			await user.removeLine(MESSAGE, 0, WAIT);
		},
	],
	[
		'the Wait and the message by the + of the canvas, the order linked last: refused, mended as it is said',
		async (user) => {
			await user.addAnywhere('wait until', 'SMM Panel', WAIT);
			await user.close();
			await user.addAnywhere('no operation', MESSAGE);
			await user.close();
			await user.drawLine(PLACE, 0, WAIT);
			await user.tidyUp();
			await user.isRefused(HANGS, MOVE);
			await user.removeLine(WAIT, NOT_YET, MESSAGE);
			await user.drawLine(WAIT, FINISHED, MESSAGE);
			await user.loop();
		},
	],
	[
		'executed before the line back is drawn: refused, then drawn',
		async (user) => {
			await user.addWait(PLACE);
			await user.addMessage(WAIT, FINISHED);
			await user.isRefused(/'Not Yet' of "Wait until finished" leads nowhere/, /Draw a line from 'Not Yet'/);
			await user.loop();
		},
	],
	[
		'Not Yet led back to the node that places: refused, mended as it is said',
		async (user) => {
			await user.addWait(PLACE);
			await user.drawLine(WAIT, NOT_YET, PLACE);
			await user.addMessage(WAIT, FINISHED);
			await user.isRefused(/"Place order" hangs on/, /Remove the line from 'Not Yet' to "Place order"/);
			await user.removeLine(WAIT, NOT_YET, PLACE);
			await user.loop();
		},
	],
	[
		'the two outputs mistaken for each other: refused twice, mended one by one',
		async (user) => {
			await user.addWait(PLACE);
			await user.drawLine(WAIT, FINISHED, WAIT);
			await user.addMessage(WAIT, NOT_YET);
			await user.isRefused(HANGS, MOVE);
			await user.removeLine(WAIT, NOT_YET, MESSAGE);
			await user.drawLine(WAIT, FINISHED, MESSAGE);
			await user.loop();
			await user.isRefused(/from the output 'Finished' back/, /Remove the line from 'Finished'/);
			await user.removeLine(WAIT, FINISHED, WAIT);
		},
	],
	[
		'a look at the step of the Wait, then the order pinned as it is said, the lines, the whole workflow',
		async (user) => {
			await user.addWait(PLACE);
			await user.loop();
			await user.addMessage(WAIT, FINISHED);
			await user.stepOfWait();
			await user.pinOrder();
		},
	],
];

/** By executions, the runs of the message in a workflow. */
export async function messagesOf({ stand: { api } }: EditorFixture, workflowId: string) {
	const all = (await api.executions(workflowId)).filter(({ mode }) => mode !== 'integrated');
	const executions = await Promise.all(
		all.map(async ({ id }): Promise<Execution> => await api.execution(id)),
	);
	return executions.flatMap(({ data }) => data.resultData.runData[MESSAGE] ?? []);
}

/** Ends with an order that is paid, an execution that waits for it, and no message. Resolves workflow and order. */
export async function walkRound(there: EditorFixture, at: number) {
	const { api, panel, credential } = there.stand;
	const before = panel.orders().length;
	const order = placing(FOLLOWERS.id, { link: `https://www.instagram.com/round/${at}`, quantity: 100 });
	const nodes = [manualTrigger('Start'), panelNode(PLACE, order, credential)];
	const { id: workflowId } = await api.createWorkflow(workflow(`Round ${at}`, nodes));
	await there.anew();
	await there.editor.openWorkflow(workflowId);
	const user = loopUser(there);
	await ROUNDS[at]?.[1](user);
	await user.executeWorkflow();
	const newest = async () => (await api.executions(workflowId)).find(({ mode }) => mode !== 'integrated');
	for (let tries = 0; (await newest())?.status !== 'waiting' && tries < 200; tries++)
		await there.page.waitForTimeout(100);
	expect((await newest())?.status).toBe('waiting');
	expect(await messagesOf(there, workflowId)).toEqual([]);
	expect(panel.orders()).toHaveLength(before + 1);
	return { workflowId, order: panel.orders().at(-1)?.id ?? '' };
}
