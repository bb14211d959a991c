import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { schemas } from '../engine/schemas.cts';
import { itemsOf, jsonOf } from '../sandbox/executions.cts';
import {
	manualTrigger,
	panelNode,
	reference,
	serviceById,
	SMM_PANEL,
	workflow,
} from '../sandbox/workflow.cts';
import { inputs, ORDER_FROM_INPUT, orderOf } from './orders.cts';
import { CATALOGUE, COMMENTS, FOLLOWERS } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** Each operation of the node, in real n8n over its REST API, with a panel that answers over HTTP. */

const stand = withN8n();
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

async function place(quantity = 1000): Promise<string> {
	const { out } = await stand.operate(orderOf(quantity));
	return String(out[0]?.order);
}

describe('the credential', () => {
	const check = async (data: { apiUrl?: string; apiKey?: string }) => {
		const { panel, credential, api } = stand;
		return await api.testCredential(credential.id, {
			name: credential.name,
			type: credential.type,
			data: { apiUrl: panel.url, apiKey: panel.key, ...data },
		});
	};

	it('says what the balance is when the key is right', async () => {
		const { status, message } = await check({});
		expect(status).toBe('OK');
		expect(message).toContain(Number(stand.panel.balance()).toString());
	});

	it("shows the panel's own words when the key is refused", async () => {
		const { status, message } = await check({ apiKey: 'not-the-key' });
		expect(status).toBe('Error');
		expect(message).toContain('Invalid API key');
		expect(message).not.toContain('not-the-key');
	});

	it('says so when nothing answers at the address', async () => {
		const { status, message } = await check({ apiUrl: 'http://127.0.0.1:9/api/v2' });
		expect(status).toBe('Error');
		expect(message).toContain('127.0.0.1:9');
	});
});

describe('services', () => {
	it('come out as they are, with amounts as numbers and flags as booleans', async () => {
		const { out } = await stand.operate({ resource: 'service', operation: 'getAll', returnAll: true });
		expect(out).toHaveLength(CATALOGUE.length);
		expect(out[0]).toMatchObject({
			service: '1',
			name: FOLLOWERS.name,
			type: 'Default',
			category: FOLLOWERS.category,
			rate: 0.9,
			min: 50,
			max: 10_000,
			refill: true,
			cancel: true,
		});
	});

	it('are filtered by words', async () => {
		const parameters = { resource: 'service', operation: 'getAll', filters: { search: 'tiktok likes' } };
		const { out } = await stand.operate(parameters);
		expect(out.map(({ service }) => service)).toEqual(['3']);
	});

	it('are found by ID', async () => {
		const { out } = await stand.operate({
			resource: 'service',
			operation: 'get',
			serviceId: serviceById('2'),
		});
		expect(out).toHaveLength(1);
		expect(out[0]).toMatchObject({ service: '2', name: COMMENTS.name, type: 'Custom Comments' });
	});
});

