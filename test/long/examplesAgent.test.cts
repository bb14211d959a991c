import type { SavedWorkflow } from '../sandbox/api.cts';
import { errorOf } from '../sandbox/executions.cts';
import { startChatModel, type Asked, type ChatModel, type ToolCall } from '../e2e/chatModel.cts';
import { say, type Conversation } from './chatPage.cts';
import { importExample, inAll, publish } from '../e2e/exampleFiles.cts';
import { CATALOGUE, DEAR, FOLLOWERS } from '../e2e/services.cts';
import { withN8n } from '../e2e/n8nFixture.cts';

/** Recipe 6 with a model that always tries to order: what n8n and the workflow let through is what counts. */

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '1000' } });
const LINK = 'https://www.instagram.com/agent';

let wanted = { service: FOLLOWERS.id, quantity: 1000 };
const order = () => ({ link: LINK, quantity: wanted.quantity, service: String(wanted.service) });

/** Since the last thing the user said. */
const turn = ({ messages }: Asked) =>
	messages.slice(messages.map(({ role }) => role).lastIndexOf('user') + 1);
const results = (asked: Asked) =>
	turn(asked)
		.filter(({ role }) => role === 'tool')
		.map(({ content }) => String(content));

function script(asked: Asked): ToolCall[] | string {
	const steps: ToolCall[] = [
		{ name: 'Find_services', arguments: { search: 'followers' } },
		{ name: 'Quote_an_order', arguments: order() },
		{ name: 'Place_an_order', arguments: { toolParameters: order(), hitlParameters: { price: '0.9 USD' } } },
	];
	const next = steps[results(asked).length];
	return next ? [next] : `Done: ${results(asked).at(-1)}`;
}

let model: ChatModel;
let agent: SavedWorkflow;

beforeAll(async () => {
	stand.panel.setCatalogue([...CATALOGUE, DEAR]);
	model = await startChatModel(script);
	const data = { apiKey: 'none', url: model.url };
	const openAi = await stand.api.createCredential({ name: 'Model', type: 'openAiApi', data });
	const tools = ['Find services', 'Quote an order', 'Get order status', 'Get balance', 'Place an order'];
	agent = await importExample(stand, '7-ai-agent', {
		credentials: { ...inAll(tools, stand.credential), 'Chat Model': [openAi] },
	});
	await publish(stand, agent);
}, 60_000);
afterAll(() => model.stop());

const chatUrl = () =>
	`${stand.n8n.url}/webhook/${agent.nodes.find(({ name }) => name === 'Chat')?.webhookId}/chat`;
const ask = async (chatInput: string, cookie = stand.api.session.cookie()) =>
	await say(chatUrl(), chatInput, cookie);

/** Clicks, and reads what the chat shows then. The execution has to end well. */
async function click(conversation: Conversation, label: string): Promise<string> {
	const { buttons } = await conversation.review();
	const link = new URL(buttons.find(({ text }) => text === label)?.link ?? '');
	expect(link.port).toBe(String(stand.n8n.port));
	link.hostname = '127.0.0.1';
	// To programs that follow every link, n8n shows the page and does nothing
	expect(
		(await fetch(link, { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0' } }))
			.status,
	).toBe(200);
	const answer = await conversation.next();
	const execution = await stand.api.waitForExecution(conversation.executionId, 30_000);
	conversation.close();
	expect([execution.status, errorOf(execution)]).toEqual(['success', undefined]);
	return answer;
}

it('answers only people with a login', async () => {
	await expect(ask('Hello', '')).rejects.toThrow('HTTP 401');
	expect(model.asked).toHaveLength(0);
});

it('places nothing before the approval, says what it is about, and then places it', async () => {
	const conversation = await ask('1000 followers, please');
	const review = await conversation.review();
	expect(stand.panel.orders()).toHaveLength(0);
	expect(stand.panel.requests().map(({ fields }) => fields.action)).not.toContain('add');
	expect(review.text).toContain(`Service 1, quantity 1000\n${LINK}\nPrice, as the agent was told: 0.9 USD`);
	expect(review.buttons.map((button) => button.text).sort()).toEqual(['Do not place it', 'Place the order']);

	const answer = await click(
		{ ...conversation, review: async () => await Promise.resolve(review) },
		'Place the order',
	);
	const orders = stand.panel.orders();
	expect(orders.map(({ fields }) => fields)).toEqual([
		expect.objectContaining({ link: LINK, quantity: '1000' }),
	]);
	expect(answer).toContain(`"order":"${orders[0]?.id}"`);
});

it('let the model see services and prices without approval', () => {
	const seen = model.asked.map((asked) => results(asked).at(-1) ?? '');
	expect(seen.find((text) => text.includes(FOLLOWERS.name))).toContain('0.9');
	expect(seen.find((text) => text.includes('"valid":true'))).toContain('"charge":0.9');
	expect(Object.keys(model.asked[0]?.tools ?? {}).sort()).toEqual([
		'Find_services',
		'Get_balance',
		'Get_order_status',
		'Place_an_order',
		'Quote_an_order',
	]);
});

it('places nothing when the user declines, and tells the model', async () => {
	const before = stand.panel.orders().length;
	const answer = await click(await ask('And once more'), 'Do not place it');
	expect(stand.panel.orders()).toHaveLength(before);
	expect(answer).toMatch(/rejected|declined/i);
});

it('keeps to the limit of the tool even when the user approves', async () => {
	wanted = { service: DEAR.id, quantity: 500 };
	const before = stand.panel.orders().length;
	const answer = await click(await ask('The best ones then'), 'Place the order');
	expect(stand.panel.orders()).toHaveLength(before);
	expect(answer).toContain('Max Charge per Order');
});

it('tells the model that an order may have been placed when the reply was lost', async () => {
	wanted = { service: FOLLOWERS.id, quantity: 500 };
	stand.panel.inject({ kind: 'dropAfter', action: 'add' });
	const before = stand.panel.orders().length;
	const answer = await click(await ask('500 then'), 'Place the order');
	expect(stand.panel.orders()).toHaveLength(before + 1);
	expect(answer).toContain('Outcome unknown');
});
