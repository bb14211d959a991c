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