describe('orders', () => {
	it('are quoted without placing anything', async () => {
		const before = stand.panel.orders().length;
		const { out } = await stand.operate({ ...orderOf(1000), operation: 'quote' });
		expect(out[0]).toMatchObject({ service: '1', units: 1000, charge: 0.9, valid: true, problems: [] });
		expect(stand.panel.orders()).toHaveLength(before);
	});

	it('are quoted with their problems', async () => {
		const { out } = await stand.operate({ ...orderOf(3), operation: 'quote' });
		expect(out[0]).toMatchObject({ valid: false });
		expect(String(out[0]?.problems)).toMatch(/50.*10.?000/);
	});

	it('are placed, one for each item, with the charge estimated', async () => {
		const items = inputs(100, 200);
		const { out } = await stand.operate(ORDER_FROM_INPUT, { items });
		expect(out).toHaveLength(2);
		const placed = out.map(({ order }) => stand.panel.order(String(order)));
		expect(placed.map(({ fields }) => fields.link)).toEqual(items.map(({ link }) => link));
		expect(placed.map(({ units }) => units)).toEqual([100, 200]);
		expect(out.map(({ charge }) => charge)).toEqual(placed.map(({ charge }) => Number(charge)));
	});

	it('are followed', async () => {
		const order = await place();
		stand.panel.moveOrder(order, 'Partial', { remains: 157 });
		const { out } = await stand.operate({ resource: 'order', operation: 'getStatus', orderIds: order });
		expect(out).toHaveLength(1);
		expect(out[0]).toMatchObject({ order, status: 'Partial', remains: 157, finished: true, currency: 'USD' });
	});

	it('are asked for 100 at a time, and come out in the order of the input', async () => {
		const ids = stand.panel.seedOrders({ count: 250 }).reverse();
		const requests = () => stand.panel.counts().byAction.status ?? 0;
		const before = requests();
		const items = ids.map((id): IDataObject => ({ id }));
		const { out, execution } = await stand.operate(
			{ resource: 'order', operation: 'getStatus', orderIds: '={{ $json.id }}' },
			{ items },
		);
		expect(out.map(({ order }) => order)).toEqual(ids);
		expect(requests() - before).toBe(3);
		const paired = itemsOf(execution, 'Panel').map(({ pairedItem }) => pairedItem);
		expect(paired).toEqual(ids.map((_, item) => ({ item })));
	});

	it('are canceled', async () => {
		const order = await place();
		const { out } = await stand.operate({ resource: 'order', operation: 'cancel', orderIds: order });
		expect(out).toEqual([{ order, accepted: true }]);
		expect(stand.panel.order(order).cancelRequestedAt).toEqual(expect.any(Number));
	});

	it('come out of "get status changes" only when they have changed since the last run', async () => {
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
});

describe('refills', () => {
	it('are requested and followed', async () => {
		const order = await place();
		stand.panel.moveOrder(order, 'Completed');
		const { out: requested } = await stand.operate({
			resource: 'refill',
			operation: 'create',
			orderIds: order,
		});
		expect(requested).toEqual([{ order, accepted: true, refill: expect.any(String) }]);
		const refill = String(requested[0]?.refill);
		stand.panel.moveRefill(refill, 'Rejected');
		const { out } = await stand.operate({ resource: 'refill', operation: 'getStatus', refillIds: refill });
		expect(out).toEqual([{ refill, status: 'Rejected', finished: true }]);
	});
});

describe('the balance', () => {
	it('is read', async () => {
		const { out } = await stand.operate({ resource: 'balance', operation: 'get' });
		expect(out).toEqual([{ balance: Number(stand.panel.balance()), currency: 'USD' }]);
	});
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

	it('finds services by words', async () => {
		const { results } = await stand.api.listSearch({
			...question(create, 'serviceId', 'searchServices'),
			filter: 'instagram followers',
		});
		expect(results.map(({ value }) => value)).toEqual(['1']);
		expect(results[0]?.name).toContain(FOLLOWERS.name);
	});

	it("shows the chosen service's fields", async () => {
		const fieldsOf = async (id: number) => {
			const parameters = { ...create, serviceId: serviceById(String(id)) };
			const { fields } = await stand.api.mapperFields(question(parameters, 'orderFields', 'getOrderFields'));
			return fields.filter(({ required }) => required).map((field) => field.id);
		};
		expect(await fieldsOf(FOLLOWERS.id)).toEqual(['link', 'quantity']);
		expect(await fieldsOf(COMMENTS.id)).toEqual(['link', 'comments']);
	});

	it("offers the panel's categories and types", async () => {
		const parameters = { resource: 'service', operation: 'getAll' };
		const ask = async (method: string) =>
			(await stand.api.options(question(parameters, 'filters', method))).map(({ value }) => value);
		expect(await ask('getCategories')).toEqual(CATALOGUE.map(({ category }) => category).sort());
		expect(await ask('getTypes')).toEqual(['Custom Comments', 'Default']);
	});

	it('says why there is no list when the panel refuses the key', async () => {
		const { api, panel } = stand;
		const wrong = await api.createCredential({
			name: 'Wrong key',
			type: 'smmPanelApi',
			data: { apiUrl: panel.url, apiKey: 'wrong' },
		});
		const asked = {
			...question(create, 'serviceId', 'searchServices'),
			credentials: { smmPanelApi: reference(wrong) },
		};
		await expect(api.listSearch(asked)).rejects.toThrow('Invalid API key');
	});
});

it.each([...schemas()])('the editor is told what comes out before a run: %s', async (path, schema) => {
	const response = await fetch(`${stand.n8n.url}/schemas/${SMM_PANEL}/1.0.0/${path}`);
	expect([response.status, await response.json()]).toEqual([200, schema]);
});
