/** Words that do not decide: the balance proves an order refused, or leaves it unknown. The panel's ledger is the judge. */
import * as fc from 'fast-check';
import { BalanceEvidence } from '../../../nodes/SmmPanel/actions/order/placing/evidence';
import type { PlannedOrder } from '../../../nodes/SmmPanel/actions/order/placing/plan';
import { PanelError, type ErrorFamily } from '../../../nodes/SmmPanel/panel/errors';
import { EVIDENCE } from '../../../nodes/SmmPanel/panel/policies';
import { orderStatusSchema } from '../../../nodes/SmmPanel/panel/schemas';
import { createPanelClient } from '../../../nodes/SmmPanel/panel/client';
import { scripted, virtualClock } from '../clientFixture.cts';
import { orderOf } from './orders.cts';

interface Answer {
	/** Undefined: placed, and said so. */
	says?: PanelError;
	taken: boolean;
	/** Cents. */
	charge: number;
	debitAfterMs: number;
}

const error = (family: ErrorFamily = 'request', effect: 'none' | 'unknown' = 'unknown', clean = true) =>
	new PanelError('Wrong moon phase', { family, effect, clean, action: 'add' });

const placed = (more: Partial<Answer> = {}): Answer => ({
	taken: true,
	charge: 25,
	debitAfterMs: 0,
	...more,
});
const unclear = (more: Partial<Answer> = {}): Answer => placed({ says: error(), taken: false, ...more });

let nextAccount = 0;

/** Orders that show that the account is debited at once. */
const SHOWING = [placed(), placed()];

/** A panel with a balance of 10.00 that answers orders as told, and a run at it. */
function worldOf(given: Answer[], { alone = true, refusesKey = false, decimals = 2, reads = Infinity } = {}) {
	const answers = [...given];
	let now = 0;
	let cents = 1000;
	const later: Array<{ at: number; cents: number }> = [];
	const charges = new Map<string, number | null>();
	const calls: string[] = [];
	const pass = (ms: number) => {
		now += ms;
		for (const event of later.splice(0)) {
			if (event.at <= now) cents -= event.cents;
			else later.push(event);
		}
	};
	const client = {
		add: async (_fields: unknown, context: { coversOrder?: boolean } = {}) => {
			calls.push(context.coversOrder ? 'add, covered' : 'add');
			const { says, taken, charge, debitAfterMs } = answers.shift() ?? placed();
			if (taken) later.push({ at: now + debitAfterMs, cents: charge });
			pass(0);
			if (says) return await Promise.reject(says);
			const order = String(charges.size + 1);
			charges.set(order, charge);
			return { order, raw: {} };
		},
		balance: async () => {
			calls.push('balance');
			if (refusesKey && calls.includes('add')) throw error('auth');
			if (calls.filter((call) => call === 'balance').length > reads) throw error('network');
			const balance = (cents / 100).toFixed(decimals);
			return await Promise.resolve({ value: { balance, currency: null }, raw: { balance } });
		},
		status: async (orders: readonly string[]) => {
			calls.push('status');
			const valueOf = (charge: number | null | undefined) =>
				orderStatusSchema.parse({ status: 'Pending', charge: charge == null ? null : charge / 100 });
			return await Promise.resolve(
				new Map(orders.map((id) => [id, { ok: true as const, value: valueOf(charges.get(id)), raw: {} }])),
			);
		},
		hasRoom: () => true,
	};
	const clock = {
		now: () => now,
		sleep: async (ms: number) => {
			// A reading that is not there in time does not occur here
			if (ms !== EVIDENCE.againMs) return await new Promise<void>(() => undefined);
			pass(ms);
		},
	};
	const run = (account = `account ${nextAccount++}`) =>
		addingWith({ client, clock, account, alone, balance: undefined });
	return { run, calls, pass, charges, refund: (amount: number) => (cents += amount) };
}

function addingWith(ports: ConstructorParameters<typeof BalanceEvidence>[0]) {
	const evidence = new BalanceEvidence(ports);
	const add: BalanceEvidence['add'] = async (fields, order) => await evidence.add(fields, order);
	return Object.assign(add, { finish: async () => await evidence.finish() });
}

type Add = ReturnType<typeof addingWith>;

const said = async (add: Add, order: Partial<PlannedOrder> = {}) =>
	await add({}, orderOf(0, { charge: '0.25', highest: '0.25', ...order })).then(
		() => 'placed',
		(reason: unknown) => (reason as PanelError).effect,
	);

const show = async (add: Add) => {
	for (const _ of SHOWING) expect(await said(add)).toBe('placed');
};

test('once an account was seen twice to be debited at once, a balance that stays refuses', async () => {
	const world = worldOf([...SHOWING, unclear()]);
	const add = world.run();
	await show(add);
	await expect(add({}, orderOf(0, { charge: '0.25', highest: '0.25' }))).rejects.toMatchObject({
		effect: 'none',
		message: 'Wrong moon phase; the balance was 9.50 before and 9.50 after',
	});
	expect(world.calls.join()).toBe(
		'balance,add, covered,balance,add, covered,balance,add, covered,balance,balance',
	);
});

