/** Budgets: nothing is placed beyond what a user allows, to the last decimal. */
import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { amountOf, textOf } from '../panel/state.cts';
import {
	adds,
	afterStop,
	link,
	panel,
	panelForEach,
	place,
	rows,
	serviceOf,
	type Placing,
} from './placing.cts';

panelForEach({ max: 100_000, rate: '0.9', dripfeed: true }, { services: 34 });
afterEach(async () => {
	// A run that sends nothing does not wait for the balance, which is read while the book claims
	const isAsked = () =>
		panel
			.requests()
			.some(({ fields, answeredAt }) => fields.action === 'balance' && answeredAt === undefined);
	while (isAsked()) await setTimeout(1);
});

const SURE = { onError: 'continueRegularOutput' } as const;
const spent = () => textOf(panel.orders().reduce((sum, { charge }) => sum + amountOf(charge), 0n));
let keys = 0;
/** The list of services is kept for a minute for each key. */
const withNewKey = () => {
	const key = `key ${++keys}`;
	panel.addKey({ key, balance: '1000000' });
	return { ...panel, key };
};
const budget = async (options: Placing['options'], more: Partial<Placing> = {}) =>
	await place(panel, { items: rows(10), options, ...more });

test('a run that costs more than its limit places nothing at all', async () => {
	// Ten orders of 100 at 0.9 per 1,000: 0.9 in all
	const { error } = await budget({ maxTotalCharge: 0.89999 });
	expect(error?.message).toBe(
		'The orders of this run cost 0.9, more than Max Total Charge (0.89999). Nothing was paid.',
	);
	const { items } = await budget({ maxTotalCharge: 0.89999 }, SURE);
	expect(new Set(items.map(({ json }) => json.error))).toEqual(new Set([error?.message]));
	expect(adds(panel)).toEqual([]);
});

test('a run that costs exactly its limit is placed, without binary rounding', async () => {
	const { error } = await budget({ maxTotalCharge: 0.9 });
	expect(error).toBeUndefined();
	expect(spent()).toMatch(/^0\.90*$/);
	const tenths = rows(3, { quantity: 1, service: serviceOf(panel, 'Default').id });
	panel.changeService(tenths[0]?.service as number, { rate: '100' });
	const run = await place(withNewKey(), { items: tenths, options: { maxTotalCharge: 0.3 } });
	expect(run.error).toBeUndefined();
});

test('one order that costs more than its limit is refused, with its index, and the others are placed', async () => {
	const items = rows(3).map((row, at) => ({ ...row, quantity: at === 1 ? 2000 : 100 }));
	const { items: output } = await budget({ maxCharge: 1 }, { ...SURE, items });
	expect(output[1]?.json.error).toBe(
		'The charge of 1.8 is more than Max Charge per Order (1). Nothing was paid.',
	);
	expect(panel.orders().map(({ fields }) => fields.link)).toEqual([link(0), link(2)]);
	const { error } = await budget({ maxCharge: 1 }, { items });
	expect(error?.message).toBe(
		'The charge of 1.8 is more than Max Charge per Order (1). Nothing was paid. [Item 1]',
	);
	expect(panel.orders()).toHaveLength(2);
});

test.each([
	['maxCharge', '={{ $json.nothing }}'],
	['maxCharge', '12,5'],
	['maxTotalCharge', '={{ $json.nothing }}'],
	['maxTotalCharge', '={{ "" }}'],
	['maxTotalCharge', '1,500'],
	['maxTotalCharge', 'a lot'],
])('a limit that is no amount is no licence (%s: %s)', async (name, value) => {
	for (const validateAgainstService of [true, false]) {
		const { error } = await budget({ [name]: value, validateAgainstService });
		expect(error?.message).toMatch(/is not an amount/);
	}
	expect(adds(panel)).toEqual([]);
});

test('a limit holds without the other checks, too', async () => {
	const { error } = await budget({ maxTotalCharge: 0.5, validateAgainstService: false });
	expect(error?.message).toMatch(/^The orders of this run cost 0\.9/);
	expect(adds(panel)).toEqual([]);
});

test('a run that the balance does not cover places nothing', async () => {
	panel.setBalance('0.8');
	const { error } = await budget({ checkBalance: true });
	expect(error?.message).toBe(
		'The orders of this run cost 0.9, more than the balance of 0.8 USD. Nothing was paid.',
	);
	expect(adds(panel)).toEqual([]);
	panel.setBalance('0.9');
	const { items } = await budget({ checkBalance: true });
	expect(items[0]?.json).toMatchObject({ charge: 0.09, currency: 'USD' });
	// The third and fourth are read after the first orders of the account: they show whether orders are debited at once
	expect(panel.counts().byAction.balance).toBe(4);
});

