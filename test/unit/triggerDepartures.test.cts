/** Lists that lose IDs: what is believed, and what is remembered of what has left. */
import { MOST_REMEMBERED } from '../../nodes/SmmPanel/trigger/status/transitions';
import { follower, is, type PollOptions, type Says } from './follower.cts';

const numbered = (count: number, first = 1) => Array.from({ length: count }, (_, at) => String(first + at));
const moving: Says = () => is('In progress');
const done: Says = () => is('Completed');
/** One order gets another status. */
const but =
	(id: string, status: string): Says =>
	(other) =>
		is(other === id ? status : 'In progress');

describe('a list that loses more than half of its IDs, and more than ten', () => {
	const row = (id: string) => ({ order: id });

	test('is believed when the next one lacks the same', () => {
		const trigger = follower();
		const ids = numbered(22);
		const some = ids.slice(0, 10);
		trigger.poll(ids, moving);
		expect(trigger.poll(some, moving).lookedUp).toEqual(ids);
		expect(trigger.poll(some, moving).lookedUp).toEqual(some);
		expect(trigger.left()).toEqual(ids.slice(10));
	});

	test('goes on firing for what it lacks until then', () => {
		const trigger = follower();
		trigger.poll(numbered(30), moving);
		expect(trigger.poll([], but('30', 'Partial')).fired).toEqual(['30: In progress → Partial']);
	});

	test('waits with what it lacks for its row, where the list has rows', () => {
		const trigger = follower();
		trigger.poll(numbered(30), moving, { row });
		expect(trigger.poll([], but('30', 'Partial'), { row })).toMatchObject({ lookedUp: [], fired: [] });
		expect(trigger.poll(numbered(30), but('30', 'Partial'), { row }).fired).toEqual([
			'30: In progress → Partial',
		]);
	});

	test.each<[string, number, number, PollOptions]>([
		['if it loses half and no more', 24, 12, {}],
		['if it loses ten and no more', 12, 2, {}],
		['if its IDs were typed', 30, 1, { isTyped: true }],
		['if it is another list', 30, 1, { source: 'b' }],
	])('is believed at once %s', (_what, before, after, more) => {
		const trigger = follower();
		const ids = numbered(before);
		trigger.poll(ids, moving);
		expect(trigger.poll(ids.slice(0, after), moving, more).lookedUp).toEqual(ids.slice(0, after));
	});
});

describe('what has left the list', () => {
	test('is remembered for a week', () => {
		const trigger = follower();
		trigger.poll(['1', '7'], done, { day: 100 });
		trigger.poll(['1'], done, { day: 100 });
		expect(trigger.poll(['1', '7'], done, { day: 107 }).fired).toEqual([]);
		trigger.poll(['1'], done, { day: 107 });
		trigger.poll(['1'], done, { day: 115 });
		expect(trigger.poll(['1', '7'], done, { day: 115 }).fired).toEqual(['7: null → Completed']);
	});

	test('is remembered up to a number, the latest first', () => {
		const trigger = follower();
		const part = 0.4 * MOST_REMEMBERED;
		const parts = [0, 1, 2].map((at) => numbered(part, 1 + at * part));
		parts.forEach((ids, day) => trigger.poll(ids, done, { isTyped: true, day }));
		trigger.poll([], done, { isTyped: true, day: 3 });
		const left = new Set(trigger.left());
		expect(left.size).toBe(MOST_REMEMBERED);
		expect(parts.map((ids) => ids.filter((id) => left.has(id)).length)).toEqual([part / 2, part, part]);
	});
});
