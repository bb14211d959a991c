/** Unknown orders: what *Reconcile* finds, what it leaves open, and what a person may say with *Resolve*. */
import type { IDataObject } from 'n8n-workflow';
import { createRandom } from '../panel/random.cts';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { runNode, type NodeOptions } from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { jsonOf } from './panelRun.cts';
import { adds, link, place } from './placing.cts';

const MINUTE = 60_000;
const ROWS = Number(process.env.SMM_RECONCILE ?? 40);

let panel: DevPanel;
let book: TestBook;
let workflowId: string;
let skipped = 0;
const realNow = Date.now.bind(Date);
beforeEach(async () => {
	panel = await startPanel({ speed: 0, services: 2, balance: '1000000', lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', min: 1, max: 100_000, rate: '1' });
	panel.addKey({ key: 'another-customer', balance: '1000000' });
	book = new TestBook();
	workflowId = ownWorkflow();
	skipped = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + skipped);
});
afterEach(async () => {
	jest.restoreAllMocks();
	await panel.stop();
});

/** An order straight at the panel, outside the book. */
async function outside(quantity: number, key = panel.key): Promise<string> {
	const body = new URLSearchParams({
		key,
		action: 'add',
		service: '1',
		link: link(0),
		quantity: String(quantity),
	});
	const reply = (await (await fetch(panel.url, { method: 'POST', body })).json()) as {
		order: string | number;
	};
	return String(reply.order);
}
const ofOthers = async (count: number) => {
	for (let at = 0; at < count; at++) await outside(100 + at, 'another-customer');
};

let links = 0;
const order = async (quantity: number, fault?: 'dropAfter' | 'dropBefore') => {
	if (fault) panel.inject({ action: 'add', kind: fault, times: 1 });
	const { items } = await place(panel, {
		items: [{ service: 1, link: link(++links), quantity }],
		workflowId,
		book,
		onError: 'continueRegularOutput',
	});
	// Answers come within two minutes: what is further apart has an order
	skipped += 5 * MINUTE;
	return String(jsonOf(items)[0]?.order ?? '');
};
const run = async (operation: string, parameters: IDataObject = {}, more: Partial<NodeOptions> = {}) =>
	await runNode({
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		parameters: { resource: 'order', operation, ...parameters },
		workflowId,
		book,
		...more,
	});
const reconcile = async (parameters: IDataObject = {}) => {
	const before = adds(panel).length;
	const { items, error } = await run('reconcile', parameters);
	expect(error).toBeUndefined();
	expect(adds(panel)).toHaveLength(before);
	return jsonOf(items);
};
const unknownRow = () => book.rows().find(({ state }) => state === 'unknown')?.id ?? 0;
const paidFor = (text: string) => panel.orders().filter(({ fields }) => fields.link === text);

it('an order that was placed and got lost is found, and its row has its ID and its keys', async () => {
	await ofOthers(30);
	await order(100);
	await ofOthers(3);
	await order(700, 'dropAfter');
	await ofOthers(2);
	await outside(300);
	await order(100);
	const [verdict] = await reconcile();
	const [paid] = paidFor(link(links - 1));
	expect(verdict).toMatchObject({ verdict: 'found', order: paid?.id, state: 'placed', note: 'reconciled' });
	expect(verdict?.evidence).toContain(`order ${paid?.id} alone`);
	expect(await reconcile()).toEqual([]);
	expect(book.rows().filter(({ state }) => state === 'placed')).toHaveLength(3);
	expect(JSON.stringify(verdict)).not.toContain(panel.key);
});

it.each<[string, () => Promise<unknown>, RegExp]>([
	['was not placed', async () => await order(700, 'dropBefore'), /No free order .* proves nothing/],
	[
		'has the charge of an order placed elsewhere',
		async () => {
			await outside(700);
			await order(700, 'dropAfter');
		},
		/all have the charge 0.7/,
	],
	[
		'looks like another unknown one',
		async () => {
			await order(700, 'dropAfter');
			skipped -= 4 * MINUTE;
			await order(700, 'dropBefore');
		},
		/could also be that of another unknown row/,
	],
])('one that %s is left open, and nothing says that it was not placed', async (_, act, evidence) => {
	await ofOthers(30);
	await order(100);
	await ofOthers(2);
	await act();
	await order(100);
	const verdicts = await reconcile();
	expect(verdicts.length).toBeGreaterThan(0);
	for (const { verdict } of verdicts) expect(verdict).toBe('unresolved');
	expect(verdicts.map((one) => String(one.evidence)).join()).toMatch(evidence);
	expect(JSON.stringify(verdicts)).not.toMatch(/not placed|nothing was/i);
	expect(book.rows().some(({ state }) => state === 'unknown')).toBe(true);
});

it('without an order after it, or before it, it cannot be told', async () => {
	await ofOthers(30);
	await order(700, 'dropAfter');
	expect(await reconcile()).toMatchObject([
		{ verdict: 'unresolved', evidence: expect.stringContaining('before it') },
	]);
	await order(100);
	await order(700, 'dropAfter');
	expect((await reconcile())[1]).toMatchObject({ evidence: expect.stringContaining('after it') });
});

it('no more is asked than allowed', async () => {
	await order(100);
	await ofOthers(150);
	await order(700, 'dropAfter');
	await order(100);
	const asked = panel.counts().byAction.status ?? 0;
	expect(await reconcile({ options: { maxRequests: 1 } })).toMatchObject([
		{ verdict: 'unresolved', evidence: expect.stringContaining('Max Requests') },
	]);
	expect((panel.counts().byAction.status ?? 0) - asked).toBeLessThanOrEqual(1);
	expect(await reconcile()).toMatchObject([{ verdict: 'found' }]);
});

/** Own orders of the very charge, placed outside the book in between, are the limit of what can be told: counted. */
it.each([
	['other charges: none is wrong', false],
	['the same charge now and then: counted', true],
])(
	`${ROWS} lost replies, half of them placed, among orders of others and own ones of %s`,
	async (_, hasSame) => {
		let same = 0;
		const random = createRandom(`reconcile ${process.env.SMM_SEED ?? 1}`);
		await ofOthers(40);
		await order(50);
		for (let at = 0; at < ROWS; at++) {
			await ofOthers(random.whole(0, 4));
			if (random.whole(0, 2) === 0) await outside(90_000 + at);
			if (hasSame && random.whole(0, 4) === 0) {
				same++;
				await outside(1000 + at);
			}
			await order(1000 + at, at % 2 === 0 ? 'dropAfter' : 'dropBefore');
			await ofOthers(random.whole(0, 3));
			await order(50);
		}
		const rows = new Map(book.rows().map((row) => [row.id, row]));
		const verdicts = await reconcile({ options: { maxRequests: 1000 } });
		const truth = (id: unknown) => paidFor(rows.get(Number(id))?.link ?? '')[0]?.id;
		const found = verdicts.filter(({ verdict }) => verdict === 'found');
		const wrong = found.filter(({ row, order: id }) => id !== truth(row));
		const placed = verdicts.filter(({ row }) => truth(row) !== undefined);
		process.stdout.write(
			`${JSON.stringify({ reconcile: { unknown: verdicts.length, placed: placed.length, found: found.length, same, wrong: wrong.length } })}\n`,
		);
		expect(verdicts).toHaveLength(ROWS);
		expect(wrong.length).toBeLessThanOrEqual(same);
		expect(found.length).toBeGreaterThan(0);
	},
	30_000 + 1000 * ROWS,
);

describe('a person', () => {
	beforeEach(async () => {
		await order(100);
		await order(700, 'dropAfter');
		await order(200);
	});
	const resolve = async (decision: string, more: IDataObject = {}, row = unknownRow()) =>
		await run('resolve', { row, decision, ...more });

	it('gives an unknown row its order, whose status is asked first', async () => {
		const [paid] = paidFor(link(links - 1));
		const { items, error } = await resolve('placed', { placedAs: `#${paid?.id}` });
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toMatchObject([
			{ order: paid?.id, state: 'placed', note: 'resolved', status: 'Pending', charge: 0.7 },
		]);
		expect(panel.counts().byAction.status).toBe(1);
	});

	it('frees the keys of one that was not placed', async () => {
		const row = unknownRow();
		expect(jsonOf((await resolve('notPlaced')).items)).toMatchObject([{ row, state: 'deleted' }]);
		expect(book.rows().map(({ id }) => id)).not.toContain(row);
	});

	it.each<[string, () => Promise<{ error?: { message: string } }>, RegExp]>([
		[
			'an order that the panel does not know',
			async () => await resolve('placed', { placedAs: '999999' }),
			/not taken for the row/,
		],
		[
			'an order of another row',
			async () =>
				await resolve('placed', { placedAs: book.rows().find(({ state }) => state === 'placed')?.order }),
			/is already in row/,
		],
		['a row that is not there', async () => await resolve('notPlaced', {}, 4711), /has no row 4711/],
		[
			'a row that is an order',
			async () => await resolve('notPlaced', {}, book.rows().find(({ state }) => state === 'placed')?.id),
			/is order .*nothing to decide/,
		],
		['no ID', async () => await resolve('placed', { placedAs: 'what?' }), /'Placed As' is no order ID/],
	])('cannot take %s', async (_, act, message) => {
		const before = JSON.stringify(book.rows());
		expect((await act()).error?.message).toMatch(message);
		expect(JSON.stringify(book.rows())).toBe(before);
	});

	it('cannot decide about an order that is on its way', async () => {
		const { panel: host, account } = book.rows()[0] ?? { panel: '', account: '' };
		const [row] = book.add({ state: 'sending', panel: host, account, owner: 'x' });
		expect((await resolve('notPlaced', {}, row?.id)).error?.message).toMatch(/still be on its way/);
		skipped += 6 * MINUTE;
		expect((await resolve('notPlaced', {}, row?.id)).error).toBeUndefined();
	});

	it('decides, not an agent’s model', async () => {
		const { error } = await run('resolve', { row: "={{ $fromAI('row') }}", decision: 'notPlaced' });
		expect(error?.message).toMatch(/for a person to say/);
	});
});
