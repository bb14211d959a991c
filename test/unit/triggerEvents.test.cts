/** The trigger's events as functions: stalls, and what a poll does not reach. */
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { lookUp } from '../../nodes/SmmPanel/trigger/status/lookUp';
import type { Followed } from '../../nodes/SmmPanel/trigger/status/memory';
import { DAY, follower, is } from './follower.cts';

test('an order that stalls is told once, until it has moved', () => {
	const trigger = follower({ stalledAfterMs: DAY });
	const remains = [900, 900, 900, 900, 800, 800];
	const stalled = remains.map(
		(left, day) => trigger.poll(['1'], () => is('In progress', left), { day }).fired.length,
	);
	expect(stalled).toEqual([0, 1, 0, 0, 0, 1]);
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
