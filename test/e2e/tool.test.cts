import type { INode, INodeParameters, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';
import { RESOURCES } from '../../nodes/SmmPanel/actions';
import type { WorkflowJson } from '../sandbox/api.cts';
import { errorOf } from '../sandbox/executions.cts';
import {
	fieldsByHand,
	manualTrigger,
	node,
	reference,
	byId,
	SMM_PANEL,
	workflow,
} from '../sandbox/workflow.cts';
import { startChatModel, type ChatModel, type Script } from './chatModel.cts';
import { CATALOGUE, FOLLOWERS } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** The node as the tool of an AI agent: what n8n makes of it, what a model is told, and what its calls do. */

const TOOL = `${SMM_PANEL}Tool`;
const stand = withN8n();

let model: ChatModel;
let answer: Script = () => 'Done';
beforeAll(async () => {
	stand.panel.setCatalogue(CATALOGUE);
	model = await startChatModel((asked) => answer(asked));
});
afterAll(() => model.stop());

/** As the editor's button *Let the model define this parameter* writes it. */
const fromAI = (name: string, description = '', type = 'string') =>
	`={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${name}', \`${description}\`, '${type}') }}`;

const order = {
	resource: 'order',
	serviceId: byId(fromAI('Service', 'ID of the service')),
	orderFields: fieldsByHand({
		link: fromAI('Link', 'Address that the order is for'),
		quantity: fromAI('Quantity', 'How many', 'number'),
	}),
};
const orderIds = fromAI('Order_IDs');

/** A tool for each operation, with what a model has to decide left to it. */
const TOOLS: Record<string, INodeParameters> = {
	'Place order': { ...order, operation: 'create' },
	'Quote order': { ...order, operation: 'quote' },
	'Get order status': { resource: 'order', operation: 'getStatus', orderIds },
	'Get order status changes': { resource: 'order', operation: 'getStatusChanges', orderIds },
	'Cancel orders': { resource: 'order', operation: 'cancel', orderIds },
	'Request refill': { resource: 'refill', operation: 'create', orderIds },
	'Get refill status': { resource: 'refill', operation: 'getStatus', refillIds: fromAI('Refill_IDs') },
	'Get many services': { resource: 'service', operation: 'getAll', filters: { search: fromAI('Search') } },
	'Get service': { resource: 'service', operation: 'get', serviceId: byId(fromAI('Service')) },
	'Get balance': { resource: 'balance', operation: 'get' },
};

async function agent(): Promise<WorkflowJson> {
	const openAiApi = await stand.api.createCredential({
		name: 'Model',
		type: 'openAiApi',
		data: { apiKey: 'none', url: model.url },
	});
	const tools = Object.entries(TOOLS).map(
		([name, parameters]): INode =>
			node(name, TOOL, parameters, { credentials: { smmPanelApi: reference(stand.credential) } }),
	);
	const chatModel = node(
		'Chat Model',
		'@n8n/n8n-nodes-langchain.lmChatOpenAi',
		{ model: { __rl: true, mode: 'id', value: 'scripted' }, responsesApiEnabled: false, options: {} },
		{ typeVersion: 1.3, credentials: { openAiApi: reference(openAiApi) } },
	);
	const talker = node(
		'Agent',
		'@n8n/n8n-nodes-langchain.agent',
		{ promptType: 'define', text: 'Go', options: {} },
		{ typeVersion: 3 },
	);
	const json = workflow('Agent', [manualTrigger(), talker, chatModel, ...tools], [['Start', 'Agent']]);
	const to = (type: 'ai_tool' | 'ai_languageModel') => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	for (const { name } of tools) json.connections[name] = to('ai_tool');
	json.connections['Chat Model'] = to('ai_languageModel');
	return json;
}

/** Has the model call one tool; resolves what the tool answered it. */
async function call(name: string, args: Record<string, unknown>): Promise<string> {
	answer = ({ messages }) =>
		messages.some(({ role }) => role === 'tool')
			? 'Done'
			: [{ name: name.replaceAll(' ', '_'), arguments: args }];
	const before = model.asked.length;
	const execution = await stand.run(await agent());
	expect([execution.status, errorOf(execution)?.message]).toEqual(['success', undefined]);
	const told = model.asked
		.slice(before)
		.at(-1)
		?.messages.filter(({ role }) => role === 'tool');
	return String(told?.at(-1)?.content);
}

it('n8n makes a tool of the node, with a word on each resource and operation', async () => {
	const all = await stand.api.session.call<INodeTypeDescription[]>('GET', '/types/nodes.json');
	const tool = all.find(({ name }) => name === TOOL);
	expect(tool).toMatchObject({ displayName: 'SMM Panel Tool', outputs: ['ai_tool'], inputs: [] });
	const operations = (tool?.properties ?? [])
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options }) => options ?? []) as INodePropertyOptions[];
	const ours = RESOURCES.flatMap(({ operations }) => operations);
	// The rest is n8n's own: Custom API Call
	expect(operations.filter(({ action }) => action !== undefined)).toHaveLength(ours.length);
	for (const { action, description } of ours) {
		expect(operations).toContainEqual(
			expect.objectContaining({ action, description: expect.stringMatching(/^.{20,}/) }),
		);
		expect(description).toBeTruthy();
	}
	const required = (tool?.properties ?? []).filter((property) => property.required).map(({ name }) => name);
	expect(new Set(required)).toEqual(new Set(['serviceId', 'orderFields', 'orderIds', 'orders', 'refillIds']));
});

