/** The trigger's events as functions: balance, progress, stalls and what a poll does not reach. */
import type { IDataObject } from 'n8n-workflow';
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { lookUp } from '../../nodes/SmmPanel/trigger/status/lookUp';
import type { Followed } from '../../nodes/SmmPanel/trigger/status/memory';
import type { StatusRules } from '../../nodes/SmmPanel/trigger/status/transitions';
import { balanceChange } from '../../nodes/SmmPanel/trigger/balance/balanceBelow';
import { DAY, follower, is } from './follower.cts';

describe('the balance', () => {
	const watch = (amounts: readonly string[], threshold = '10') => {
		let memory: IDataObject | undefined;
		return amounts.map((balance) => {
			const change = balanceChange(memory, { balance, currency: 'USD' }, threshold);
			memory = change.memory;
			return change.items.length;
		});
	};

	test('is compared exactly: at the threshold is not below', () => {
		expect(watch(['0.3'], '0.3')).toEqual([0]);
		expect(watch(['0.29999999999999999'], '0.3')).toEqual([1]);
	});
});

describe('an order', () => {
	/** Each poll is what the panel answers by ID; null: nothing. */
	type Polls = Array<Record<string, Followed | null>>;
	const watch = (
		polls: Polls,
		rules: Partial<StatusRules> = {},
		more: (poll: number) => { source?: string; row?: (id: string) => IDataObject } = () => ({}),
	) => {
		const trigger = follower(rules);
		return polls.map(
			(replies, poll) =>
				trigger.poll(Object.keys(replies), (id) => replies[id] ?? undefined, more(poll)).fired,
		);
	};

	test('spelled in another way has not changed', () => {
		expect(watch([{ '1': is('In progress') }, { '1': is('in_progress') }])).toEqual([[], []]);
	});

	const delivered = (...remains: number[]) => remains.map((left) => ({ '1': is('In progress', left) }));
	const step = (percent: number) => `1: In progress → In progress (${percent} %)`;

	test('takes its quantity from the row, where there is one', () => {
		const row = () => ({ quantity: 1000 });
		expect(watch(delivered(600, 500), { progressStep: 50 }, () => ({ row }))).toEqual([[], [step(50)]]);
	});

	test('of which nothing remains while it waits has no progress yet', () => {
		const polls = [{ '1': is('Pending', 0) }, ...delivered(800, 300)];
		expect(watch(polls, { progressStep: 50 })).toEqual([
			[],
			['1: Pending → In progress (0 %)'],
			[step(62.5)],
		]);
	});

	test('that stalls is told once, until it has moved', () => {
		const trigger = follower({ stalledAfterMs: DAY });
		const remains = [900, 900, 900, 900, 800, 800];
		const stalled = remains.map(
			(left, day) => trigger.poll(['1'], () => is('In progress', left), { day }).fired.length,
		);
		expect(stalled).toEqual([0, 1, 0, 0, 0, 1]);
	});
});

describe('a poll that does not reach all IDs', () => {
	const ids = Array.from({ length: 250 }, (_, at) => String(at + 1));

	test.each(['rateLimit', 'canceled'] as const)('%s: leaves the rest to the next one', async (family) => {
		const error = new PanelError('Not now', { family, effect: 'none' });
		const found = await lookUp<Followed>(
			async (batch) =>
				await Promise.resolve(
					new Map(
						batch.map((id) => [
							id,
							Number(id) <= 100 ? { ok: true, value: is('Pending'), raw: {} } : { ok: false, error },
						]),
					),
				),
			ids,
			{ over: () => false, maxRequests: 0 },
		);
		expect([found.byId.size, found.next, found.problem]).toEqual([100, '101', undefined]);
	});

	test('does not count as one that has read the list', () => {
		const trigger = follower();
		const readAt = () => trigger.memory().readAt;
		trigger.poll(['1'], () => is('Pending'), { readAt: 'first' });
		trigger.poll(['1', '2'], () => is('Pending'), { readAt: 'second', next: '2' });
		expect(readAt()).toBe('first');
		trigger.poll(['1', '2'], () => is('Pending'), { readAt: 'third' });
		expect(readAt()).toBe('third');
	});
});
