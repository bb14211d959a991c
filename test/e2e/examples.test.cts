import type { Service } from '../panel/catalogue.cts';
import { errorOf, jsonOf, type Execution } from '../sandbox/executions.cts';
import type { SavedWorkflow } from '../sandbox/api.cts';
import type { Row } from '../sandbox/dataTables.cts';
import {
	executionsOf,
	formLogin,
	importExample,
	inAll,
	makeTable,
	messagesOf,
	publish,
	submitForm,
} from './exampleFiles.cts';
import { CATALOGUE, COMMENTS, FOLLOWERS, LIKES } from './services.cts';
import { withN8n } from './stand.cts';

const DEAR: Service = { ...FOLLOWERS, id: 7, name: 'Instagram Followers | Hand-picked', rate: '50' };

/** Recipes 1 to 5 in one n8n, published together: the minute until their triggers poll is waited for once. */

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '1000' } });

const EVERY_MINUTE = { pollTimes: { item: [{ mode: 'everyMinute' }] } };
const recipes: Record<'place' | 'follow' | 'refill' | 'balance' | 'prices', SavedWorkflow> = {} as never;
let table: string;

beforeAll(async () => {
	const { api, panel } = stand;
	panel.setCatalogue([...CATALOGUE, DEAR]);
	const smm = { ...stand.credential, type: 'smmPanelApi' };
	const n8nApi = await api.createTablesCredential();
	recipes.place = await importExample(stand, '1-place-orders', {
		credentials: { ...inAll(['Quote', 'Place Orders'], smm), 'Order Form': [await formLogin(stand)] },
	});
	table = await makeTable(stand, recipes.place);
	recipes.follow = await importExample(stand, '2-follow-orders', {
		credentials: inAll(['When a Status Changes'], smm, n8nApi),
		parameters: { 'When a Status Changes': { dataTableId: { __rl: true, mode: 'list', value: table } } },
	});
	recipes.refill = await importExample(stand, '3-refill-dropped', {
		credentials: inAll(['Get Its Service', 'Ask for a Refill'], smm),
	});
	recipes.balance = await importExample(stand, '4-balance-low', {
		credentials: inAll(['When the Balance Is Low'], smm),
		parameters: { 'When the Balance Is Low': EVERY_MINUTE },
	});
	recipes.prices = await importExample(stand, '5-price-watch', {
		credentials: inAll(['When Services Change'], smm),
		parameters: { 'When Services Change': EVERY_MINUTE },
	});
	for (const recipe of Object.values(recipes)) await publish(stand, recipe);
}, 120_000);

const ended = async (recipe: keyof typeof recipes, count: number) => {
	const executions = await executionsOf(stand, recipes[recipe], count);
	expect(executions.map((each) => errorOf(each)?.message)).toEqual(executions.map(() => undefined));
	return executions;
};
const last = (executions: Execution[]) => executions.at(-1) as Execution;
const rows = async (): Promise<Row[]> => await stand.api.rows(table);
const csv = (...lines: string[]) =>
	new Blob([['service,link,quantity,comments,reference', ...lines].join('\n')], { type: 'text/csv' });
const page = (name: string) => `https://www.instagram.com/${name}`;

/** In the table from the beginning of the first poll on. */
let first: Row | undefined;

