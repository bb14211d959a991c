/** Replies to `add` as panels were seen to give them, and what each of them means for money. */
import { COLLECTED, TROUBLE } from './verdictWords.cts';

export type Expected = 'refused' | 'unknown' | { placed: string };

export interface ReplyRow {
	name: string;
	status: number;
	body: string;
	expected: Expected;
	family?: string;
	/** The ID that an error names. */
	names?: string;
	/** Uncollected words in a clean envelope: the balance decides. */
	clean?: boolean;
}

const row = (
	name: string,
	status: number,
	body: unknown,
	expected: Expected,
	more: Partial<ReplyRow> = {},
): ReplyRow => ({
	name,
	status,
	body: typeof body === 'string' ? body : JSON.stringify(body),
	expected,
	...more,
});

const error = (text: string, status: number, expected: Expected, more: Partial<ReplyRow> = {}) =>
	row(`HTTP ${status} "${text}"`, status, { error: text }, expected, more);

/** Each collected wording refuses, with the statuses that panels send it with. */
const COLLECTED_ROWS = Object.entries(COLLECTED).flatMap(([family, texts]) =>
	texts.flatMap((text) => [200, 400].map((status) => error(text, status, 'refused', { family }))),
);

const UNKNOWN_ROWS = [
	...TROUBLE.flatMap((text) => [200, 400, 503].map((status) => error(text, status, 'unknown'))),
	row('success in words, no ID', 200, { success: true, message: 'Order placed successfully' }, 'unknown'),
	row('201 with only a message', 201, { message: 'Order created' }, 'unknown'),
	row('code 200 and OK', 200, { code: 200, message: 'OK' }, 'unknown'),
	row('an ID in words', 200, { message: 'Order 5512 created' }, 'unknown'),
	row('status success without an ID', 200, { status: 'success' }, 'unknown'),
	row('success and an error at once', 200, { success: true, error: 'Bad link' }, 'unknown'),
	row('a refusal beside success in words', 200, { error: 'Bad link', message: 'Order placed' }, 'unknown'),
	...[408, 425, 500, 502, 503, 504, 520, 522, 524].flatMap((status) => [
		row(`HTTP ${status} without words`, status, '', 'unknown'),
		row(`HTTP ${status} with words of its own`, status, { error: 'Cannot do that' }, 'unknown'),
		row(`HTTP ${status} with a page`, status, '<html><title>Oops</title>', 'unknown'),
	]),
	row('409 without words', 409, {}, 'unknown'),
	row('409 with other words', 409, { error: 'Conflict' }, 'unknown'),
	row('409 with an ID', 409, { order: 777 }, 'unknown', { names: '777' }),
	row('403 with a page', 403, '<html><h1>Forbidden</h1>', 'unknown'),
	row('404 with a page', 404, '<html><h1>404 Not Found</h1>', 'unknown'),
	row('404 with words', 404, { error: 'No such thing' }, 'unknown'),
	row('a page', 200, '<!DOCTYPE html><title>Back soon</title>', 'unknown'),
	row('null', 200, 'null', 'unknown'),
	row('nothing', 200, '', 'unknown'),
	row('a text', 200, 'Hello', 'unknown'),
	row('cut JSON', 200, '{"order":15', 'unknown'),
	row('two replies', 200, '{"order":15}{"error":"Bad link"}', 'unknown'),
	row('a redirect', 302, '', 'unknown'),
	row('a redirect to another host', 301, '', 'unknown'),
	...['null', 'false', '-1', '0', '', '1e+21', 'Order placed', 'ERR_1001'].map((text) =>
		row(`order "${text}"`, 200, { order: text }, 'unknown'),
	),
	...[null, false, true, -1, 0, 1e21, 5.5, {}, []].map((value) =>
		row(`order ${JSON.stringify(value)}`, 200, { order: value }, 'unknown'),
	),
	row('an ID of 65 characters', 200, { order: `a${'1'.repeat(64)}` }, 'unknown'),
	row('an ID beside an error', 200, { error: 'Something odd', order: 5 }, 'unknown', { names: '5' }),
	row('an ID beside a refusal', 200, { error: 'Bad link', order: 5 }, 'unknown', { names: '5' }),
	row('an ID beside success false', 200, { success: false, order: 5 }, 'unknown', { names: '5' }),
	row('an ID beside status fail', 200, { status: 'fail', order: 5 }, 'unknown', { names: '5' }),
	row('an ID beside a message that refuses', 200, { order: 5, message: 'Bad link' }, 'unknown', {
		names: '5',
	}),
	row('an ID with HTTP 500', 500, { order: 5 }, 'unknown', { names: '5' }),
	error('Nope, not today', 200, 'unknown', { clean: true, family: 'request' }),
	error('Nope, not today', 400, 'unknown', { clean: true }),
	error('Nope, not today', 418, 'unknown', { clean: true }),
	error('Nope, not today', 409, 'unknown', { clean: false }),
	error('Nope, try again later', 200, 'unknown', { clean: false }),
	row('plain words', 200, 'Nope, not today', 'unknown', { clean: false }),
];

