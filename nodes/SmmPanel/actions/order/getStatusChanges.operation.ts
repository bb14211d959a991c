/** What of many orders has changed since this node looked last. It remembers in n8n's database, over executions and workers. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { BOOK, DAY_MS } from '../../panel/policies';
import { KNOWN_ORDER_STATUSES, spelling } from '../../panel/statuses';
import { orderStatusJson } from '../../shared/outputs';
import { ParameterReader, valueOf } from '../../shared/parameters';
import { iso } from '../../shared/times';
import type { Operation } from '../operation';
import { earlierAttempts, executeByIds } from '../shared/executeByIds';
import { listOptions } from '../shared/fields';
import { isFromBook, orderSource, sourceFields } from './getStatus.operation';

export const getStatusChanges: Operation = {
	value: 'getStatusChanges',
	name: 'Get Status Changes',
	action: 'Get order status changes',
	description:
		'Get only those orders whose status differs from the one this node last saw, for schedules. What was seen outlives executions and restarts.',
	fields: [
		...sourceFields,
		{
			...listOptions,
			options: [
				...(listOptions.options ?? []),
				{
					displayName: 'Skip First Status',
					name: 'skipFirst',
					type: 'boolean',
					default: false,
					description:
						'Whether to leave out orders that this node sees for the first time, and only remember their status',
				},
			],
		},
	],
	execute: async (context) => {
		const read = new ParameterReader(context.getNodeParameter('options', 0, {}), 'Options');
		const skipFirst = valueOf(context, read.result(read.flag('skipFirst', 'Skip First Status', false)));
		const now = Date.now();
		const fromBook = isFromBook(context);
		const items = await executeByIds(context, {
			...(await orderSource(context, fromBook ? await lastRead(context, now) : undefined)),
			noun: 'order',
			send: async (client, ids) => await client.status(ids),
			toJson: (order, status) => orderStatusJson(order, status),
		});
		const changes = await keepChanges(context, items, skipFirst);
		// What could not be read is looked for again
		if (fromBook && items.every(({ json }) => json.error === undefined)) rememberRead(context, now);
		return changes;
	},
};

/** n8n keeps it with the workflow (docs/stored-data.md), not in manual runs. */
interface StoredRead {
	bookReadAt?: string;
}

/** From when on rows of the book are read. A node that has seen nothing yet begins one overlap ago. */
async function lastRead(context: IExecuteFunctions, now: number): Promise<string> {
	const { bookReadAt }: StoredRead = context.getWorkflowStaticData('node');
	const last = Date.parse(String(bookReadAt));
	if (Number.isFinite(last)) return iso(Math.min(last, now) - BOOK.overlapMs);
	// n8n has not kept the time. Schedules rarely wait longer than a day, so that the rows of a day are read
	return iso(now - ((await hasSeenAny(context)) ? DAY_MS : BOOK.overlapMs));
}

function rememberRead(context: IExecuteFunctions, now: number): void {
	const stored: StoredRead = context.getWorkflowStaticData('node');
	stored.bookReadAt = iso(now);
}

// Two entries an order; the oldest are forgotten first
export const SEEN = { mode: 'entries', maxEntries: 100_000 } as const;

const KNOWN = new Set(KNOWN_ORDER_STATUSES.map(spelling));

/** A status that nobody knows is kept as the digits of its hash, each with its place: 20 bits tell it from others. */
const DIGITS = 5;
const BASE = 16;

/**
 * n8n only tells whether a value was recorded, so that the status before cannot be read, only all others be taken
 * back: a known one by its name, any other digit by digit.
 */
function slotsOf(status: string): string[] {
	const name = spelling(status);
	if (KNOWN.has(name)) return [name];
	let hash = 0;
	for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % BASE ** DIGITS;
	return Array.from({ length: DIGITS }, (_, place) => `?${place}:${Math.floor(hash / BASE ** place) % BASE}`);
}

