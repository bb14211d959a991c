/** Wrong lines around Wait Until Finished are said before the first order is sent, and right ones never refused. */
import type { INode } from 'n8n-workflow';
import { itemsOf, runWorkflow } from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { jsonOf } from './panelRun.cts';
import { serviceOf } from './placing.cts';
import { waitingRuns, waitTill } from './waitingFixture.cts';
import { drawn } from './waitingWires.cts';

const waits = waitingRuns();
const on = { alwaysOutputData: true };
const goesOn = { onError: 'continueRegularOutput' as const };

async function run(
	drawing: string,
	changes: Record<string, Partial<INode>> = {},
	more: { stepOf?: string } = {},
) {
	const { id: service, min: quantity } = serviceOf(waits.panel, 'Default');
	const link = 'https://example.com/p/1';
	const lines = `${service} | ${link} | ${quantity}`;
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'Completed' });
	return await runWorkflow(
		{ ...drawn(drawing, changes), id: ownWorkflow() },
		itemsOf([{ service, link, quantity, lines, order }]),
		{ credentials: { smmPanelApi: waits.credential }, book: new TestBook(), ...more },
	);
}

/** As the editor draws it, and as people mend it. */
const WRONG: Array<[string, RegExp, Record<string, Partial<INode>>?]> = [
	['Input → Create → Wait', /'Not Yet' of "Wait" leads nowhere/],
	['Input → Create → Wait, Finished → Message', /'Not Yet' of "Wait" leads nowhere/],
	['Input → Create → Wait → Message', /"Message" hangs on the output 'Not Yet' of "Wait"/],
	['Input → Create → Wait → Message → Second', /"Message" hangs on/],
	['Input → Create → Wait, Not Yet → Wait, Not Yet → Message', /"Message" hangs on/],
	['Input → Create → Wait, Not Yet → Message, Finished → Wait', /"Message" hangs on/],
	['Input → Create → Wait, Not Yet → Pause → Wait, Finished → Message', /"Pause" hangs on/],
	['Input → Create → Wait, Not Yet → Create, Finished → Message', /"Create" hangs on/],
	['Input → Create → Wait, Not Yet → Wait, Finished → Wait', /from the output 'Finished' back to "Wait"/],
	[
		'Input → Create → Wait, Not Yet → Wait, Finished → Message → Wait',
		/"Message", which comes after 'Finished', back/,
	],
	['Input → Create → Wait, Not Yet → Wait, Finished → Second → Merge → Wait', /from "Merge"/],
	[
		'Input → Create → Wait, Not Yet → Wait, Failed → Wait',
		/back to "Wait"/,
		{ Wait: { onError: 'continueErrorOutput' } },
	],
	['Input → Create → Wait, Not Yet → Wait, Finished → If → Wait', /from "If"/, { If: { disabled: true } }],
	[
		'Input → Create → Wait, Not Yet → Wait, Finished → Message',
		/'Always Output Data' is on for "Wait"/,
		{ Wait: on },
	],
	[
		'Input → Create → Wait, Not Yet → Wait2, Not Yet 2 → Wait2, Finished 2 → Message',
		/"Wait2" hangs on .* of "Wait"/,
	],
	['Input → Create → Wait, Not Yet → Wait, Finished → Wait2 → Message', /"Message" hangs on .* of "Wait2"/],
	[
		'Input → Create → Wait, Not Yet → Wait, Finished → Wait2, Not Yet 2 → Wait',
		/"Wait2", which comes after 'Finished', back/,
	],
	['Input → Create → Edit → Merge → Wait → Merge', /"Merge" hangs on/],
	['Input → Loop, Loop each → Create → Wait → Loop', /"Loop" hangs on/],
	['Input → Create → Wait, Not Yet → If → Wait, Finished → Message', /"If" hangs on/],
	['Input → Mass → Wait → Message', /"Message" hangs on/],
	['Input → Create → Wait → Off → Message', /"Message" hangs on/, { Off: { disabled: true } }],
	['Input → Create → Wait → Off', /'Not Yet' of "Wait" leads nowhere/, { Off: { disabled: true } }],
	[
		'Input → Create → Wait, Not Yet → Wait, Finished → Filter → Wait',
		/from "Filter"/,
		{ Filter: { alwaysOutputData: true } },
	],
	['Input → Create → Merge → Wait, Not Yet → Merge, Finished → Message', /"Merge" hangs on/],
	['Input → Create → Edit → Wait, Not Yet → Edit, Finished → Message', /"Edit" hangs on/],
	['Input → Create → Wait → Stop', /"Stop" hangs on/],
	['Input → Create → Wait, Not Yet → Wait, Finished → Message, Message → Edit → Wait', /from "Edit"/],
	['Input → Loop, Loop each → Create → Wait, Not Yet → Loop, Finished → Loop', /"Loop" hangs on/],
	['Input → Create → Wait2, Not Yet 2 → Wait, Finished 2 → Wait, Not Yet → Wait2', /"Wait" hangs on/],
];

/** Where Create alone can say it. */
const UNSEEN_BY_THE_WAIT: typeof WRONG = [
	['Input → Create → Wait, Not Yet → Wait, Create → Wait2 → Message', /"Message" hangs on .* of "Wait2"/],
	['Input → Create → If → Wait, Not Yet → Wait, If 2 → Wait2 → Message', /"Message" hangs on .* of "Wait2"/],
	[
		'Input → Create → Wait, Not Yet → Wait, Finished → Message',
		/"Wait" is deactivated, and what leaves 'Not Yet' comes back/,
		{ Wait: { disabled: true } },
	],
];

