/** The one item that goes round the loop, and what n8n keeps beside it: read back as anything else from outside is. */
import type { IDataObject, INodeExecutionData, ISourceData } from 'n8n-workflow';
import * as z from 'zod/v4-mini';
import { isObject } from '../../../panel/json';
import type { Problem } from '../../../shared/problems';
import type { Wait, WaitSettings } from './wait';

/** An input item's order, or why there is none. */
export type Asked = { item: number; order: string } | { item: number; message: string; remedy: string };

/** Everything that a later check has to know of the start. */
export interface Packed {
	/** Names the wait in n8n's memory of the execution. */
	key: string;
	/** In the order of the input. */
	asked: Asked[];
	/** Where the input items came from. */
	source?: ISourceData;
	settings: WaitSettings;
}

const settingsSchema = z.object({
	everyMs: z.number(),
	maxWaitMs: z.number(),
	statuses: z.array(z.string()),
	whenTimeIsUp: z.transform((value): WaitSettings['whenTimeIsUp'] =>
		value === 'error' ? 'error' : 'output',
	),
});

const sourceSchema = z.object({
	previousNode: z.string(),
	previousNodeOutput: z.optional(z.number()),
	previousNodeRun: z.optional(z.number()),
});

const text = z.optional(z.string());

const packedSchema = z.object({
	key: z.string(),
	asked: z.array(z.object({ item: z.number(), order: text, message: text, remedy: text })),
	source: z.optional(sourceSchema),
	settings: settingsSchema,
});

/** The wait that an input item carries; undefined: it is an item like any other. */
export function packedIn(items: readonly INodeExecutionData[]): Packed | undefined {
	const [first] = items;
	const read = z.safeParse(packedSchema, first?.json.waiting);
	if (items.length !== 1 || !read.success) return undefined;
	const asked = read.data.asked.map(
		({ item, order, message = '', remedy = '' }): Asked =>
			order === undefined ? { item, message, remedy } : { item, order },
	);
	return { ...read.data, asked };
}

/** `open` and `orders` are for whoever looks at the canvas. */
export const packedItem = (packed: Packed, open: number): INodeExecutionData => ({
	json: { orders: packed.asked.length, open, waiting: packed as unknown as IDataObject },
	pairedItem: packed.asked.map(({ item }) => pairOf(packed, item)),
});

/** Behind the loop, `$('Create').item` is the item with which the wait began. */
export const pairOf = ({ source }: Pick<Packed, 'source'>, item: number) => ({
	item,
	...(source !== undefined && { sourceOverwrite: source }),
});

const FAMILIES: ReadonlyArray<Problem['family']> = [
	'order',
	'auth',
	'request',
	'network',
	'maintenance',
	'rateLimit',
];

const problemSchema = z.object({
	message: z.string(),
	remedy: z.string(),
	family: z.transform((value): Problem['family'] => FAMILIES.find((name) => name === value) ?? 'protocol'),
	effect: z.transform((): Problem['effect'] => 'none'),
});

const waitSchema = z.object({
	since: z.number(),
	orders: z.array(
		z.object({
			order: z.string(),
			placedAt: z.optional(z.number()),
			askedAt: z.optional(z.number()),
			status: z.optional(z.transform((value) => (isObject(value) ? (value as IDataObject) : {}))),
			rejections: z.number(),
			problem: z.optional(problemSchema),
		}),
	),
	/** The execution in which it ended with an error. */
	endedIn: z.optional(z.string()),
});

export type KeptWait = Wait & { endedIn?: string };

/** What n8n has kept; undefined: nothing, since a stopped or crashed execution loses it. */
export function keptWait(value: unknown): KeptWait | undefined {
	const read = z.safeParse(waitSchema, value);
	return read.success ? read.data : undefined;
}
