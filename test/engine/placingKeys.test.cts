/** Idempotency keys: what was sent once is not sent again, in whatever execution. */
import { setTimeout } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { createRandom } from '../panel/random.cts';
import { adds, link, panel, panelForEach, place, rows, startPlacing, type Placing } from './placing.cts';

panelForEach({ rate: '1' });

const SURE = { onError: 'continueRegularOutput' } as const;
const KEYED: Placing = { options: { idempotencyKey: '={{ $json.id }}' } };
const keyed = (count: number): IDataObject[] => rows(count).map((row, at) => ({ ...row, id: `row ${at}` }));
const kinds = (items: Array<{ json: IDataObject }>) =>
	items.map(({ json }) => (json.duplicate ? 'duplicate' : json.order ? 'placed' : json.outcome));
const ledgerLinks = () => panel.orders().map(({ fields }) => fields.link);

test('a later execution sends nothing again and says so', async () => {
	await place(panel, { ...KEYED, items: keyed(2) });
	const { items } = await place(panel, { ...KEYED, items: keyed(3) });
	expect(items).toMatchObject([
		{ json: { duplicate: true, idempotencyKey: 'row 0', link: link(0) }, pairedItem: { item: 0 } },
		{ json: { duplicate: true, idempotencyKey: 'row 1' } },
		{ json: { order: expect.any(String), link: link(2) } },
	]);
	expect(ledgerLinks()).toEqual([0, 1, 2].map(link));
});

test.each([1, 5])(
	'the second of two orders with the same key is the duplicate (concurrency %s)',
	async (concurrency) => {
		panel.configure({ latencyMs: 20 });
		const items = keyed(4).map((row, at) => ({ ...row, link: link(at % 2), id: at % 2 }));
		const run = await place(panel, { items, options: { ...KEYED.options, concurrency } });
		expect(kinds(run.items)).toEqual(['placed', 'placed', 'duplicate', 'duplicate']);
		expect(run.items[2]?.json.idempotencyKey).toBe('0');
		expect(panel.orders()).toHaveLength(2);
	},
);

test('one key for two orders of a run: the first is placed, the other an error, and with Stop nothing is sent', async () => {
	const items = keyed(3).map((row, at) => ({ ...row, id: 'k', link: link(at % 2) }));
	const { error } = await place(panel, { items, ...KEYED });
	expect(error?.message).toMatch(/^Idempotency Key "k" is that of item 0 already, which is another order/);
	expect(adds(panel)).toEqual([]);
	const run = await place(panel, { items, ...KEYED, ...SURE });
	expect(kinds(run.items)).toEqual(['placed', 'refused', 'duplicate']);
	expect(ledgerLinks()).toEqual([link(0)]);
});

test('a key is free again after the panel has refused its order, and stays taken after an unknown outcome', async () => {
	panel.inject({ action: 'add', fields: { link: link(0) }, kind: 'error', text: 'Bad link' });
	panel.inject({ action: 'add', fields: { link: link(1) }, kind: 'dropBefore' });
	const first = await place(panel, { ...SURE, ...KEYED, items: keyed(2) });
	expect(first.items.map(({ json }) => [json.outcome, json.errorType, json.idempotencyKey])).toEqual([
		['refused', 'link', 'row 0'],
		['unknown', 'network', 'row 1'],
	]);
	expect(kinds((await place(panel, { ...SURE, ...KEYED, items: keyed(2) })).items)).toEqual([
		'placed',
		'unknown',
	]);
});

test("'Retry On Fail' does not take the keys of its own earlier tries for duplicates", async () => {
	panel.inject({ action: 'add', fields: { link: link(1) }, kind: 'error', text: 'Bad link' });
	const { items, tries } = await place(panel, { ...KEYED, items: keyed(3), retryOnFail: true, maxTries: 3 });
	expect({ tries, kinds: kinds(items) }).toEqual({ tries: 2, kinds: ['placed', 'placed', 'placed'] });
});

test.each([
	['is empty', '={{ $json.nothing }}'],
	['is blank', '={{ " " }}'],
	['is null', '={{ null }}'],
	['is an object', '={{ $json }}'],
])('an order whose key %s is not sent unprotected', async (_what, idempotencyKey) => {
	const { error } = await place(panel, { items: keyed(1), options: { idempotencyKey } });
	expect(error?.message).toMatch(/^Idempotency Key is .*: enter an expression that gives/);
	expect(adds(panel)).toEqual([]);
});

test('two executions of the workflow at the same time place each order once', async () => {
	const run = { ...KEYED, items: keyed(40), workflowId: 'both' };
	const both = await Promise.all([place(panel, run), place(panel, run)]);
	expect(ledgerLinks().sort()).toEqual(
		keyed(40)
			.map((row) => row.link)
			.sort(),
	);
	expect(both.flatMap(({ items }) => kinds(items)).filter((kind) => kind === 'placed')).toHaveLength(40);
});

test.each(Array.from({ length: 3 }, (_, seed) => seed))(
	'a run of 200 orders that is stopped at any moment and run again places no order twice (seed %s)',
	async (seed) => {
		const random = createRandom(`death ${seed}`);
		const options = { ...KEYED.options, concurrency: random.whole(1, 8) };
		panel.configure({ latencyMs: random.whole(0, 3) });
		const dying = startPlacing(panel, { ...SURE, items: keyed(200), options });
		const end = random.whole(1, 190);
		while (adds(panel).length < end) await setTimeout(1);
		await panel.down('drop');
		const placedAtDeath = ledgerLinks();
		dying.cancel();
		await dying.finished.catch(() => undefined);
		await setTimeout(50);
		expect(ledgerLinks()).toEqual(placedAtDeath);

		await panel.up();
		const { items } = await place(panel, { ...SURE, items: keyed(200), options });
		const placed = ledgerLinks();
		expect(new Set(placed).size).toBe(placed.length);
		const reported = items
			.filter(({ json }) => json.duplicate === true || json.outcome === 'unknown')
			.map(({ json }) => json.link as string);
		const missing = keyed(200)
			.map(({ link: one }) => one)
			.filter((one) => !placed.includes(one as string));
		// Recorded as possibly sent: what was placed before the death, and nothing that is missing goes unreported
		expect(reported).toEqual(expect.arrayContaining([...placedAtDeath, ...missing]));
		expect(reported).toHaveLength(placedAtDeath.length + missing.length);
	},
);
