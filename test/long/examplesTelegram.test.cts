import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../panel/random.cts';
import { until } from '../sandbox/until.cts';
import { importExample, inAll, publish, readExample } from '../e2e/exampleFiles.cts';
import { page } from '../e2e/exampleRecipes.cts';
import { FOLLOWERS, LIKES } from '../e2e/services.cts';
import { withN8n } from '../e2e/n8nFixture.cts';
import { startTelegram, type Telegram } from './telegram.cts';

/** Recipe 9: a shop in Telegram, with customers who order at the same moment. `SMM_SHOP=200`: so many of them. */

const CUSTOMERS = Number(process.env.SMM_SHOP ?? 20);
const AT_ONCE = 20;
const OWNER = '7';
const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '100000' } });
const random = createRandom('shop');

let telegram: Telegram;

beforeAll(async () => {
	stand.panel.setCatalogue([FOLLOWERS, LIKES, { ...LIKES, id: 99, name: 'Odd_*[`<b> & Co', rate: '1' }]);
	telegram = await startTelegram();
	const data = { accessToken: '1:bot', baseUrl: telegram.url };
	const bot = await stand.api.createCredential({ name: 'Bot', type: 'telegramApi', data });
	const panelNodes = ['Find Services', 'Quote', 'Place the Order', 'Get the Status', 'Ask for a Refill'];
	const read = readExample('9-telegram-shop').nodes.find(({ name }) => name === 'Read the Command');
	const jsCode = String(read?.parameters.jsCode).replace("OWNER = '0'", `OWNER = '${OWNER}'`);
	const recipe = await importExample(stand, '9-telegram-shop', {
		credentials: { ...inAll(['Telegram Trigger', 'Reply'], bot), ...inAll(panelNodes, stand.credential) },
		parameters: { 'Read the Command': { jsCode } },
	});
	await publish(stand, recipe);
	await telegram.connected();
}, 60_000);
afterAll(() => telegram.close());

/** Writes, and waits for the answer to this message. */
async function ask(chat: string, message: string): Promise<string> {
	const before = telegram.answersTo(chat).length;
	await telegram.write(chat, message);
	return await nextAnswer(chat, before);
}

async function nextAnswer(chat: string, before: number): Promise<string> {
	await until(() => telegram.answersTo(chat).length > before, `An answer to ${chat}`, 120_000);
	return telegram.answersTo(chat).at(-1) ?? '';
}

/** In cents, with the recipe's margin of 30 percent. */
const priceOf = (quantity: number) => Math.ceil(Math.round((0.9 * quantity * 1.3 * 1e7) / 1000) / 1e5);
const money = (cents: number) => (cents / 100).toFixed(2);
const ordersFor = (chat: string) =>
	stand.panel.orders().filter(({ fields }) => String(fields.link).startsWith(page(`${chat}-`)));

test('tells a stranger what can be written, and lists services with the shop’s prices', async () => {
	expect(await ask('50', '/start')).toMatch(/^Write: services/);
	expect(await ask('50', 'credit 50 1000')).toMatch(/^Write: services/);
	expect(await ask('50', 'services instagram followers')).toBe(
		`1: ${FOLLOWERS.name}, 1.17 for 1000 (50 to 10000)`,
	);
	expect(await ask('50', 'services odd')).toBe('99: Odd_*[`<b> & Co, 1.30 for 1000 (10 to 50000)');
	expect(await ask('50', 'services nothing like it')).toBe('Nothing was found.');
	expect(await ask('50', 'balance')).toBe('You have 0.00. Your number is 50.');
});

test('orders what the balance covers, and tells of it to nobody else', async () => {
	expect(await ask('51', `order 1 1000 ${page('51-a')}`)).toBe(
		'Not ordered: you have 0.00, and it costs 1.17.',
	);
	expect(await ask(OWNER, 'credit 51 2.50')).toBe('2.50 credited to 51.');
	expect(await ask('51', `order 1 20 ${page('51-a')}`)).toMatch(
		/^Not ordered\. Quantity 20: service 1 allows/,
	);
	const answer = await ask('51', `order 1 1000 ${page('51-a')}`);
	const [order] = ordersFor('51');
	expect(answer).toBe(`Order ${order?.id} is placed, for 1.17.`);
	expect(await ask('51', 'balance')).toMatch(/^You have 1\.33\./);
	expect(await ask('51', `status ${order?.id}`)).toMatch(`Order ${order?.id}: Pending`);
	expect(await ask('52', `status ${order?.id}`)).toBe(`You have no order ${order?.id}.`);
	stand.panel.moveOrder(order?.id ?? '', 'Completed');
	expect(await ask('51', `refill ${order?.id}`)).toBe(`A refill of order ${order?.id} has been asked for.`);
	expect(await ask('52', `refill ${order?.id}`)).toBe(`You have no order ${order?.id}.`);
	expect(stand.panel.refills()).toHaveLength(1);
});

