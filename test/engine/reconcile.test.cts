/** Unknown orders: what *Reconcile* finds, and what it leaves open. */
import type { IDataObject } from 'n8n-workflow';
import { createRandom } from '../panel/random.cts';
import { lostOrders, MINUTE } from './lostOrders.cts';
import { jsonOf } from './panelRun.cts';
import { adds } from './placing.cts';

const ROWS = Number(process.env.SMM_RECONCILE ?? 40);

const lost = lostOrders();
const reconcile = async (parameters: IDataObject = {}) => {
	const before = adds(lost.panel).length;
	const { items, error } = await lost.run('reconcile', parameters);
	expect(error).toBeUndefined();
	expect(adds(lost.panel)).toHaveLength(before);
	return jsonOf(items);
};

it('an order that was placed and got lost is found, and its row has its ID and its keys', async () => {
	await lost.ofOthers(30);
	await lost.order(100);
	await lost.ofOthers(3);
	await lost.order(700, 'dropAfter');
	await lost.ofOthers(2);
	await lost.outside(300);
	await lost.order(100);
	const [verdict] = await reconcile();
	const [paid] = lost.paidFor(lost.lastButOne());
	expect(verdict).toMatchObject({ verdict: 'found', order: paid?.id, state: 'placed', note: 'reconciled' });
	expect(verdict?.evidence).toContain(`order ${paid?.id} alone`);
	expect(await reconcile()).toEqual([]);
	expect(lost.book.rows().filter(({ state }) => state === 'placed')).toHaveLength(3);
	expect(JSON.stringify(verdict)).not.toContain(lost.panel.key);
});

it.each<[string, () => Promise<unknown>, RegExp]>([
	['was not placed', async () => await lost.order(700, 'dropBefore'), /No free order .* proves nothing/],
	[
		'has the charge of an order placed elsewhere',
		async () => {
			await lost.outside(700);
			await lost.order(700, 'dropAfter');
		},
		/all have the charge 0.7/,
	],
	[
		'looks like another unknown one',
		async () => {
			await lost.order(700, 'dropAfter');
			lost.skip(-4 * MINUTE);
			await lost.order(700, 'dropBefore');
		},
		/could also be that of another unknown row/,
	],
])('one that %s is left open, and nothing says that it was not placed', async (_, act, evidence) => {
	await lost.ofOthers(30);
	await lost.order(100);
	await lost.ofOthers(2);
	await act();
	await lost.order(100);
	const verdicts = await reconcile();
	expect(verdicts.length).toBeGreaterThan(0);
	for (const { verdict } of verdicts) expect(verdict).toBe('unresolved');
	expect(verdicts.map((one) => String(one.evidence)).join()).toMatch(evidence);
	expect(JSON.stringify(verdicts)).not.toMatch(/not placed|nothing was/i);
	expect(lost.book.rows().some(({ state }) => state === 'unknown')).toBe(true);
});

it('without an order after it, or before it, it cannot be told', async () => {
	await lost.ofOthers(30);
	await lost.order(700, 'dropAfter');
	expect(await reconcile()).toMatchObject([
		{ verdict: 'unresolved', evidence: expect.stringContaining('before it') },
	]);
	await lost.order(100);
	await lost.order(700, 'dropAfter');
	expect((await reconcile())[1]).toMatchObject({ evidence: expect.stringContaining('after it') });
});

it('no more is asked than allowed', async () => {
	await lost.order(100);
	await lost.ofOthers(150);
	await lost.order(700, 'dropAfter');
	await lost.order(100);
	const asked = lost.panel.counts().byAction.status ?? 0;
	expect(await reconcile({ options: { maxRequests: 1 } })).toMatchObject([
		{ verdict: 'unresolved', evidence: expect.stringContaining('Max Requests') },
	]);
	expect((lost.panel.counts().byAction.status ?? 0) - asked).toBeLessThanOrEqual(1);
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
		await lost.ofOthers(40);
		await lost.order(50);
		for (let at = 0; at < ROWS; at++) {
			await lost.ofOthers(random.whole(0, 4));
			if (random.whole(0, 2) === 0) await lost.outside(90_000 + at);
			if (hasSame && random.whole(0, 4) === 0) {
				same++;
				await lost.outside(1000 + at);
			}
			await lost.order(1000 + at, at % 2 === 0 ? 'dropAfter' : 'dropBefore');
			await lost.ofOthers(random.whole(0, 3));
			await lost.order(50);
		}
		const rows = new Map(lost.book.rows().map((row) => [row.id, row]));
		const verdicts = await reconcile({ options: { maxRequests: 1000 } });
		const truth = (id: unknown) => lost.paidFor(rows.get(Number(id))?.link ?? '')[0]?.id;
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
