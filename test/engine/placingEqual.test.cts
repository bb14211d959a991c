/** Equal orders that have changed places: each keeps the ID that was paid for it. */
import type { IDataObject } from 'n8n-workflow';
import { afterStop, link, panel, panelForEach, place, placeLines } from './placing.cts';

panelForEach({ rate: '1000' }, { services: 2 });
beforeEach(() => panel.changeService(2, { type: 'Default', min: 1, max: 1000 }));

const KEYED = { idempotencyKey: '={{ "k" + $json.id }}' };
const row = (id: number, more: IDataObject = {}): IDataObject => ({
	id,
	service: 1,
	link: link(0),
	quantity: 100,
	...more,
});
const idsOf = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => json.order ?? json.outcome);
const ledger = () => panel.orders().map(({ id }) => id);

/** The order number `sent` is refused and ends the execution, which is then retried with other rows. */
async function retried(first: IDataObject[], sent: number, then: IDataObject[], options: IDataObject = {}) {
	panel.inject({ kind: 'error', text: 'Bad link', action: 'add', skip: sent, times: 1 });
	const { state } = await place(panel, { items: first, options });
	const { items } = await place(panel, {
		options,
		onError: 'continueRegularOutput',
		executionState: afterStop(state, { items: then }),
	});
	return items;
}

test.each([
	['without keys', {}],
	['with keys', KEYED],
])('a retry places each of three equal orders once, whatever their order (%s)', async (_how, options) => {
	const items = await retried([row(7), row(8), row(9)], 2, [row(8), row(9), row(7)], options);
	expect(panel.orders()).toHaveLength(3);
	expect(idsOf(items).sort()).toEqual(ledger());
});

test('a key keeps its ID when the rows of a retry change places', async () => {
	const items = await retried([row(7), row(8)], 1, [row(8), row(7)], KEYED);
	expect(idsOf(items)).toEqual(ledger().reverse());
});

test('limits count, and Same Link holds back, what is sent for an equal row that has changed places', async () => {
	const counted = await retried([row(7), row(8)], 1, [row(8), row(7), row(9)], { maxTotalCharge: 250 });
	expect(idsOf(counted)).toEqual([ledger()[0], 'refused', 'refused']);
	const rows = [row(7, { link: link(1) }), row(8, { link: link(1) })];
	const held = await retried([...rows, row(9, { link: link(2) })], 1, [...rows].reverse(), {
		sameLink: 'skip',
	});
	expect(held.map(({ json }) => [json.order, json.skipped])).toEqual([
		[ledger()[1], undefined],
		[ledger()[1], true],
	]);
	expect(panel.orders()).toHaveLength(2);
});

test('a retry with another service names the service that was paid', async () => {
	const fields = { link: '={{ $json.link }}', quantity: '={{ $json.quantity }}' };
	panel.inject({ kind: 'error', text: 'Bad link', action: 'add', skip: 1, times: 1 });
	const { state } = await place(panel, { items: [row(7), row(8, { link: link(1) })], service: 1, fields });
	const executionState = afterStop(state)
		.replaceAll('"value":1,', '"value":2,')
		.replaceAll('"value":1}', '"value":2}');
	const { items } = await place(panel, {
		service: 2,
		fields,
		executionState,
		onError: 'continueRegularOutput',
	});
	expect(items.map(({ json }) => [json.order, json.service])).toEqual(
		panel.orders().map(({ id, fields: sent }) => [id, sent.service]),
	);
});

test.each(['again', 'in another text'])(
	'a line of a mass order whose quantity was changed (%s)',
	async (how) => {
		const options = { idempotencyKey: 'July' };
		const textOf = (...quantities: number[]) => quantities.map((one) => `1 | ${link(0)} | ${one}`).join('\n');
		await placeLines(panel, { text: textOf(100, 200), options });
		const text = how === 'again' ? textOf(200, 100, 100) : textOf(300, 200, 400);
		const { items } = await placeLines(panel, { text, options, onError: 'continueRegularOutput' });
		const [a, b] = panel.orders().map(({ id }) => id);
		if (how === 'again') {
			// A line that is new beside all that were sent is an order of its own
			expect(items.map(({ json }) => json.order)).toEqual([b, a, panel.orders()[2]?.id]);
			return;
		}
		expect(panel.orders()).toHaveLength(2);
		expect(items.map(({ json }) => json.order ?? json.outcome)).toEqual(['refused', b, 'refused']);
		expect(items[0]?.json.error).toMatch(
			new RegExp(`^The idempotency key "July" belongs to another order: ${a} .*quantity 100`),
		);
	},
);
