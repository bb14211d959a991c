import { startOfDay } from '../../nodes/SmmPanel/shared/startOfDay';

it.each([
	['2026-11-26T18:00:00.500Z', 'UTC', '2026-11-26T00:00:00.000Z'],
	['2026-11-26T18:00:00.500Z', 'Europe/Istanbul', '2026-11-25T21:00:00.000Z'],
	['2026-11-26T21:00:00.000Z', 'Europe/Istanbul', '2026-11-26T21:00:00.000Z'],
	['2026-11-26T03:00:00.000Z', 'America/New_York', '2026-11-25T05:00:00.000Z'],
	['2026-11-26T18:00:00.000Z', 'Asia/Kathmandu', '2026-11-25T18:15:00.000Z'],
	// Days of 23 and of 25 hours
	['2026-03-29T18:00:00.000Z', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
	['2026-10-25T18:00:00.000Z', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
	// A day without midnight: it begins at one
	['2026-04-24T12:00:00.000Z', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
	['2026-11-26T18:00:00.000Z', 'Mars/Olympus', '2026-11-26T00:00:00.000Z'],
])('the day of %s in %s began at %s', (now, zone, start) => {
	expect(startOfDay(new Date(now), zone).toISOString()).toBe(start);
});
