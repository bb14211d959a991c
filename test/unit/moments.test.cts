import { momentIn } from '../../nodes/SmmPanel/shared/moments';

const ISTANBUL = 'Europe/Istanbul';
const BERLIN = 'Europe/Berlin';

it.each<[unknown, string, string | undefined]>([
	['2026-01-31T15:00:00', ISTANBUL, '2026-01-31T12:00:00.000Z'],
	['2026-01-31 15:00', ISTANBUL, '2026-01-31T12:00:00.000Z'],
	['2026-01-31', ISTANBUL, '2026-01-30T21:00:00.000Z'],
	['2026-01-31T15:00:00Z', ISTANBUL, '2026-01-31T15:00:00.000Z'],
	['2026-01-31T15:00:00.500+03:00', 'UTC', '2026-01-31T12:00:00.500Z'],
	// Clocks were put forward at 02:00 and back at 03:00
	['2026-03-29T01:59', BERLIN, '2026-03-29T00:59:00.000Z'],
	['2026-03-29T03:00', BERLIN, '2026-03-29T01:00:00.000Z'],
	['2026-10-25T04:00', BERLIN, '2026-10-25T03:00:00.000Z'],
	[new Date(0), BERLIN, '1970-01-01T00:00:00.000Z'],
	[{ valueOf: () => 1000 }, BERLIN, '1970-01-01T00:00:01.000Z'],
	['2026-01-31T15:00:00', 'Nowhere/None', '2026-01-31T15:00:00.000Z'],
	['yesterday', BERLIN, undefined],
	['31.01.2026', BERLIN, undefined],
	['2026-13-45', BERLIN, undefined],
	[{}, BERLIN, undefined],
	[[], BERLIN, undefined],
	[null, BERLIN, undefined],
	[new Date(NaN), BERLIN, undefined],
])('%j in %s is %s', (value, zone, expected) => {
	const moment = momentIn(value, zone);
	expect(moment === undefined ? undefined : new Date(moment).toISOString()).toBe(expected);
});
