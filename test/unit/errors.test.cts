/** The panels' words, sorted by what a user can do about them. */
import { errorTextOf } from '../../nodes/SmmPanel/panel/envelopes';
import { readResponse, refusal as refusalOf } from '../../nodes/SmmPanel/panel/reply';
import { familyOf } from '../../nodes/SmmPanel/panel/words';
import { REASONS } from '../panel/refusals.cts';
import { failure } from './clientFixture.cts';

const refusal = (text: string) => refusalOf(text, 'cancel');

test.each([
	'Service temporarily unavailable',
	'Something went wrong',
	'Site is under maintenance',
	'Unknown error',
])('"%s" is about the panel, which is not available', (text) => expect(familyOf(text)).toBe('maintenance'));

test.each(
	Object.entries(REASONS).flatMap(([, { family, texts }]) => texts.map((text) => [text, family] as const)),
)('the development panel’s "%s" is about: %s', (text, family) => {
	const filled = text.replace('{limit}', '50').replace('{field}', 'comments');
	expect(familyOf(filled.toUpperCase())).toBe(familyOf(filled));
	expect(familyOf(filled)).toBe(family === 'rate limit' ? 'rateLimit' : family);
});

test('words that nobody has collected are about the request, and leave open what was done', () => {
	expect(refusal('Nope, not today')).toMatchObject({
		family: 'request',
		effect: 'unknown',
		transient: false,
		message: 'Nope, not today',
	});
});

test.each(Object.values(REASONS))('a refusal of the family $family says what to do', ({ texts: [text] }) => {
	expect(refusal(text).remedy).toMatch(/^[A-Z'].{20,}\.$/);
});

test('the key in a text about something else does not make it one about keys', async () => {
	expect(await failed(200, '{"error":"Order not found for a-key-of-tests"}', 'status')).toMatchObject({
		family: 'order',
		message: 'Order not found for [API key]',
	});
	expect(await failed(200, '{"error":"Invalid key a-key-of-tests"}')).toMatchObject({ family: 'auth' });
});

test('a flood of words is cut', () => {
	expect(refusal(`Incorrect order ID ${'x'.repeat(1_000_000)}`).message.length).toBeLessThan(500);
});

test.each<[string, unknown, string | undefined]>([
	['the stock panel', { error: 'Bad link' }, 'Bad link'],
	['msg', { status: 'error', msg: 'Bad link' }, 'Bad link'],
	['message', { status: 'error', message: 'Bad link' }, 'Bad link'],
	['message alone', { message: 'Bad link' }, 'Bad link'],
	['a code beside it', { error: 'Bad link', status: '102' }, 'Bad link'],
	['an object of fields', { error: { link: 'Bad link' } }, 'Bad link'],
	['a list', { error: ['Bad link', 'Bad service'] }, 'Bad link; Bad service'],
	['success false', { success: false, message: 'Bad link' }, 'Bad link'],
	['error true', { error: true, message: 'Bad link' }, 'Bad link'],
	['status false', { status: false, msg: 'Bad link' }, 'Bad link'],
	['an error without words', { error: {} }, 'Unknown error'],
	['success false without words', { success: false }, 'Unknown error'],
	['no error: an order in error', { status: 'Error', charge: '1', remains: '0' }, undefined],
	['no error: a refill in error', { status: 'Error' }, undefined],
	['no error: success', { status: 'success', order: 1 }, undefined],
	['no error: success with words', { status: 'success', message: 'Placed', order: 1 }, undefined],
	['no error: an empty one', { error: '', order: 5 }, undefined],
	['no error: a list', [{ error: 'Bad link' }], undefined],
])('the envelope of %s is opened', (_name, reply, words) => {
	expect(errorTextOf(reply)).toBe(words);
});

const read = (status: number, body: string, action = 'balance') =>
	readResponse({ status, headers: {}, body }, { action, host: 'panel.test', key: 'a-key-of-tests', now: 0 });
const failed = async (...args: Parameters<typeof read>) => await failure((async () => read(...args))());

test.each<[number, string, object]>([
	[522, '<html><head><title>panel.test | 522</title>', { family: 'maintenance', transient: true }],
	[404, '<h1>404 Not Found</h1>', { family: 'protocol', transient: false }],
	[404, 'Not Found', { family: 'protocol', transient: false }],
	[200, 'null', { family: 'protocol', transient: true }],
	[200, 'Access denied', { family: 'auth', message: 'Access denied' }],
	[401, '{}', { family: 'auth' }],
	[429, '{"error":"Not enough funds on balance"}', { family: 'funds', transient: false }],
	[503, '{"error":"Incorrect service ID"}', { family: 'service', effect: 'none' }],
	[500, '{"trace":"…"}', { family: 'maintenance', transient: true }],
	[302, '', { family: 'protocol', transient: false }],
])('HTTP %s with "%s" is told as what it is: %j', async (status, body, expected) => {
	expect(await failed(status, body)).toMatchObject({ httpStatus: status, ...expected });
});

test('a byte order mark and blanks before JSON do no harm', () => {
	expect(read(200, '\uFEFF \n{"balance":"1"}')).toEqual({ balance: '1' });
});

test('an order that is named beside an error without words is named, and not called something other than JSON', async () => {
	expect(await failed(200, '{"order":5,"code":500}', 'add')).toMatchObject({
		message: 'The panel names order 5, and an error.',
		namedOrder: '5',
		effect: 'unknown',
	});
});
