/**
 * Reads what each item says about its order, and the options: what limits or paces a run with the first item; what belongs
 * to one order (its key, its own limit, its extra fields) with each.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject } from '../../../panel/json';
import type { Amount } from '../../../panel/money';
import { isEmpty } from '../../../panel/orderFields';
import { LIST_FIELDS } from '../../../panel/orderTypes';
import type { Limits } from '../../../shared/connection';
import { ParameterReader, shorten } from '../../../shared/parameters';
import type { Result } from '../../../shared/result';
import { readLimits, readServiceId } from '../../shared/fields';
import { columnsFor, serviceIn } from './columns';

/** Where an order of a mass order comes from. */
export interface Origin {
	/** Index of the input item. */
	input: number;
	/** From 1; undefined where the text has no line. */
	line?: number;
	/** The idempotency key as the user gave it, for all lines together. */
	key?: string;
}

/** What both kinds of input have. */
export interface Stated {
	/** Its number in the run: the index of the input item or, in a mass order, that of the line among all. */
	item: number;
	origin?: Origin;
	/** What an order is known by where its service and link are not those of an earlier try: the item's JSON. */
	identity?: unknown;
}

/** One order as the user states it, before anything is known about its service. */
export interface OrderInput extends Stated {
	service: Result<string>;
	/** By field name; with automatic mapping, the whole input item. */
	values: Record<string, unknown>;
	/** Whether only those values count that the service has a field for: a sheet has other columns, too. */
	automatic: boolean;
	options: ItemOptions;
}

/** An item of which not even the parameters can be read, with n8n's reason in words. */
export interface UnreadableInput extends Stated {
	unreadable: string;
}

/** The index of the input item that an order belongs to. */
export const inputIndexOf = ({ item, origin }: Pick<Stated, 'item' | 'origin'>): number =>
	origin?.input ?? item;

export const readInputs = (context: IExecuteFunctions): Array<OrderInput | UnreadableInput> =>
	context.getInputData().map(({ json }, item) => {
		try {
			const mapping: unknown = context.getNodeParameter('orderFields', item, {});
			const automatic = isObject(mapping) && mapping.mappingMode === 'autoMapInputData';
			const mapped = isObject(mapping) && isObject(mapping.value) ? mapping.value : {};
			const values = automatic ? json : mapped;
			const lists = readLists(context.getNodeParameter('lists', item, {}), values);
			const options = readItemOptions(context.getNodeParameter('options', item, {}));
			return {
				item,
				identity: json,
				service: readServiceId(context, item, automatic ? serviceIn(json) : undefined),
				values: { ...values, ...lists.values },
				automatic,
				options: { ...options, problems: [...lists.problems, ...options.problems] },
			};
		} catch (error) {
			// An expression that fails for one item leaves the others none the worse for it
			return { item, identity: json, unreadable: reasonOf(error) };
		}
	});

/** What the form's text areas hold, and where the mapping says it as well: neither is the one that was meant. */
function readLists(
	given: unknown,
	mapped: Record<string, unknown>,
): { values: Record<string, unknown>; problems: string[] } {
	const read = new ParameterReader(given, 'Lists');
	const filled = LIST_FIELDS.filter(({ name }) => !isEmpty(read.raw(name)));
	const twice = filled.flatMap(({ name, label }) =>
		columnsFor(mapped, name).map(
			(column) => `${label} stand in 'Lists' and in "${column}" of the mapping: keep one of them`,
		),
	);
	return {
		values: Object.fromEntries(filled.map(({ name }) => [name, read.raw(name)])),
		problems: [...read.problems, ...twice],
	};
}

/** n8n's words for parameters that cannot be read. */
export function reasonOf(error: unknown): string {
	const { message, description } = isObject(error) || error instanceof Error ? describe(error) : {};
	const texts = [message, description].filter((text) => typeof text === 'string' && text !== '');
	return texts.join('. ') || 'The parameters of this item cannot be read';
}