describe('recipe 1: orders from a form or a sheet', () => {
	/** Those of the set-up are executions, too. */
	const SET_UP = 1;

	it('is closed to those who do not know the password', async () => {
		expect(
			await submitForm(stand, recipes.place, ['1', page('a'), '100'], { user: 'x', password: 'y' }),
		).toBe(401);
	});

	it('places the order of the form, keeps its ID and tells', async () => {
		expect(await submitForm(stand, recipes.place, [String(FOLLOWERS.id), page('form'), '1000', ''])).toBe(
			200,
		);
		const execution = last(await ended('place', SET_UP + 1));
		const [order] = stand.panel.orders();
		expect(order?.fields).toMatchObject({ link: page('form'), quantity: '1000' });
		[first] = await rows();
		expect(first).toMatchObject({
			order: order?.id,
			service: '1',
			link: page('form'),
			quantity: 1000,
			charge: 0.9,
			status: 'Pending',
		});
		expect(messagesOf(execution)).toEqual([
			`1 of 1 orders placed\nPlaced: order ${order?.id}, service 1, ${page('form')}, 0.9`,
		]);
	});

	it('does not place what was sent twice', async () => {
		await submitForm(stand, recipes.place, [String(FOLLOWERS.id), page('form'), '1000', '']);
		const execution = last(await ended('place', SET_UP + 2));
		expect(stand.panel.orders()).toHaveLength(1);
		expect(messagesOf(execution).join()).toMatch(/^0 of 1 orders placed\nSent before, not again: 1 https/);
		expect(await rows()).toHaveLength(1);
	});

	it('places what is right of a sheet, and says of each other row what is wrong', async () => {
		stand.panel.inject({ kind: 'error', action: 'add', fields: { link: page('refused') }, text: 'Bad link' });
		stand.panel.inject({ kind: 'dropAfter', action: 'add', fields: { link: page('lost') } });
		const sheet = csv(
			`${FOLLOWERS.id},${page('b')},2000,,R-1`,
			`${COMMENTS.id},${page('c')},,"Great!\nSo nice",R-2`,
			`${FOLLOWERS.id},${page('d')},20,,R-3`,
			`${FOLLOWERS.id},${page('refused')},500,,R-4`,
			`${LIKES.id},${page('lost')},500,,R-5`,
			`999,${page('e')},500,,R-6`,
			`${DEAR.id},${page('dear')},1000,,R-7`,
			`${LIKES.id},${page('f')},1000,,R-8`,
		);
		await submitForm(stand, recipes.place, [undefined, undefined, undefined, undefined, sheet]);
		const execution = last(await ended('place', SET_UP + 3));
		const [message = ''] = messagesOf(execution);
		const placed = stand.panel.orders().slice(1);
		expect(placed.map(({ fields }) => fields.link)).toEqual(['b', 'c', 'lost', 'f'].map(page));
		expect((await rows()).slice(1).map(({ reference, order }) => [reference, order])).toEqual([
			['R-1', placed[0]?.id],
			['R-2', placed[1]?.id],
			['R-8', placed[3]?.id],
		]);
		expect(message).toMatch(/^3 of 8 orders placed\n/);
		expect(message).toMatch(/Not placed: R-3: Quantity 20: service 1 allows 50 to 10000/);
		expect(message).toMatch(
			/Not placed: R-4: The panel does not accept the link\. Nothing was paid\. \(Bad link\)/,
		);
		expect(message).toMatch(/LOOK IN THE PANEL: Outcome unknown: .*lost/);
		expect(message).toMatch(/Not placed: R-6: The panel has no service 999/);
		expect(message).toMatch(/Not placed: R-7: .*Max Charge per Order/);
		expect(messagesOf(execution)).toHaveLength(1);
	});
});

describe('what the triggers see at their next poll', () => {
	beforeAll(async () => {
		const { panel } = stand;
		const [a = '', b = '', c = '', d = ''] = (await rows()).map(({ order }) => String(order));
		panel.moveOrder(a, 'Completed');
		panel.moveOrder(b, 'Partial', { remains: 400 });
		panel.moveOrder(c, 'Canceled');
		panel.moveOrder(d, 'In progress');
		await stand.api.insertRows(table, [{ order: '999999999', status: 'Pending' }]);
		panel.setBalance('18.40');
		panel.changeService(FOLLOWERS.id, { rate: '1.05' });
		panel.changeService(LIKES.id, { rate: '0.252' });
		panel.addService({ name: 'YouTube Views', rate: '2' });
		panel.removeService(COMMENTS.id);
	});

	it('recipe 2 updates the row of each order, and tells how those that have ended ended', async () => {
		const [execution] = await ended('follow', 1);
		const now = await rows();
		expect(now.map(({ status, remains }) => [status, remains])).toEqual([
			['Completed', 0],
			['Partial', 400],
			['Canceled', 2],
			['In progress', expect.any(Number)],
			['Pending', null],
		]);
		expect(now.map(({ completedAt }) => completedAt !== null)).toEqual([true, false, false, false, false]);
		expect(now[1]).toMatchObject({ charge: 1.44, reference: 'R-1', link: page('b') });
		const ids = now.map(({ order }) => String(order));
		expect(messagesOf(execution as Execution).sort()).toEqual(
			[
				`Order ${ids[0]} is completed: 1000 for ${page('form')}, 0.9`,
				expect.stringContaining(`Order ${ids[2]} has ended as Canceled`),
				`Order ${ids[1]} was delivered in part: 400 of 2000 are missing for ${page('b')}. The panel has charged 1.44.`,
				expect.stringContaining('The panel does not take "999999999" for an order'),
			].sort(),
		);
	});

	it('recipe 4 warns that the balance is low', async () => {
		const [execution] = await ended('balance', 1);
		expect(messagesOf(execution as Execution)).toEqual([expect.stringContaining('is 18.4 USD, below 25')]);
	});

	it('recipe 5 lists what has changed, but for what is too little', async () => {
		const [execution] = await ended('prices', 1);
		expect(messagesOf(execution as Execution)).toEqual([
			[
				'3 services have changed',
				`Dearer: 0.9 → 1.05, service 1 ${FOLLOWERS.name}`,
				`Gone: it was 8, service 2 ${COMMENTS.name}`,
				'New: 2, service 8 YouTube Views',
			].join('\n'),
		]);
	});
});

