import type { IExecuteFunctions } from 'n8n-workflow';
import type { Operation } from '../operation';
import { executeByIds } from '../shared/executeByIds';
import { listOptions } from '../shared/options';
import { valueOf } from '../shared/valueOf';
import { BOOK, DAY_MS } from '../../panel/policies';
import { ParameterReader } from '../../shared/parameters';
import { orderStatusJson } from '../../shared/outputs';
import { iso } from '../../shared/times';
import { isFromBook, orderSource, sourceFields } from './orderSource';
import { hasSeenAny, keepChanges } from './seenStatuses';

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

/** Since when rows are to be looked at. A node that has seen nothing yet begins with what is still in that overlap. */
async function lastRead(context: IExecuteFunctions, now: number): Promise<string> {
	const { bookReadAt }: StoredRead = context.getWorkflowStaticData('node');
	const last = Date.parse(String(bookReadAt));
	if (Number.isFinite(last)) return iso(Math.min(last, now) - BOOK.overlapMs);
	// It was not kept: a schedule's interval is rarely longer than a day, and all rows of that time are asked for
	return iso(now - ((await hasSeenAny(context)) ? DAY_MS : BOOK.overlapMs));
}

function rememberRead(context: IExecuteFunctions, now: number): void {
	const stored: StoredRead = context.getWorkflowStaticData('node');
	stored.bookReadAt = iso(now);
}
