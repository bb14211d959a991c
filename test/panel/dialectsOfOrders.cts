import type { Action } from './actions.cts';
import { without, written, type Dialect, type Json, type Shapes } from './replies.cts';

/** Variations of what is said about orders, refills and cancellations. */

const isNumeric = (value: Json) => typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);

/** `1,234.50000` */
const commas = (decimal: string): string => {
	const [whole = '0', fraction = ''] = decimal.split('.');
	return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction.padEnd(5, '0')}`;
};

const FIGURES: Record<string, Dialect['figures']> = {
	'status-start-counter': (row) => ({
		...without(row, ['start_count']),
		start_counter: row.start_count ?? null,
	}),
	'status-start-null': (row) => ({ ...row, start_count: null }),
	'status-start-empty': (row) => ({ ...row, start_count: '' }),
	'status-start-missing': (row) => without(row, ['start_count']),
	'status-remains-unknown': (row) => ({ ...row, remains: 'Unknown' }),
	'status-charge-commas': (row, order) => ({ ...row, charge: commas(order.charge) }),
	'status-numbers': (row) =>
		Object.fromEntries(
			Object.entries(row).map(([name, value]) => [name, isNumeric(value) ? Number(value) : value]),
		),
	'status-no-currency': (row) => without(row, ['currency']),
	'status-extra-order': (row, order) => ({ order: order.id, ...row }),
};

const words = (table: Record<string, string>) => (status: string) => table[status] ?? status;

const SPELLINGS: Record<string, (status: string) => string> = {
	'spelling-snake': (status) => status.replace(/ /g, '_'),
	'spelling-joined': (status) => status.replace(/ /g, ''),
	'spelling-lower': (status) => status.toLowerCase(),
	'spelling-upper': (status) => status.toUpperCase(),
	'spelling-british': words({ Canceled: 'Cancelled' }),
	'spelling-other-words': words({ Pending: 'Awaiting', Canceled: 'Refunded' }),
	'spelling-failures': words({ Canceled: 'Fail', Rejected: 'Error' }),
	'spelling-unknown': words({ Pending: 'Queued at supplier', 'In progress': 'Sendeling' }),
};

/** One reply in another shape. */
const SHAPES: Record<string, Shapes> = {
	/** The bare text in place of {"error"}. */
	'statuses-bare-errors': {
		statuses: ({ items }, write) =>
			Object.fromEntries(
				items.map((item) => [
					item.id,
					'refused' in item ? write.text(item.refused) : write.figures(item.value),
				]),
			),
	},
	/** Unknown IDs are left out. */
	'statuses-left-out': {
		statuses: ({ items }, write) =>
			Object.fromEntries(
				items.flatMap((item) => ('refused' in item ? [] : [[item.id, write.figures(item.value)]])),
			),
	},
	/** Without IDs, in the order asked. */
	'statuses-array': {
		statuses: ({ items }, write) => items.map((item) => written(item, write, write.figures)),
	},
	/** One wrong ID, and the whole reply is {"error"}. */
	'statuses-one-error': {
		statuses: ({ items }, write) => {
			const refused = items.find((item) => 'refused' in item);
			if (refused && 'refused' in refused) return { error: write.text(refused.refused) };
			return Object.fromEntries(items.map((item) => [item.id, written(item, write, write.figures)]));
		},
	},
	'refill-success-text': {
		refill: ({ refill }, write) => ({
			success: 'Refill request has been accepted',
			refill: write.id(refill),
		}),
	},
	'refills-flat-errors': {
		refills: ({ items }, write) =>
			items.map((item): Json => {
				const order = write.id(item.id);
				return 'refused' in item
					? { order, error: write.text(item.refused) }
					: { order, refill: write.id(item.value) };
			}),
	},
	'refills-order-text': {
		refills: ({ items }, write) =>
			items.map((item) => ({ order: item.id, refill: written(item, write, (id) => id) })),
	},
	'refill-status-array': {
		refillStatus: ({ refill, status }, write) => [{ refill: write.id(refill), status: write.status(status) }],
	},
	/** An object by ID. */
	'refill-statuses-object': {
		refillStatuses: ({ items }, write) =>
			Object.fromEntries(
				items.map((item) => [item.id, written(item, write, (status) => ({ status: write.status(status) }))]),
			),
	},
	'refill-statuses-left-out': {
		refillStatuses: ({ items }, write) =>
			items.flatMap((item) =>
				'refused' in item ? [] : [{ refill: write.id(item.id), status: write.status(item.value) }],
			),
	},
	'cancel-flat-errors': {
		cancels: ({ items }, write) =>
			items.map((item): Json => {
				const order = write.id(item.id);
				return 'refused' in item ? { order, error: write.text(item.refused) } : { order, cancel: 1 };
			}),
	},
	/** The ID of the cancel request in place of 1. */
	'cancel-request-ids': {
		cancels: ({ items }, write) =>
			items.map((item) => ({ order: write.id(item.id), cancel: written(item, write, (id) => write.id(id)) })),
	},
	/** {"cancel":5} for the whole list. */
	'cancel-object': {
		cancels: ({ items }, write): Json => {
			const accepted = items.find((item) => 'value' in item);
			if (accepted && 'value' in accepted) return { cancel: write.id(accepted.value) };
			const refused = items.find((item) => 'refused' in item);
			return { error: refused && 'refused' in refused ? write.text(refused.refused) : '' };
		},
	},
};

/** A refusal as {"refill":{"error":…}}. */
const nested = (action: Action, property: string): Dialect => ({
	whole: (reply, answer) =>
		answer.kind === 'refusal' && answer.action === action
			? { ...reply, json: { [property]: reply.json } }
			: reply,
});
const noLists = (action: Action): Dialect => ({ quirks: { noLists: [action] } });

const each = <T,>(all: Record<string, T>, dialect: (part: T) => Dialect) =>
	Object.fromEntries(Object.entries(all).map(([name, part]) => [name, dialect(part)]));

export const ORDER_DIALECTS: Record<string, Dialect> = {
	...each(FIGURES, (figures) => ({ figures })),
	...each(SPELLINGS, (status) => ({ status })),
	...each(SHAPES, (shapes) => ({ shapes })),
	'statuses-unsupported': noLists('status'),
	'refills-unsupported': noLists('refill'),
	'refill-statuses-unsupported': noLists('refill_status'),
	'refill-nested-error': nested('refill', 'refill'),
	'refill-status-nested-error': nested('refill_status', 'status'),
	/** One order that cannot be canceled: nothing is, and the whole reply is {"error"}. */
	'cancel-one-error': { quirks: { cancelAllOrNothing: true } },
};