/** The statuses that orders leave most often come first: looking for what is not there is what takes time. */
const OFTEN = ['In progress', 'Pending', 'Processing', 'Active'].map(spelling);

const SLOTS_TO_FORGET: readonly string[][] = [
	...OFTEN.map((slot) => [slot]),
	[...KNOWN].filter((slot) => !OFTEN.includes(slot)),
	Array.from({ length: DIGITS * BASE }, (_, at) => `?${at % DIGITS}:${Math.floor(at / DIGITS)}`),
];

/** Whether this node has ever remembered a status. */
const hasSeenAny = async (context: IExecuteFunctions): Promise<boolean> =>
	(await context.helpers.getProcessedDataCount('node', SEEN)) > 0;

/**
 * Of items with `order` and `status`, those whose status differs from the one last seen, with `seenBefore`; others
 * (failures) pass. Remembers the new statuses. What an earlier try of the same run found comes out again, since its
 * items were lost with it.
 */
async function keepChanges(
	context: IExecuteFunctions,
	items: INodeExecutionData[],
	skipFirst: boolean,
): Promise<INodeExecutionData[]> {
	const statuses = new Map<string, string>();
	for (const { json } of items) {
		if (isStatus(json)) statuses.set(String(json.order), json.status);
	}
	const changes = await recordStatuses(context, statuses);
	const emitted = new Set<string>();
	return items.flatMap((item) => {
		if (!isStatus(item.json)) return [item];
		const order = String(item.json.order);
		const change = changes[order];
		if (change === undefined || (skipFirst && !change.seenBefore) || emitted.has(order)) return [];
		emitted.add(order);
		return [{ ...item, json: { ...item.json, seenBefore: change.seenBefore } }];
	});
}

const isStatus = (json: IDataObject): json is IDataObject & { status: string } =>
	typeof json.status === 'string' && json.error === undefined;

interface Change {
	seenBefore: boolean;
}

/** The orders that changed, by ID. */
async function recordStatuses(
	context: IExecuteFunctions,
	statuses: Map<string, string>,
): Promise<Record<string, Change>> {
	const changes = earlierAttempts<Change>(context);
	if (statuses.size === 0) return changes;
	const asked = [...statuses].map(([order, status]) => ({
		order,
		seen: `seen:${order}`,
		now: slotsOf(status).map((slot) => `${order}:${slot}`),
	}));
	const values = asked.flatMap(({ seen, now }) => [seen, ...now]);
	const { new: fresh } = await context.helpers.checkProcessedAndRecord(values, 'node', SEEN);
	const isNew = new Set(fresh.map(String));
	const changed = asked.filter(({ now }) => now.some((value) => isNew.has(value)));
	for (const { order, seen } of changed) changes[order] ??= { seenBefore: !isNew.has(seen) };
	await forgetOthers(
		context,
		changed.filter(({ seen }) => !isNew.has(seen)),
	).catch((error: unknown) => {
		// The changes are recorded: an error now would lose them. What is left over can hide a later change back.
		context.logger.warn(`SMM Panel: earlier statuses could not be forgotten: ${String(error)}`);
	});
	return changes;
}

/** Takes back the statuses before, until there is one entry less for each order that has changed, or nothing is left. */
async function forgetOthers(
	context: IExecuteFunctions,
	changed: ReadonlyArray<{ order: string; now: readonly string[] }>,
): Promise<void> {
	if (changed.length === 0) return;
	const { removeProcessed, getProcessedDataCount } = context.helpers;
	const goal = (await getProcessedDataCount('node', SEEN)) - changed.length;
	for (const slots of SLOTS_TO_FORGET) {
		const others = changed.flatMap(({ order, now }) =>
			slots.map((slot) => `${order}:${slot}`).filter((value) => !now.includes(value)),
		);
		if (others.length > 0) await removeProcessed(others, 'node', SEEN);
		if ((await getProcessedDataCount('node', SEEN)) === goal) return;
	}
}
