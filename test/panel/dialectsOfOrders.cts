import type { Action } from './actions.cts';
import { dialect, noLists, shaped, without, written, type Dialect, type Json } from './replies.cts';

/** Variations of what is said about orders, refills and cancellations. */

const isNumeric = (value: Json) => typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);

const commas = (decimal: string): string => {
	const [whole = '0', fraction = ''] = decimal.split('.');
	return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction.padEnd(5, '0')}`;
};

const figures = (name: string, about: string, change: Dialect['figures']): Dialect =>
	dialect(`status-${name}`, about, ['status'], { figures: change });

const FIGURES: Dialect[] = [
	figures('start-counter', 'start_counter for start_count', (row) => ({
		...without(row, ['start_count']),
		start_counter: row.start_count ?? null,
	})),
	figures('start-null', 'start_count null', (row) => ({ ...row, start_count: null })),
	figures('start-empty', 'start_count ""', (row) => ({ ...row, start_count: '' })),
	figures('start-missing', 'no start_count', (row) => without(row, ['start_count'])),
	figures('remains-unknown', 'remains "Unknown"', (row) => ({ ...row, remains: 'Unknown' })),
	figures('charge-commas', 'charge with thousands commas and five decimals: "1,234.50000"', (row, order) => ({
		...row,
		charge: commas(order.charge),
	})),
	figures('numbers', 'charge, start_count and remains as numbers', (row) =>
		Object.fromEntries(
			Object.entries(row).map(([name, value]) => [name, isNumeric(value) ? Number(value) : value]),
		),
	),
	figures('no-currency', 'no currency', (row) => without(row, ['currency'])),
	figures('extra-order', 'the ID repeated as order', (row, order) => ({ order: order.id, ...row })),
];

const spelling = (name: string, about: string, change: (status: string) => string): Dialect =>
	dialect(`spelling-${name}`, about, ['status', 'refill_status'], { status: change });

const words = (table: Record<string, string>) => (status: string) => table[status] ?? status;

const SPELLINGS: Dialect[] = [
	spelling('snake', 'statuses with an underscore: In_progress', (status) => status.replace(/ /g, '_')),
	spelling('joined', 'statuses in one word: Inprogress', (status) => status.replace(/ /g, '')),
	spelling('lower', 'statuses in small letters: processing, in progress', (status) => status.toLowerCase()),
	spelling('upper', 'statuses in capitals: IN PROGRESS', (status) => status.toUpperCase()),
	spelling('british', 'Cancelled for Canceled', words({ Canceled: 'Cancelled' })),
	spelling(
		'other-words',
		'Awaiting for Pending, Refunded for Canceled',
		words({ Pending: 'Awaiting', Canceled: 'Refunded' }),
	),
	spelling(
		'failures',
		'Fail for Canceled, Error for Rejected',
		words({ Canceled: 'Fail', Rejected: 'Error' }),
	),
	spelling(
		'unknown',
		'statuses that no other panel has',
		words({ Pending: 'Queued at supplier', 'In progress': 'Sendeling' }),
	),
];

const STATUS_LISTS: Dialect[] = [
	shaped(
		'statuses-bare-errors',
		'many: a refused ID has the bare text in place of {"error"}',
		'status',
		'statuses',
		({ items }, write) =>
			Object.fromEntries(
				items.map((item) => [
					item.id,
					'refused' in item ? write.text(item.refused) : write.figures(item.value),
				]),
			),
	),
	shaped('statuses-left-out', 'many: unknown IDs are left out', 'status', 'statuses', ({ items }, write) =>
		Object.fromEntries(
			items.flatMap((item) => ('refused' in item ? [] : [[item.id, write.figures(item.value)]])),
		),
	),
	shaped(
		'statuses-array',
		'many: an array without IDs in the order asked',
		'status',
		'statuses',
		({ items }, write) => items.map((item) => written(item, write, write.figures)),
	),
	shaped(
		'statuses-one-error',
		'many: one wrong ID, and the whole reply is {"error"}',
		'status',
		'statuses',
		({ items }, write) => {
			const refused = items.find((item) => 'refused' in item);
			if (refused && 'refused' in refused) return { error: write.text(refused.refused) };
			return Object.fromEntries(items.map((item) => [item.id, written(item, write, write.figures)]));
		},
	),
	noLists('statuses-unsupported', 'no orders parameter for status: "Order not found."', 'status'),
];

const nested = (name: string, about: string, action: Action, property: string): Dialect =>
	dialect(name, about, [action], {
		whole: (reply, answer) =>
			answer.kind === 'refusal' && answer.action === action
				? { ...reply, json: { [property]: reply.json } }
				: reply,
	});

const REFILLS: Dialect[] = [
	nested('refill-nested-error', 'one: a refusal as {"refill":{"error":…}}', 'refill', 'refill'),
	shaped(
		'refill-success-text',
		'one: {"success":"…","refill":12345}',
		'refill',
		'refill',
		({ refill }, write) => ({
			success: 'Refill request has been accepted',
			refill: write.id(refill),
		}),
	),
	shaped(
		'refills-flat-errors',
		'many: a refusal as {order, error}',
		'refill',
		'refills',
		({ items }, write) =>
			items.map((item): Json => {
				const order = write.id(item.id);
				return 'refused' in item
					? { order, error: write.text(item.refused) }
					: { order, refill: write.id(item.value) };
			}),
	),
	shaped('refills-order-text', 'many: order and refill as text', 'refill', 'refills', ({ items }, write) =>
		items.map((item) => ({ order: item.id, refill: written(item, write, (id) => id) })),
	),
	noLists('refills-unsupported', 'no orders parameter for refill', 'refill'),
	nested('refill-status-nested-error', 'one: a refusal as {"status":{"error":…}}', 'refill_status', 'status'),
	shaped(
		'refill-status-array',
		'one: an array of one',
		'refill_status',
		'refillStatus',
		({ refill, status }, write) => [{ refill: write.id(refill), status: write.status(status) }],
	),
	shaped(
		'refill-statuses-object',
		'many: an object by ID',
		'refill_status',
		'refillStatuses',
		({ items }, write) =>
			Object.fromEntries(
				items.map((item) => [item.id, written(item, write, (status) => ({ status: write.status(status) }))]),
			),
	),
	shaped(
		'refill-statuses-left-out',
		'many: rows of unknown refills missing',
		'refill_status',
		'refillStatuses',
		({ items }, write) =>
			items.flatMap((item) =>
				'refused' in item ? [] : [{ refill: write.id(item.id), status: write.status(item.value) }],
			),
	),
	noLists('refill-statuses-unsupported', 'no refills parameter for refill_status', 'refill_status'),
];

const CANCELS: Dialect[] = [
	shaped('cancel-flat-errors', 'a refusal as {order, error}', 'cancel', 'cancels', ({ items }, write) =>
		items.map((item): Json => {
			const order = write.id(item.id);
			return 'refused' in item ? { order, error: write.text(item.refused) } : { order, cancel: 1 };
		}),
	),
	shaped(
		'cancel-request-ids',
		'the ID of the cancel request in place of 1',
		'cancel',
		'cancels',
		({ items }, write) =>
			items.map((item) => ({ order: write.id(item.id), cancel: written(item, write, (id) => write.id(id)) })),
	),
	shaped(
		'cancel-object',
		'{"cancel":5} for the whole list',
		'cancel',
		'cancels',
		({ items }, write): Json => {
			const accepted = items.find((item) => 'value' in item);
			if (accepted && 'value' in accepted) return { cancel: write.id(accepted.value) };
			const refused = items.find((item) => 'refused' in item);
			return { error: refused && 'refused' in refused ? write.text(refused.refused) : '' };
		},
	),
	dialect(
		'cancel-one-error',
		'one order that cannot be canceled: nothing is, and the whole reply is {"error"}',
		['cancel'],
		{
			quirks: { cancelAllOrNothing: true },
		},
	),
];

export const ORDER_DIALECTS: readonly Dialect[] = [
	...FIGURES,
	...SPELLINGS,
	...STATUS_LISTS,
	...REFILLS,
	...CANCELS,
];