const PLACED_ROWS = [
	row('the stock reply', 200, { order: 23501 }, { placed: '23501' }),
	row('201', 201, { order: '23501' }, { placed: '23501' }),
	row('text for an ID', 200, { order: 'ord_01HG9X' }, { placed: 'ord_01HG9X' }),
	row('success beside', 200, { status: 'success', order: 5, message: 'Placed' }, { placed: '5' }),
	row('an empty error beside', 200, { error: '', order: 5 }, { placed: '5' }),
	row('error null beside', 200, { error: null, order: 5 }, { placed: '5' }),
	row('error false beside', 200, { error: false, order: 5 }, { placed: '5' }),
	row(
		'names of services beside',
		200,
		{ order: 5, service: 'Likes [No refill]', message: 'No cancel' },
		{ placed: '5' },
	),
	row(
		'advice beside',
		200,
		{ status: 'success', order: 5, message: 'Minimum quantity is 50' },
		{ placed: '5' },
	),
	row('order as an object', 200, { status: 'success', order: { id: 55 } }, { placed: '55' }),
	row('inside data', 200, { status: 'success', data: { order: 5 } }, { placed: '5' }),
	row('an object inside data', 200, { success: true, data: { order: { id: '5' } } }, { placed: '5' }),
	row('id inside data', 200, { success: true, data: { id: 5, status: 'Pending' } }, { placed: '5' }),
	row('an array of one', 200, [{ order: 5 }], { placed: '5' }),
	row('a bare id', 200, { id: 55 }, { placed: '55' }),
	row('long digits', 200, '{"order":12345678901234567890}', { placed: '12345678901234567890' }),
	row('behind a BOM', 200, '\uFEFF{"order":1584}', { placed: '1584' }),
	row(
		'behind PHP notices',
		200,
		'<br />\n<b>Warning</b>:  Undefined array key "runs" in <b>/var/www/api.php</b> on line <b>12</b><br />\n<br />\n<b>Notice</b>: x in /a on line 3<br />{"order":1584}',
		{ placed: '1584' },
	),
	row('behind PHP of a terminal', 200, 'PHP Warning: a in /b.php on line 12\n{"order":1584}', {
		placed: '1584',
	}),
	row('before a script', 200, '{"order":1584}<script>var a = {"b": 1};</script>', { placed: '1584' }),
	row('before a notice', 200, '{"order":1584}\n<br />\n<b>Notice</b>: x in <b>/a</b> on line <b>3</b>', {
		placed: '1584',
	}),
];

const REFUSED_ROWS = [
	...[401, 402, 403].map((status) => error('Nope, not today', status, 'refused')),
	error('Link is private', 403, 'refused', { family: 'link' }),
	row('429 without words', 429, '', 'refused', { family: 'rateLimit' }),
	row('429 with a page', 429, '<html>', 'refused', { family: 'rateLimit' }),
	error('Not enough funds on balance', 429, 'refused', { family: 'funds' }),
	error('Incorrect service ID', 503, 'refused', { family: 'service' }),
	error('Incorrect service ID', 404, 'refused', { family: 'service' }),
	error('You have active order with this link', 409, 'refused', { family: 'conflict' }),
	row('the older order', 200, { error: 'You have active order with this link', order: 777 }, 'refused', {
		family: 'conflict',
		names: '777',
	}),
	row('words in place of an ID', 200, { order: 'Not enough funds on balance' }, 'refused', {
		family: 'funds',
	}),
	row(
		'Laravel’s validation',
		422,
		{ message: 'The given data was invalid.', errors: { link: ['Pick another one.'] } },
		'refused',
	),
	row(
		'FastAPI’s validation',
		422,
		{ detail: [{ loc: ['body', 'link'], msg: 'field odd', type: 'x' }] },
		'refused',
	),
	row('Laravel’s router', 404, { message: 'The route api/v2 could not be found.' }, 'refused', {
		family: 'protocol',
	}),
	row('FastAPI’s router', 404, { detail: 'Not Found' }, 'refused', { family: 'protocol' }),
	row('FastAPI’s methods', 405, { detail: 'Method Not Allowed' }, 'refused'),
	row('Express’s router', 404, '<!DOCTYPE html><pre>Cannot POST /api/v2</pre>', 'refused'),
	row('error 1', 200, { error: 1, message: 'Bad link' }, 'refused', { family: 'link' }),
	row('result error', 200, { result: 'error', description: 'Bad link' }, 'refused', { family: 'link' }),
	row('msg', 200, { status: 'error', msg: 'Bad link' }, 'refused', { family: 'link' }),
	row('message alone', 200, { message: 'Bad link' }, 'refused', { family: 'link' }),
	row('errors', 400, { errors: ['Bad link'] }, 'refused', { family: 'link' }),
	row(
		'problem+json',
		400,
		{ type: 'about:blank', title: 'Bad Request', status: 400, detail: 'Bad link' },
		'refused',
	),
	row('detail', 400, { detail: 'Not enough funds on balance' }, 'refused', { family: 'funds' }),
	row('plain text', 200, 'Not enough funds on balance', 'refused', { family: 'funds' }),
	...[521, 523, 525, 526].map((status) =>
		row(`a CDN’s ${status}`, status, '<html><title>x</title>', 'refused'),
	),
	row('a CDN’s text', 521, 'error code: 521', 'refused'),
	row('a challenge', 403, '<!DOCTYPE html><title>Just a moment...</title>', 'refused', {
		family: 'maintenance',
	}),
	row('a challenge', 503, '<title>Just a moment...</title>', 'refused', { family: 'maintenance' }),
];

export const REPLY_ROWS: readonly ReplyRow[] = [
	...COLLECTED_ROWS,
	...UNKNOWN_ROWS,
	...PLACED_ROWS,
	...REFUSED_ROWS,
];
