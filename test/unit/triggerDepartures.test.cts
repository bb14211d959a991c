/** Lists that lose IDs: what is believed, and what is remembered of what has left. */
import type { IDataObject } from 'n8n-workflow';
import { isFinal } from '../../nodes/SmmPanel/panel/statuses';
import { idsIn, MOST_REMEMBERED } from '../../nodes/SmmPanel/trigger/status/departures';
import type { Answer } from '../../nodes/SmmPanel/trigger/status/lookUp';
import { unpackMemory, unpackSeen } from '../../nodes/SmmPanel/trigger/status/memory';
import {
	idsToLookUp,
	statusChanges,
	type Followed,
	type ListReading,
	type StatusRules,
} from '../../nodes/SmmPanel/trigger/status/transitions';

const RULES: StatusRules = {
	firstCheck: 'newOnly',
	from: new Set(),
	to: new Set(),
	recheckFinished: false,
	progressStep: 0,
	ignoreRejectedIds: false,
};

const numbered = (count: number, first = 1) => Array.from({ length: count }, (_, at) => String(first + at));

/** A trigger that is polled by hand, at a panel that answers for every ID. */
function trigger(rules = RULES, more: Partial<ListReading> = {}) {
	let memory: IDataObject | undefined;
	const panel = new Map<string, string>();
	return {
		panel,
		memory: () => unpackMemory(memory as IDataObject),
		size: () => JSON.stringify(memory).length,
		/** Polls on a day; `row` makes an entry of each ID. Returns what was looked up and what fired. */
		poll(ids: readonly string[], today = 0, row?: (id: string) => IDataObject) {
			const list = { rows: new Map(ids.map((id) => [id, row?.(id)])), unusable: new Map() };
			const reading = { source: 'url a', list, ...more };
			const lookedUp = idsToLookUp(memory, reading, rules);
			const answers = new Map<string, Answer<Followed>>();
			for (const id of lookedUp) {
				const status = panel.get(id) ?? 'Completed';
				if (status === 'rejected') answers.set(id, { rejected: 'Incorrect order ID' });
				else answers.set(id, { value: { status, finished: isFinal(status) } });
			}
			const change = statusChanges(memory, { ...reading, answers, now: today * 86_400_000 }, rules);
			memory = JSON.parse(JSON.stringify(change.memory)) as IDataObject;
			const fired = change.findings.map((finding) =>
				'error' in finding
					? `${finding.id}: ${finding.error}`
					: `${finding.id}: ${finding.previousStatus} → ${finding.value.status}`,
			);
			return { lookedUp, fired };
		},
	};
}

describe('a list that loses more than half of its IDs, and more than ten', () => {
	test('is believed when the next one lacks the same', () => {
		const { poll, panel, memory } = trigger();
		const ids = numbered(22);
		for (const id of ids) panel.set(id, 'In progress');
		poll(ids);
		expect(poll(ids.slice(0, 10)).lookedUp).toEqual(ids);
		expect(poll(ids.slice(0, 10)).lookedUp).toEqual(ids.slice(0, 10));
		expect(memory().left).toMatchObject([{ day: 0, count: 12 }]);
	});

	test('goes on firing for what it lacks until then', () => {
		const { poll, panel } = trigger();
		const ids = numbered(30);
		for (const id of ids) panel.set(id, 'In progress');
		poll(ids);
		panel.set('30', 'Partial');
		expect(poll([]).fired).toEqual(['30: In progress → Partial']);
	});

	test('waits with what it lacks for its row, where the list has rows', () => {
		const { poll, panel } = trigger();
		const ids = numbered(30);
		for (const id of ids) panel.set(id, 'In progress');
		const row = (id: string) => ({ order: id });
		poll(ids, 0, row);
		panel.set('30', 'Partial');
		expect(poll([], 0, row)).toEqual({ lookedUp: [], fired: [] });
		expect(poll(ids, 0, row).fired).toEqual(['30: In progress → Partial']);
	});

	test.each([
		['half', 24, 12],
		['ten', 12, 2],
	])('is believed at once if it loses %s and no more', (_what, before, after) => {
		const { poll, panel } = trigger();
		const ids = numbered(before);
		for (const id of ids) panel.set(id, 'In progress');
		poll(ids);
		expect(poll(ids.slice(0, after)).lookedUp).toEqual(ids.slice(0, after));
	});

	test('is believed at once if its IDs were typed, or if it is another list', () => {
		for (const more of [{ isTyped: true }, { source: 'url b' }]) {
			const reading: Partial<ListReading> = { source: 'url a' };
			const { poll, panel } = trigger(RULES, reading);
			const ids = numbered(30);
			for (const id of ids) panel.set(id, 'In progress');
			poll(ids);
			Object.assign(reading, more);
			expect(poll(['1']).lookedUp).toEqual(['1']);
		}
	});
});

