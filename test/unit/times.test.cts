import { momentIn, startOfDay, timeInWords } from '../../nodes/SmmPanel/shared/times';

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
	['3', BERLIN, undefined],
	[{}, BERLIN, undefined],
	[[], BERLIN, undefined],
	[null, BERLIN, undefined],
	[new Date(NaN), BERLIN, undefined],
])('%j in %s is %s', (value, zone, expected) => {
	const moment = momentIn(value, zone);
	expect(moment === undefined ? undefined : new Date(moment).toISOString()).toBe(expected);
});

it.each([
	['2026-11-26T18:00:00.500Z', 'UTC', '2026-11-26T00:00:00.000Z'],
	['2026-11-26T21:00:00.000Z', ISTANBUL, '2026-11-26T21:00:00.000Z'],
	['2026-11-26T03:00:00.000Z', 'America/New_York', '2026-11-25T05:00:00.000Z'],
	// Days of 23 and of 25 hours
	['2026-03-29T18:00:00.000Z', BERLIN, '2026-03-28T23:00:00.000Z'],
	['2026-10-25T18:00:00.000Z', BERLIN, '2026-10-24T22:00:00.000Z'],
	// A day without midnight: it begins at one
	['2026-04-24T12:00:00.000Z', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
	['2026-11-26T18:00:00.000Z', 'Nowhere/None', '2026-11-26T00:00:00.000Z'],
])('the day of %s in %s began at %s', (now, zone, start) => {
	expect(startOfDay(new Date(now), zone).toISOString()).toBe(start);
});

it.each([
	[ISTANBUL, '2026-11-24 23:52:34 (Europe/Istanbul)'],
	['Nowhere/None', '2026-11-24 20:52:34 (UTC)'],
])('a time in %s reads %s', (zone, words) => {
	expect(timeInWords(new Date('2026-11-24T20:52:34.567Z'), zone)).toBe(words);
});
