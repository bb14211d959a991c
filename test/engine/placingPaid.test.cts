/** What was paid before is told before a word is said about money, whatever has become wrong since. */
import type { IDataObject } from 'n8n-workflow';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { adds, link, place, placeLines } from './placing.cts';

let panel: DevPanel;
beforeEach(async () => {
	panel = await startPanel({ services: 2, lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000, rate: '1000' });
});
afterEach(async () => await panel.stop());

const KEYED = { idempotencyKey: '={{ "k" + $json.id }}' };
const row = (id: number, more: IDataObject = {}): IDataObject => ({
	id,
	service: 1,
	link: link(id),
	quantity: 100,
	...more,
});
const ledger = () => panel.orders().map(({ id }) => id);
const BOTH = ['stopWorkflow', 'continueRegularOutput'] as const;

test.each(BOTH)('an order that was paid and is no longer allowed is a repeat (%s)', async (onError) => {
	await place(panel, { items: [row(7)], options: KEYED });
	panel.changeService(1, { min: 500 });
	const items = [row(7), row(8, { quantity: 600 })];
	const run = await place(panel, { items, onError, options: { ...KEYED, maxTotalCharge: 900 } });
	expect(run.items.map(({ json }) => [json.order, json.duplicate])).toEqual([
		[ledger()[0], true],
		[ledger()[1], undefined],
	]);
});

test('lines of a mass order that were paid and are no longer allowed keep none of the others back', async () => {
	const text = `1 | ${link(0)} | 100`;
	await placeLines(panel, { text, options: { idempotencyKey: 'k' } });
	panel.changeService(1, { min: 500 });
	const more = `${text}\n1 | ${link(1)} | 600`;
	const { items } = await placeLines(panel, { text: more, options: { idempotencyKey: 'k' } });
	expect(items.map(({ json }) => [json.order, json.duplicate])).toEqual([
		[ledger()[0], true],
		[ledger()[1], undefined],
	]);
});

test.each(BOTH)('a key shared with another order keeps what was paid under it (%s)', async (onError) => {
	await place(panel, { items: [row(7)], options: { idempotencyKey: 'k' } });
	const items = [row(8), row(7)];
	const run = await place(panel, { items, onError, options: { idempotencyKey: 'k' } });
	expect(adds(panel)).toHaveLength(1);
	expect(run.error?.message ?? run.items[0]?.json.error).toMatch(
		new RegExp(`belongs to another order: ${ledger()[0]} .*Nothing was paid`),
	);
	if (onError === 'continueRegularOutput')
		expect(run.items[1]?.json).toMatchObject({ order: ledger()[0], duplicate: true });
});
