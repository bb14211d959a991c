/** From what a user or a sheet says about an order to the exact fields of `add`, with everything that is wrong with them. */
import { parseJson } from './json';
import { ORDER_FIELDS, orderTypeOf, type OrderField, type OrderFieldName } from './orderTypes';

export interface OrderDraft {
	/** The fields to send besides `key`, `action` and `service`; what was left empty is not among them. */
	fields: Record<string, string>;
	/** Sentences, each naming a field and what is allowed; empty = nothing found wrong. */
	problems: string[];
}

const FIELD_BY_NAME = new Map<string, OrderField>(ORDER_FIELDS.map((field) => [field.name, field]));

/** Set by the client itself; never taken from extra fields. */
const RESERVED = ['key', 'action', 'service'];

/** Writes each given value as the wire format wants it. Values may be text, numbers, dates or, for lists, arrays. */
export function draftOrder(values: Record<string, unknown>, extra: Record<string, unknown> = {}): OrderDraft {
	const fields: Record<string, string> = {};
	const problems: string[] = [];
	for (const [name, value] of Object.entries(values)) {
		const field = FIELD_BY_NAME.get(name);
		if (field === undefined || isEmpty(value)) continue;
		const written = writeValue(field, value);
		if (typeof written === 'string') fields[name] = written;
		else problems.push(`${field.label} (${name}): ${written.problem}`);
	}
	for (const [name, value] of Object.entries(extra)) {
		if (name.trim() === '' || isEmpty(value)) continue;
		const written = writeExtra(name.trim(), value);
		if (typeof written === 'string') fields[name.trim()] = written;
		else problems.push(`Extra field "${name.trim()}" ${written.problem}`);
	}
	return { fields, problems };
}

/** As it is, except for what the price depends on. */
function writeExtra(name: string, value: unknown): Written {
	if (RESERVED.includes(name)) return { problem: 'is set by the node itself and cannot be changed' };
	const field = FIELD_BY_NAME.get(name);
	if (field?.kind === 'integer') return writeInteger(value, field.atLeast ?? 0);
	return typeof value === 'object' ? { problem: 'has to be a text' } : String(value);
}

export const isEmpty = (value: unknown): boolean =>
	value === undefined ||
	value === null ||
	(typeof value === 'string' && value.trim() === '') ||
	(Array.isArray(value) && value.every(isEmpty));

type Written = string | { problem: string };

function writeValue(field: OrderField, value: unknown): Written {
	switch (field.kind) {
		case 'integer':
			return writeInteger(value, field.atLeast ?? 0);
		case 'link':
			return writeLink(value);
		case 'lines':
			return writeLines(value, field.name);
		case 'date':
			return writeDate(value);
		case 'choice':
			return writeChoice(value, field.choices ?? []);
		default:
			return typeof value === 'string' || typeof value === 'number'
				? String(value).trim()
				: { problem: 'has to be a text' };
	}
}

/**
 * Whole numbers as people and sheets write them: digits, in groups of three that blanks, apostrophes, commas or points
 * separate, with decimals that are zeros. Commas and points may not mean both.
 */
