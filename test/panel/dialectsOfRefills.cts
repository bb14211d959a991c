import type { Answer } from './actions.cts';
import { noLists, shaped, written, type Dialect, type Json } from './wire.cts';

/** Variations of what is said about refills and cancellations. */

const REFILLS: Dialect[] = [
	{
		name: 'refill-nested-error',
		about: 'one: a refusal as {"refill":{"error":…}}',
		actions: ['refill'],
		whole: (reply, answer: Answer) =>
			answer.kind === 'refusal' && answer.action === 'refill'
				? { ...reply, json: { refill: reply.json } }
				: reply,
	},
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
	{
		name: 'refill-status-nested-error',
		about: 'one: a refusal as {"status":{"error":…}}',
		actions: ['refill_status'],
		whole: (reply, answer: Answer) =>
			answer.kind === 'refusal' && answer.action === 'refill_status'
				? { ...reply, json: { status: reply.json } }
				: reply,
	},
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
	{
		name: 'cancel-one-error',
		about: 'one order that cannot be canceled: nothing is, and the whole reply is {"error"}',
		actions: ['cancel'],
		quirks: { cancelAllOrNothing: true },
	},
];

export const REFILL_DIALECTS: readonly Dialect[] = [...REFILLS, ...CANCELS];