describe('what they see a minute later', () => {
	it('recipe 2 tells of the order that has ended meanwhile, and of no other again', async () => {
		const order = String((await rows())[3]?.order);
		stand.panel.moveOrder(order, 'Completed');
		const [, execution] = await ended('follow', 2);
		expect(messagesOf(execution as Execution)).toEqual([
			expect.stringContaining(`Order ${order} is completed`),
		]);
		expect(jsonOf(execution as Execution, 'When a Status Changes')).toMatchObject([
			{ order, previousStatus: 'In progress' },
		]);
		expect((await rows())[3]).toMatchObject({ order, status: 'Completed', remains: 0 });
	});

	it('recipes 4 and 5 do not repeat themselves', async () => {
		expect(await ended('balance', 1)).toHaveLength(1);
		expect(await ended('prices', 1)).toHaveLength(1);
	});
});

describe('recipe 3: refills', () => {
	const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
	let ids: string[];
	const note = async (order: string | undefined) => (await rows()).find((row) => row.order === order);

	beforeAll(async () => {
		await stand.api.deactivate(recipes.follow.id);
		stand.panel.addService({ ...COMMENTS });
		ids = stand.panel.seedOrders({ count: 6, status: 'Completed', service: FOLLOWERS.id });
		ids.push(...stand.panel.seedOrders({ count: 1, status: 'Completed', service: LIKES.id }));
		const row = (at: number, more: Row): Row => ({
			order: ids[at] ?? '',
			service: '1',
			status: 'Completed',
			...more,
		});
		await stand.api.insertRows(table, [
			row(0, { completedAt: ago(25) }),
			row(1, { completedAt: ago(23) }),
			row(2, { completedAt: ago(80), refillAskedAt: ago(23) }),
			row(3, { completedAt: ago(80), refillAskedAt: ago(25) }),
			row(4, { completedAt: ago(24 * 31) }),
			row(5, { completedAt: ago(30) }),
			row(6, { completedAt: ago(30), service: String(LIKES.id) }),
		]);
	});

	it('notes nothing when the panel refuses the key, and says so once', async () => {
		stand.panel.inject({ kind: 'error', action: 'refill', text: 'Invalid API key', times: 9 });
		const execution = await stand.api.run(recipes.refill);
		stand.panel.clearFaults();
		expect(messagesOf(execution)).toEqual([
			'Refills could not be asked for: The panel does not accept the API key. (Invalid API key). The next run tries again.',
		]);
		expect(stand.panel.refills()).toHaveLength(0);
		expect((await note(ids[0]))?.refillAskedAt).toBeNull();
	});

	it('asks for those that 24 hours have passed for, and notes each answer', async () => {
		// Somebody has asked for this one at the panel already
		const { url, key } = stand.panel;
		await fetch(url, {
			method: 'POST',
			body: new URLSearchParams({ key, action: 'refill', order: ids[5] ?? '' }),
		});
		const execution = await stand.api.run(recipes.refill);
		expect(errorOf(execution)).toBeUndefined();
		expect(jsonOf(execution, 'With Refill Only').map(({ service }) => service)).toEqual(['1', '1', '1']);
		expect(stand.panel.refills().map(({ order }) => order)).toEqual([ids[5], ids[0], ids[3]]);
		expect(messagesOf(execution)).toEqual([`The panel has taken 2 refills, of orders ${ids[0]}, ${ids[3]}`]);
		expect(await note(ids[0])).toMatchObject({
			refill: stand.panel.refills()[1]?.id,
			refillNote: 'accepted',
			refillAskedAt: expect.any(String),
		});
		expect(await note(ids[5])).toMatchObject({
			refill: null,
			refillNote: expect.stringContaining('24 hours'),
			refillAskedAt: expect.any(String),
		});
	});

	it('asks nobody again within a day', async () => {
		const execution = await stand.api.run(recipes.refill);
		expect(errorOf(execution)).toBeUndefined();
		expect(messagesOf(execution)).toEqual([]);
		expect(stand.panel.refills()).toHaveLength(3);
	});
});
