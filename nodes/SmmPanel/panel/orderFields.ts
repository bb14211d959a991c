/** From what a user or a sheet says about an order to the exact fields of `add`, with everything that is wrong with them. */
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

function writeInteger(value: unknown, atLeast: number): Written {
	const text = String(value).trim();
	const number =
		typeof value === 'number' ? value : /^[+-]?\d[\d,'\s]*(\.0{1,2})?$/.test(text) ? toNumber(text) : NaN;
	if (!Number.isSafeInteger(number)) return { problem: `"${text}" is not a whole number` };
	return number >= atLeast ? String(number) : { problem: `${number} is less than ${atLeast}` };
}

/** Thousands separators are accepted only where they separate thousands: "1,5" is no fifteen, "1.000" may be one. */
const toNumber = (text: string): number => {
	const plain = text.replace(/([,'\s])(?=\d{3}(?:[,'\s.]|$))/g, '');
	return /^[+-]?\d+(\.0+)?$/.test(plain) ? Number(plain) : NaN;
};

/** The form's fields have one line each: there, a new line can be written as \n. */
const LINE_ENDS = /\r\n|\n|\r|\\n/;

/** Whether a text would be read as several entries, since it has one line with commas. */
export const isListOnOneLine = (name: string, text: string): boolean =>
	name !== 'comments' &&
	FIELD_BY_NAME.get(name)?.kind === 'lines' &&
	text.includes(',') &&
	!LINE_ENDS.test(text);

/** One entry a line. Text on one line is split at commas, except comments, which may contain some. */
function writeLines(value: unknown, name: OrderFieldName): Written {
	const entries = Array.isArray(value) ? value.flat(5) : [value];
	if (entries.some((entry) => typeof entry === 'object' && entry !== null)) {
		return { problem: 'has to be a text or a list of texts' };
	}
	const text = entries.map((entry) => String(entry ?? '')).join('\n');
	const atCommas = !Array.isArray(value) && isListOnOneLine(name, text);
	const lines = text
		.split(atCommas ? ',' : LINE_ENDS)
		.map((line) => line.trim())
		.filter((line) => line !== '');
	return lines.length > 0 ? lines.join('\n') : { problem: 'has no entry' };
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
