/**
 * What each recorded reply to `add` means for money: placed, refused, unknown, or decided by the balance. Of the
 * independent ones it is known whether the panel had taken the order. At their first run, of 136 taken orders three were
 * called refused: two with a supplier's words for key and funds, which need `mayBeSuppliers`, and one behind a PHP notice.
 */
import { errorTextOf } from '../../nodes/SmmPanel/panel/envelopes';
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { parseReply } from '../../nodes/SmmPanel/panel/json';
import { addedSchema, parse } from '../../nodes/SmmPanel/panel/schemas';
import { readResponse } from '../../nodes/SmmPanel/panel/reply';
import { REFUSALS, sentenceOf } from '../../nodes/SmmPanel/panel/refusals';
import { VERDICTS } from '../../nodes/SmmPanel/panel/verdicts';
import { normalized } from '../../nodes/SmmPanel/panel/words';
import { recordedReplies, type Recorded } from './recordedReplies.cts';

function verdictOn({ status, headers = {}, body, mayBeSuppliers }: Recorded): Partial<Recorded> {
	const context = { action: 'add', host: 'panel.test', key: 'a-key-of-tests', now: 0, mayBeSuppliers };
	try {
		return {
			verdict: 'placed',
			order: parse(addedSchema, 'add', readResponse({ status, headers, body }, context)),
		};
	} catch (error) {
		if (!(error instanceof PanelError)) throw error;
		const { effect, clean, family, namedOrder } = error;
		return {
			verdict: effect === 'none' ? 'refused' : clean ? 'balance' : 'unknown',
			family,
			order: namedOrder,
		};
	}
}

const ALL = recordedReplies('own', 'second', 'independent');

test.each(ALL)('$name: HTTP $status $body is $verdict', (reply) => {
	const { verdict, order, family } = reply;
	const found = verdictOn(reply);
	expect(found).toMatchObject({ verdict, ...(family !== undefined && { family }) });
	expect(found.order).toBe(order);
});

test('no order that a panel had taken is called refused, and none that it had not is called placed', () => {
	const known = ALL.filter(({ taken }) => taken !== undefined);
	expect(known).toHaveLength(244);
	for (const { name, taken, verdict } of known) {
		expect([name, verdict]).not.toEqual([name, taken ? 'refused' : 'placed']);
	}
});

test('every row of the table says why, and where that is known from', () => {
	for (const { name, reason, source } of VERDICTS) {
		expect([name, reason.length > 20, source.length > 10]).toEqual([name, true, true]);
	}
	expect(VERDICTS.at(-1)?.verdict).toBe('unknown');
});

/** What panels answer to other actions than add. */
const ABOUT_ORDERS = `
	Incorrect order ID | Order not found. | Order does not belong to this API key | Refill not found | Cannot cancel
	| Refill is disabled for this service | Refill can only be requested on a completed or partial order
	| The order was completed or refill was requested less than 24 hours ago | Service does not support refill
	| There is already an open request for this order | Cancel not available | Max 50 orders | Maximum 50 order IDs
	| Too many order IDs | Maximum 100 orders | Too many orders | Account restricted | Account frozen
	| This order has already started and cannot be cancelled.`.split('|');

test('each collected refusal stands in a recorded reply, and in no other row', () => {
	const texts = ALL.map(({ body }) => errorTextOf(parseReply(body)) ?? body);
	const sentences = [...texts, ...ABOUT_ORDERS]
		.flatMap((text) => normalized(text).split(/[.!?…;\n]+(?:\s|$)/))
		.flatMap((text) => [text, ...text.split(/[,:|]\s+|\s[-–—]\s|\s*\/\s+|\sand (?=the )/)]);
	const found = [...new Set(sentences.map(sentenceOf))].map((text) =>
		REFUSALS.filter(({ fits }) => fits(text)),
	);
	expect(found.filter(({ length }) => length > 1)).toEqual([]);
	expect(REFUSALS.filter((known) => !found.some(([only]) => only === known))).toEqual([]);
});

const PLAIN_REFUSALS = [
	'Invalid link',
	'Not enough funds on balance',
	'Incorrect service ID',
	'Minimum quantity is 50',
	'You have active order with this link',
	'Bakiyeniz yetersiz',
	'Miktar en az 50 olmalıdır',
];
const COURTESY = [
	'Please contact support.',
	'Contact our support team at help@panel.com',
	'Thank you!',
	'Please try again later.',
	'Open a ticket if you need help',
	'Sorry for the inconvenience',
	'Lütfen destek ile iletişime geçin',
	'Daha sonra tekrar deneyin',
	'If the problem persists, contact us',
	'Please check it and try again.',
];
const saying = (error: string) =>
	verdictOn({ name: '', status: 200, body: JSON.stringify({ error }), verdict: 'unknown' });

test.each(PLAIN_REFUSALS)('"%s" is refused with any courtesy behind it', (refusal) => {
	for (const courtesy of COURTESY) {
		for (const between of ['. ', ', ', ' - ', '! ', '.\n']) {
			const text = `${refusal}${between}${courtesy}`;
			expect([text, saying(text).verdict]).toEqual([text, 'refused']);
		}
	}
});

test.each(['Số dư không đủ', 'Tautan tidak valid', 'رصيد غير كاف', 'موجودی کافی نیست'])(
	'"%s" is left to the balance',
	(refusal) => expect(saying(refusal).verdict).toBe('balance'),
);

test('an older order that is named beside trouble is no refusal', () => {
	const body = JSON.stringify({
		error: 'You have active order with this link',
		order: 777,
		message: 'SQLSTATE[40001]: deadlock found',
	});
	expect(verdictOn({ name: '', status: 200, body, verdict: 'unknown' }).verdict).toBe('unknown');
});

test('trouble beside what may be the words of a supplier is not left to the balance', () => {
	const sayingToo = (more: object) =>
		verdictOn({
			name: '',
			status: 200,
			body: JSON.stringify({ error: 'Invalid API key', ...more }),
			mayBeSuppliers: ['auth'],
			verdict: 'unknown',
		}).verdict;
	expect(sayingToo({})).toBe('balance');
	expect(sayingToo({ message: 'SQLSTATE[40001]: deadlock found' })).toBe('unknown');
});
