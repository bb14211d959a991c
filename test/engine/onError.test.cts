/** IDs that fail among others that do not, with 'On Error' in each of its settings. */
import type { IDataObject, OnError } from 'n8n-workflow';
import { jsonOf, pairsOf, panelRuns, type PanelRun } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterEach(stopAll);

const completed = ({ panel }: PanelRun) =>
	panel.seedOrders({
		count: 2,
		status: 'Completed',
		service: panel.addService({ refill: true, cancel: true }).id,
	});
const running = ({ panel }: PanelRun) =>
	panel.seedOrders({ count: 2, service: panel.addService({ cancel: true }).id });

async function refilled(there: PanelRun): Promise<string[]> {
	await there.run('refill', 'create', { orderIds: completed(there).join() });
	return there.panel.refills().map(({ id }) => id);
}

/** Which operation, two IDs that the panel answers well, what is in a failed item besides, what the error tells. */
type Case = [string, string, (there: PanelRun) => Promise<string[]> | string[], IDataObject, string?];

describe.each<Case>([
	['order', 'getStatus', running, {}],
	['order', 'cancel', running, { accepted: false }, 'Already canceled in this run'],
	['refill', 'create', completed, { accepted: false }, 'Already refilled in this run'],
	['refill', 'getStatus', refilled, {}],
])('%s: %s', (resource, operation, prepare, failed, done) => {
	const noun = resource === 'refill' && operation === 'getStatus' ? 'refill' : 'order';
	const said = noun === 'order' ? 'Incorrect order ID' : 'Refill not found';
	const words = `The panel does not know this ${noun}. (${said})`;
	const bad = '777777';
	async function run(onError: OnError | undefined, options: IDataObject = {}) {
		const there = await panelRun();
		const [first = '', second = ''] = await prepare(there);
		const items = [{ id: first }, { id: bad }, { id: second }];
		return {
			...(await there.run(
				resource,
				operation,
				{ [`${noun}Ids`]: '={{ $json.id }}', options },
				{ items, onError },
			)),
			first,
			second,
		};
	}

	test('stops with the words of the panel, the ID, the item and what to do', async () => {
		const { error, items } = await run(undefined);
		expect(error?.message).toBe(`${noun === 'order' ? 'Order' : 'Refill'} ${bad}: ${words} [Item 1]`);
		expect(error?.description).toMatch(noun === 'order' ? /Check the order ID/ : /refill/i);
		expect(items).toEqual([]);
	});

	test('stopping, names what had been done, so that nothing paid for is lost', async () => {
		const { error, first, second } = await run(undefined);
		const text = `${error?.description} ${JSON.stringify(error?.context)}`;
		if (done === undefined)
			return expect(error?.context?.data).toMatchObject({ failed: [{ [noun]: bad, error: words }] });
		const made = noun === 'order' && resource === 'refill' ? [' (refill 1)', ' (refill 2)'] : ['', ''];
		expect(error?.description).toContain(`${done}: ${first}${made[0]}, ${second}${made[1]}.`);
		expect(error?.description).toContain("'Failed IDs as Data' keeps the others");
		expect(text).toContain(bad);
	});

	test('goes on with an item for the failed ID in its place', async () => {
		const { error, items, first, second } = await run('continueRegularOutput');
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toMatchObject([
			{ [noun]: first },
			{ [noun]: bad, ...failed, error: words },
			{ [noun]: second },
		]);
		expect(jsonOf(items)[0]).not.toHaveProperty('error');
		expect(pairsOf(items)).toEqual([0, 1, 2]);
	});

	test('sends the failed ID to the error output, with its input, and the others on', async () => {
		const { error, outputs, first, second } = await run('continueErrorOutput');
		expect(error).toBeUndefined();
		expect(jsonOf(outputs[0]).map((json) => json[noun])).toEqual([first, second]);
		expect(jsonOf(outputs[1])).toMatchObject([
			{ id: bad, error: words, details: { [noun]: bad, ...failed } },
		]);
		expect([pairsOf(outputs[0]), pairsOf(outputs[1])]).toEqual([[0, 2], [1]]);
	});

	test.each<OnError | undefined>([undefined, 'continueRegularOutput', 'continueErrorOutput'])(
		'takes failed IDs for ordinary data where that is wanted (On Error: %s)',
		async (onError) => {
			const { error, outputs, first, second } = await run(onError, { failedIdsAsData: true });
			expect(error).toBeUndefined();
			expect(jsonOf(outputs[0])).toMatchObject([
				{ [noun]: first },
				{ [noun]: bad, ...failed, error: words },
				{ [noun]: second },
			]);
			expect(pairsOf(outputs[0])).toEqual([0, 1, 2]);
			expect(outputs[1] ?? []).toEqual([]);
		},
	);
});

const INACTIVE = 'The panel does not accept the API key. (Your account is inactive)';

describe('a failure that concerns the whole run', () => {
	const items = [{ id: '1' }, { id: '2' }];
	async function refused(onError: OnError | undefined) {
		const there = await panelRun();
		there.panel.setActive(false);
		return await there.run('order', 'getStatus', { orderIds: '={{ $json.id }}' }, { items, onError });
	}

	test('becomes an item for each input item where the run goes on', async () => {
		const { items: output, error } = await refused('continueRegularOutput');
		expect(error).toBeUndefined();
		expect(jsonOf(output)).toMatchObject([
			{ order: '1', error: INACTIVE },
			{ order: '2', error: INACTIVE },
		]);
	});
});

describe("'Retry On Fail'", () => {
	const retrying = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

	test.each([
		['order', 'cancel', 'cancels'],
		['refill', 'create', 'refills'],
	] as const)(
		'%s: %s does nothing twice, and asks again for what was refused',
		async (resource, operation, books) => {
			const there = await panelRun();
			const service = there.panel.addService({ refill: true, cancel: true }).id;
			const orders = there.panel.seedOrders({
				count: 3,
				service,
				status: operation === 'cancel' ? 'In progress' : 'Completed',
			});
			const outcome = await there.run(
				resource,
				operation,
				{ orderIds: [...orders, '777777'].join() },
				retrying,
			);
			expect(outcome.tries).toBe(3);
			for (const order of orders) expect(outcome.error?.description).toContain(order);
			expect(there.panel[books]().map(({ order }) => order)).toEqual(orders);
		},
	);

	test('what an earlier try left unknown stays unknown', async () => {
		const there = await panelRun();
		const orders = there.panel.seedOrders({ count: 2, service: there.panel.addService({ cancel: true }).id });
		there.panel.inject({ kind: 'dropAfter', action: 'cancel' });
		const outcome = await there.run('order', 'cancel', { orderIds: orders.join() }, retrying);
		expect([outcome.tries, there.asked('cancel')]).toEqual([3, 1]);
		expect(outcome.error?.description).toContain(`Not certain, look in the panel: ${orders.join(', ')}.`);
	});

	test('reading is simply done again', async () => {
		const there = await panelRun();
		const [order = ''] = there.panel.seedOrders({ count: 1 });
		there.panel.inject({ kind: 'error', text: 'Order not found.', action: 'status' });
		const outcome = await there.run('order', 'getStatus', { orderIds: order }, retrying);
		expect(jsonOf(outcome.items)).toMatchObject([{ order, status: 'Pending' }]);
		expect(outcome.tries).toBe(2);
	});
});
