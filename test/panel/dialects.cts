import { ACTIONS, type Action } from './actions.cts';
import { ORDER_DIALECTS } from './dialectsOfOrders.cts';
import { REASONS } from './refusals.cts';
import {
	dialect,
	isInteger,
	without,
	withRow,
	type Dialect,
	type Json,
	type Row,
	type Shapes,
} from './replies.cts';

/** Every variation of the API's replies that the panel can speak, each by name; they can be combined. */

const WITH_IDS: readonly Action[] = ['add', 'status', 'refill', 'refill_status', 'cancel'];

const IDS: Dialect[] = [
	dialect('ids-number', 'IDs of orders and refills as numbers everywhere', WITH_IDS, {
		id: (id) => (isInteger(id) ? Number(id) : id),
	}),
	dialect('ids-text', 'IDs of orders and refills as text everywhere', WITH_IDS, {
		id: (id) => id,
	}),
	dialect('ids-prefixed', 'new orders and refills have IDs such as ord_01HG9X23501', WITH_IDS, {
		idPrefix: 'ord_01HG9X',
	}),
];

const FLAGS = ['refill', 'cancel', 'dripfeed'] as const;
const NUMBERS = ['rate', 'min', 'max'] as const;

const changed = (row: Row, names: readonly string[], to: (value: Json) => Json): Row => {
	const copy = { ...row };
	for (const name of names) if (name in copy) copy[name] = to(copy[name] ?? null);
	return copy;
};

const ofServices = (name: string, about: string, rest: Pick<Dialect, 'service' | 'shapes'>): Dialect =>
	dialect(`services-${name}`, about, ['services'], rest);

const TYPE_SPELLINGS: ReadonlyArray<(type: string) => string> = [
	(type) => type.toLowerCase(),
	(type) => type.toLowerCase().replace(/ /g, '_'),
	(type) => type.replace(/s$/, ''),
	(type) => type.toUpperCase(),
];
const OTHER_TYPES = ['', 'Special', 'fb_viplike'];

const SERVICES: Dialect[] = [
	ofServices('numbers', 'rate, min and max as numbers', { service: (row) => changed(row, NUMBERS, Number) }),
	ofServices('mixed', 'rate, min and max as numbers in every other row, as text in the rest', {
		service: (row, position) => (position % 2 === 0 ? changed(row, NUMBERS, Number) : row),
	}),
	ofServices('id-text', 'the ID of the service as text', {
		service: (row) => changed(row, ['service'], String),
	}),
	ofServices('flags-text', 'refill, cancel and dripfeed as "true" and "false"', {
		service: (row) => changed(row, FLAGS, String),
	}),
	ofServices('flags-01', 'refill, cancel and dripfeed as 1 and 0', {
		service: (row) => changed(row, FLAGS, (flag) => (flag ? 1 : 0)),
	}),
	ofServices('flags-01-text', 'refill, cancel and dripfeed as "1" and "0"', {
		service: (row) => changed(row, FLAGS, (flag) => (flag ? '1' : '0')),
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
			changed(
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

const BALANCE: Dialect[] = [
	dialect('balance-number', 'the balance as a number', ['balance'], {
		shapes: { balance: ({ balance, currency }) => ({ balance: Number(balance), currency }) },
	}),
	dialect('balance-commas', 'the balance as text with thousands commas', ['balance'], {
		shapes: {
			balance: ({ balance, currency }) => ({ balance: balance.replace(/\B(?=(\d{3})+\.)/g, ','), currency }),
		},
	}),
	dialect('balance-no-currency', 'the balance without a currency', ['balance'], {
		whole: (reply, { kind }) =>
			kind === 'balance' ? withRow(reply, (row) => without(row, ['currency'])) : reply,
	}),
];

const errors = (name: string, about: string, refusal: Shapes['refusal']): Dialect =>
	dialect(`errors-${name}`, about, ACTIONS, { shapes: { refusal } });

const ENVELOPES: Dialect[] = [
	errors('msg', 'refusals as {"status":"error","msg":…}', ({ refusal }, write) => ({
		status: 'error',
		msg: write.text(refusal),
	})),
	errors('message', 'refusals as {"message":…} without error', ({ refusal }, write) => ({
		message: write.text(refusal),
	})),
	errors(
		'status-message',
		'refusals as {"status":"error","message":…} without error',
		({ refusal }, write) => ({ status: 'error', message: write.text(refusal) }),
	),
	errors('status-code', 'refusals as {"error":…,"status":"102"}', ({ refusal }, write) => ({
		error: write.text(refusal),
		status: '102',
	})),
	dialect('errors-wording-2', 'refusals in other words (Bad link, Not enough funds on balance…)', ACTIONS, {
		wording: 1,
	}),
	dialect('errors-wording-3', 'refusals in still other words (Minimum quantity is 50…)', ACTIONS, {
		wording: 2,
	}),
	dialect('success-status', 'successes say "status":"success" as well', ['add', 'refill', 'balance'], {
		whole: (reply, { kind }) =>
			kind === 'add' || kind === 'refill' || kind === 'balance'
				? withRow(reply, (row) => ({ status: 'success', ...row }))
				: reply,
	}),
];

const httpCode = (status: number, text: string): Dialect =>
	dialect(`http-${status}`, `every refusal with HTTP ${status} (${text})`, ACTIONS, {
		whole: (reply, answer) => (answer.kind === 'refusal' ? { ...reply, status } : reply),
	});

const TRANSPORT: Dialect[] = [
	...Object.entries({
		400: 'Bad Request',
		401: 'Unauthorized',
		402: 'Payment Required',
		403: 'Forbidden',
		404: 'Not Found',
		405: 'Method Not Allowed',
		422: 'Unprocessable Entity',
		429: 'Too Many Requests',
		503: 'Service Unavailable',
	}).map(([code, text]) => httpCode(Number(code), text)),
	dialect(
		'http-by-reason',
		'refusals with the HTTP code that fits: 401 key, 402 funds, 404 order, 422 quantity …',
		ACTIONS,
		{
			whole: (reply, answer) =>
				answer.kind === 'refusal' ? { ...reply, status: REASONS[answer.refusal.reason].http } : reply,
		},
	),
	dialect('http-201', 'successes with HTTP 201', ACTIONS, {
		whole: (reply, answer) => (answer.kind === 'refusal' ? reply : { ...reply, status: 201 }),
	}),
	dialect('text-html', 'JSON labelled text/html', ACTIONS, {
		whole: (reply) => ({ ...reply, contentType: 'text/html; charset=UTF-8' }),
	}),
	dialect('list-limit-50', 'at most 50 IDs a request', ['status', 'refill', 'refill_status', 'cancel'], {
		quirks: { listLimit: 50 },
	}),
];

export const DIALECTS: readonly Dialect[] = [
	...IDS,
	...SERVICES,
	...ORDER_DIALECTS,
	...BALANCE,
	...ENVELOPES,
	...TRANSPORT,
];

const BY_NAME = new Map(DIALECTS.map((dialect) => [dialect.name, dialect]));

/** `seed` stands for none of them. */
export function dialectsNamed(names: readonly string[]): Dialect[] {
	const wanted = names.filter((name) => name !== 'seed');
	const unknown = wanted.find((name) => !BY_NAME.has(name));
	if (unknown !== undefined) {
		throw new Error(`No such dialect: ${unknown}. There are: seed, ${[...BY_NAME.keys()].join(', ')}`);
	}
	return wanted.flatMap((name) => BY_NAME.get(name) ?? []);
}
