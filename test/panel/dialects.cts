import { ORDER_DIALECTS } from './dialectsOfOrders.cts';
import { REASONS } from './refusals.cts';
import { isInteger, without, withRow, type Dialect, type Json, type Row, type Shapes } from './replies.cts';

/** Every variation of the API's replies that the panel can speak, each by name; they can be combined. */

/** IDs of orders and refills. */
const IDS: Record<string, Dialect> = {
	'ids-number': { id: (id) => (isInteger(id) ? Number(id) : id) },
	'ids-text': { id: (id) => id },
	'ids-prefixed': { idPrefix: 'ord_01HG9X' },
};

const FLAGS = ['refill', 'cancel', 'dripfeed'];
const NUMBERS = ['rate', 'min', 'max'];

const changed = (row: Row, names: readonly string[], to: (value: Json) => Json): Row =>
	Object.fromEntries(
		Object.entries(row).map(([name, value]) => [name, names.includes(name) ? to(value) : value]),
	);

const flags = (write: (flag: Json) => Json): Dialect => ({ service: (row) => changed(row, FLAGS, write) });

const TYPE_SPELLINGS: ReadonlyArray<(type: string) => string> = [
	(type) => type.toLowerCase(),
	(type) => type.toLowerCase().replace(/ /g, '_'),
	(type) => type.replace(/s$/, ''),
	(type) => type.toUpperCase(),
];
const OTHER_TYPES = ['', 'Special', 'fb_viplike'];

const SERVICES: Record<string, Dialect> = {
	'services-numbers': { service: (row) => changed(row, NUMBERS, Number) },
	'services-mixed': {
		service: (row, position) => (position % 2 === 0 ? changed(row, NUMBERS, Number) : row),
	},
	'services-id-text': { service: (row) => changed(row, ['service'], String) },
	'services-flags-text': flags(String),
	'services-flags-01': flags((flag) => (flag ? 1 : 0)),
	'services-flags-01-text': flags((flag) => (flag ? '1' : '0')),
	'services-flags-missing': { service: (row) => without(row, FLAGS) },
	'services-no-dripfeed': { service: (row) => without(row, ['dripfeed']) },
	'services-extras': {
		service: (row, position) => ({
			...row,
			[position % 2 === 0 ? 'desc' : 'description']:
				`What to know about ${String(row.name)}\nSecond line <b>in bold</b>`,
			average_time: position % 3 === 0 ? null : `${position % 48} hours 5 minutes`,
		}),
	},
	/** A minimum above the maximum in some rows, a maximum of 0 in some. */
	'services-odd-limits': {
		service: (row, position) => {
			if (position % 5 === 1) return { ...row, min: row.max ?? '', max: row.min ?? '' };
			return position % 5 === 2 ? { ...row, max: '0' } : row;
		},
	},
	'services-type-spellings': {
		service: (row, at) => changed(row, ['type'], (type) => TYPE_SPELLINGS[at % 4]?.(String(type)) ?? type),
	},
	'services-type-unknown': {
		service: (row, at) =>
			at % 4 === 0 ? { ...row, type: OTHER_TYPES[(at / 4) % OTHER_TYPES.length] ?? '' } : row,
	},
	'services-wrapped': {
		shapes: {
			services: ({ services }, write) => ({ data: services.map((row, at) => write.service(row, at)) }),
		},
	},
	'services-empty': { shapes: { services: () => ({ status: 'success', data: 'Empty Data' }) } },
};

const BALANCE: Record<string, Dialect> = {
	'balance-number': {
		shapes: { balance: ({ balance, currency }) => ({ balance: Number(balance), currency }) },
	},
	'balance-commas': {
		shapes: {
			balance: ({ balance, currency }) => ({ balance: balance.replace(/\B(?=(\d{3})+\.)/g, ','), currency }),
		},
	},
	'balance-no-currency': { shapes: { balance: ({ balance }) => ({ balance }) } },
};

const refusals = (refusal: Shapes['refusal']): Dialect => ({ shapes: { refusal } });

const ENVELOPES: Record<string, Dialect> = {
	'errors-msg': refusals(({ refusal }, write) => ({ status: 'error', msg: write.text(refusal) })),
	'errors-message': refusals(({ refusal }, write) => ({ message: write.text(refusal) })),
	'errors-status-message': refusals(({ refusal }, write) => ({
		status: 'error',
		message: write.text(refusal),
	})),
	'errors-status-code': refusals(({ refusal }, write) => ({ error: write.text(refusal), status: '102' })),
	/** Bad link, Not enough funds on balance … */
	'errors-wording-2': { wording: 1 },
	/** Minimum quantity is 50 … */
	'errors-wording-3': { wording: 2 },
	'success-status': {
		whole: (reply, { kind }) =>
			['add', 'refill', 'balance'].includes(kind)
				? withRow(reply, (row) => ({ status: 'success', ...row }))
				: reply,
	},
};

/** Every refusal with this HTTP code. */
const HTTP = Object.fromEntries(
	[400, 401, 402, 403, 404, 405, 422, 429, 503].map((status): [string, Dialect] => [
		`http-${status}`,
		{ whole: (reply, answer) => (answer.kind === 'refusal' ? { ...reply, status } : reply) },
	]),
);

const TRANSPORT: Record<string, Dialect> = {
	...HTTP,
	/** 401 key, 402 funds, 404 order, 422 quantity … */
	'http-by-reason': {
		whole: (reply, answer) =>
			answer.kind === 'refusal' ? { ...reply, status: REASONS[answer.refusal.reason].http } : reply,
	},
	'http-201': {
		whole: (reply, answer) => (answer.kind === 'refusal' ? reply : { ...reply, status: 201 }),
	},
	'text-html': { whole: (reply) => ({ ...reply, contentType: 'text/html; charset=UTF-8' }) },
	'list-limit-50': { quirks: { listLimit: 50 } },
};

const ALL = { ...IDS, ...SERVICES, ...ORDER_DIALECTS, ...BALANCE, ...ENVELOPES, ...TRANSPORT };

export const DIALECTS: readonly string[] = Object.keys(ALL);

/** `seed` stands for none of them. */
export function dialectsNamed(names: readonly string[]): Dialect[] {
	return names
		.filter((name) => name !== 'seed')
		.map((name) => {
			const found = ALL[name];
			if (!found) throw new Error(`No such dialect: ${name}. There are: seed, ${DIALECTS.join(', ')}`);
			return found;
		});
}
