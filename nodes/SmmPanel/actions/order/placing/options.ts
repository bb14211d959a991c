/**
 * The options of placing and quoting. What limits or paces a run is read once, with the first item; what belongs to
 * one order (its key, its own limit, its extra fields) is read with each item.
 */
import type { Limits } from '../../../shared/connection';
import type { Amount } from '../../../panel/money';
import { isObject } from '../../../panel/json';
import { ParameterReader, shorten } from '../../../shared/parameters';
import type { Result } from '../../../shared/result';
import { readLimits } from '../../shared/fields';

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
