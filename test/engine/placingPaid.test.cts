/** What was paid before is told before a word is said about money, whatever has become wrong since. */
import type { IDataObject } from 'n8n-workflow';
import {
	adds,
	afterStop,
	bookOf,
	link,
	panel,
	panelForEach,
	place,
	placeLines,
	type Placing,
} from './placing.cts';

panelForEach({ rate: '1000' });

const KEYED = { idempotencyKey: '={{ "k" + $json.id }}' };
const row = (id: number, more: IDataObject = {}): IDataObject => ({
	id,
	service: 1,
	link: link(id),
	quantity: 100,
	...more,
});
const ledger = () => panel.orders().map(({ id }) => id);
const CONTINUE = { onError: 'continueRegularOutput' } as const;
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

describe('a retry of an execution that has paid one of two orders', () => {
	const items = [row(7), row(8)];
	let state: string;
	beforeEach(async () => {
		panel.inject({ kind: 'error', text: 'Bad link', action: 'add', skip: 1, times: 1 });
		({ state } = await place(panel, { items }));
		expect(ledger()).toHaveLength(1);
	});

	/** The node as it was stored is the one that is retried. */
	const withOptions = (stored: string, { options = {} }: Placing) =>
		stored.replaceAll('"options":{}', `"options":${JSON.stringify(options)}`);
	const atWrongAddress = () => ({ ...panel, url: 'ftp://panel.example' }) as typeof panel;
	const ways: Array<[string, () => [typeof panel, Placing]]> = [
		['whose credential cannot be used', () => [atWrongAddress(), {}]],
		['whose options cannot be read', () => [panel, { options: { concurrency: 'many' } }]],
		[
			'that gets no service list',
			() => {
				panel.inject({ action: 'services', kind: 'error', text: 'Invalid API key', times: 9 });
				return [panel, { options: { maxCharge: 900 } }];
			},
		],
	];
	test.each(ways)('%s names it, and says of the other alone that nothing was paid', async (_, way) => {
		const [at, more] = way();
		const again = { ...more, ...bookOf(panel), items, mode: 'retry' } as const;
		const stopped = await place(at, { ...again, executionState: withOptions(state, more) });
		expect(stopped.error?.message).not.toMatch(/nothing was paid/i);
		expect(stopped.error?.description).toContain(
			`Orders already placed in this run: ${ledger()[0]} (item 0)`,
		);
		const { items: told } = await place(at, {
			...again,
			...CONTINUE,
			executionState: withOptions(afterStop(state), more),
		});
		expect(told[0]?.json.order).toBe(ledger()[0]);
		expect(told[1]?.json).toMatchObject({
			outcome: 'refused',
			error: expect.stringMatching(/nothing was paid/i),
		});
		expect(adds(panel)).toHaveLength(2);
	});

	test.each(ways)('%s says nothing of money where the book cannot be read either', async (_, way) => {
		const [at, more] = way();
		const again = { ...more, ...bookOf(panel), items, mode: 'retry' } as const;
		for (const onError of BOTH) {
			bookOf(panel).book.fail({ times: 9 });
			const run = await place(at, { ...again, onError, executionState: withOptions(afterStop(state), more) });
			const said = [run.error?.message, run.error?.description, ...run.items.map(({ json }) => json.error)];
			expect(said.join(' ')).not.toMatch(/nothing was paid|no order was placed/i);
			expect(run.items.map(({ json }) => json.outcome)).toEqual(run.items.map(() => undefined));
		}
	});
});

test.each(BOTH)(
	'nobody says of a key that nothing was paid while the book cannot be read (%s)',
	async (onError) => {
		await place(panel, { items: [row(7)], options: KEYED });
		bookOf(panel).book.fail({ times: 9 });
		const { error, items } = await place(panel, { items: [row(7)], options: KEYED, onError });
		const said = `${String(error?.message ?? items[0]?.json.error)} ${error?.description ?? ''}`;
		expect(said).toMatch(/^Not sent, because it could not be written down before/);
		expect(said).not.toMatch(/nothing was paid|no order was placed/i);
	},
);

test('a retry of an execution that began more than 30 days ago sends nothing, and says why', async () => {
	panel.inject({ kind: 'error', text: 'Bad link', action: 'add', times: 1 });
	const first = await place(panel, { items: [row(7)] });
	const state = JSON.parse(first.state) as { executionData: { runtimeData?: { establishedAt?: number } } };
	const { runtimeData } = state.executionData;
	if (runtimeData) runtimeData.establishedAt = Date.now() - 31 * 24 * 3_600_000;
	const executionState = JSON.stringify(state);
	const again = await place(panel, { items: [row(7)], executionState, mode: 'retry' });
	expect(again.error?.message).toMatch(/began more than 30 days ago/);
	expect(ledger()).toHaveLength(0);
});
