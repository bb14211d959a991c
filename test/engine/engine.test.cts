/** The harness itself: a node in it meets what it would meet in n8n. */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { deduplication } from './deduplication.cts';
import { INPUT, runNode, startNode, type NodeOptions } from './engine.cts';
import { addNodeType } from './nodeTypes.cts';

let panel: DevPanel;
beforeAll(async () => {
	panel = await startPanel({ services: 17 });
});
afterAll(async () => await panel.stop());
beforeEach(() => {
	panel.clearRequests();
	deduplication.restore();
});

type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

const run = async (execute: Execute, more: Partial<NodeOptions> = {}) => {
	addNodeType('probe', { execute });
	const credentials = { apiUrl: panel.url, apiKey: panel.key };
	return await runNode({ node: 'probe', parameters: {}, credentials, ...more });
};

const passOn: Execute = async function () {
	return [this.getInputData()];
};

/** Fails as long as `when` says so of the try, which is counted in the node's context. */
const failing = (when: (attempt: number) => boolean): Execute =>
	async function () {
		const context = this.getContext('node');
		context.attempt = Number(context.attempt ?? 0) + 1;
		const attempt = Number(context.attempt);
		if (when(attempt))
			throw new NodeOperationError(this.getNode(), `Try ${attempt} failed`, { itemIndex: 0 });
		return [[{ json: { attempt }, pairedItem: { item: 0 } }]];
	};

const ask = async (context: IExecuteFunctions): Promise<string> =>
	(await context.helpers.httpRequestWithAuthentication.call(context, 'smmPanelApi', {
		method: 'POST',
		url: panel.url,
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
		body: { action: 'balance' },
		encoding: 'text',
	})) as string;

test('requests really travel over HTTP, with the key added by the credential', async () => {
	const { items } = await run(async function () {
		return [[{ json: { reply: await ask(this) } }]];
	});
	expect(items[0]?.json.reply).toContain('"balance"');
	expect(panel.requests()).toMatchObject([{ method: 'POST', fields: { action: 'balance', key: panel.key } }]);
});

test('items keep their pairing with the input', async () => {
	const { items } = await run(passOn, { items: [{ a: 1 }, { a: 2 }] });
	expect(items).toMatchObject([
		{ json: { a: 1 }, pairedItem: { item: 0 } },
		{ json: { a: 2 }, pairedItem: { item: 1 } },
	]);
});

test("'Retry On Fail' runs the node again with the context of its earlier tries", async () => {
	const outcome = await run(
		failing((attempt) => attempt < 3),
		{ retryOnFail: true, maxTries: 3 },
	);
	expect(outcome).toMatchObject({ tries: 3, error: undefined, items: [{ json: { attempt: 3 } }] });
});

test('a failed execution can be retried as a whole, with the context of the first one', async () => {
	const first = await run(failing((attempt) => attempt === 1));
	expect(first.error?.message).toBe('Try 1 failed');
	const second = await run(
		failing((attempt) => attempt === 1),
		{ executionState: first.state },
	);
	expect(second).toMatchObject({ error: undefined, items: [{ json: { attempt: 2 } }] });
});

test.each([
	['stopWorkflow', { error: { message: 'Try 1 failed' }, outputs: [] }],
	// n8n itself: a node that throws hands its input on as if it had succeeded, also where there is an error output
	['continueRegularOutput', { error: undefined, outputs: [[{ json: { a: 1 } }]] }],
	['continueErrorOutput', { error: undefined, outputs: [[{ json: { a: 1 } }]] }],
] as const)("a node that throws with 'On Error' set to %s does what n8n does", async (onError, expected) => {
	expect(
		await run(
			failing(() => true),
			{ onError, items: [{ a: 1 }] },
		),
	).toMatchObject(expected);
});

test('an item of nothing but error, message and details leaves by the error output, with its input', async () => {
	const { outputs } = await run(
		async function () {
			const failed = { error: 'This one failed', details: { order: '2' } };
			return [
				[
					{ json: { order: '1', error: 'kept' }, pairedItem: 0 },
					{ json: failed, pairedItem: { item: 1 } },
				],
			];
		},
		{ onError: 'continueErrorOutput', items: [{ a: 1 }, { a: 2 }] },
	);
	expect(outputs).toMatchObject([[{ json: { order: '1' } }], [{ json: { a: 2, error: 'This one failed' } }]]);
});

test("'Retry On Fail' also runs a node again whose first item says 'error'", async () => {
	const execute: Execute = async () => [[{ json: { error: 'as data' } }]];
	expect(await run(execute, { retryOnFail: true, maxTries: 2 })).toMatchObject({
		tries: 2,
		error: undefined,
	});
});

test('a node without its credential cannot get at it', async () => {
	const outcome = await run(
		async function () {
			return [[{ json: { reply: await ask(this) } }]];
		},
		{ credentials: null },
	);
	expect(outcome.error?.message).toMatch(/does not have any credentials/);
	expect(panel.counts().total).toBe(0);
});

test('expressions see the input item and the node before', async () => {
	const { items } = await run(
		async function () {
			const values = this.getInputData().map((_, item) => this.getNodeParameter('text', item) as string);
			return [values.map((text) => ({ json: { text } }))];
		},
		{ parameters: { text: `={{ $json.a + $('${INPUT}').item.json.a }}` }, items: [{ a: 1 }, { a: 2 }] },
	);
	expect(items.map(({ json }) => json.text)).toEqual([2, 4]);
});

test('an execution can be canceled while its node waits', async () => {
	const execute: Execute = async function () {
		await new Promise((resolve) => this.getExecutionCancelSignal()?.addEventListener('abort', resolve));
		return [[{ json: { canceled: true } }]];
	};
	addNodeType('probe', { execute });
	const started = startNode({ node: 'probe', parameters: {}, credentials: null });
	setTimeout(() => started.cancel(), 20);
	expect((await started.finished).error?.message).toMatch(/cancel/i);
});

const record: Execute = async function () {
	const options = { mode: 'entries', maxEntries: 3 } as const;
	const values = this.getInputData().map(({ json }) => String(json.value));
	const { new: fresh } = await this.helpers.checkProcessedAndRecord(values, 'node', options);
	return [fresh.map((value) => ({ json: { value } }))];
};

const values = async (texts: string[], more: Partial<NodeOptions> = {}) =>
	(await run(record, { items: texts.map((value) => ({ value })), ...more })).items.map(
		({ json }) => json.value,
	);

test('values recorded by the deduplication helper stay known across executions and a restart', async () => {
	expect(await values(['a', 'b'])).toEqual(['a', 'b']);
	expect(await values(['b', 'c'])).toEqual(['c']);
	const saved = deduplication.save();
	deduplication.restore();
	expect(await values(['a'])).toEqual(['a']);
	deduplication.restore(saved);
	expect(await values(['a', 'd'])).toEqual(['d']);
});

test('recorded values belong to one workflow and one node, and the oldest are forgotten first', async () => {
	await values(['a', 'b', 'c', 'd']);
	expect(await values(['a'], { nodeId: 'another' })).toEqual(['a']);
	expect(await values(['a'], { workflowId: 'another' })).toEqual(['a']);
	expect(await values(['b', 'a'])).toEqual(['a']);
});

test('a recorded value can be taken back', async () => {
	await values(['a', 'b']);
	await run(async function () {
		await this.helpers.removeProcessed(['a'], 'node', { mode: 'entries' });
		return [[]];
	});
	expect(await values(['a', 'b'])).toEqual(['a']);
});
