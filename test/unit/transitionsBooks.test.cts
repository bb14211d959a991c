/** The comparison that the end-to-end test rests on: it must notice what it is there to notice. */
import {
	endsRight,
	judge,
	type Fired,
	type Life,
	type OrderBooks,
	type Sighting,
} from '../e2e/transitionsBooks.cts';

const POLL = 5_000;
/** Told at the first poll, the second …; a poll takes 100 ms. */
const told = (...statuses: Array<string | null>): Sighting[] =>
	statuses.flatMap((status, poll) => (status === null ? [] : [{ status, at: poll * POLL + 50 }]));
const fires = (poll: number, from: string | null, to: string): Fired => ({ from, to, at: poll * POLL + 100 });
const order = (sightings: Sighting[], fired: Fired[], atFirst = false): OrderBooks => ({
	id: '1',
	atFirst,
	sightings,
	fired,
});
const polls = (from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, at) => (from + at) * POLL);
const oneLife: Life[] = [{ startedAt: 0, polls: polls(0, 9) }];
/** Killed 300 ms after the third poll began. */
const killedInThird = (saved: string): Life[] => [
	{ startedAt: 0, polls: polls(0, 2), killedAt: 2 * POLL + 300, saved: new Map([['1', saved]]) },
	{ startedAt: 2 * POLL + 400, polls: polls(3, 9) },
];
const whole = [fires(1, null, 'In progress'), fires(2, 'In progress', 'Completed')];
const life = told('Pending', 'In progress', 'Completed');

const nothingWrong = {
	faults: [],
	lostByN8n: [],
	doubledByN8n: [],
	diedWithPoll: [],
	overtaken: [],
	toldAgain: 0,
};

it('finds nothing wrong with changes that fired once', () => {
	expect(judge([order(life, whole)], oneLife)).toEqual({ ...nothingWrong, told: 2, emitted: 2 });
	expect(endsRight(order(life, whole))).toBe(true);
});

it('does not expect what the first check only remembers, nor another spelling', () => {
	const seen = told('In progress', 'Inprogress', 'Completed');
	const books = order(seen, [fires(2, 'In progress', 'Completed')], true);
	expect(judge([books], oneLife)).toEqual({ ...nothingWrong, told: 1, emitted: 1 });
});

it.each([
	['lost', whole.slice(0, 1), '1: In progress → Completed: lost'],
	[
		'fired twice by one poll',
		[...whole, fires(2, 'In progress', 'Completed')],
		'1: In progress → Completed: fired again as Completed',
	],
	[
		'fired again later',
		[...whole, fires(4, 'In progress', 'Completed')],
		'1: In progress → Completed: fired again as Completed',
	],
	[
		'fired with the wrong status before',
		[fires(1, null, 'In progress'), fires(2, 'Pending', 'Completed')],
		'1: In progress → Completed: fired as Pending → Completed',
	],
])('calls it a fault of the node where a change is %s', (_what, fired, fault) => {
	expect(judge([order(life, fired)], oneLife).faults).toEqual([fault]);
});

it('calls it a fault of the node where a change fires that nothing had led to', () => {
	const { faults } = judge([order(told('Pending', 'Pending'), [fires(1, null, 'Completed')])], oneLife);
	expect(faults).toEqual(['1: Pending → Pending: fired Completed though nothing had changed']);
});

it('gives n8n the blame where it had saved the state and not the execution', () => {
	const verdict = judge([order(life, whole.slice(0, 1))], killedInThird('Completed'));
	expect(verdict).toEqual({
		...nothingWrong,
		told: 2,
		emitted: 1,
		lostByN8n: ['1: In progress → Completed'],
	});
});

it('does not give it where the poll before was the one that lost it', () => {
	const { faults } = judge([order(life, whole.slice(1))], killedInThird('Completed'));
	expect(faults).toContain('1: Pending → In progress: lost');
});

it('expects what died with n8n to fire when it is back, once', () => {
	const again = [...life, { status: 'Completed', at: 3 * POLL + 50 }];
	const late = [fires(1, null, 'In progress'), fires(3, 'In progress', 'Completed')];
	const verdict = judge([order(again, late)], killedInThird('In progress'));
	expect(verdict).toEqual({ ...nothingWrong, told: 2, emitted: 2, toldAgain: 1 });
	expect(judge([order(again, late.slice(0, 1))], killedInThird('In progress')).faults).toEqual([
		'1: In progress → Completed: lost',
	]);
	expect(judge([order(life, late.slice(0, 1))], killedInThird('In progress')).faults).toEqual([
		'1: not asked for again after Completed',
	]);
});

it('counts apart what died with n8n and was another status when it was back', () => {
	const moved = [...told('Pending', 'In progress', 'On hold'), { status: 'Completed', at: 3 * POLL + 50 }];
	const fired = [fires(1, null, 'In progress'), fires(3, 'In progress', 'Completed')];
	const verdict = judge([order(moved, fired)], killedInThird('In progress'));
	expect(verdict).toEqual({
		...nothingWrong,
		told: 3,
		emitted: 2,
		diedWithPoll: ['1: In progress → On hold'],
	});
});

it('gives n8n the blame for a change that fires again because its execution was saved and the state was not', () => {
	const again = [...life, { status: 'Completed', at: 3 * POLL + 50 }];
	const verdict = judge(
		[order(again, [...whole, fires(3, 'In progress', 'Completed')])],
		killedInThird('In progress'),
	);
	expect(verdict).toMatchObject({ faults: [], doubledByN8n: ['1: In progress → Completed'] });
});

it('calls a saved state that is older than what had long been told a fault', () => {
	const lives = killedInThird('Pending');
	const { faults } = judge([order(told('Pending', 'In progress'), whole.slice(0, 1))], lives);
	expect(faults).toEqual(['1: Pending was saved where In progress had been told']);
});
