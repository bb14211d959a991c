import {
	ORDER_FIELDS,
	orderTypeOf,
	ORDER_TYPES,
	type OrderField,
	type OrderFieldName,
	type OrderType,
} from '../../nodes/SmmPanel/panel/orderTypes';
import type { Service } from './catalogue.cts';
import { refuse, type Refusal } from './refusals.cts';

/** Checks of what `add` sends, made from the table of service types. */

type Fields = Record<string, string>;
export interface Checked {
	type: OrderType;
	units: number;
	runs: number;
}

const FIELD_OF = new Map(ORDER_FIELDS.map((field) => [field.name, field]));
const DEFAULT_TYPE = ORDER_TYPES[0] as OrderType;

export const linesOf = (text = ''): string[] =>
	text
		.split(/\r\n|\n|\r/)
		.map((line) => line.trim())
		.filter((line) => line !== '');

const wholeNumber = (text: string): number | undefined =>
	/^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** `d/m/Y`, as the end of that day; undefined when there is no such day. */
export function endOfDay(text: string): number | undefined {
	const [, day, month, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? [];
	if (!day || !month || !year) return undefined;
	const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), 23, 59, 59));
	return date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1
		? date.getTime()
		: undefined;
}

function isGood(field: OrderField, value: string): boolean {
	switch (field.kind) {
		case 'integer':
			return (wholeNumber(value) ?? -1) >= (field.atLeast ?? 0);
		case 'lines':
			return linesOf(value).length > 0;
		case 'choice':
			return (field.choices ?? []).some((choice) => choice.value === value);
		case 'date':
			return endOfDay(value) !== undefined;
		case 'url':
			return /^\S+$/.test(value);
		case 'text':
			return value !== '';
	}
}

function refusalFor(name: OrderFieldName): { refused: Refusal } {
	if (name === 'link') return refuse('link');
	if (name === 'quantity') return refuse('quantity');
	return refuse('field', { field: name });
}

function badField(type: OrderType, fields: Fields): { refused: Refusal } | undefined {
	const demanded = (type.requiredIf ?? []).filter((rule) => fields[rule.when] === rule.is);
	const required = [...type.required, ...demanded.map((rule) => rule.field)];
	for (const name of new Set([...required, ...type.optional])) {
		const value = (fields[name] ?? '').trim();
		if (value === '' && !required.includes(name)) continue;
		const field = FIELD_OF.get(name);
		if (field && !isGood(field, value)) return refusalFor(name);
	}
	return undefined;
}

function unitsOf(type: OrderType, fields: Fields): number {
	if (type.units === 'package') return 1;
	if (type.units === 'posts') return 0;
	if (type.units === 'quantity') return Number(fields.quantity);
	return linesOf(fields[type.units]).length;
}

const outside = (amount: number, { min, max }: Service): { refused: Refusal } | undefined => {
	if (amount < min) return refuse('minQuantity', { limit: min });
	return amount > max ? refuse('maxQuantity', { limit: max }) : undefined;
};

/** Drip-feed: each run within the limits, and all runs together not above the maximum. */
function badAmount(type: OrderType, service: Service, fields: Fields, units: number, runs: number) {
	if (type.units === 'package') return undefined;
	if (type.units === 'posts') {
		const [least, most] = [Number(fields.min), Number(fields.max)];
		if (least > most) return refuse('field', { field: 'max' });
		return outside(least, service) ?? outside(most, service);
	}
	return outside(units, service) ?? outside(units * runs, service);
}

export function checkOrder(service: Service, fields: Fields): Checked | { refused: Refusal } {
	const type = orderTypeOf(service.type) ?? DEFAULT_TYPE;
	const bad = badField(type, fields);
	if (bad) return bad;
	const runs = type.optional.includes('runs') ? Number(fields.runs || 1) : 1;
	if (runs > 1 && !service.dripfeed) return refuse('field', { field: 'runs' });
	const units = unitsOf(type, fields);
	return badAmount(type, service, fields, units, runs) ?? { type, units: units * runs, runs };
}
