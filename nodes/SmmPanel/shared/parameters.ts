/**
 * Parameters as they arrive. n8n checks a fixed value against its field, but hands over whatever an expression gives:
 * a text in place of a list, a list in place of a text, nothing at all. Everything is read as `unknown` here.
 */
import type { INode, INodeProperties } from 'n8n-workflow';
import { isObject, parseJson, type JsonObject } from '../panel/json';
import { parseAmount, type Amount } from '../panel/money';
import { momentIn } from './times';
import { inputProblem, toNodeError } from './problems';
import { failure, success, type Result } from './result';

/** A collection of the form, as `ParameterReader` reads it. */
export const collection = (
	name: 'options' | 'filters',
	options: INodeProperties[],
): INodeProperties & { options: INodeProperties[] } => ({
	displayName: name === 'options' ? 'Options' : 'Filters',
	name,
	type: 'collection',
	placeholder: name === 'options' ? 'Add option' : 'Add filter',
	default: {},
	options,
});

/** What is wrong with a parameter, as the end of a sentence that begins with its name. */
interface Wrong {
	wrong: string;
}
type Reading<T> = { value: T } | Wrong;

const isNothing = (value: unknown): value is undefined | null | '' =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** How a value looks in an error: short, and recognisable. */
export function shorten(value: unknown): string {
	const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
	return text.length > 60 ? `${text.slice(0, 60)} …` : text;
}

const text = (value: unknown): Reading<string> => {
	if (typeof value === 'string') return { value: value.trim() };
	if (typeof value === 'number' && Number.isFinite(value)) return { value: String(value) };
	if (typeof value === 'boolean') return { value: String(value) };
	return { wrong: `is no text: ${shorten(value)}` };
};

const flag = (value: unknown): Reading<boolean> => {
	if (typeof value === 'boolean') return { value };
	const word = String(value).trim().toLowerCase();
	if (['true', 'yes', 'on', '1'].includes(word)) return { value: true };
	if (['false', 'no', 'off', '0'].includes(word)) return { value: false };
	return { wrong: `is neither true nor false: ${shorten(value)}` };
};

function choice<T extends string>(value: unknown, choices: readonly T[]): Reading<T> {
	const word = String(value).trim().toLowerCase();
	const chosen = choices.find((one) => one.toLowerCase() === word);
	return chosen === undefined
		? { wrong: `is none of ${choices.join(', ')}: ${shorten(value)}` }
		: { value: chosen };
}

interface Range {
	least: number;
	most?: number;
}

const number = (value: unknown, { least, most }: Range, isWhole: boolean): Reading<number> => {
	const plain = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : NaN;
	const fits = (isWhole ? Number.isSafeInteger(plain) : Number.isFinite(plain)) && plain >= least;
	if (fits && (most === undefined || plain <= most)) return { value: plain };
	const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
	return { wrong: `is not a ${isWhole ? 'whole ' : ''}number ${range}: ${shorten(value)}` };
};

/** A comma could be read in two ways, one of which costs money. */
const amount = (value: unknown): Reading<Amount> => {
	const parsed = typeof value === 'string' && value.includes(',') ? undefined : parseAmount(value);
	return parsed === undefined
		? { wrong: `is not an amount such as 25.5: ${shorten(value)}` }
		: { value: parsed };
};

const moment = (value: unknown, timeZone: string): Reading<number> => {
	const ms = momentIn(value, timeZone);
	return ms === undefined
		? { wrong: `is no date and time such as 2026-01-31 15:00: ${shorten(value)}` }
		: { value: ms };
};

const textList = (value: unknown): Reading<string[]> => {
	const list = entriesOf(value);
	const entries = list.filter((entry) => !isNothing(entry)).map(text);
	const bad = entries.find((entry) => 'wrong' in entry);
	if (bad && 'wrong' in bad) return { wrong: `holds an entry that ${bad.wrong}` };
	return { value: entries.flatMap((entry) => ('value' in entry ? [entry.value] : [])) };
};