const describe = (error: object): { message?: unknown; description?: unknown } => error;

/** What is done with an order for whose link the order book has an unfinished one of the same service. */
const SAME_LINK = ['send', 'skip', 'fail'] as const;
export type SameLink = (typeof SAME_LINK)[number];

export interface RunOptions {
	/** Whether the balance is asked for first, and nothing is sent if it does not cover all orders. */
	checkBalance: boolean;
	/** Whether orders are held against the panel's service list. */
	validate: boolean;
	/** In the account's currency; undefined: no limit. */
	maxTotalCharge: Amount | undefined;
	/** The same for all orders of the account since midnight. */
	maxPerDay: Amount | undefined;
	sameLink: SameLink;
	/** Orders under way at the same time. */
	concurrency: number;
	limits: Limits;
}

/** A panel may do its work before it answers `add`. Seconds. */
const PLACING_TIMEOUT = 60;

/** The run's options, from the `options` of the first item. */
export function readRunOptions(values: unknown): Result<RunOptions> {
	const read = new ParameterReader(values, 'Options');
	return read.result({
		checkBalance: read.flag('checkBalance', 'Check Balance', false),
		validate: read.flag('validateAgainstService', 'Validate Against Service', true),
		maxTotalCharge: read.amount('maxTotalCharge', 'Max Total Charge'),
		maxPerDay: read.amount('maxPerDay', 'Max per Day'),
		sameLink: read.choice('sameLink', 'Same Link', SAME_LINK, 'send'),
		concurrency: read.whole('concurrency', 'Concurrency', { least: 1 }, 1),
		limits: readLimits(read, PLACING_TIMEOUT),
	});
}

export interface ItemOptions {
	/** Undefined: no limit for this order. */
	maxCharge: Amount | undefined;
	idempotencyKey: string | undefined;
	/** For people, into the order book; empty: none. */
	reference: string;
	/** Sent as they are. */
	extra: Record<string, unknown>;
	/** Sentences. */
	problems: string[];
}

/** One order's options. */
export function readItemOptions(values: unknown): ItemOptions {
	const read = new ParameterReader(values, 'Options');
	const maxCharge = read.amount('maxCharge', 'Max Charge per Order');
	const { key, problem } = readKey(read);
	const { extra, wrong } = readExtra(read.raw('extraFields'));
	return {
		maxCharge,
		idempotencyKey: key,
		reference: read.text('reference', 'Reference'),
		extra,
		problems: [...read.problems, ...(problem === undefined ? [] : [problem]), ...wrong],
	};
}

/** An expression that gives nothing, or the same for every item, would silently switch the protection off. */
function readKey(read: ParameterReader): { key?: string; problem?: string } {
	if (!read.has('idempotencyKey')) return {};
	const key = read.raw('idempotencyKey');
	if (typeof key === 'string' && key.trim() !== '') return { key: key.trim() };
	if (typeof key === 'number' && Number.isFinite(key)) return { key: String(key) };
	const wanted = 'enter an expression that gives a text or a number for every item, or remove the option';
	const isEmpty = key === undefined || key === null || typeof key === 'string';
	return {
		problem: isEmpty
			? `Idempotency Key is empty: ${wanted}`
			: `Idempotency Key is neither text nor number: ${wanted}`,
	};
}

/** A list of names and values, as the form gives it; anything else cannot be sent and must not be left out in silence. */
function readExtra(value: unknown): { extra: Record<string, unknown>; wrong: string[] } {
	const rows = isObject(value) ? (value.field ?? []) : (value ?? []);
	const list: unknown[] = Array.isArray(rows) ? rows : [rows];
	const wrong = list.filter((row) => !isObject(row) || !('name' in row));
	return {
		extra: Object.fromEntries(
			list.filter(isObject).map(({ name, value: content }) => [String(name ?? ''), content]),
		),
		wrong: wrong.map((row) => `Extra Fields holds an entry without a name: ${shorten(row)}`),
	};
}
