/** Statuses, order types, amounts and encodings, in all the ways in which panels write them. */
import { decodeBody } from '../../nodes/SmmPanel/panel/transport';
import {
	addAmounts,
	chargeFor,
	isMore,
	parseAmount,
	subtractAmounts,
} from '../../nodes/SmmPanel/panel/money';
import { ORDER_FIELDS, ORDER_TYPES, orderTypeOf } from '../../nodes/SmmPanel/panel/orderTypes';
import { isFinal, orderStatusName, refillStatusName } from '../../nodes/SmmPanel/panel/statuses';

describe('an order’s status', () => {
	const SPELLINGS: Record<string, string> = {
		'In progress': 'In progress|In_progress|Inprogress|IN PROGRESS|in-progress',
		Completed: 'Completed|completed |Done|Tamamlandı|TAMAMLANDI',
		Partial: 'Partial|Partially Completed|Kısmi Tamamlandı',
		Canceled: 'Canceled|Cancelled|CANCELLED|İptal Edildi',
		'Odd one': '  Odd one ',
	};
	const AS_THEY_ARE = ['Pending', 'Refunded', 'Fail', 'Error', 'Awaiting', 'Active', 'Paused', 'Expired'];
	const FINAL = ['Completed', 'Partial', 'Canceled', 'Refunded', 'Fail', 'Error', 'Expired'];

	test.each([
		...Object.entries(SPELLINGS).flatMap(([name, texts]) => texts.split('|').map((text) => [text, name])),
		...[...AS_THEY_ARE, 'Queued at supplier'].map((name) => [name, name]),
	])('"%s" is "%s"', (text = '', name = '') => {
		expect([orderStatusName(text), isFinal(text)]).toEqual([name, FINAL.includes(name)]);
	});
});

test.each([
	['rejected', 'Rejected', true],
	['In_progress', 'In progress', false],
	['Error', 'Error', true],
	['Awaiting', 'Awaiting', false],
	['Completed', 'Completed', true],
	['Whatever', 'Whatever', false],
])('a refill’s status "%s" is "%s", final: %s', (text, name, final) => {
	expect([refillStatusName(text), isFinal(text)]).toEqual([name, final]);
});

describe('a service’s type', () => {
	const spellings = (name: string) => [
		name,
		name.toLowerCase(),
		name.toUpperCase(),
		name.replaceAll(' ', '_'),
		name.toLowerCase().replaceAll(' ', '_'),
		name.replaceAll(' ', '-'),
		name.replace(/s$/, ''),
		` ${name} `,
	];

	test.each(ORDER_TYPES.flatMap(({ name }) => spellings(name).map((text) => [text, name])))(
		'"%s" is %s',
		(text, name) => {
			expect(orderTypeOf(text)?.name).toBe(name);
		},
	);

	test.each(['', 'Special', 'fb_viplike', 'Custom', 'constructor', 'Default Package'])(
		'"%s" is unknown',
		(text) => {
			expect(orderTypeOf(text)).toBeUndefined();
		},
	);

	test('names fields that the form knows, and no two types are spelled alike', () => {
		const known = new Set(ORDER_FIELDS.map(({ name }) => name));
		for (const { required, optional, requiredIf = [] } of ORDER_TYPES) {
			for (const name of [
				...required,
				...optional,
				...requiredIf.flatMap(({ field, when }) => [field, when]),
			]) {
				expect(known).toContain(name);
			}
		}
		expect(new Set(ORDER_TYPES.map(({ name }) => orderTypeOf(name)))).toEqual(new Set(ORDER_TYPES));
	});
});

describe('an amount', () => {
	test.each<[unknown, string | undefined]>([
		['0.27819', '0.27819'],
		['0.90', '0.9'],
		['1,234.50000', '1234.5'],
		['1,234,567.89', '1234567.89'],
		['1234', '1234'],
		['  12.5 ', '12.5'],
		['.5', '0.5'],
		['5.', '5'],
		['-3.10', '-3.1'],
		['+3', '3'],
		['0.0000001', '0.0000001'],
		['1e-7', '0.0000001'],
		['2.5E3', '2500'],
		[0.1, '0.1'],
		[1e-7, '0.0000001'],
		[100.84292, '100.84292'],
		[0, '0'],
		['', undefined],
		['free', undefined],
		['1.234,50', '1234.5'],
		['12,34', '12.34'],
		['0x10', undefined],
		['1 000', '1000'],
		['Infinity', undefined],
		['$5', '5'],
		['0,125', '0.125'],
		['12,50', '12.5'],
		['1,234', '1234'],
		['-0,5', '-0.5'],
		['1,23,4', undefined],
		['1,2,3', undefined],
		['100.84 USD', '100.84'],
		['1e999999999', undefined],
		['9'.repeat(5000), undefined],
		[NaN, undefined],
		[Infinity, undefined],
		[null, undefined],
		[true, undefined],
		[{}, undefined],
	])('%j is read as %s', (value, expected) => {
		expect(parseAmount(value)).toBe(expected);
	});

	test('is never rounded, neither in charges nor in sums', () => {
		expect(chargeFor('0.27819', 1234)).toBe('0.34328646');
		expect(chargeFor('0.1', 3)).toBe('0.0003');
		expect(chargeFor('0.0000001', 1)).toBe('0.0000000001');
		expect(addAmounts('0.1', '0.2')).toBe('0.3');
		expect(subtractAmounts('100.84292', '100.84291')).toBe('0.00001');
		let sum = '0';
		for (let count = 0; count < 1000; count++) sum = addAmounts(sum, chargeFor('0.1', 1));
		expect(sum).toBe('0.1');
	});

	test('is compared by value, not by text', () => {
		expect([isMore('10', '9.5'), isMore('0.50', '0.5'), isMore('0.1', '0.2')]).toEqual([true, false, false]);
		expect(isMore('0.3', '0.29999999999999999')).toBe(true);
	});
});

const TURKISH = Buffer.from([0x47, 0xf6, 0x6e, 0x64, 0x65, 0x72, 0x69, 0x20, 0xfe, 0xfd, 0xf0]);

test.each<[string, unknown, unknown, string]>([
	['iso-8859-9, as the header says', TURKISH, 'application/json; charset=iso-8859-9', 'Gönderi şığ'],
	['iso-8859-9 without a header', TURKISH, undefined, 'Gönderi şığ'],
	['iso-8859-9 under a wrong header', TURKISH, 'text/html; charset=utf-8', 'Gönderi şığ'],
	['an unknown charset', TURKISH, 'text/html; charset=klingon', 'Gönderi şığ'],
	['UTF-8 under a wrong header', Buffer.from('Gönderi şığ'), 'text/html; charset=iso-8859-9', 'Gönderi şığ'],
	['text', 'as it is', undefined, 'as it is'],
	['nothing', undefined, undefined, '""'],
])('%s is read', (_name, body, contentType, text) => {
	expect(decodeBody(body, contentType)).toBe(text);
});