it.each([...WRONG, ...UNSEEN_BY_THE_WAIT])(
	'%s: said before an order is sent',
	async (drawing, message, changes = {}) => {
		const { error } = await run(drawing, changes);
		expect(error?.message).toMatch(message);
		expect(error?.description).toMatch(/Remove the line|Draw a line|Turn it off/);
		expect(error?.description).toContain('sends no order');
		expect(waits.panel.counts().total).toBe(0);
	},
);

const stopping = WRONG.filter(([, , changes]) => changes?.Wait?.onError === undefined);
it.each(stopping)(
	'%s, with the placed order pinned: said before the first look',
	async (drawing, message, changes = {}) => {
		const pinned = drawing.replace(/Create|Mass/g, 'Pinned');
		const text = new RegExp(message.source.replace('Create', 'Pinned'));
		const { error } = await run(pinned, changes);
		expect(error?.message).toMatch(text);
		expect(error?.description).toContain('pin its output');
		expect(waits.panel.counts().total).toBe(0);
	},
);

it.each(WRONG)('%s, with On Error: Continue: it ends without a look', async (drawing, _, changes = {}) => {
	const isOn = changes.Wait?.alwaysOutputData === true;
	const wait = { ...goesOn, ...changes.Wait };
	const ended = await run(drawing.replace(/Create|Mass/g, 'Pinned'), {
		...changes,
		Wait: wait,
		Wait2: goesOn,
	});
	expect(ended.timesRun('smmPanel')).toBeLessThan(8);
	expect(waitTill(ended) !== undefined).toBe(isOn);
	expect(waits.panel.counts().total).toBe(0);
});

it.each<[string, Record<string, Partial<INode>>?, string?]>([
	['Input → Create → Wait, Not Yet → Wait, Finished → Message'],
	['Input → Create → Wait, Not Yet → Wait'],
	[
		'Input → Create → Wait, Not Yet → Wait, Finished → Message, Failed → Second',
		{ Wait: { onError: 'continueErrorOutput' } },
	],
	['Input → Loop, Loop each → Create → Wait, Not Yet → Wait, Finished → Loop'],
	['Input → Create → Wait, Not Yet → Wait, Finished → If → Wait'],
	['Input → Create → Wait, Not Yet → Wait, Finished → Edit → Switch → Create'],
	['Input → Create → Wait, Not Yet → Wait, Finished → Filter → Edit → Wait'],
	['Input → Create → Wait → Message', { Wait: { disabled: true } }],
	['Input → Loop, Loop each → Create → Wait → Loop', { Wait: { disabled: true } }],
	['Input → Create → Merge → Wait, Input → Merge, Not Yet → Wait, Finished → Message'],
	['Input → Create → Switch → Wait, Not Yet → Wait, Finished → Message'],
	['Input → Create → If → Wait, Not Yet → Wait, If → Wait2, Not Yet 2 → Wait2, Finished 2 → Message'],
	['Input → Create → Wait, Not Yet → Wait, Finished → Wait2, Not Yet 2 → Wait2, Finished 2 → Message'],
	[
		'Input → Create → Wait, Not Yet → Wait, Not Yet → Off → Message',
		{ Off: { disabled: true }, Message: { disabled: true } },
	],
	['Input → Create → Wait → Off → Wait, Finished → Message', { Off: { disabled: true } }],
	['Input → Create → Wait, Not Yet → Wait, Finished → Merge, Create → Merge → Message'],
	[
		'Input → Create → Wait, Not Yet → Wait, Finished → Message, If 2 → Wait, Finished → If',
		{ If: { alwaysOutputData: true } },
	],
	['Input → Create → Message, Input → Wait', { Wait: goesOn }],
	['Input → Create → Wait → Message', {}, 'Create'],
	['Input → Create → Wait → Message, Create → Told', {}, 'Told'],
])('%s: not refused by Create', async (drawing, changes = {}, stepOf = undefined) => {
	await run(drawing, changes, { stepOf });
	expect(waits.asked('add')).toBe(1);
});

it('Create tells what to move also where only the step to the wait is executed', async () => {
	const { error } = await run('Input → Create → Wait → Message', {}, { stepOf: 'Wait' });
	expect(error?.message).toContain('"Message" hangs on');
	expect(waits.asked('add')).toBe(0);
});

it('a wait whose operation is an expression is passed over by Create', async () => {
	const parameters = { resource: 'order', operation: "={{ 'waitUntilFinished' }}" };
	await run('Input → Create → Wait → Message', { Wait: { parameters } });
	expect(waits.asked('add')).toBe(1);
});

it('in a loop a round whose check fails harms no other, and names its order', async () => {
	const orders = waits.panel.seedOrders({ count: 3, status: 'Completed' });
	waits.panel.inject({
		action: 'status',
		kind: 'error',
		text: 'Invalid API key',
		fields: { order: orders[1] ?? '' },
	});
	const drawing = 'Input → Loop, Loop each → Wait, Not Yet → Wait, Finished → Loop → Message';
	const ended = await runWorkflow(
		{ ...drawn(drawing, { Wait: goesOn }), id: ownWorkflow() },
		itemsOf(orders.map((order) => ({ order }))),
		{ credentials: { smmPanelApi: waits.credential } },
	);
	expect(jsonOf(ended.outputsOf('Message')[0])).toMatchObject([
		{ order: orders[0], status: 'Completed' },
		{ order: orders[1], error: expect.stringContaining('key') },
		{ order: orders[2], status: 'Completed' },
	]);
});
