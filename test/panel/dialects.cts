import { ACTIONS, type Action, type Answer } from './actions.cts';
import { STATUS_DIALECTS } from './dialectsOfOrders.cts';
import { REFILL_DIALECTS } from './dialectsOfRefills.cts';
import { SERVICE_DIALECTS } from './dialectsOfServices.cts';
import { REASONS } from './refusals.cts';
import type { Dialect, Reply, Row } from './wire.cts';

/** Every variation of the API's replies that the panel can speak, each by name; they can be combined. */

const WITH_IDS: readonly Action[] = ['add', 'status', 'refill', 'refill_status', 'cancel'];
const isInteger = (id: string) => /^\d{1,15}$/.test(id);

const IDS: Dialect[] = [
	{
		name: 'ids-number',
		about: 'IDs of orders and refills as numbers everywhere',
		actions: WITH_IDS,
		id: (id) => (isInteger(id) ? Number(id) : id),
	},
	{
		name: 'ids-text',
		about: 'IDs of orders and refills as text everywhere',
		actions: WITH_IDS,
		id: (id) => id,
	},
	{
		name: 'ids-prefixed',
		about: 'new orders and refills have IDs such as ord_01HG9X23501',
		actions: WITH_IDS,
		idPrefix: 'ord_01HG9X',
	},
];

const BALANCE: Dialect[] = [
	{
		name: 'balance-number',
		about: 'the balance as a number',
		actions: ['balance'],
		shapes: { balance: ({ balance, currency }) => ({ balance: Number(balance), currency }) },
	},
	{
		name: 'balance-commas',
		about: 'the balance as text with thousands commas',
		actions: ['balance'],
		shapes: {
			balance: ({ balance, currency }) => ({ balance: balance.replace(/\B(?=(\d{3})+\.)/g, ','), currency }),
		},
	},
	{
		name: 'balance-no-currency',
		about: 'the balance without a currency',
		actions: ['balance'],
		whole: (reply, { kind }) => {
			if (kind !== 'balance') return reply;
			const { currency: _currency, ...rest } = reply.json as Row;
			return { ...reply, json: rest };
		},
	},
];

const ENVELOPES: Dialect[] = [
	{
		name: 'errors-msg',
		about: 'refusals as {"status":"error","msg":…}',
		actions: ACTIONS,
		shapes: { refusal: ({ refusal }, write) => ({ status: 'error', msg: write.text(refusal) }) },
	},
	{
		name: 'errors-message',
		about: 'refusals as {"message":…} without error',
		actions: ACTIONS,
		shapes: { refusal: ({ refusal }, write) => ({ message: write.text(refusal) }) },
	},
	{
		name: 'errors-status-message',
		about: 'refusals as {"status":"error","message":…} without error',
		actions: ACTIONS,
		shapes: { refusal: ({ refusal }, write) => ({ status: 'error', message: write.text(refusal) }) },
	},
	{
		name: 'errors-status-code',
		about: 'refusals as {"error":…,"status":"102"}',
		actions: ACTIONS,
		shapes: { refusal: ({ refusal }, write) => ({ error: write.text(refusal), status: '102' }) },
	},
	{
		name: 'errors-wording-2',
		about: 'refusals in other words (Bad link, Not enough funds on balance…)',
		actions: ACTIONS,
		wording: 1,
	},
	{
		name: 'errors-wording-3',
		about: 'refusals in still other words (Minimum quantity is 50…)',
		actions: ACTIONS,
		wording: 2,
	},
	{
		name: 'success-status',
		about: 'successes say "status":"success" as well',
		actions: ['add', 'refill', 'balance'],
		whole: (reply, { kind }) =>
			kind === 'add' || kind === 'refill' || kind === 'balance'
				? { ...reply, json: { status: 'success', ...(reply.json as Row) } }
				: reply,
	},
];

const httpCode = (status: number, text: string): Dialect => ({
	name: `http-${status}`,
	about: `every refusal with HTTP ${status} (${text})`,
	actions: ACTIONS,
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
	{
		name: 'http-by-reason',
		about: 'refusals with the HTTP code that fits: 401 key, 402 funds, 404 order, 422 quantity …',
		actions: ACTIONS,
		whole: (reply, answer: Answer): Reply =>
			answer.kind === 'refusal' ? { ...reply, status: REASONS[answer.refusal.reason].http } : reply,
	},
	{
		name: 'http-201',
		about: 'successes with HTTP 201',
		actions: ACTIONS,
		whole: (reply, answer) => (answer.kind === 'refusal' ? reply : { ...reply, status: 201 }),
	},
	{
		name: 'text-html',
		about: 'JSON labelled text/html',
		actions: ACTIONS,
		whole: (reply) => ({ ...reply, contentType: 'text/html; charset=UTF-8' }),
	},
	{
		name: 'list-limit-50',
		about: 'at most 50 IDs a request',
		actions: ['status', 'refill', 'refill_status', 'cancel'],
		quirks: { listLimit: 50 },
	},
];

export const DIALECTS: readonly Dialect[] = [
	...IDS,
	...SERVICE_DIALECTS,
	...STATUS_DIALECTS,
	...REFILL_DIALECTS,
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