test('gives back what was refused, keeps what nobody knows, and takes a message that comes twice for one', async () => {
	await ask(OWNER, 'credit 53 5');
	stand.panel.inject({ kind: 'error', action: 'add', fields: { link: page('53-bad') }, text: 'Bad link' });
	stand.panel.inject({ kind: 'dropAfter', action: 'add', fields: { link: page('53-lost') } });
	expect(await ask('53', `order 1 1000 ${page('53-bad')}`)).toMatch(/^Not ordered, and 1\.17 is back/);
	expect(await ask('53', 'balance')).toMatch(/^You have 5\.00\./);
	expect(await ask('53', `order 1 1000 ${page('53-lost')}`)).toMatch(/^Your order may have been placed/);
	expect(await ask('53', 'balance')).toMatch(/^You have 3\.83\./);

	const update = await telegram.write('53', `order 1 1000 ${page('53-twice')}`, 900_001);
	await nextAnswer('53', 4);
	await telegram.write('53', `order 1 1000 ${page('53-twice')}`, update);
	await sleep(3000);
	expect(ordersFor('53').map(({ fields }) => fields.link)).toEqual([page('53-lost'), page('53-twice')]);
	expect(await ask('53', 'balance')).toMatch(/^You have 2\.66\./);
});

test(
	`${CUSTOMERS} customers, ${AT_ONCE} of whom write at the same moment: books to the cent, nothing ordered twice`,
	async () => {
		stand.panel.clearFaults();
		const credits = new Map<string, number>();
		const quantities = new Map<string, number>();
		const chats = Array.from({ length: CUSTOMERS }, (_, at) => String(1000 + at));
		const customer = async (chat: string) => {
			const cents = random.whole(50, 600);
			credits.set(chat, cents);
			await telegram.write(OWNER, `credit ${chat} ${money(cents)}`);
			while (!telegram.answersTo(OWNER).some((text) => text.endsWith(`credited to ${chat}.`)))
				await sleep(100);
			const orders = Array.from({ length: 4 }, (_, at) => {
				const link = page(`${chat}-${at}`);
				const quantity = random.whole(50, 2500);
				quantities.set(link, quantity);
				if (random.chance(0.15))
					stand.panel.inject({ kind: 'error', action: 'add', fields: { link }, text: 'Bad link' });
				else if (random.chance(0.1))
					stand.panel.inject({ kind: 'dropAfter', action: 'add', fields: { link } });
				return `order 1 ${quantity} ${link}`;
			});
			await Promise.all(
				orders.map(async (text) => {
					const update = await telegram.write(chat, text);
					if (random.chance(0.3)) await telegram.write(chat, text, update);
				}),
			);
			const isAnswered = () => telegram.answersTo(chat).length >= orders.length;
			await until(isAnswered, `Answers to ${chat}`, 300_000);
		};
		for (let at = 0; at < chats.length; at += AT_ONCE)
			await Promise.all(chats.slice(at, at + AT_ONCE).map(customer));
		await sleep(2000);

		let placed = 0;
		for (const chat of chats) {
			const links = ordersFor(chat).map(({ fields }) => String(fields.link));
			expect(new Set(links).size).toBe(links.length);
			placed += links.length;
			const spent = links.reduce((sum, link) => sum + priceOf(quantities.get(link) ?? NaN), 0);
			const left = (credits.get(chat) ?? 0) - spent;
			expect(left).toBeGreaterThanOrEqual(0);
			expect(await ask(chat, 'balance')).toBe(`You have ${money(left)}. Your number is ${chat}.`);
		}
		process.stdout.write(`${JSON.stringify({ customers: CUSTOMERS, placed, ordered: 4 * CUSTOMERS })}\n`);
		expect(placed).toBeGreaterThan(CUSTOMERS / 2);
	},
	120_000 + 6000 * CUSTOMERS,
);