test('what an earlier try has spent, or may have spent, counts', async () => {
	panel.inject({ action: 'add', fields: { link: link(0) }, kind: 'dropAfter' });
	panel.inject({ action: 'add', fields: { link: link(1) }, kind: 'error', text: 'Bad link' });
	const fields = { link: '={{ $json.link }}', quantity: 100 };
	const options = { maxTotalCharge: 0.18, concurrency: 2 };
	const first = await place(panel, { service: 1, items: rows(2), fields, options });
	// The user raises the quantity and has n8n retry the execution with the saved workflow
	const executionState = afterStop(first.state).replaceAll('"quantity":100', '"quantity":101');
	const second = await place(panel, { service: 1, items: rows(2), fields, options, executionState });
	// The first may be the one that is unknown, changed since
	expect(second.items.map(({ json }) => json.error)).toEqual([
		expect.stringMatching(/^Outcome unknown: not sent/),
		'The orders of this run cost 0.1809, more than Max Total Charge (0.18). Nothing was paid.',
	]);
	expect(panel.orders()).toHaveLength(1);
});

test('a run that would outlast the workflow’s time-out sends nothing and says so; what is paid does not count', async () => {
	const run = { options: { requestsPerMinute: 20, concurrency: 1 }, settings: { executionTimeout: 59 } };
	panel.inject({ action: 'add', fields: { link: link(3) }, kind: 'error', text: 'Bad link' });
	const { state } = await place(panel, { ...run, items: rows(4) });
	expect(adds(panel)).toHaveLength(4);
	const executionState = afterStop(state, { items: rows(34) });
	const { items } = await place(panel, { ...run, executionState, mode: 'retry' });
	expect(items.map(({ json }) => json.order).filter(Boolean)).toHaveLength(3);
	expect(items[33]?.json.error).toMatch(/^31 orders at 20 requests a minute .* Nothing was paid/);
	const { error } = await place(panel, { ...run, items: rows(41) });
	expect(error?.message).toMatch(
		/^41 orders at 20 .* take at least 2 minutes, .* 59 seconds. Nothing was paid/,
	);
	expect(adds(panel)).toHaveLength(4);
});

test('a quote names all problems of all items, adds up, and places nothing', async () => {
	panel.setBalance('1');
	const items = [
		{ service: 1, link: link(1), quantity: 1000 },
		{ service: 1, link: '', quantity: 'many' },
		{ service: 999, link: link(2), quantity: 10 },
		{ service: 1, link: link(3), quantity: 200 },
	];
	const quote = await place(panel, { operation: 'quote', items });
	expect(quote.error).toBeUndefined();
	expect(quote.items.map(({ json }) => [json.charge, json.valid, json.balanceAfter])).toEqual([
		[0.9, true, 0.1],
		[null, false, 0.1],
		[null, false, 0.1],
		[0.18, false, -0.08],
	]);
	expect(quote.items[1]?.json.problems).toMatchObject([
		expect.stringMatching(/quantity\): "many" is not a whole number/),
		expect.stringMatching(/link\) is missing/),
	]);
	const limited = await place(panel, { operation: 'quote', items, options: { maxTotalCharge: 1 } });
	expect(limited.items[0]?.json.problems).toMatchObject([
		expect.stringMatching(/more than Max Total Charge \(1\), so that none/),
	]);
	expect(adds(panel)).toEqual([]);
});

const order = fc.record({
	service: fc.integer({ min: 1, max: 3 }),
	quantity: fc.integer({ min: 1, max: 3000 }),
});
const rate = fc
	.tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 5 }))
	.map(([digits, places]) => {
		const text = String(digits).padStart(places + 1, '0');
		return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
	});

test('whatever the prices, quantities and faults, the ledger stays within the limit, and below the total it stays empty', async () => {
	let round = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.tuple(rate, rate, rate),
			fc.array(order, { minLength: 1, maxLength: 12 }),
			fc.double({ min: 0, max: 2, noNaN: true }),
			fc.boolean(),
			async (rates, orders, share, stopping) => {
				const account = withNewKey();
				round++;
				rates.forEach((price, at) =>
					panel.changeService(at + 1, { type: 'Default', min: 1, max: 3000, rate: price }),
				);
				const total =
					orders.reduce((sum, { service, quantity }) => sum + Number(rates[service - 1]) * quantity, 0) /
					1000;
				const maxTotalCharge = Number((total * share).toFixed(5));
				panel.clearFaults();
				panel.inject({
					action: 'add',
					kind: 'any',
					kinds: ['dropBefore', 'dropAfter', 'html', 'error', 'null'],
					probability: 0.3,
					seed: round,
				});
				await place(account, {
					items: orders.map((row, at) => ({ ...row, link: link(at) })),
					options: { maxTotalCharge, concurrency: 3 },
					...(!stopping && SURE),
					retryOnFail: true,
					maxTries: 3,
				});
				const mine = panel.orders().filter((placed) => placed.key === account.key);
				const cost = mine.reduce((sum, { charge }) => sum + amountOf(charge), 0n);
				expect(cost <= amountOf(maxTotalCharge.toFixed(5))).toBe(true);
				if (share < 0.99) expect(mine).toEqual([]);
			},
		),
		{ numRuns: 30, seed: 3 },
	);
}, 60_000);
