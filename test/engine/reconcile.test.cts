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
	const rows = JSON.stringify(lost.book.rows());
	const { items, error } = await lost.run('reconcile', parameters);
	expect(error).toBeUndefined();
	expect(adds(lost.panel)).toHaveLength(before);
	expect(JSON.stringify(lost.book.rows())).toBe(rows);
	expect(JSON.stringify(items)).not.toMatch(/place (one|it)|nothing was paid/i);
	return jsonOf(items);
};

it('an order that was placed and got lost is a candidate, and a person says that it is the one', async () => {
	await lost.ofOthers(30);
	await lost.order(100);
	await lost.ofOthers(3);
	await lost.order(700, 'dropAfter');
	await lost.ofOthers(2);
	await lost.outside(300);
	await lost.order(100);
	const [verdict = {}] = await reconcile();
	const [paid] = lost.paidFor(lost.lastButOne());
	expect(verdict).toMatchObject({
		verdict: 'candidates',
		candidates: [{ order: paid?.id, charge: 0.7, status: 'Pending' }],
		state: 'unknown',
		order: null,
	});
	expect(JSON.stringify(verdict)).not.toContain(lost.panel.key);
	const decided = await lost.run('resolve', {
		row: `={{ (${JSON.stringify(verdict).replaceAll('}}', '} }')}) }}`,
		decision: 'placed',
		placedAs: paid?.id,
	});
	expect(jsonOf(decided.items)).toMatchObject([{ order: paid?.id, state: 'placed', note: 'resolved' }]);
	expect(await reconcile()).toEqual([]);
});

it.each<[string, () => Promise<unknown>, RegExp]>([
	['was not placed', async () => await lost.order(700, 'dropBefore'), /No free order .* proves nothing/],
	[
		'has the charge of an order placed elsewhere',
		async () => {
			await lost.outside(700);
			await lost.order(700, 'dropAfter');
		},
		/these are in no row and cost as much/,
	],
	[
		'looks like another unknown one',
		async () => {
			await lost.order(700, 'dropAfter');
			lost.skip(-4 * MINUTE);
			await lost.order(700, 'dropBefore');
		},
		/Another unknown order can be one of them/,
	],
])('one that %s is left open, and nothing says that it was not placed', async (_, act, evidence) => {
	await lost.ofOthers(30);
	await lost.order(100);
	await lost.ofOthers(2);
	await act();
	await lost.order(100);
	const verdicts = await reconcile();
	expect(verdicts.length).toBeGreaterThan(0);
	expect(verdicts.map((one) => String(one.evidence)).join()).toMatch(evidence);
	expect(JSON.stringify(verdicts)).not.toMatch(/not placed|nothing was/i);
	expect(lost.book.rows().some(({ state }) => state === 'unknown')).toBe(true);
});

it('without an order after it, or before it, it cannot be told', async () => {
	await lost.ofOthers(30);
	await lost.order(700, 'dropAfter');
	expect(await reconcile()).toMatchObject([
		{ verdict: 'tooEarly', candidates: [], evidence: expect.stringContaining('before this one') },
	]);
	await lost.order(100);
	await lost.order(700, 'dropAfter');
	const searchableFrom = expect.stringMatching(/^20\d\d-.*Z$/) as string;
	const [first, second] = await reconcile();
	expect(first).toMatchObject({
		verdict: 'tooEarly',
		searchableFrom,
		evidence: expect.stringContaining('It can look for orders that were sent after 20'),
	});
	expect(second).toMatchObject({
		verdict: 'tooEarly',
		searchableFrom,
		evidence: expect.stringContaining('after this one'),
	});
});

it('an account that orders once a fortnight is not called too young', async () => {
	await lost.order(100);
	lost.skip(14 * 24 * 60 * MINUTE);
	await lost.order(700, 'dropAfter');
	await lost.order(100);
	const [paid] = lost.paidFor(lost.lastButOne());
	expect(await reconcile()).toMatchObject([{ verdict: 'candidates', candidates: [{ order: paid?.id }] }]);
});

it('no more is asked than allowed', async () => {
	await lost.order(100);
	await lost.ofOthers(150);
	await lost.order(700, 'dropAfter');
	await lost.order(100);
	const asked = lost.panel.counts().byAction.status ?? 0;
	expect(await reconcile({ options: { maxRequests: 1 } })).toMatchObject([
		{ verdict: 'none', evidence: expect.stringContaining('Max Requests') },
	]);
	expect((lost.panel.counts().byAction.status ?? 0) - asked).toBeLessThanOrEqual(1);
	expect(await reconcile()).toMatchObject([{ verdict: 'candidates' }]);
});

it(
	`${ROWS} lost replies, half of them placed: the right order is always among the candidates`,
	async () => {
		const random = createRandom(`reconcile ${process.env.SMM_SEED ?? 1}`);
		await lost.ofOthers(40);
		await lost.order(50);
		for (let at = 0; at < ROWS; at++) {
			await lost.ofOthers(random.whole(0, 4));
			if (random.whole(0, 2) === 0) await lost.outside(90_000 + at);
			if (random.whole(0, 4) === 0) await lost.outside(1000 + at);
			await lost.order(1000 + at, at % 2 === 0 ? 'dropAfter' : 'dropBefore');
			await lost.ofOthers(random.whole(0, 3));
			await lost.order(50);
		}
		const verdicts = await reconcile({ options: { maxRequests: 1000 } });
		expect(verdicts).toHaveLength(ROWS);
		for (const { link, verdict, candidates } of verdicts) {
			const [paid] = lost.paidFor(String(link));
			if (paid !== undefined) expect(candidates).toContainEqual(expect.objectContaining({ order: paid.id }));
			expect(verdict).toBe((candidates as unknown[]).length > 0 ? 'candidates' : 'none');
		}
	},
	30_000 + 1000 * ROWS,
);