test('what was learned of an account holds for its next run, whose last order is looked at, too', async () => {
	const first = worldOf(SHOWING).run('the same');
	await show(first);
	await first.finish();
	expect(await said(worldOf([unclear()]).run('the same'))).toBe('none');
});

test('orders placed since are taken off at what they really cost', async () => {
	const add = worldOf([...SHOWING, placed({ charge: 13 }), placed({ charge: 24 }), unclear()]).run();
	for (let count = 0; count < 4; count++) await said(add);
	expect(await said(add)).toBe('none');
});

type World = ReturnType<typeof worldOf>;

type Meanwhile = (world: World, add: Add) => unknown;
const NOTHING: Meanwhile = () => undefined;

test.each<[string, Answer, Partial<PlannedOrder>, Meanwhile]>([
	['the balance has moved', unclear({ taken: true }), {}, NOTHING],
	['the panel debits two seconds later', unclear({ taken: true, debitAfterMs: 2000 }), {}, NOTHING],
	['the words are not clean', unclear({ says: error('request', 'unknown', false) }), {}, NOTHING],
	['nobody knows the price', unclear(), { charge: null }, NOTHING],
	['panels price it differently', unclear(), { isPriceUncertain: true }, NOTHING],
	['the balance would not show the charge', unclear(), { charge: '0.009' }, NOTHING],
	['a discount could hide the charge', unclear(), { charge: '0.0105' }, NOTHING],
	[
		'a charge of an order since is missing',
		unclear(),
		{},
		async (world, add) => {
			await said(add);
			world.charges.set('3', null);
		},
	],
	[
		'another execution placed an order meanwhile',
		unclear(),
		{},
		async () => await said(worldOf([placed()]).run('shared')),
	],
	['another order was refunded', unclear(), {}, (world) => world.refund(10)],
])('an order stays unknown where %s', async (name, answer, order, meanwhile) => {
	const isOrderBetween = name.includes('charge of');
	const world = worldOf([...SHOWING, ...(isOrderBetween ? [placed()] : []), answer]);
	const add = world.run('shared');
	await show(add);
	// The reading is there, and everything that follows happens after it
	if (!isOrderBetween) await add.finish();
	await meanwhile(world, add);
	expect(await said(add, order)).toBe('unknown');
});

test.each([
	['orders leave side by side', { alone: false }],
	['the balance shows whole units', { decimals: 0 }],
	['the balance cannot be read after it', { reads: 3 }],
	['the balance cannot be read a second time', { reads: 4 }],
])('an order stays unknown where %s', async (_name, how) => {
	const add = worldOf([...SHOWING, unclear()], how).run();
	await show(add);
	expect(await said(add)).toBe('unknown');
});

test('the first order of an account is decided by words alone', async () => {
	expect(await said(worldOf([unclear()]).run())).toBe('unknown');
});

test('a reading that is still tried when the run is over is given up', async () => {
	const { transport, requests } = scripted({ status: 503, body: '' });
	const clock = virtualClock();
	const client = createPanelClient({
		transport,
		clock,
		apiUrl: 'https://panel.test/api/v2',
		apiKey: 'a-key',
	});
	await new BalanceEvidence({ client, clock, account: 'over', alone: true, balance: undefined }).finish();
	await clock.sleep(300_000);
	expect(requests.length).toBeLessThanOrEqual(1);
});

test('a balance that fell is told', async () => {
	const add = worldOf([...SHOWING, unclear({ taken: true })]).run();
	await show(add);
	await expect(add({}, orderOf(0, { charge: '0.25', highest: '0.25' }))).rejects.toThrow(
		'Wrong moon phase; the balance fell by 0.25',
	);
});

test('words about the key are the panel’s where it refuses the key for a read as well', async () => {
	const add = worldOf([unclear({ says: error('auth') })], { refusesKey: true }).run();
	expect(await said(add)).toBe('unknown');
	const refused = worldOf([unclear({ says: error('auth') })], { refusesKey: true });
	refused.calls.push('add');
	expect(await said(refused.run())).toBe('none');
});

test('whatever is taken, debited at once or within three seconds, is never called refused', async () => {
	const answer = fc.record({
		isPlaced: fc.boolean(),
		taken: fc.boolean(),
		charge: fc.integer({ min: 1, max: 40 }),
		debitAfterMs: fc.constantFrom(0, 0, 500, 2000, 2999),
		estimate: fc.integer({ min: 1, max: 40 }),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(answer, { maxLength: 12 }), async (answers) => {
			const add = worldOf(
				answers.map(({ isPlaced, taken, charge, debitAfterMs }) => ({
					...(isPlaced ? placed({ charge, debitAfterMs }) : unclear({ taken, charge, debitAfterMs })),
				})),
			).run();
			for (const { isPlaced, taken, estimate } of answers) {
				const price = (estimate / 100).toFixed(2);
				const outcome = await said(add, { charge: price, highest: price });
				if (!isPlaced && taken) expect(outcome).toBe('unknown');
			}
		}),
		{ numRuns: 300 },
	);
});
