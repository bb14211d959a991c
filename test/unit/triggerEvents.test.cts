/** The trigger's events as functions: balance, progress and the first check. */
import type { IDataObject } from 'n8n-workflow';
import type { Answer } from '../../nodes/SmmPanel/trigger/status/lookUp';
import { balanceChange } from '../../nodes/SmmPanel/trigger/balance/event';
import {
	statusChanges,
	type Followed,
	type StatusRules,
} from '../../nodes/SmmPanel/trigger/status/transitions';

describe('the balance', () => {
	const watch = (amounts: readonly string[], threshold = '10') => {
		let memory: IDataObject | undefined;
		return amounts.map((balance) => {
			const change = balanceChange(memory, { balance, currency: 'USD' }, threshold);
			memory = change.memory;
			return change.items.length;
		});
	};

	test('below the threshold is reported once, and again after it has recovered', () => {
		expect(watch(['12', '9.99', '5', '1', '10', '9', '50', '49'])).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
	});

	test('below at the first poll is reported', () => {
		expect(watch(['3', '2'])).toEqual([1, 0]);
	});

	test('is compared exactly: at the threshold is not below', () => {
		expect(watch(['0.3'], '0.3')).toEqual([0]);
		expect(watch(['0.29999999999999999'], '0.3')).toEqual([1]);
	});

	test('comes with its figures', () => {
		const { items } = balanceChange(undefined, { balance: '3.5', currency: null }, '10');
		expect(items).toEqual([{ balance: 3.5, currency: null, threshold: 10 }]);
	});
});

describe('an order', () => {
	const rules = (more: Partial<StatusRules> = {}): StatusRules => ({
		firstCheck: 'newOnly',
		from: new Set(),
		to: new Set(),
		recheckFinished: false,
		progressStep: 0,
		ignoreRejectedIds: false,
		...more,
	});
	/** Each poll is what the panel answers by ID; null: nothing. */
	type Polls = Array<Record<string, (Followed & { quantity?: number }) | null>>;
	const watch = (polls: Polls, chosen = rules(), source = (_poll: number) => 'ids') => {
		let memory: IDataObject | undefined;
		return polls.map((replies, poll) => {
			const list = {
				rows: new Map(
					Object.entries(replies).map(([id, reply]) => [
						id,
						reply?.quantity === undefined ? undefined : { quantity: reply.quantity },
					]),
				),
				unusable: new Map<string, undefined>(),
			};
			const answers = new Map<string, Answer<Followed>>();
			for (const [id, value] of Object.entries(replies)) if (value) answers.set(id, { value });
			const reading = { source: source(poll), list, answers, now: 0 };
			const change = statusChanges(memory, reading, chosen);
			memory = change.memory;
			return change.findings.map((finding) =>
				'error' in finding
					? finding.error
					: [finding.id, finding.previousStatus, finding.value.status, finding.progress],
			);
		});
	};
	const is = (status: string, remains: number | null = null, quantity?: number) => ({
		status,
		finished: status === 'Completed',
		remains,
		quantity,
	});

	test('added after the first check has been Pending, whatever nobody saw', () => {
		expect(
			watch([
				{ '1': is('In progress') },
				{ '1': is('In progress'), '2': is('Completed'), '3': is('Pending') },
			]),
		).toEqual([[], [['2', null, 'Completed', undefined]]]);
	});

	test('fires from the first check on, if asked to', () => {
		const polls = [{ '1': is('In progress'), '2': is('Pending') }];
		expect(watch(polls, rules({ firstCheck: 'fire' }))).toEqual([[['1', null, 'In progress', undefined]]]);
	});

	test('is first only remembered, if asked to, whenever it is added', () => {
		const polls: Polls = [{}, { '1': is('In progress') }, { '1': is('Completed') }];
		expect(watch(polls, rules({ firstCheck: 'remember' }))).toEqual([
			[],
			[],
			[['1', 'In progress', 'Completed', undefined]],
		]);
	});

	test('of the first list that could not be read at once is still of the first list', () => {
		expect(
			watch([
				{ '1': is('Pending'), '2': null },
				{ '1': is('Pending'), '2': is('In progress') },
				{ '1': is('Pending'), '2': is('Completed') },
			]),
		).toEqual([[], [], [['2', 'In progress', 'Completed', undefined]]]);
	});

	test('of another list is looked at as at a first check; those on both go on', () => {
		const polls: Polls = [
			{ '1': is('Pending') },
			{ '1': is('In progress'), '2': is('Completed') },
			{ '1': is('Completed'), '2': is('Completed') },
		];
		expect(watch(polls, rules(), (poll) => (poll === 0 ? 'table a' : 'table b'))).toEqual([
			[],
			[['1', 'Pending', 'In progress', undefined]],
			[['1', 'In progress', 'Completed', undefined]],
		]);
	});

	test('spelled in another way has not changed', () => {
		expect(watch([{ '1': is('In progress') }, { '1': is('in_progress') }])).toEqual([[], []]);
	});

	test('that the panel calls by a name nobody knows has changed', () => {
		expect(watch([{ '1': is('Pending') }, { '1': is('Queued at supplier') }])).toEqual([
			[],
			[['1', 'Pending', 'Queued at supplier', undefined]],
		]);
	});

	const delivered = (...remains: number[]) => remains.map((left) => ({ '1': is('In progress', left) }));

	test('fires at each step of its progress', () => {
		expect(watch(delivered(1000, 900, 750, 700, 200, 0), rules({ progressStep: 25 }))).toEqual([
			[],
			[],
			[['1', 'In progress', 'In progress', 25]],
			[],
			[['1', 'In progress', 'In progress', 80]],
			[['1', 'In progress', 'In progress', 100]],
		]);
	});

	test('takes its quantity from the row, where there is one', () => {
		const polls = [{ '1': is('In progress', 600, 1000) }, { '1': is('In progress', 500, 1000) }];
		expect(watch(polls, rules({ progressStep: 50 }))).toEqual([
			[],
			[['1', 'In progress', 'In progress', 50]],
		]);
	});

	test('of which nothing remains while it waits has no progress yet', () => {
		const polls = [
			{ '1': is('Pending', 0) },
			{ '1': is('In progress', 800) },
			{ '1': is('In progress', 300) },
		];
		expect(watch(polls, rules({ progressStep: 50 }))).toEqual([
			[],
			[['1', 'Pending', 'In progress', 0]],
			[['1', 'In progress', 'In progress', 62.5]],
		]);
	});
});
