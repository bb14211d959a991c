/** Lists of IDs in JSON, wherever they stand in it, and errors that stand in a list's place. */
import type { IDataObject } from 'n8n-workflow';
import { isObject, type JsonObject } from '../../panel/json';
import { readId } from '../../panel/schemas';
import { isId } from '../../shared/ids';
import { addEntry, emptyList, type WatchList } from './parse';

/** Wrappers such as `{response: {result: {orders: […]}}}` go no deeper. */
const DEEPEST = 3;

/** Names under which an array is the list even if it is empty, or holds nothing but texts. */
const LIST_NAME = /^(orders?|refills?|ids?|data|items|rows|values|results?|list|records|entries)$/i;

interface Found {
	entries: unknown[];
	/** The array is the whole answer, or has the name of a list. */
	isNamed: boolean;
}

/**
 * IDs in an array of IDs, objects or rows, wherever it stands; an object with an ID is a list of one. Undefined where
 * there is no list: an array of something else is none, and no sign that there is nothing to watch.
 */
export function listInJson(value: unknown, field: string): WatchList | undefined {
	const arrays = arraysIn(value, true);
	// Those that have the name of a list come first
	arrays.sort((a, b) => Number(b.isNamed) - Number(a.isNamed));
	const some = (test: (found: Found) => boolean) => arrays.find(test)?.entries;
	const withIds = some(({ entries }) => entries.some((entry) => isObject(entry) && hasId(entry, field)));
	if (withIds) return listOf(withIds, field);
	const single = singleIn(value, field);
	if (single) return listOf([single], field);
	for (const { entries } of arrays) {
		const rows = rowsUnderHeader(entries, field);
		if (rows) return rows;
	}
	const entries =
		some((found) => found.isNamed && found.entries.some(isScalarId)) ??
		some((found) => found.entries.some((entry) => isObject(entry) && valueAt(entry, field) !== undefined)) ??
		emptyArray(arrays) ??
		some((found) => found.entries.length > 0 && found.entries.every(isNumberedId));
	return entries && listOf(entries, field);
}

function arraysIn(value: unknown, isNamed: boolean, depth = 0): Found[] {
	if (Array.isArray(value)) return [{ entries: value as unknown[], isNamed }];
	if (!isObject(value) || depth > DEEPEST) return [];
	return Object.entries(value).flatMap(([name, inner]) => arraysIn(inner, LIST_NAME.test(name), depth + 1));
}

/** There is nothing to watch if an array is empty and no other one holds what could be entries. */
function emptyArray(arrays: readonly Found[]): unknown[] | undefined {
	const holdsEntries = arrays.some(({ entries }) =>
		entries.some((entry) => isObject(entry) || Array.isArray(entry)),
	);
	return holdsEntries ? undefined : arrays.find(({ entries }) => entries.length === 0)?.entries;
}

const isScalarId = (entry: unknown): boolean => readId(entry) !== undefined;

/** Tags and messages are texts, too: where nothing else says that an array is the list, IDs have a digit. */
const isNumberedId = (entry: unknown): boolean => {
	const id = readId(entry);
	return id !== undefined && isId(id) && /\d/.test(id);
};

function listOf(entries: readonly unknown[], field: string): WatchList {
	const list = emptyList();
	for (const entry of entries) {
		if (isObject(entry)) addEntry(list, idOf(entry, field), entry as IDataObject);
		else addEntry(list, entry);
	}
	return list;
}

/** An object with an ID that is no entry of an array. */
function singleIn(value: unknown, field: string, depth = 0): JsonObject | undefined {
	if (!isObject(value) || depth > DEEPEST) return undefined;
	if (hasId(value, field)) return value;
	for (const inner of Object.values(value)) {
		const found = singleIn(inner, field, depth + 1);
		if (found) return found;
	}
	return undefined;
}

/** Rows of arrays under a row of names, as sheets give them; a single column needs no name. */
function rowsUnderHeader(entries: readonly unknown[], field: string): WatchList | undefined {
	const rows = entries.filter((entry): entry is unknown[] => Array.isArray(entry) && entry.length > 0);
	const [header] = rows;
	if (header === undefined) return undefined;
	const names = header.map((name) => plainName(String(name ?? '')));
	const column = [plainName(field), `${plainName(field)}id`, 'id']
		.map((name) => names.indexOf(name))
		.find((index) => index >= 0);
	const list = emptyList();
	if (column !== undefined) {
		for (const row of rows.slice(1)) {
			const cells = header.map((name, index) => [String(name ?? ''), row[index] ?? null]);
			addEntry(list, row[column], Object.fromEntries(cells) as IDataObject);
		}
		return list;
	}
	if (!rows.every((row) => row.length === 1 && isNumberedId(row[0]))) return undefined;
	for (const [id] of rows) addEntry(list, id);
	return list;
}

/** `Order ID`, `order_id` and `orderId` are one name. */
const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '');

const hasId = (entry: JsonObject, field: string): boolean => readId(idOf(entry, field)) !== undefined;

/** The ID in an entry's field, or in the object that stands there: `{"order": {"id": 23501}}`. */
function idOf(entry: JsonObject, field: string): unknown {
	const value = valueAt(entry, field);
	if (!isObject(value)) return value;
	return Object.hasOwn(value, 'id') ? value.id : Object.hasOwn(value, field) ? value[field] : undefined;
}

/** `order`, or a path such as `details.order`. */
function valueAt(entry: JsonObject, field: string): unknown {
	if (Object.hasOwn(entry, field)) return entry[field];
	return field
		.split('.')
		.reduce<unknown>(
			(value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
			entry,
		);
}

/**
 * What an answer says has gone wrong: `error`, `errors`, `success: false`. Half a list beside an error is no list.
 * Entries may have errors of their own: an order that failed is no failed list.
 */
export function errorIn(value: unknown, field: string, depth = 0): string | undefined {
	if (Array.isArray(value)) {
		// An entry with the field, even an empty one, is an order; its errors and its status are its own
		const strangers = value.filter(isObject).filter((entry) => valueAt(entry, field) === undefined);
		return strangers.map(errorFieldOf).find((said) => said !== undefined);
	}
	if (!isObject(value) || depth > DEEPEST || hasId(value, field)) return undefined;
	const own = errorFieldOf(value) ?? failureOf(value);
	if (own !== undefined) return own;
	for (const inner of Object.values(value)) {
		const said = errorIn(inner, field, depth + 1);
		if (said !== undefined) return said;
	}
	return undefined;
}

function errorFieldOf({ error, errors }: JsonObject): string | undefined {
	const said = [error, errors].find(isSaid);
	return said === undefined || typeof said === 'string' ? said : JSON.stringify(said);
}

function failureOf(answer: JsonObject): string | undefined {
	const { success, ok, status, message } = answer;
	const failed =
		[success, ok].some((flag) => flag === false || flag === 0 || flag === 'false') ||
		(typeof status === 'string' && /^(error|fail(ed|ure)?)$/i.test(status));
	if (!failed) return undefined;
	return typeof message === 'string' && message !== '' ? message : JSON.stringify(answer);
}

/** Many answers have an empty `error` beside their data. */
const isSaid = (value: unknown): boolean => {
	if (typeof value === 'string') return !/^\s*(|0|no|none|null|false)\s*$/i.test(value);
	if (Array.isArray(value)) return value.length > 0;
	return isObject(value) ? Object.keys(value).length > 0 : value !== 0 && Boolean(value);
};
