/** Unknown orders: what a person may say of them with *Resolve*, and what is not taken. */
import type { IDataObject } from 'n8n-workflow';
import { lostOrders, MINUTE } from './lostOrders.cts';
import { jsonOf } from './panelRun.cts';

const lost = lostOrders();
const unknownRow = () => lost.book.rows().find(({ state }) => state === 'unknown')?.id ?? 0;

describe('a person', () => {
	beforeEach(async () => {
		await lost.order(100);
		await lost.order(700, 'dropAfter');
		await lost.order(200);
	});
	const resolve = async (decision: string, more: IDataObject = {}, row = unknownRow()) =>
		await lost.run('resolve', { row, decision, ...more });

	it('gives an unknown row its order, whose status is asked first', async () => {
		const [paid] = lost.paidFor(lost.lastButOne());
		const { items, error } = await resolve('placed', { placedAs: `#${paid?.id}` });
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toMatchObject([
			{ order: paid?.id, state: 'placed', note: 'resolved', status: 'Pending', charge: 0.7 },
		]);
		expect(lost.panel.counts().byAction.status).toBe(1);
	});

	it('frees the keys of one that was not placed', async () => {
		const row = unknownRow();
		expect(jsonOf((await resolve('notPlaced')).items)).toMatchObject([{ row, state: 'deleted' }]);
		expect(lost.book.rows().map(({ id }) => id)).not.toContain(row);
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
				await resolve('placed', {
					placedAs: lost.book.rows().find(({ state }) => state === 'placed')?.order,
				}),
			/is already in row/,
		],
		['a row that is not there', async () => await resolve('notPlaced', {}, 4711), /has no row 4711/],
		[
			'a row that is an order',
			async () =>
				await resolve('notPlaced', {}, lost.book.rows().find(({ state }) => state === 'placed')?.id),
			/is order .*nothing to decide/,
		],
		['no ID', async () => await resolve('placed', { placedAs: 'what?' }), /'Placed As' is no order ID/],
	])('cannot take %s', async (_, act, message) => {
		const before = JSON.stringify(lost.book.rows());
		expect((await act()).error?.message).toMatch(message);
		expect(JSON.stringify(lost.book.rows())).toBe(before);
	});

	it('who names no row decides nothing, and is told which there are', async () => {
		const before = JSON.stringify(lost.book.rows());
		const { error } = await lost.run('resolve', { row: '', decision: 'notPlaced' });
		expect(error?.message).toContain('nothing was decided');
		expect(error?.description).toContain(`row ${unknownRow()}: service 1`);
		expect(error?.description).toContain(lost.lastButOne());
		expect(JSON.stringify(lost.book.rows())).toBe(before);
	});

	it.each([
		['more', 5000, 'Pending', ': order # costs 5, and this one was to cost 0.7'],
		[
			'less, although all of it was delivered',
			300,
			'Completed',
			': order # costs 0.3, and this one was to cost 0.7',
		],
		['nothing any more, since it was canceled', 300, 'Canceled', ''],
	])('is told where the order costs something else: %s', async (_, quantity, status, doubt) => {
		const other = await lost.outside(quantity);
		lost.panel.moveOrder(other, status as 'Pending');
		const { items } = await resolve('placed', { placedAs: other });
		expect(jsonOf(items)).toMatchObject([{ order: other, note: `resolved${doubt.replace('#', other)}` }]);
	});

	it('cannot decide about an order that is on its way', async () => {
		const { panel: host, account } = lost.book.rows()[0] ?? { panel: '', account: '' };
		const [row] = lost.book.add({ state: 'sending', panel: host, account, owner: 'x' });
		expect((await resolve('notPlaced', {}, row?.id)).error?.message).toMatch(/still be on its way/);
		lost.skip(6 * MINUTE);
		expect((await resolve('notPlaced', {}, row?.id)).error).toBeUndefined();
	});

	it('decides, not an agent’s model', async () => {
		const { error } = await lost.run('resolve', { row: "={{ $fromAI('row') }}", decision: 'notPlaced' });
		expect(error?.message).toMatch(/for a person to say/);
	});
});