it('a model is told of each tool what it does, and of its arguments what the user leaves to it', async () => {
	answer = () => 'Done';
	await stand.run(await agent());
	const { tools, descriptions } = model.asked.at(-1) as ChatModel['asked'][number];
	const wire = (name: string) => name.replaceAll(' ', '_');
	const words = RESOURCES.flatMap(({ operations }) => operations).map(
		({ action, description, toolDescription = description }) => [wire(action), toolDescription] as const,
	);
	expect(descriptions).toEqual(Object.fromEntries(words.filter(([name]) => name in tools)));
	for (const name of ['Place order', 'Quote order']) {
		expect(tools[wire(name)]).toMatchObject({
			properties: {
				Service: { type: 'string', description: 'ID of the service' },
				Link: { type: 'string', description: 'Address that the order is for' },
				Quantity: { type: 'number', description: 'How many' },
			},
			required: expect.arrayContaining(['Service', 'Link', 'Quantity']),
		});
	}
	expect(tools[wire('Cancel orders')]).toMatchObject({ required: ['Order_IDs'] });
	expect(JSON.stringify(tools)).not.toMatch(/apiKey|credential|idempotency|validateAgainst/i);
});

describe('what its calls do', () => {
	const LINK = 'https://www.instagram.com/agent';

	it('a model that knows nothing but descriptions and schema orders rightly at its first call, and only once', async () => {
		const knows: Record<string, unknown> = { service: '3', address: `${LINK}/first`, many: 500 };
		answer = ({ messages, tools, descriptions }) => {
			// It is one of those that try again
			if (messages.filter(({ role }) => role === 'tool').length > 1) return 'Done';
			const [name = ''] =
				Object.entries(descriptions).find(([, text]) => /orders .* pays at once/i.test(text)) ?? [];
			const { properties = {} } = tools[name] as { properties?: Record<string, { description?: string }> };
			const valueOf = (text: string) =>
				Object.entries(knows).find(([word]) => text.toLowerCase().includes(word))?.[1];
			const filled = Object.entries(properties).map(([key, { description = key }]) => [
				key,
				valueOf(description),
			]);
			return [{ name, arguments: Object.fromEntries(filled) as Record<string, unknown> }];
		};
		const before = stand.panel.orders().length;
		await stand.run(await agent());
		const placed = stand.panel.orders().slice(before);
		expect(placed.map(({ fields }) => [fields.service, fields.link, fields.quantity])).toEqual([
			['3', `${LINK}/first`, '500'],
		]);
		const answers = model.asked.at(-1)?.messages.filter(({ role }) => role === 'tool') ?? [];
		expect(answers.map(({ content }) => String(content))).toEqual([
			expect.stringContaining(`"order":"${placed[0]?.id}"`),
			expect.stringContaining('"duplicate":true'),
		]);
	});

	it('a number given as text is taken, a quantity out of range is refused in words', async () => {
		const before = stand.panel.orders().length;
		const told = await call('Place order', {
			Service: String(FOLLOWERS.id),
			Link: `${LINK}/2`,
			Quantity: 3,
		});
		expect(told).toMatch(/Quantity 3: service 1 allows 50 to 10000/);
		expect(stand.panel.orders()).toHaveLength(before);
		await call('Place order', { Service: FOLLOWERS.id, Link: `${LINK}/2`, Quantity: 100 });
		expect(stand.panel.orders()).toHaveLength(before + 1);
	});
});
