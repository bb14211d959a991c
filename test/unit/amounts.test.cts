/** Amounts, statuses and encodings as panels write them. */
import { decodeBody } from '../../nodes/SmmPanel/panel/encodings';
import { parseAmount } from '../../nodes/SmmPanel/panel/money';
import { isFinal, orderStatusName } from '../../nodes/SmmPanel/panel/statuses';

test.each<[unknown, string | undefined]>([
	['0,125', '0.125'],
	['0,90', '0.9'],
	['0,5', '0.5'],
	['12,50', '12.5'],
	['1,234', '1234'],
	['1,234.50000', '1234.5'],
	['1,234,567', '1234567'],
	['1.234,56', '1234.56'],
	['-0,5', '-0.5'],
	['1,23,4', undefined],
	['1,2,3', undefined],
	['Free', undefined],
])('%j is %j', (written, amount) => {
	expect(parseAmount(written)).toBe(amount);
});

test.each([
	['Failed', 'Fail', true],
	['Complete', 'Completed', true],
	['Success', 'Completed', true],
	['success', 'Completed', true],
	['Cancellation Requested', 'Cancellation Requested', false],
])('the status "%s" is %s, final: %s', (status, name, final) => {
	expect([orderStatusName(status), isFinal(status)]).toEqual([name, final]);
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