/** A list, the JSON text of one, or the lines of a text; anything else is a list of one. */
function entriesOf(value: unknown): unknown[] {
	if (Array.isArray(value)) return value.flat(3);
	if (typeof value !== 'string') return [value];
	const parsed = value.trim().startsWith('[') ? parseJson(value) : undefined;
	return Array.isArray(parsed) ? parsed.flat(3) : value.split(/\r?\n/);
}

/** Names in texts such as "A, B". A name may itself contain commas: what `isKnown` knows as a whole is not split. */
export const splitNames = (names: readonly string[], isKnown?: (name: string) => boolean): string[] =>
	names.flatMap((name) =>
		isKnown?.(name)
			? [name]
			: name
					.split(',')
					.map((part) => part.trim())
					.filter(Boolean),
	);

/**
 * Reads the entries of one collection. What is missing, null or empty text is the fallback; what cannot be read is
 * noted, so that `result` names everything that is wrong at once.
 */
export class ParameterReader {
	readonly problems: string[] = [];
	readonly #values: JsonObject;

	/** `place` is where the entries stand in the form, such as "Options"; it is named if they are no collection at all. */
	constructor(values: unknown, place: string) {
		this.#values = isObject(values) ? values : {};
		if (!isObject(values) && !isNothing(values))
			this.problems.push(`'${place}' is no collection: ${shorten(values)}`);
	}

	/** Whether the user added this entry, with whatever value. */
	has = (name: string): boolean => Object.hasOwn(this.#values, name);

	/** As it arrived. */
	raw = (name: string): unknown => this.#values[name];

	text = (name: string, label: string, fallback = ''): string => this.#read(name, label, text, fallback);

	textList = (name: string, label: string): string[] => this.#read(name, label, textList, []);

	flag = <F extends boolean | undefined>(name: string, label: string, fallback: F): boolean | F =>
		this.#read<boolean | F>(name, label, flag, fallback);

	number = <F extends number | undefined>(
		name: string,
		label: string,
		range: Range,
		fallback: F,
	): number | F => this.#read<number | F>(name, label, (value) => number(value, range, false), fallback);

	/** One of these values. */
	choice = <T extends string>(name: string, label: string, choices: readonly T[], fallback: T): T =>
		this.#read(name, label, (value) => choice(value, choices), fallback);

	whole = <F extends number | undefined>(
		name: string,
		label: string,
		range: Range,
		fallback: F,
	): number | F => this.#read<number | F>(name, label, (value) => number(value, range, true), fallback);

	/** In milliseconds. */
	moment = (name: string, label: string, timeZone: string): number | undefined =>
		this.#read<number | undefined>(name, label, (value) => moment(value, timeZone), undefined);

	/** Undefined where the entry is not there. One that is there and empty is a problem: it would silently be no limit. */
	amount = (name: string, label: string): Amount | undefined => {
		if (!this.has(name)) return undefined;
		const reading = amount(this.raw(name) ?? '');
		if ('value' in reading) return reading.value;
		this.problems.push(`'${label}' ${reading.wrong}`);
		return undefined;
	};

	/** The value, or one problem that names all that was found wrong. */
	result<T>(value: T): Result<T> {
		if (this.problems.length === 0) return success(value);
		return failure(
			inputProblem(this.problems.join('. '), 'Correct what is named, or the expression that gives it.'),
		);
	}

	#read<T>(name: string, label: string, read: (value: unknown) => Reading<T>, fallback: T): T {
		const value = this.raw(name);
		if (isNothing(value)) return fallback;
		const reading = read(value);
		if ('value' in reading) return reading.value;
		this.problems.push(`'${label}' ${reading.wrong}`);
		return fallback;
	}
}

/** The value of a parameter that holds for the whole run or poll. Throws n8n's error where it cannot be read. */
export function valueOf<T>(context: { getNode(): INode }, result: Result<T>): T {
	if (result.ok) return result.value;
	throw toNodeError(context.getNode(), result.problem);
}
