import type { Dialect, Json, Row } from './wire.cts';

/** Variations of the service list. */

const FLAGS = ['refill', 'cancel', 'dripfeed'] as const;
const FIGURES = ['rate', 'min', 'max'] as const;

const change = (row: Row, names: readonly string[], to: (value: Json) => Json): Row => {
	const changed = { ...row };
	for (const name of names) if (name in changed) changed[name] = to(changed[name] ?? null);
	return changed;
};

const without = (row: Row, names: readonly string[]): Row =>
	Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

const ofServices = (name: string, about: string, rest: Pick<Dialect, 'service' | 'shapes'>): Dialect => ({
	name: `services-${name}`,
	about,
	actions: ['services'],
	...rest,
});

const TYPE_SPELLINGS: ReadonlyArray<(type: string) => string> = [
	(type) => type.toLowerCase(),
	(type) => type.toLowerCase().replace(/ /g, '_'),
	(type) => type.replace(/s$/, ''),
	(type) => type.toUpperCase(),
];
const OTHER_TYPES = ['', 'Special', 'fb_viplike'];

export const SERVICE_DIALECTS: readonly Dialect[] = [
	ofServices('numbers', 'rate, min and max as numbers', { service: (row) => change(row, FIGURES, Number) }),
	ofServices('mixed', 'rate, min and max as numbers in every other row, as text in the rest', {
		service: (row, position) => (position % 2 === 0 ? change(row, FIGURES, Number) : row),
	}),
	ofServices('id-text', 'the ID of the service as text', {
		service: (row) => change(row, ['service'], String),
	}),
	ofServices('flags-text', 'refill, cancel and dripfeed as "true" and "false"', {
		service: (row) => change(row, FLAGS, String),
	}),
	ofServices('flags-01', 'refill, cancel and dripfeed as 1 and 0', {
		service: (row) => change(row, FLAGS, (flag) => (flag ? 1 : 0)),
	}),
	ofServices('flags-01-text', 'refill, cancel and dripfeed as "1" and "0"', {
		service: (row) => change(row, FLAGS, (flag) => (flag ? '1' : '0')),
	}),
	ofServices('flags-missing', 'no refill, cancel and dripfeed', { service: (row) => without(row, FLAGS) }),
	ofServices('no-dripfeed', 'no dripfeed, as on the seed panel', {
		service: (row) => without(row, ['dripfeed']),
	}),
	ofServices('extras', 'desc, description and average_time as extras', {
		service: (row, position) => ({
			...row,
			[position % 2 === 0 ? 'desc' : 'description']:
				`What to know about ${String(row.name)}\nSecond line <b>in bold</b>`,
			average_time: position % 3 === 0 ? null : `${position % 48} hours 5 minutes`,
		}),
	}),
	ofServices('odd-limits', 'min above max in some rows, max 0 in some', {
		service: (row, position) => {
			if (position % 5 === 1) return { ...row, min: row.max ?? '', max: row.min ?? '' };
			return position % 5 === 2 ? { ...row, max: '0' } : row;
		},
	}),
	ofServices('type-spellings', 'type names in other spellings: default, custom_comments, Custom Comment …', {
		service: (row, position) =>
			change(
				row,
				['type'],
				(type) => TYPE_SPELLINGS[position % TYPE_SPELLINGS.length]?.(String(type)) ?? type,
			),
	}),
	ofServices('type-unknown', 'empty and unknown types in some rows', {
		service: (row, position) =>
			position % 4 === 0 ? { ...row, type: OTHER_TYPES[(position / 4) % OTHER_TYPES.length] ?? '' } : row,
	}),
	ofServices('wrapped', 'the list wrapped as {"data":[…]}', {
		shapes: {
			services: ({ services }, write) => ({
				data: services.map((row, position) => write.service(row, position)),
			}),
		},
	}),
	ofServices('empty', 'an empty list as {"status":"success","data":"Empty Data"}', {
		shapes: { services: () => ({ status: 'success', data: 'Empty Data' }) },
	}),
];
