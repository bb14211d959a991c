/** At most once: what a user sees when a reply is lost, an order is refused, a try is repeated, a run is stopped. */
import { setTimeout } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import type { Fault } from '../panel/faults.cts';
import { adds, bookOf, link, panel, panelForEach, place, rows, startPlacing } from './placing.cts';

panelForEach({ rate: '1' });

const ledgerLinks = () => panel.orders().map(({ fields }) => fields.link);
const onLink = (at: number, fault: Fault): Fault => ({ action: 'add', fields: { link: link(at) }, ...fault });
/** What a workflow can read of the error that stopped a run. */
const dataOf = (error: unknown) =>
	(error as { context: { data: { placed: IDataObject[]; unknown: IDataObject[] } } }).context.data;
const descriptionOf = (error: unknown) => (error as { description: string }).description;

const SURE = { onError: 'continueRegularOutput' } as const;
const TRIES = { retryOnFail: true, maxTries: 3 } as const;

test.each([
	['dropAfter', true],
	['dropBefore', false],
	['hangAfter', true],
	['hangBefore', false],
	['slowBody', true],
	['html', true],
	['html', false],
	['null', true],
	['cut', true],
	['empty', true],
	['garbage', true],
	['shape', true],
	['status', true],
	['status', false],
	['redirect', true],
	['error', true],
] as const)(
	'a reply lost to "%s" (order placed: %s) is unknown, says which order, and is not sent again',
	async (kind, effect) => {
		const fixed = kind.startsWith('drop') || kind.startsWith('hang');
		panel.inject(
			onLink(0, { kind, ...(!fixed && { effect }), ...(kind === 'shape' && { json: { error: {} } }) }),
		);
		const { items, tries } = await place(panel, {
			...SURE,
			...TRIES,
			items: rows(2),
			options: { timeout: 1 },
		});
		expect(items[0]?.json).toMatchObject({
			outcome: 'unknown',
			service: '1',
			link: link(0),
			quantity: '100',
		});
		expect(items[0]?.json.error).toMatch(
			/^Outcome unknown: .*\(row 1: service 1, https:\/\/example.com\/p\/0, quantity 100\)/,
		);
		expect(items[1]?.json).toMatchObject({ link: link(1), order: expect.any(String) });
		expect(tries).toBe(3);
		expect(adds(panel)).toHaveLength(2);
		expect(ledgerLinks()).toEqual(effect ? [link(0), link(1)] : [link(1)]);
	},
);