test('a stored state says which IDs have left, which are missing, and that the list has rows', () => {
	const stored = {
		source: 'url a',
		statuses: [['In progress', 'i4t+1']],
		withRows: true,
		missing: 'i4u',
		left: [{ day: 20782, count: 2, statuses: [['Completed', 'i54']], rejected: '255r' }],
	};
	const list = { rows: new Map(['23501', '23512', '99999'].map((id) => [id, {}])), unusable: new Map() };
	const reading = {
		source: 'url a',
		list,
		answers: new Map<string, Answer<Followed>>(),
		now: 20783 * 86_400_000,
	};
	expect(idsToLookUp(stored, reading, RULES)).toEqual(['23501', '99999']);
	const { memory, findings } = statusChanges(stored, reading, RULES);
	expect(findings).toEqual([]);
	expect(memory).toEqual({
		source: 'url a',
		statuses: [
			['In progress', 'i4t'],
			['Completed', 'i54'],
		],
		rejected: '255r',
		withRows: true,
		left: [{ day: 20783, count: 1, statuses: [['In progress', 'i4u']] }],
	});
});

describe('what has left the list', () => {
	const lists = (count: number) => ({ all: numbered(count), some: numbered(2) });

	test.each([1, 2, 3, 50])('and comes back after %s polls fires nothing that has fired', (polls) => {
		for (const firstCheck of ['newOnly', 'fire', 'remember'] as const) {
			const { poll } = trigger({ ...RULES, firstCheck });
			const { all } = lists(1000);
			poll(all);
			for (let absent = 0; absent < polls; absent++) expect(poll([]).fired).toEqual([]);
			expect(poll(all)).toEqual({ lookedUp: [], fired: [] });
		}
	});

	test('and comes back unfinished fires what has happened meanwhile, from its old status on', () => {
		const { poll, panel } = trigger();
		panel.set('7', 'In progress');
		poll(['1', '7']);
		poll(['1']);
		panel.set('7', 'Canceled');
		expect(poll(['1', '7']).fired).toEqual(['7: In progress → Canceled']);
	});

	test('and comes back is still rejected, and still unread', () => {
		const { poll, panel, memory } = trigger();
		panel.set('7', 'rejected');
		expect(poll(['1', '7']).fired).toEqual(['7: Incorrect order ID']);
		poll(['1']);
		expect(idsIn(memory())).toEqual(new Set(['1']));
		expect(poll(['1', '7']).fired).toEqual([]);
	});

	test('is remembered for a week', () => {
		const { poll } = trigger();
		poll(['1', '7'], 100);
		poll(['1'], 100);
		expect(poll(['1', '7'], 107).fired).toEqual([]);
		poll(['1'], 107);
		poll(['1'], 115);
		expect(poll(['1', '7'], 115).fired).toEqual(['7: null → Completed']);
	});

	test('is remembered up to a number, the latest first', () => {
		const { poll, memory } = trigger(RULES, { isTyped: true });
		const parts = [0, 1, 2].map((part) => numbered(40_000, 1 + part * 40_000));
		parts.forEach((ids, day) => {
			poll(ids, day);
		});
		poll([], 3);
		const left = memory().left.map(({ day, count, ...seen }) => [day, count, idsIn(unpackSeen(seen)).size]);
		expect(left).toEqual([
			[1, MOST_REMEMBERED - 80_000, MOST_REMEMBERED - 80_000],
			[2, 40_000, 40_000],
			[3, 40_000, 40_000],
		]);
	});

	test('takes less than four bytes an ID', () => {
		const { poll, size } = trigger(RULES, { isTyped: true });
		poll(numbered(20_000).map((id) => String(Number(id) * 7)));
		poll([]);
		expect(size()).toBeLessThan(4 * 20_000);
		expect(size()).toBeGreaterThan(20_000);
	});
});
