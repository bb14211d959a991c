import { noLists, shaped, written, type Dialect, type Json, type Row } from './wire.cts';

/** Variations of what is said about orders, refills and cancellations. */

const without = (row: Row, name: string): Row => {
	const { [name]: _left, ...rest } = row;
	return rest;
};

const isNumeric = (value: Json) => typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);

const commas = (decimal: string): string => {
	const [whole = '0', fraction = ''] = decimal.split('.');
	return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction.padEnd(5, '0')}`;
};

const figures = (name: string, about: string, change: Dialect['figures']): Dialect => ({
	name: `status-${name}`,
	about,
	actions: ['status'],
	figures: change,
});

const FIGURES: Dialect[] = [
	figures('start-counter', 'start_counter for start_count', (row) => ({
		...without(row, 'start_count'),
		start_counter: row.start_count ?? null,
	})),
	figures('start-null', 'start_count null', (row) => ({ ...row, start_count: null })),
	figures('start-empty', 'start_count ""', (row) => ({ ...row, start_count: '' })),
	figures('start-missing', 'no start_count', (row) => without(row, 'start_count')),
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
	figures('no-currency', 'no currency', (row) => without(row, 'currency')),
	figures('extra-order', 'the ID repeated as order', (row, order) => ({ order: order.id, ...row })),
];

const spelling = (name: string, about: string, change: (status: string) => string): Dialect => ({
	name: `spelling-${name}`,
	about,
	actions: ['status', 'refill_status'],
	status: change,
});

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

export const STATUS_DIALECTS: readonly Dialect[] = [...FIGURES, ...SPELLINGS, ...STATUS_LISTS];
