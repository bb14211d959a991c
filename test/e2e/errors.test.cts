import { manualTrigger, node, SMM_PANEL, workflow } from '../sandbox/workflow.cts';
import { errorOf } from '../sandbox/executions.cts';
import { inputs, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** What a user sees when something fails, with each of n8n's settings for it. */

const stand = withN8n();
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));
beforeEach(() => stand.panel.clearFaults());

const STRANGER = '999999999';
const statusOf = (...orderIds: string[]) => ({
	resource: 'order',
	operation: 'getStatus',
	orderIds: orderIds.join(', '),
});

describe('an ID that the panel does not know', () => {
	let known: string;
	beforeAll(() => {
		[known = ''] = stand.panel.seedOrders({ count: 1, status: 'Completed' });
	});

	it('stops the workflow, with the panel’s words and the item', async () => {
		const { status, error } = await stand.operate(statusOf(known, STRANGER));
		expect(status).toBe('error');
		expect(error?.message).toMatch(/Incorrect order ID.*\[Item 0\]/);
		expect(error?.node?.name).toBe('Panel');
		expect(error?.description).toBeTruthy();
	});

	it('becomes an item with an error, beside the others, where the workflow is to continue', async () => {
		const { status, out } = await stand.operate(statusOf(known, STRANGER), {
			onError: 'continueRegularOutput',
		});
		expect(status).toBe('success');
		expect(out).toHaveLength(2);
		expect(out[0]).toMatchObject({ order: known, status: 'Completed' });
		expect(out[1]).toMatchObject({ order: STRANGER, error: expect.stringContaining('Incorrect order ID') });
	});

	it('leaves by the error output, the others by the first', async () => {
		const { status, out, failed } = await stand.operate(statusOf(STRANGER, known), {
			onError: 'continueErrorOutput',
		});
		expect(status).toBe('success');
		expect(out).toEqual([expect.objectContaining({ order: known, status: 'Completed' })]);
		expect(failed).toHaveLength(1);
		expect(JSON.stringify(failed[0])).toContain('Incorrect order ID');
		expect(JSON.stringify(failed[0])).toContain(STRANGER);
	});

	it('is ordinary data where the user asks for that', async () => {
		const { status, out } = await stand.operate({
			...statusOf(known, STRANGER),
			options: { failedIdsAsData: true },
		});
		expect(status).toBe('success');
		expect(out[1]).toMatchObject({ order: STRANGER, error: expect.stringContaining('Incorrect order ID') });
	});
});

describe('a run of orders in which one is refused', () => {
	const refuseTheSecond = () =>
		stand.panel.inject({ kind: 'error', action: 'add', skip: 1, text: 'Not enough funds on balance' });

	it('stops, and names what was already placed', async () => {
		refuseTheSecond();
		const before = stand.panel.orders().length;
		const { status, error } = await stand.operate(ORDER_FROM_INPUT, { items: inputs(100, 200, 300) });
		const placed = stand.panel.orders().slice(before);
		expect(status).toBe('error');
		expect(placed).toHaveLength(1);
		expect(error?.message).toMatch(/Not enough funds.*\[Item 1\]/);
		expect(error?.description).toContain(placed[0]?.id);
	});

	it('goes on where the workflow is to continue', async () => {
		refuseTheSecond();
		const { out } = await stand.operate(ORDER_FROM_INPUT, {
			items: inputs(100, 200, 300),
			onError: 'continueRegularOutput',
		});
		expect(out.map(({ order, error }) => order ?? error)).toEqual([
			expect.stringMatching(/^\d+$/),
			expect.stringContaining('Not enough funds'),
			expect.stringMatching(/^\d+$/),
		]);
	});

	it('sends only the refused one to the error output', async () => {
		refuseTheSecond();
		const { out, failed } = await stand.operate(ORDER_FROM_INPUT, {
			items: inputs(100, 200, 300),
			onError: 'continueErrorOutput',
		});
		expect(out).toHaveLength(2);
		expect(failed).toHaveLength(1);
		expect(JSON.stringify(failed)).toContain('Not enough funds');
	});
});

describe('a reply that got lost while an order was placed', () => {
	it('is never followed by a second order, also when n8n retries the node', async () => {
		stand.panel.inject({ kind: 'dropAfter', action: 'add', skip: 1 });
		const before = stand.panel.orders().length;
		const { status, error } = await stand.operate(ORDER_FROM_INPUT, {
			items: inputs(100, 200, 300),
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 100,
		});
		const links = stand.panel
			.orders()
			.slice(before)
			.map(({ fields }) => fields.link);
		expect(new Set(links).size).toBe(links.length);
		expect(status).toBe('error');
		expect(`${error?.message} ${error?.description}`).toMatch(/unknown|panel/i);
	});
});

describe('a connection that is reset while an order is placed', () => {
	it('keeps our words, where n8n’s own would say to try again at once', async () => {
		stand.panel.inject({ kind: 'reset', action: 'add', times: 1 });
		const { status, error } = await stand.operate(ORDER_FROM_INPUT, { items: inputs(100) });
		expect(status).toBe('error');
		expect(error?.message).toMatch(/^Outcome unknown: the order may have been placed.*\[Item 0\]$/);
		expect(`${error?.message} ${error?.description}`).not.toMatch(/retry the request|unexpectedly/i);
		expect(error?.description).toContain('It is not sent again');
	});
});

describe('what concerns the whole run', () => {
	const withCredential = async (data: { apiUrl?: string; apiKey?: string }) => {
		const { api, panel } = stand;
		const all = { apiUrl: panel.url, apiKey: panel.key, ...data };
		const credential = await api.createCredential({ name: 'Another', type: 'smmPanelApi', data: all });
		const credentials = { smmPanelApi: { id: credential.id, name: credential.name } };
		return await stand.operate({ resource: 'balance', operation: 'get' }, { credentials });
	};

	it('is told for a refused key', async () => {
		const { status, error } = await withCredential({ apiKey: 'wrong' });
		expect(status).toBe('error');
		expect(error?.message).toContain('Invalid API key');
		expect(error?.description).toMatch(/credential/i);
	});

	it('is told for a panel that is not there', async () => {
		const { error } = await withCredential({ apiUrl: 'http://127.0.0.1:9/api/v2' });
		expect(error?.message).toContain('127.0.0.1:9');
	});

	it('is told for plain HTTP to a host on the internet', async () => {
		const { error } = await withCredential({ apiUrl: 'http://panel.example.com/api/v2' });
		expect(`${error?.message} ${error?.description}`).toMatch(/https/i);
	});

	it('is told for a node without a credential', async () => {
		const parameters = { resource: 'balance', operation: 'get' };
		const json = workflow('No credential', [manualTrigger(), node('Panel', SMM_PANEL, parameters)]);
		const execution = await stand.run(json);
		expect(execution.status).toBe('error');
		expect(errorOf(execution)?.message).toMatch(/credential/i);
	});
});
