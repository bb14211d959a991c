/**
 * Replies to `add` in n8n's engine, with three tries each: nothing is placed twice, nothing that was placed is called
 * refused, no collected refusal unknown, no ID wrong. The panel's ledger is the judge.
 */
import * as fc from 'fast-check';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { recordedReplies, type Recorded } from '../unit/recordedReplies.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { adds, link, place } from './placing.cts';

let panel: DevPanel;
let nextLink = 0;
beforeAll(async () => {
	panel = await startPanel({
		services: 1,
		maxRequests: 100_000,
		balance: '1000000',
		lives: { kind: 'still' },
	});
	panel.changeService(1, { type: 'Default', min: 1, max: 1000, rate: '1' });
});
afterAll(async () => await panel.stop());

interface Answered {
	outcome: unknown;
	order: unknown;
	sends: number;
	orders: number;
	tries: number;
}

/**
 * Places one order at a panel that always gives this reply to it. With its effect, the balance is read, and covers it:
 * words about key and funds may be a supplier's then. Without, there is no balance, and the reply alone decides.
 */
async function answeredWith(reply: Pick<Recorded, 'status' | 'body'>, effect: boolean): Promise<Answered> {
	const own = link(nextLink++);
	panel.clearFaults();
	if (!effect) panel.inject({ action: 'balance', kind: 'error', text: 'Invalid action', times: 99 });
	panel.inject({ action: 'add', fields: { link: own }, kind: 'html', ...reply, effect, times: 99 });
	const { items, tries } = await place(panel, {
		// A key that has just worked for the list of services is not the one that is refused
		options: { validateAgainstService: effect },
		// An ID that another reply has named already would be no new order
		book: new TestBook(),
		workflowId: ownWorkflow(),
		items: [{ service: 1, quantity: 100, link: own }],
		onError: 'continueRegularOutput',
		retryOnFail: true,
		maxTries: 3,
	});
	const { outcome, order } = items[0]?.json ?? {};
	return {
		outcome: order === undefined ? outcome : 'placed',
		order,
		sends: adds(panel).filter(({ fields }) => fields.link === own).length,
		orders: panel.orders().filter(({ fields }) => fields.link === own).length,
		tries,
	};
}

/** All replies and a long search with `SMM_REPLY_RUNS=150`; else every eighth, since each takes three tries in real time. */
const RUNS = Number(process.env.SMM_REPLY_RUNS ?? 0);

// What is refused for its rate is sent again after a pause, within one try: test/unit/retry
const ROWS = recordedReplies('own', 'independent')
	.filter(({ family, status }) => family !== 'rateLimit' && status !== 429)
	.filter((_, at) => RUNS > 0 || at % 8 === 0);

test.each(ROWS)(
	'$name: $body',
	async ({ status, body, verdict, order: named, taken = verdict !== 'refused' }) => {
		const { outcome, order, sends, orders } = await answeredWith({ status, body }, taken);
		expect(orders).toBe(taken ? 1 : 0);
		// A refusal is sent again in each of three tries, and has been placed in none
		expect(sends).toBe(verdict === 'refused' ? 3 : 1);
		expect(outcome).toBe(verdict === 'balance' ? 'unknown' : verdict);
		if (verdict === 'placed') expect(order).toBe(named);
	},
);

/** Statuses that by themselves say that nothing was done are no reply of a panel that has placed the order. */
const STATUSES = [200, 200, 200, 201, 202, 400, 408, 409, 418, 425, 500, 502, 503, 504, 520, 522, 524];
const TROUBLE = [
	'Order placed at provider but local save failed',
	'Timeout while contacting the provider',
	'Duplicate entry for key orders.PRIMARY',
	'Order 5512 created',
	'SQLSTATE[40001]: Deadlock found',
	'Your order is queued',
	'success',
	'Something went wrong',
	'done',
	'kabul edildi',
];
const REFUSALS = [
	'Incorrect link',
	'Not enough funds on balance',
	'Incorrect service ID',
	'Minimum quantity is 50',
];
const words = fc.oneof(
	fc.constantFrom(...TROUBLE),
	fc
		.tuple(fc.constantFrom(...REFUSALS), fc.constantFrom(...TROUBLE.slice(0, 6)))
		.map((two) => two.join('. ')),
	fc.lorem({ maxCount: 4 }),
	fc.string({ maxLength: 20 }),
);
const value = fc.oneof(
	words,
	fc.integer(),
	fc.boolean(),
	fc.constant(null),
	fc.array(words, { maxLength: 2 }),
);
const NAMES = ['error', 'message', 'msg', 'status', 'success', 'order', 'data', 'errors', 'detail', 'id'];
const names = fc.constantFrom(...NAMES);
const body = fc.oneof(
	fc.dictionary(names, value, { maxKeys: 4 }).map((reply) => JSON.stringify(reply)),
	fc
		.dictionary(names, fc.dictionary(names, value, { maxKeys: 3 }), { maxKeys: 3 })
		.map((reply) => JSON.stringify(reply)),
	fc.json(),
	fc.string(),
	words.map((text) => `<html><title>${text}</title>`),
);

