/**
 * The evidence by balance at panels that debit late, show a balance of some time ago, ask their supplier after the debit,
 * or pay another order back in between. `SMM_REPLY_RUNS=150` tries so many accounts of each.
 */
import { BalanceEvidence } from '../../../nodes/SmmPanel/actions/order/placing/evidence';
import { createPanelClient } from '../../../nodes/SmmPanel/panel/client';
import { PanelError } from '../../../nodes/SmmPanel/panel/errors';
import { EVIDENCE } from '../../../nodes/SmmPanel/panel/policies';
import { testPanels } from '../../panel/client.cts';
import { createRandom, type Random } from '../../panel/random.cts';
import type { DevPanel, PanelOptions } from '../../panel/server.cts';
import { fetchTransport } from '../clientFixture.cts';
import { orderOf } from './orders.cts';

const { panelWith, stopAll } = testPanels();
afterEach(stopAll);

const ACCOUNTS = Number(process.env.SMM_REPLY_RUNS ?? 10);

/** Panel time passes with each request, and where the evidence waits; other waits do not end by themselves. */
function runAt(panel: DevPanel, account: string, random: Random) {
	const send = fetchTransport(panel.url, panel.key);
	const clock = {
		now: () => panel.now(),
		sleep: async (ms: number) => {
			if (ms !== EVIDENCE.againMs) return await new Promise<void>(() => undefined);
			panel.step(ms);
		},
	};
	const client = createPanelClient({
		transport: async (request) => {
			panel.step(random.whole(50, 400));
			return await send(request);
		},
		clock,
		apiUrl: panel.url,
		apiKey: panel.key,
	});
	return new BalanceEvidence({ client, clock, account, alone: true, balance: undefined });
}

/** Of orders that were answered with an error: taken by the panel or not, and called so. */
type Count = Record<'taken' | 'refused', Record<'none' | 'unknown', number>>;

/** Accounts that place some orders each, every third of which is answered with `words`, taken or not. */
async function countAt(options: PanelOptions, words: readonly string[], refunds = false): Promise<Count> {
	const count: Count = { taken: { none: 0, unknown: 0 }, refused: { none: 0, unknown: 0 } };
	const { panel } = await panelWith({ ...options, balance: '100000', lives: { kind: 'still' } });
	// A charge, and a balance, of five decimals
	panel.addService({ id: 7, rate: '2.5018', min: 10, max: 1000 });
	for (let account = 0; account < ACCOUNTS; account++) {
		const random = createRandom(`${JSON.stringify(options)} ${account}`);
		const run = runAt(panel, `${JSON.stringify(options)} ${words.join()} ${account}`, random);
		for (let number = 0; number < 9; number++) {
			// Most orders of a run follow each other at once
			panel.step(random.chance(0.7) ? 0 : random.whole(0, 20_000));
			const order = orderOf(number, {
				fields: { link: `https://x.test/${account}/${number}`, quantity: '100' },
				charge: '0.25018',
				highest: '0.25018',
			});
			const isUnclear = number % 3 === 2;
			const effect = random.chance(0.5);
			panel.configure({ refundsAnother: refunds && isUnclear });
			if (isUnclear) panel.inject({ kind: 'error', action: 'add', effect, text: random.pick(words) });
			const said = await run.add({ ...order.fields, service: '7' }, order).then(
				() => undefined,
				(error: unknown) => (error instanceof PanelError ? error.effect : 'unknown'),
			);
			if (isUnclear && said) count[effect ? 'taken' : 'refused'][said]++;
		}
		panel.step(60_000);
	}
	return count;
}

/** In English, Vietnamese, Indonesian, Arabic and Farsi. */
const UNCOLLECTED = [
	'Wrong moon phase',
	...['Số dư không đủ', 'Liên kết không hợp lệ', 'Tautan tidak valid', 'Saldo tidak mencukupi'],
	...['رصيد غير كاف', 'الرابط غير صالح', 'موجودی کافی نیست', 'لینک نامعتبر است'],
];

test.each<[string, PanelOptions, readonly string[]]>([
	['debits at once', {}, UNCOLLECTED],
	['debits two seconds late', { debitAfterMs: 2_000 }, UNCOLLECTED],
	['shows a balance of up to four seconds ago', { balanceCachedMs: 4_000 }, UNCOLLECTED],
	['shows a balance of up to ten seconds ago', { balanceCachedMs: 10_000 }, UNCOLLECTED],
	['shows a balance of up to a minute ago', { balanceCachedMs: 60_000 }, UNCOLLECTED],
	['asks its supplier after the debit', {}, ['Invalid API key', 'Not enough funds on balance']],
])(
	'no order that was taken is called refused at a panel that %s',
	async (_name, options, words) => {
		const count = await countAt(options, words);
		expect(count.taken.none).toBe(0);
		expect(count.taken.unknown).toBeGreaterThan(0);
		// Words that nobody has collected are refusals as often as the balance can be read for what it is
		if (Object.keys(options).length === 0) expect(count.refused.none).toBeGreaterThan(0);
	},
	120_000,
);

test('what stays open: another order of exactly this price is paid back at the same moment', async () => {
	const count = await countAt({}, UNCOLLECTED, true);
	expect(count.taken.none).toBeGreaterThan(0);
}, 120_000);
