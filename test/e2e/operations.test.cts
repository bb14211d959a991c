import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { schemas } from '../engine/schemas.cts';
import type { Fault } from '../panel/faults.cts';
import { jsonOf } from '../sandbox/executions.cts';
import { manualTrigger, panelNode, reference, byId, SMM_PANEL, workflow } from '../sandbox/workflow.cts';
import { inputs, LINK, ORDER_FROM_INPUT, orderOf } from './orders.cts';
import { CATALOGUE, COMMENTS } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** Each operation of the node, in real n8n over its REST API; and where the key has been when all is done. */

// Spelled differently in a URL, in JSON and in base64: each spelling is looked for
const KEY = 'Zk3y+very/Distinct="42"';
const SPELLINGS = [
	KEY,
	encodeURIComponent(KEY),
	new URLSearchParams({ key: KEY }).toString().slice('key='.length),
	JSON.stringify(KEY).slice(1, -1),
	Buffer.from(KEY).toString('base64'),
];

const stand = withN8n({ panel: { key: KEY }, env: { N8N_LOG_LEVEL: 'debug' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const out = async (resource: string, operation: string, parameters: INodeParameters = {}) =>
	(await stand.operate({ resource, operation, ...parameters })).out;
const place = async () => String((await stand.operate(orderOf(1000))).out[0]?.order);

it.each([
	['the balance when the key is right', {}, 'OK', '1000'],
	["the panel's own words when the key is refused", { apiKey: 'not-the-key' }, 'Error', 'Invalid API key'],
	['what does not answer', { apiUrl: 'http://127.0.0.1:9/api/v2' }, 'Error', '127.0.0.1:9'],
])('the test of the credential says %s', async (_what, data, status, text) => {
	const { panel, credential, api } = stand;
	const { name, type } = credential;
	const all = { apiUrl: panel.url, apiKey: panel.key, ...data };
	const answer = await api.testCredential(credential.id, { name, type, data: all });
	expect(answer.status).toBe(status);
	expect(answer.message).toContain(text);
});

test('orders are placed, one for each item, with the charge estimated', async () => {
	const { out: told } = await stand.operate(ORDER_FROM_INPUT, { items: inputs(100, 200) });
	const placed = told.map(({ order }) => stand.panel.order(String(order)));
	expect(placed.map(({ fields, units }) => [fields.link, units])).toEqual([
		[`${LINK}/0`, 100],
		[`${LINK}/1`, 200],
	]);
	expect(told.map(({ charge }) => charge)).toEqual(placed.map(({ charge }) => Number(charge)));
});

test('orders come out of "get status changes" only when they have changed since the last run', async () => {
	const order = await place();
	const parameters = { resource: 'order', operation: 'getStatusChanges', orderIds: order };
	const saved = await stand.api.createWorkflow(
		workflow('Changes', [manualTrigger(), panelNode('Panel', parameters, stand.credential)]),
	);
	const statuses = async () => jsonOf(await stand.api.run(saved), 'Panel').map(({ status }) => status);
	expect(await statuses()).toEqual(['Pending']);
	expect(await statuses()).toEqual([]);
	stand.panel.moveOrder(order, 'Completed');
	expect(await statuses()).toEqual(['Completed']);
});

test('refills are requested and followed, and the balance is read', async () => {
	const order = await place();
	stand.panel.moveOrder(order, 'Completed');
	const [{ refill } = {}] = await out('refill', 'create', { orderIds: order });
	stand.panel.moveRefill(String(refill), 'Rejected');
	const told = await out('refill', 'getStatus', { refillIds: String(refill) });
	expect(told).toEqual([{ refill, status: 'Rejected', finished: true }]);
	const balance = Number(stand.panel.balance());
	expect(await out('balance', 'get')).toEqual([{ balance, currency: 'USD' }]);
});

describe('the editor', () => {
	const question = (parameters: INodeParameters, path: string, method: string) => ({
		nodeType: SMM_PANEL,
		path: `parameters.${path}`,
		method,
		parameters,
		credentials: { smmPanelApi: reference(stand.credential) },
	});
	const create = { resource: 'order', operation: 'create' };

	it("finds services by words, and shows the chosen one's fields", async () => {
		const search = question(create, 'serviceId', 'searchServices');
		const { results } = await stand.api.listSearch({ ...search, filter: 'instagram followers' });
		expect(results.map(({ value }) => value)).toEqual(['1']);
		const parameters = { ...create, serviceId: byId(String(COMMENTS.id)) };
		const { fields } = await stand.api.mapperFields(question(parameters, 'orderFields', 'getOrderFields'));
		expect(fields.filter(({ required }) => required).map(({ id }) => id)).toContain('link');
	});

	it.each([...schemas()])('is told what comes out before a run: %s', async (path, schema) => {
		const response = await fetch(`${stand.n8n.url}/schemas/${SMM_PANEL}/1.0.0/${path}`);
		expect([response.status, await response.json()]).toEqual([200, schema]);
	});
});

/** Panels that repeat the request in their complaint, and faults that n8n itself words. */
const ECHOES: Fault[] = [
	{ kind: 'error', text: `Invalid key ${KEY}` },
	{ kind: 'shape', json: { message: KEY, you: [KEY] } },
	{ kind: 'redirect', location: `https://elsewhere.example/?key=${encodeURIComponent(KEY)}` },
	{ kind: 'html', body: `<html><title>Error</title>key=${encodeURIComponent(KEY)}</html>` },
	{ kind: 'reset' },
];

describe('the key', () => {
	it.each(ECHOES)('is in no error, also where the panel repeats it: $kind', async (echo) => {
		for (const onError of ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const) {
			// Reads would be tried again for a while
			stand.panel.inject({ ...echo, action: 'add', times: 20 });
			const { out: told, failed, error } = await stand.operate(orderOf(100), { onError });
			expect(error ?? told[0]?.error ?? failed[0]?.error).toBeTruthy();
			stand.panel.clearFaults();
		}
	});

	it('is in no file that n8n writes: database, executions, logs', async () => {
		await stand.n8n.stop();
		const { userFolder } = stand.n8n;
		const files = readdirSync(userFolder, { withFileTypes: true, recursive: true })
			.filter((entry) => entry.isFile())
			.map((entry) => relative(userFolder, join(entry.parentPath ?? entry.path, entry.name)))
			.filter((file) => !file.startsWith('.cache/') && !file.startsWith('.n8n/nodes/'))
			.map((file) => ({ file, content: readFileSync(join(userFolder, file)) }));
		// The search would find what is there: the orders' links are
		expect(files.filter(({ content }) => content.includes(LINK)).map(({ file }) => file)).toContain(
			'.n8n/database.sqlite',
		);
		const found = files.flatMap(({ file, content }) =>
			SPELLINGS.filter((spelling) => content.includes(spelling)).map((spelling) => `${spelling} in ${file}`),
		);
		expect(found).toEqual([]);
	});

	it('reached the panel in the form body only', () => {
		for (const { path, headers } of stand.panel.requests()) {
			const outside = `${path} ${JSON.stringify(headers)}`;
			expect(SPELLINGS.filter((spelling) => outside.includes(spelling))).toEqual([]);
		}
	});
});