/** A panel that took no order names none: without a digit there is no ID. */
const reply = fc
	.record({ body, status: fc.constantFrom(...STATUSES), taken: fc.boolean() })
	.map(({ body: text, ...rest }) => ({ ...rest, body: rest.taken ? text : text.replace(/\d+/g, 'true') }));
const replies = fc.array(reply, { minLength: 1, maxLength: 8 });

test('whatever a panel replies, an order in its ledger is not called refused and not sent again, and no other is called placed', async () => {
	await fc.assert(
		fc.asyncProperty(replies, fc.integer({ min: 1, max: 8 }), async (answers, concurrency) => {
			panel.clearFaults();
			const orders = answers.map(({ taken, ...answer }) => ({ ...answer, taken, link: link(nextLink++) }));
			for (const { link: own, taken, ...answer } of orders)
				panel.inject({
					action: 'add',
					fields: { link: own },
					kind: 'html',
					...answer,
					effect: taken,
					times: 99,
				});
			const { items } = await place(panel, {
				book: new TestBook(),
				workflowId: ownWorkflow(),
				items: orders.map(({ link: own }) => ({ service: 1, quantity: 100, link: own })),
				options: { concurrency },
				onError: 'continueRegularOutput',
				retryOnFail: true,
				maxTries: 3,
			});
			for (const { link: own, taken } of orders) {
				const isOwn = ({ fields }: { fields: Record<string, string> }) => fields.link === own;
				const { outcome = 'placed' } = items.find(({ json }) => json.link === own)?.json ?? {};
				const [sends, paid] = [adds(panel).filter(isOwn).length, panel.orders().filter(isOwn).length];
				expect(paid).toBe(taken ? 1 : 0);
				if (taken)
					expect({ sends, isRefused: outcome === 'refused' }).toEqual({ sends: 1, isRefused: false });
				else expect(outcome).toMatch(/^(refused|unknown)$/);
			}
		}),
		{ numRuns: RUNS || 12 },
	);
}, 600_000);

test.each(['Invalid API key', 'Not enough funds on balance'])(
	'"%s" after the debit, of a panel that takes our key and has our money, is not sent again',
	async (error) => {
		const answered = await answeredWith({ status: 200, body: JSON.stringify({ error }) }, true);
		expect(answered).toMatchObject({ outcome: 'unknown', sends: 1, orders: 1 });
	},
);

test('a supplier’s words about its key, while the panel takes ours, end no run', async () => {
	panel.clearFaults();
	const items = [1, 2, 3, 4].map(() => ({ service: 1, quantity: 100, link: link(nextLink++) }));
	panel.inject({
		action: 'add',
		fields: { link: items[2]?.link ?? '' },
		kind: 'error',
		text: 'Invalid API key',
	});
	const placed = await place(panel, { items, onError: 'continueRegularOutput' });
	const outcomes = placed.items.map(({ json }) => json.outcome ?? 'placed');
	expect(outcomes).toEqual(['placed', 'placed', 'refused', 'placed']);
	expect(placed.items[2]?.json.error).toMatch(/Nothing was paid.*Invalid API key; the balance was/);
});

test('a reset connection is unknown, in our words, and not sent again', async () => {
	const own = link(nextLink++);
	panel.inject({ action: 'add', fields: { link: own }, kind: 'reset', times: 99 });
	const { error } = await place(panel, {
		items: [{ service: 1, quantity: 100, link: own }],
		retryOnFail: true,
		maxTries: 3,
	});
	expect(error?.message).toMatch(/^Outcome unknown: /);
	expect(error?.message).not.toMatch(/retry the request immediately/i);
	expect(adds(panel).filter(({ fields }) => fields.link === own)).toHaveLength(1);
});

test('a reply of a byte at a time ends with the time-out, and is unknown', async () => {
	const own = link(nextLink++);
	panel.inject({ action: 'add', fields: { link: own }, kind: 'drip', times: 99 });
	const startedAt = Date.now();
	const { items } = await place(panel, {
		items: [{ service: 1, quantity: 100, link: own }],
		onError: 'continueRegularOutput',
		options: { timeout: 1 },
	});
	expect(items[0]?.json.outcome).toBe('unknown');
	expect(Date.now() - startedAt).toBeLessThan(20_000);
}, 30_000);
