/** Automatic mapping: which column of an item is which field of its order. Pure. */
import { isEmpty } from '../../../panel/orderFields';
import { ORDER_FIELDS, type OrderFieldName } from '../../../panel/orderTypes';

/** As the item names them. */
export interface Columns {
	used: string[];
	/** What no field was made of, nor the service. */
	left: string[];
}

interface MappedColumns {
	/** By field name, as they came. */
	values: Record<string, unknown>;
	columns: Columns;
	/** Sentences. */
	problems: string[];
}

/** "Service ID", "service_id" and "serviceId" are the same name. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '');

const withoutUnit = (label: string): string => label.replace(/\s*\(.*\)$/, '');

const FIELD_BY_NAME = new Map<string, OrderFieldName>(
	ORDER_FIELDS.flatMap(({ name, label }) =>
		[name, label, withoutUnit(label)].map((text) => [plain(text), name] as const),
	),
);

const SERVICE_NAMES = new Set(['service', 'serviceid']);

/** Takes the columns named like one of these fields or like its label, in any case. The field's own name comes first. */
export function mapColumns(json: Record<string, unknown>, fields: readonly OrderFieldName[]): MappedColumns {
	const named = new Map<OrderFieldName, string[]>();
	for (const column of Object.keys(json)) {
		const field = FIELD_BY_NAME.get(plain(column));
		if (field !== undefined && !isEmpty(json[column]))
			named.set(field, [...(named.get(field) ?? []), column]);
	}
	const problems: string[] = [];
	const own = fields.flatMap((field) => {
		const [column, ...others] =
			named.get(field)?.sort((a, b) => Number(b === field) - Number(a === field)) ?? [];
		if (column === undefined) return [];
		const differs = column !== field && others.some((other) => String(json[other]) !== String(json[column]));
		if (differs)
			problems.push(`The columns ${[column, ...others].join(', ')} all stand for ${field}: keep one of them`);
		return [{ field, column }];
	});
	const used = own.map(({ column }) => column);
	const left = Object.keys(json).filter((name) => !used.includes(name) && !SERVICE_NAMES.has(plain(name)));
	const values = Object.fromEntries(own.map(({ field, column }) => [field, json[column]]));
	return { values, columns: { used, left }, problems };
}

/** The filled columns of an item that stand for the field. */
export const columnsFor = (json: Record<string, unknown>, field: OrderFieldName): string[] =>
	Object.keys(json).filter((column) => FIELD_BY_NAME.get(plain(column)) === field && !isEmpty(json[column]));

/** Whether the item has a column for the field, be it empty. */
export const hasColumn = (json: Record<string, unknown>, field: OrderFieldName): boolean =>
	Object.keys(json).some((column) => FIELD_BY_NAME.get(plain(column)) === field);

/** What stands in the item's column for the service, where it has one. */
export function serviceIn(json: Record<string, unknown>): unknown {
	const column = Object.keys(json).find((name) => SERVICE_NAMES.has(plain(name)) && !isEmpty(json[name]));
	return column === undefined ? undefined : json[column];
}

const MOST_NAMED = 20;

/** Of a wide sheet not every column. */
export const listed = (columns: readonly string[]): string =>
	columns.length > MOST_NAMED
		? `${columns.slice(0, MOST_NAMED).join(', ')} and ${columns.length - MOST_NAMED} more`
		: columns.join(', ');
