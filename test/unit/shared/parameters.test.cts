import { parseIds } from '../../../nodes/SmmPanel/shared/ids';
import { ParameterReader } from '../../../nodes/SmmPanel/shared/parameters';

const readerOf = (value: unknown) => new ParameterReader({ field: value }, 'Options');

describe('a parameter', () => {
	it.each([
		['a list', ['A', 'B'], ['A', 'B']],
		['one text', 'TikTok', ['TikTok']],
		['JSON text', '["A","B"]', ['A', 'B']],
		['lines', 'A\nB', ['A', 'B']],
		['a number', 7, ['7']],
		['nothing', null, []],
		['empty text', ' ', []],
		['nested lists', [['A'], 'B', null], ['A', 'B']],
	])('that gives %s is a list of texts', (_, value, list) => {
		const read = readerOf(value);
		expect(read.textList('field', 'Field')).toEqual(list);
		expect(read.problems).toEqual([]);
	});

	it.each([
		[true, true],
		['true', true],
		['Yes', true],
		[1, true],
		[false, false],
		['false', false],
		['0', false],
		['', undefined],
		[null, undefined],
	])('%p is the flag %p', (value, flag) => {
		expect(readerOf(value).flag('field', 'Field', undefined)).toBe(flag);
	});

	it('of a collection that is none is a problem', () => {
		expect(new ParameterReader('text', 'Options').problems).toEqual(["'Options' is no collection: text"]);
		expect(new ParameterReader(undefined, 'Options').problems).toEqual([]);
	});

	it('named like what every object has is not found', () => {
		expect(new ParameterReader({}, 'Options').text('constructor', 'Field')).toBe('');
	});
});

describe('IDs', () => {
	const ids = (value: unknown) => {
		const parsed = parseIds(value, 'order');
		return parsed.ok
			? parsed.value.map((id) => (id.ok ? id.value : id.problem.message))
			: parsed.problem.message;
	};

	it.each([
		['one', '23501', ['23501']],
		['a number', 23501, ['23501']],
		['commas, spaces and lines', '1, 2;3\n#4', ['1', '2', '3', '4']],
		['an array', [1, '2', { order: 3 }, { id: '4' }], ['1', '2', '3', '4']],
		['JSON text', '[1, "ord_2"]', ['1', 'ord_2']],
		[
			'a copied label, as an ID or an error',
			'Order ID: 23501, Order',
			['23501', '"Order" is not an ID of an order'],
		],
	])('are read from %s', (_, value, expected) => {
		expect(ids(value)).toEqual(expected);
	});

	it('that cannot be any are named one by one, and keep the others', () => {
		expect(ids(['1', 'what?', '2'])).toEqual(['1', '"what?" is not an ID of an order', '2']);
		expect(ids([{ foo: 1 }])).toEqual(['"{"foo":1}" is not an ID of an order']);
	});

	it.each([[''], [null], [undefined], [[]], [[null]], [{ order: null }]])('are missing in %p', (value) => {
		expect(ids(value)).toBe('No order ID given');
	});
});