const WHOLE =
	/^[+-]?(?:\d+(?:[.,]0{1,2})?|\d{1,3}(?:[ '\u2019]\d{3})+(?:[.,]0{1,2})?|\d{1,3}(?:,\d{3})+(?:\.0{1,2})?|\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+,0{1,2})$/;

/** One point and three digits are a thousand to some people, and three decimals to others and to most programs. */
const AMBIGUOUS = /^[+-]?\d{1,3}\.\d{3}$/;

function writeInteger(value: unknown, atLeast: number): Written {
	const text = String(value).replace(/\s+/g, ' ').trim();
	if (typeof value !== 'number' && AMBIGUOUS.test(text)) {
		return {
			problem: `"${text}" may mean ${text.replace('.', '')} or ${Number(text)}: write it without a point`,
		};
	}
	const digits = text.replace(/[.,]0{1,2}$/, '').replace(/[^\d+-]/g, '');
	const number = typeof value === 'number' ? value : WHOLE.test(text) ? Number(digits) : NaN;
	if (!Number.isSafeInteger(number)) return { problem: `"${text}" is not a whole number` };
	return number >= atLeast ? String(number) : { problem: `${number} is less than ${atLeast}` };
}

/** What people and sheets put around a link. */
const WRAPPING =
	/^[\s<>"'`\u200B-\u200F\u201C-\u201E\u2018\u2019\u2060\u00AB\u00BB\uFEFF]+|[\s<>"'`\u200B-\u200F\u201C-\u201E\u2018\u2019\u2060\u00AB\u00BB\uFEFF]+$/g;

/** What programs and sheets write where there is nothing. */
const NOTHING = /^(undefined|null|nan|none|true|false|n\/a|-+|#(n\/a|ref!|value!|name\?|error!))$/i;

/** A link or the name of an account: one of them. What else it has to be, only the panel knows. */
function writeLink(value: unknown): Written {
	if (typeof value !== 'string' && typeof value !== 'number') return { problem: 'has to be a text' };
	const text = String(value).replace(WRAPPING, '');
	if (/\{\{|\}\}/.test(text))
		return { problem: `"${text}" is an expression that n8n was not told to evaluate` };
	if (/\s/.test(text) || /[,;|]https?:\/\//i.test(text)) {
		return {
			problem: `"${text}" is not one link: give each link an order, and write a blank in a link as %20`,
		};
	}
	const isLink = !NOTHING.test(text) && /[\p{L}\p{N}]/u.test(text) && !/^https?:\/*$/i.test(text);
	return isLink ? text : { problem: `"${text}" is neither a link nor a user name` };
}

/** In a text on one line, a new line can be written as \n. */
const LINE_ENDS = /\r\n|\n|\r|\\n/;

/** Whether a text would be read as several entries, since it has one line with commas. */
export const isListOnOneLine = (name: string, text: string): boolean =>
	['keywords', 'groups'].includes(name) && /[,;]/.test(text) && !LINE_ENDS.test(text);

/** User names and hashtags have no blanks; comments and answers may have commas. */
function separatorOf(name: OrderFieldName, text: string): RegExp {
	if (name === 'usernames' || name === 'hashtags') return /(?:[,;\s]|\\n)+/;
	return isListOnOneLine(name, text) ? /[,;]/ : LINE_ENDS;
}

/** One entry a line, from lines, a list, the JSON of one, or a text on one line. */
function writeLines(value: unknown, name: OrderFieldName): Written {
	const list = listIn(value);
	const entries: unknown[] = (list ?? [value]).flat(5);
	if (entries.some((entry) => typeof entry === 'object' && entry !== null)) {
		return { problem: 'has to be a text or a list of texts' };
	}
	const text = entries.map((entry) => String(entry ?? '')).join('\n');
	const lines = text
		.split(list === undefined ? separatorOf(name, text) : LINE_ENDS)
		.map((line) => line.trim())
		.filter((line) => line !== '');
	return lines.length > 0 ? lines.join('\n') : { problem: 'has no entry' };
}

function listIn(value: unknown): unknown[] | undefined {
	if (Array.isArray(value)) return value;
	const list = typeof value === 'string' && value.trim().startsWith('[') ? parseJson(value) : undefined;
	return Array.isArray(list) && list.every((entry) => typeof entry === 'string') ? list : undefined;
}

/** `d/m/Y`, from that, from ISO text, or from a date object (of n8n's expressions). */
function writeDate(value: unknown): Written {
	const text = value instanceof Date ? isoDay(value) : String(value).trim();
	const own = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text);
	const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
	const [day, month, year] = own ? [own[1], own[2], own[3]] : iso ? [iso[3], iso[2], iso[1]] : [];
	if (day === undefined || month === undefined || year === undefined || !isDate(+day, +month, +year)) {
		return { problem: `"${text}" is not a date; use 2026-12-31 or 31/12/2026` };
	}
	return `${day.padStart(2, '0')}/${month.padStart(2, '0')}/${year}`;
}

const isoDay = (date: Date) =>
	[date.getFullYear(), date.getMonth() + 1, date.getDate()]
		.map((part) => String(part).padStart(2, '0'))
		.join('-');

function isDate(day: number, month: number, year: number): boolean {
	const date = new Date(Date.UTC(year, month - 1, day));
	return date.getUTCDate() === day && date.getUTCMonth() === month - 1;
}

function writeChoice(value: unknown, choices: ReadonlyArray<{ value: string; label: string }>): Written {
	const text = String(value).trim().toLowerCase();
	const choice = choices.find((entry) => entry.value === text || entry.label.toLowerCase() === text);
	if (choice) return choice.value;
	return {
		problem: `"${text}" is none of ${choices.map((entry) => `${entry.value} (${entry.label})`).join(', ')}`,
	};
}

/** The fields that a service of this type takes; every known one for an unknown type. */
export const fieldsOfType = (type: string | undefined): readonly OrderFieldName[] => {
	const known = type === undefined ? undefined : orderTypeOf(type);
	return known ? [...known.required, ...known.optional] : ORDER_FIELDS.map(({ name }) => name);
};