test('stopping at an unknown outcome names what was placed and what to look for', async () => {
	panel.inject(onLink(2, { kind: 'dropAfter' }));
	const { error } = await place(panel, { items: rows(4) });
	const [first, second] = panel.orders().map(({ id }) => id);
	expect(error?.message).toMatch(/^Outcome unknown: .*\(row \d+: service 1, .*p\/2.* \[Item 2\]$/);
	expect(descriptionOf(error)).toContain(
		`Orders already placed in this run: ${first} (item 0), ${second} (item 1).`,
	);
	expect(descriptionOf(error)).toMatch(
		/'Order: Reconcile' looks in the panel for an order of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(America\/New_York\) with service 1, link \S+\/p\/2, quantity 100/,
	);
	expect(dataOf(error)).toMatchObject({
		outcome: 'unknown',
		placed: [
			{ item: 0, order: first, link: link(0) },
			{ item: 1, order: second, link: link(1) },
		],
		unknown: [{ item: 2, service: '1', link: link(2), quantity: '100' }],
	});
	expect(adds(panel)).toHaveLength(3);
});

test("what was placed comes out although the panel is down by the time of 'Retry On Fail'", async () => {
	panel.inject({ ...onLink(0, { kind: 'error', text: 'Bad link' }), times: 9 });
	// The list of services is kept for a minute; the balance is asked for in every try
	panel.inject({ action: 'balance', kind: 'error', text: 'Invalid API key', skip: 1, times: 9 });
	const run = { ...TRIES, items: rows(3), options: { checkBalance: true } };
	const { items } = await place(panel, { ...SURE, ...run });
	expect(items.map(({ json }) => json.order ?? json.outcome)).toEqual([
		'refused',
		...panel.orders().map(({ id }) => id),
	]);

	panel.clearFaults();
	panel.inject({ ...onLink(2, { kind: 'error', text: 'Bad link' }), times: 9 });
	panel.inject({ action: 'balance', kind: 'error', text: 'Invalid API key', skip: 1, times: 9 });
	const { error } = await place(panel, run);
	expect(error?.message).toMatch(/Invalid API key/);
	expect(dataOf(error).placed.map(({ order }) => order)).toEqual(
		panel
			.orders()
			.slice(2)
			.map(({ id }) => id),
	);
});

test('after a cancellation no further order is sent', async () => {
	panel.configure({ latencyMs: 30 });
	const started = startPlacing(panel, { ...SURE, items: rows(50), options: { concurrency: 2 } });
	while (adds(panel).length < 6) await setTimeout(1);
	const sent = adds(panel).length;
	started.cancel();
	await started.finished.catch(() => undefined);
	await setTimeout(200);
	expect(adds(panel).length).toBeLessThanOrEqual(sent + 2);
	expect(panel.orders()).toHaveLength(adds(panel).length);
});

test('an order that is on its way when somebody presses Stop stands in the book with its ID', async () => {
	panel.configure({ latencyMs: 400 });
	const { book } = bookOf(panel);
	const started = startPlacing(panel, { items: rows(5), options: { validateAgainstService: false } });
	while (adds(panel).length === 0) await setTimeout(10);
	started.cancel();
	await started.finished.catch(() => undefined);
	while (book.rows().some(({ state }) => state !== 'placed')) await setTimeout(20);
	expect(panel.orders()).toHaveLength(1);
	expect(book.rows()).toMatchObject([{ state: 'placed', order: panel.orders()[0]?.id }]);
});

test('a refused key ends the run, and every item says so', async () => {
	panel.inject({ action: 'add', kind: 'error', text: 'Invalid API key', skip: 2, times: 99 });
	panel.inject({ action: 'balance', kind: 'error', text: 'Invalid API key', skip: 2, times: 99 });
	const { items } = await place(panel, { ...SURE, items: rows(6) });
	expect(items.map(({ json }) => String(json.error ?? 'placed').replace(/: .*/, ''))).toEqual([
		'placed',
		'placed',
		'The panel does not accept the API key. Nothing was paid. (Invalid API key)',
		'Not sent',
		'Not sent',
		'Not sent',
	]);
	expect(adds(panel)).toHaveLength(3);
});

test('a key that is refused for the service list already: nothing was paid, and every item says so', async () => {
	panel.inject({ action: 'services', kind: 'error', text: 'Invalid API key', times: 9 });
	const options = { maxCharge: 9 };
	const { items } = await place(panel, { ...SURE, items: rows(2), options });
	const words = 'The panel does not accept the API key. Nothing was paid. (Invalid API key)';
	expect(items.map(({ json }) => json.error)).toEqual([words, words]);
	const { error } = await place(panel, { items: rows(2), options });
	expect(error?.message).toBe(words);
	expect(panel.orders()).toHaveLength(0);
});

test('a panel that no longer answers is not sent a thousand orders into the dark', async () => {
	panel.inject({ action: 'add', kind: 'dropAfter', skip: 5, times: 1000 });
	const { items } = await place(panel, { ...SURE, items: rows(1000) });
	expect(panel.orders()).toHaveLength(5 + 5);
	expect(items.map(({ json }) => json.outcome ?? 'placed').slice(3, 12)).toEqual([
		'placed',
		'placed',
		...Array<string>(5).fill('unknown'),
		'refused',
		'refused',
	]);
	expect(items[999]?.json.error).toMatch(/^Not sent: the panel gave no clear answer to 5 orders in a row/);
});

test('orders go out one after the other unless told otherwise', async () => {
	panel.configure({ latencyMs: 5 });
	await place(panel, { items: rows(20) });
	expect(panel.counts().mostAtOnce).toBe(1);
	expect(ledgerLinks()).toEqual(rows(20).map((row) => row.link));
	// Longer than a busy machine needs to send eight
	panel.configure({ latencyMs: 150 });
	await place(panel, { items: rows(24), options: { concurrency: 8 } });
	expect(panel.counts().mostAtOnce).toBe(8);
});

test('an expression that fails for one item leaves the others alone', async () => {
	const service = '={{ $json.service === 1 ? 1 : $json.missing.at(0) }}';
	const items = [...rows(2), { ...rows(3)[2], service: 'x' }];
	const { items: output } = await place(panel, { ...SURE, service, items });
	expect(output.map(({ json }) => (json.order ? 'placed' : json.outcome))).toEqual([
		'placed',
		'placed',
		'refused',
	]);
	const { error } = await place(panel, { service, items });
	expect(error?.message).toContain('[Item 2]');
	expect(dataOf(error).placed).toEqual([]);
	expect(panel.orders()).toHaveLength(2);
});
