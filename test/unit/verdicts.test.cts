/** What each reply to `add` means for money: placed, refused, or unknown. */
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { VERDICTS } from '../../nodes/SmmPanel/panel/verdicts';
import { clientAnswered } from './answered.cts';
import { REPLY_ROWS } from './verdictRows.cts';

async function verdictOn(body: string, status: number) {
	const outcome = await clientAnswered(body, status)
		.add({ service: '1', link: 'https://example.com/p/1', quantity: '10' })
		.catch((error: unknown) => error);
	if (!(outcome instanceof PanelError)) return { verdict: { placed: (outcome as { order: string }).order } };
	const { effect, family, namedOrder, clean } = outcome;
	return { verdict: effect === 'none' ? 'refused' : 'unknown', family, names: namedOrder, clean };
}

test.each(REPLY_ROWS)('$name: $body is $expected', async ({ body, status, expected, name: _, ...more }) => {
	const { body: __, status: ___, ...told } = { body, status, ...more };
	expect(await verdictOn(body, status)).toMatchObject({ verdict: expected, ...told });
});

test('every row of the table says why, and where that is known from', () => {
	for (const { name, reason, source } of VERDICTS) {
		expect([name, reason.length > 20, source.length > 10]).toEqual([name, true, true]);
	}
	expect(VERDICTS.at(-1)?.verdict).toBe('unknown');
});
