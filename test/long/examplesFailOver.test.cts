import { startPanel, type DevPanel } from '../panel/server.cts';
import type { SavedWorkflow } from '../sandbox/api.cts';
import { errorOf } from '../sandbox/executions.cts';
import {
	executionsOf,
	formLogin,
	importExample,
	inAll,
	messagesOf,
	publish,
	submitForm,
} from '../e2e/exampleFiles.cts';
import { page } from '../e2e/exampleRecipes.cts';
import { FOLLOWERS, LIKES } from '../e2e/services.cts';
import { withN8n } from '../e2e/n8nFixture.cts';

/** Recipe 8: two panels, of which the second may only get what the first has certainly not done. */

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '100' } });
const BACKUP = { ...FOLLOWERS, id: 88, name: 'Followers of another panel' };

let second: DevPanel;
let recipe: SavedWorkflow;
let runs = 0;

beforeAll(async () => {
	stand.panel.setCatalogue([FOLLOWERS, LIKES]);
	second = await startPanel({
		speed: 0,
		key: 'another-key',
		lives: { kind: 'still' },
		balance: '100',
		firstOrderId: 700,
	});
	second.setCatalogue([BACKUP]);
	const backup = await stand.api.connect(second);
	recipe = await importExample(stand, '8-fail-over', {
		credentials: {
			'Order Form': [await formLogin(stand)],
			...inAll(['Look in the Order Book', 'Place at the First Panel'], stand.credential),
			...inAll(['Place at the Second Panel'], backup),
		},
	});
	await publish(stand, recipe);
}, 60_000);
afterAll(async () => await second.stop());
beforeEach(() => {
	stand.panel.clearFaults();
	stand.panel.setBalance(100);
});

/** Orders by the form; what came of it. */
async function order(reference: string, { service = '1', quantity = '1000' } = {}) {
	const before = [stand.panel.orders().length, second.orders().length];
	expect(await submitForm(stand, recipe, [service, '88', page(reference), quantity, reference])).toBe(200);
	const executions = await executionsOf(stand, recipe, ++runs);
	const execution = executions.at(-1);
	expect(execution && errorOf(execution)).toBeUndefined();
	const booked = await stand.api.rowsOf('SMM Panel Orders');
	const rows = booked.filter((row) => row.idempotencyKey === reference);
	const first = new URL(stand.panel.url).host;
	return {
		placed: [stand.panel.orders().length - (before[0] ?? 0), second.orders().length - (before[1] ?? 0)],
		messages: execution ? messagesOf(execution) : [],
		rows: rows.map(({ panel, state, service: id, link, order: placed }) => ({
			panel: panel === first ? 'first panel' : 'second panel',
			state,
			service: id,
			link,
			order: placed,
		})),
	};
}

it('orders at the first panel when it can', async () => {
	const { placed, messages, rows } = await order('A');
	const id = stand.panel.orders()[0]?.id;
	expect(placed).toEqual([1, 0]);
	expect(rows).toEqual([{ panel: 'first panel', state: 'placed', service: '1', link: page('A'), order: id }]);
	expect(messages).toEqual([`Order ${id} placed at the first panel: 1000 for ${page('A')}`]);
});

it('orders the same reference once', async () => {
	expect(await order('A')).toMatchObject({
		placed: [0, 0],
		messages: ['Order "A" was sent before, and not again: see the order book'],
		rows: [{ panel: 'first panel' }],
	});
});

describe('goes to the second panel', () => {
	const atTheSecond = { placed: [0, 1], rows: [{ panel: 'second panel', state: 'placed', service: '88' }] };

	it('when the balance of the first does not suffice', async () => {
		stand.panel.setBalance('0.50');
		expect(await order('B')).toMatchObject(atTheSecond);
	});

	it('and no other when its reference comes again, whatever the first could pay by then', async () => {
		expect(await order('B')).toMatchObject({
			placed: [0, 0],
			messages: ['Order "B" was sent before, and not again: see the order book'],
		});
	});

	it('when the first panel no longer lists the service', async () => {
		const { messages, ...rest } = await order('D', { service: '999' });
		expect(rest).toMatchObject(atTheSecond);
		expect(messages).toEqual([expect.stringContaining('placed at the second panel: 1000')]);
	});

	it('when the first panel says that the service is switched off', async () => {
		stand.panel.inject({ kind: 'error', action: 'add', text: 'Service is inactive or not found' });
		expect(await order('E')).toMatchObject(atTheSecond);
	});
});

describe('does not go to the second panel', () => {
	it('when the reply of the first was lost, and is not sent again later', async () => {
		stand.panel.inject({ kind: 'dropAfter', action: 'add' });
		const { placed, messages, rows } = await order('F');
		expect(placed).toEqual([1, 0]);
		expect(rows).toMatchObject([{ panel: 'first panel', state: 'unknown', service: '1', order: null }]);
		expect(messages).toEqual([expect.stringMatching(/^LOOK IN THE PANEL \(first panel\): Outcome unknown/)]);
		expect(await order('F')).toMatchObject({
			placed: [0, 0],
			messages: [expect.stringContaining('was sent before, and not again')],
		});
	});

	it('when the first answered with a maintenance page', async () => {
		stand.panel.inject({ kind: 'html', action: 'add' });
		expect(await order('G')).toMatchObject({ placed: [0, 0], rows: [{ state: 'unknown' }] });
	});

	it('when the order itself is wrong, and can be corrected', async () => {
		const { placed, messages, rows } = await order('H', { quantity: '20' });
		expect([placed, rows]).toEqual([[0, 0], []]);
		expect(messages).toEqual([
			'Order "H" was not placed. The first panel says: Quantity 20: service 1 allows 50 to 10000. Nothing was paid.',
		]);
		expect(await order('H')).toMatchObject({ placed: [1, 0] });
	});

	it('when the first speaks of funds although its balance covers the order: its supplier lacks them', async () => {
		stand.panel.inject({ kind: 'error', action: 'add', text: 'neworder.error.not_enough_funds' });
		expect(await order('C')).toMatchObject({ placed: [0, 0], rows: [] });
	});

	it('when the first does not like the link', async () => {
		stand.panel.inject({ kind: 'error', action: 'add', text: 'Bad link' });
		expect(await order('I')).toMatchObject({ placed: [0, 0], rows: [] });
	});
});

it('tells when neither panel takes the order', async () => {
	stand.panel.setBalance(0);
	second.setBalance(0);
	const { placed, messages, rows } = await order('J');
	expect([placed, rows]).toEqual([[0, 0], []]);
	expect(messages).toEqual([
		expect.stringMatching(/^Order "J" was not placed. The second panel says: .*balance/),
	]);
});
