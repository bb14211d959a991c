/** Replies about several IDs in shapes that no dialect of the development panel has. */
import {
	CANCEL,
	readList,
	REFILL,
	REFILL_STATUS,
	STATUS,
	type Outcome,
} from '../../nodes/SmmPanel/panel/replies';
import { headlineOf, PanelError } from '../../nodes/SmmPanel/panel/errors';
import { readCatalogue } from '../../nodes/SmmPanel/panel/schemas';
import { plain } from './clientFixture.cts';

const IDS = ['1', '10', '100'];
const DONE = { charge: '1', start_count: '2', status: 'Completed', remains: '0', currency: 'USD' };

const shown = <T,>(outcomes: Map<string, Outcome<T>>, part: (value: T) => unknown) =>
	Object.fromEntries(
		[...outcomes].map(([id, outcome]) => [id, outcome.ok ? part(outcome.value) : outcome.error.family]),
	);

describe('the status of many orders', () => {
	const read = (reply: unknown, ids = IDS) => shown(readList(STATUS, reply, ids), ({ status }) => status);
	const all = { 1: 'Completed', 10: 'order', 100: 'Completed' };

	const WRONG = { error: 'Incorrect order ID' };
	const named = (name: string, id: string | number) => ({ [name]: id, ...DONE });
	test.each<[string, unknown]>([
		['an object by ID', { 100: DONE, 10: WRONG, 1: DONE }],
		['wrapped in data', { status: 'success', data: { 1: DONE, 10: WRONG, 100: DONE } }],
		['rows that name their order', [named('order', 100), named('order', '1')]],
		['rows that name it id', [named('id', 1), named('id', 100)]],
		['rows without IDs, in the order asked', [DONE, WRONG, DONE]],
		['rows of which only the refused have no ID', [named('order', 1), WRONG, named('order', 100)]],
		['an object in which an ID is null', { 1: DONE, 10: null, 100: DONE }],
	])('is understood as %s', (_name, reply) => {
		const told = read(reply);
		expect(told).toEqual({ ...all, 10: expect.stringMatching(/order|protocol/) as string });
	});

	test('keeps the words of a row without an ID among rows with one', () => {
		const outcome = readList(STATUS, [named('order', 1), WRONG, named('order', 100)], IDS).get('10');
		expect(outcome).toMatchObject({ ok: false, error: { message: 'Incorrect order ID' } });
	});

	test('is none yet where it is null, and that is no broken panel', () => {
		const reply = { 1: { ...DONE, status: null }, 10: { ...DONE, status: '' } };
		expect(read(reply, ['1', '10'])).toEqual({ 1: 'Pending', 10: 'protocol' });
	});

	test('says which ID was left out, and what that means', () => {
		const outcome = readList(STATUS, { 1: DONE }, IDS).get('100');
		expect(outcome).toMatchObject({
			error: { message: 'The panel\'s reply to "status" says nothing about order 100.', family: 'order' },
		});
	});

	test('never takes a name of JavaScript for an ID', () => {
		expect(read({ 1: DONE }, ['constructor', 'toString', '__proto__'])).toEqual({
			constructor: 'order',
			toString: 'order',
			['__proto__']: 'order',
		});
	});
});

describe('a refill or a cancellation', () => {
	const EFFECT = { family: 'refill', effect: 'none' };
	const one = (value: unknown) => plain(readList(REFILL, { refill: value }, ['5'])) as { 5: unknown };

	test.each<[unknown, unknown]>([
		['1', '1'],
		[1, '1'],
		[12345, '12345'],
		['12345678901234567890', '12345678901234567890'],
		['ref_01HG9X', 'ref_01HG9X'],
		[true, '1'],
		['true', '1'],
		['success', '1'],
		[{ error: 'Refill not found' }, EFFECT],
		['Refill is disabled for this service', EFFECT],
		['rejected', { family: 'request', effect: 'unknown' }],
		['false', EFFECT],
		[0, EFFECT],
		['0', EFFECT],
		[false, EFFECT],
		[null, { family: 'protocol', effect: 'unknown' }],
		['', { family: 'protocol', effect: 'unknown' }],
		[{}, { family: 'protocol', effect: 'unknown' }],
		[[], { family: 'protocol', effect: 'unknown' }],
	])('answered with %j is %j', (value, expected) => {
		expect(one(value)[5]).toEqual(expected);
		expect(
			(plain(readList(REFILL, [{ order: '5', refill: value }], ['5', '6'])) as { 5: unknown })[5],
		).toEqual(expected);
	});

	test('left out of the answer may have been made', () => {
		expect(plain(readList(REFILL, [{ order: 5, refill: 1 }], ['5', '6']))).toEqual({
			5: '1',
			6: { family: 'order', effect: 'unknown' },
		});
		expect(plain(readList(CANCEL, [], ['5', '6']))).toEqual({
			5: { family: 'order', effect: 'unknown' },
			6: { family: 'order', effect: 'unknown' },
		});
	});

	test('of a list can be accepted by a bare 1 for each', () => {
		expect(plain(readList(CANCEL, { 5: '1', 6: 'yes', 7: 'E102' }, ['5', '6', '7']))).toEqual({
			5: '1',
			6: '1',
			7: { family: 'request', effect: 'unknown' },
		});
		expect(plain(readList(CANCEL, [1, 1], ['5', '6']))).toEqual({ 5: '1', 6: '1' });
		expect(plain(readList(CANCEL, { 5: 1, 6: { error: 'Cannot cancel' } }, ['5', '6']))).toEqual({
			5: '1',
			6: { family: 'cancel', effect: 'none' },
		});
	});
});

