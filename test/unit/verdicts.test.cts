/**
 * What each recorded reply to `add` means for money: placed, refused, unknown, or decided by the balance. Of the
 * independent ones it is known whether the panel had taken the order. At their first run, of 136 taken orders three were
 * called refused: two with a supplier's words for key and funds, which need `mayBeSuppliers`, and one behind a PHP notice.
 */
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { readAdded } from '../../nodes/SmmPanel/panel/replies';
import { readResponse } from '../../nodes/SmmPanel/panel/transport';
import { VERDICTS } from '../../nodes/SmmPanel/panel/verdicts';
import { recordedReplies, type Recorded } from './recordedReplies.cts';

function verdictOn({ status, headers = {}, body, mayBeSuppliers }: Recorded): Partial<Recorded> {
	const context = { action: 'add', host: 'panel.test', key: 'a-key-of-tests', now: 0, mayBeSuppliers };
	try {
		return { verdict: 'placed', order: readAdded(readResponse({ status, headers, body }, context)) };
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

const REFUSALS = [
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

test.each(REFUSALS)('"%s" is refused with any courtesy behind it', (refusal) => {
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