describe('a refill’s status', () => {
	const read = (reply: unknown, ids: string[]) =>
		shown(readList(REFILL_STATUS, reply, ids), ({ status }) => status);

	test.each<[string, unknown, string[], object]>([
		['texts by ID', { 1: 'Completed', 2: 'Refill not found' }, ['1', '2'], { 1: 'Completed', 2: 'refill' }],
		[
			'rows',
			[
				{ refill: 2, status: 'in_progress' },
				{ refill: '1', status: { error: 'Refill not found' } },
			],
			['1', '2'],
			{ 1: 'refill', 2: 'In progress' },
		],
		['one row for one', [{ status: 'Rejected' }], ['9'], { 9: 'Rejected' }],
		['an error in the status of one', { status: { error: 'Refill not found' } }, ['9'], { 9: 'refill' }],
	])('is read from %s', (_name, reply, ids, expected) => {
		expect(read(reply, ids)).toEqual(expected);
	});
});

describe('a service list', () => {
	const row = { service: 1, name: 'Likes', type: 'Default', category: 'IG', rate: '0.9', min: 1, max: 10 };

	test.each<[string, unknown]>([
		['without a rate', { ...row, rate: undefined }],
		['with a rate in words', { ...row, rate: 'Free' }],
		['with a rate of null', { ...row, rate: null }],
		['without an ID', { ...row, service: '' }],
		['that is no object', 'nothing'],
		['that is null', null],
	])('loses a row %s, counts it, and keeps the others', (_name, bad) => {
		const { services, raw, byId, skipped } = readCatalogue([row, bad, { ...row, service: 2 }]);
		expect(services.map(({ service }) => service)).toEqual(['1', '2']);
		expect(raw.map(({ service }) => service)).toEqual([1, 2]);
		expect([byId.get('2'), skipped]).toEqual([1, 1]);
	});

	test('without a single row that can be read is none, quoting the first', () => {
		const read = () => readCatalogue([{ ...row, rate: 'ask us' }, 'nothing']);
		expect(read).toThrow(PanelError);
		expect(read).toThrow('"services" is not one that this API gives (rate: expected an amount)');
	});

	test('tells of an error that stands in it', () => {
		expect(readCatalogue([row, { error: 'Out of memory' }])).toMatchObject({
			error: 'Out of memory',
			skipped: 1,
		});
		expect(readCatalogue([row]).error).toBeUndefined();
	});

	test.each<[unknown, boolean]>([
		[true, true],
		['true', true],
		['True', true],
		[1, true],
		['1', true],
		['yes', true],
		[false, false],
		['false', false],
		[0, false],
		['0', false],
		[null, false],
		['', false],
		[undefined, false],
		['no', false],
		[2, false],
		[{}, false],
	])('takes a flag of %j for %s', (value, expected) => {
		expect(readCatalogue([{ ...row, refill: value }]).services[0]?.refill).toBe(expected);
	});
});

test('an order that has already started is not canceled, and a refill without a row is not called refused', () => {
	const started = { order: 5, error: 'This order has already started and cannot be cancelled.' };
	expect(plain(readList(CANCEL, [started], ['5']))).toEqual({ 5: { family: 'cancel', effect: 'none' } });
	const left = readList(REFILL_STATUS, [{ refill: 1, status: 'Done' }], ['1', '2']).get('2');
	expect(left?.ok === false && headlineOf(left.error)).toBe(
		'The panel does not know this refill. (The panel\'s reply to "refill_status" says nothing about refill 2.)',
	);
});

test('PHP’s arrays as objects count by the ID that a row names, else by position', () => {
	const canceled = (order: string) => ({ order, cancel: 1 });
	const accepted = (reply: unknown, ids: string[]) => shown(readList(CANCEL, reply, ids), (value) => value);
	expect(accepted({ 0: canceled('10'), 1: canceled('1') }, ['1', '10'])).toEqual({ 1: '1', 10: '1' });
	expect(
		accepted({ 1: canceled('10'), 2: { order: '1', cancel: { error: 'Cannot cancel' } } }, ['1', '10']),
	).toEqual({
		1: 'cancel',
		10: '1',
	});
	expect(accepted({ order: '9', canceled: true }, ['9'])).toEqual({ 9: '1' });
	const statuses = readList(STATUS, { 0: DONE, 2: DONE }, IDS);
	expect(shown(statuses, ({ status }) => status)).toEqual({ 1: 'Completed', 10: 'order', 100: 'Completed' });
	const row = { service: 5, rate: '1' };
	expect(readCatalogue({ 0: row, 2: { ...row, service: 6 } }).services).toHaveLength(2);
	expect(readCatalogue({ 3: row, 7: { ...row, service: 6 } }).services).toHaveLength(2);
	const refills = readList(
		REFILL_STATUS,
		{ 0: { refill: 4, status: 'Done' }, 2: { refill: 3, status: 'x' } },
		['3', '4'],
	);
	expect(shown(refills, ({ status }) => status)).toEqual({ 3: 'x', 4: 'Completed' });
	expect(
		plain(readList(REFILL, { 1: { order: 4, refill: 8 }, 2: { order: 3, refill: 7 } }, ['3', '4'])),
	).toEqual({
		3: '7',
		4: '8',
	});
});
