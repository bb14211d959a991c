/** The order book's columns, and its rows between n8n's cells and exact types. */
import * as z from 'zod/v4-mini';

export type ColumnType = 'string' | 'number' | 'boolean' | 'date';

/** All columns in the order in which the table shows them. Frozen: n8n's node cannot add one to an existing table. */
export const COLUMNS = {
	/** The order's ID at the panel. */
	order: 'string',
	state: 'string',
	status: 'string',
	finished: 'boolean',
	service: 'string',
	link: 'string',
	quantity: 'number',
	/** The estimate until the panel names its own figure. */
	charge: 'number',
	currency: 'string',
	start_count: 'number',
	remains: 'number',
	placedAt: 'date',
	startedAt: 'date',
	finishedAt: 'date',
	checkedAt: 'date',
	refill: 'string',
	refillStatus: 'string',
	refilledAt: 'date',
	/** When `status` or `remains` was last seen to change. */
	changedAt: 'date',
	/** The panel's host. */
	panel: 'string',
	/** The credential's ID. */
	account: 'string',
	/** As the user gave it. */
	idempotencyKey: 'string',
	userKey: 'string',
	requestKey: 'string',
	itemKey: 'string',
	workflow: 'string',
	/** The node's ID. */
	node: 'string',
	execution: 'string',
	/** Which execution over all its tries: a hash of its token, or `exec:<ID>` where that could not be read. */
	run: 'string',
	round: 'number',
	/** Index of the input item. */
	item: 'number',
	/** Random for each try. */
	owner: 'string',
	/** The fields as they were sent, as JSON. */
	fields: 'string',
	note: 'string',
	/** For later versions, as JSON. */
	extra: 'string',
} as const satisfies Record<string, ColumnType>;

export type ColumnName = keyof typeof COLUMNS;

/** An empty text is '', an empty number or date is null; dates are ISO texts in UTC. */
interface CellTypes {
	string: string;
	number: number | null;
	boolean: boolean;
	date: string | null;
}

/**
 * `waiting`: claimed, certainly not sent. `sending`: may have been sent. `placed`: has the order's ID. `unknown`: was
 * sent, and nobody knows what came of it. The row of a refused order is deleted.
 */
export type RowState = 'waiting' | 'sending' | 'placed' | 'unknown';

export type BookRow = {
	-readonly [Name in Exclude<ColumnName, 'state'>]: CellTypes[(typeof COLUMNS)[Name]];
} & { state: RowState };

/** With what n8n adds. */
export type StoredRow = BookRow & { id: number; createdAt: string; updatedAt: string };

/** What n8n takes and gives. */
export type Cell = string | number | boolean | null;
export type Cells = Record<string, Cell>;

/** The columns as n8n wants them when it creates the table. */
export const columnList = (): Array<{ name: string; type: ColumnType }> =>
	Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));

const EMPTY: Omit<BookRow, 'state'> = {
	order: '',
	status: '',
	finished: false,
	service: '',
	link: '',
	quantity: null,
	charge: null,
	currency: '',
	start_count: null,
	remains: null,
	placedAt: null,
	startedAt: null,
	finishedAt: null,
	checkedAt: null,
	refill: '',
	refillStatus: '',
	refilledAt: null,
	changedAt: null,
	panel: '',
	account: '',
	idempotencyKey: '',
	userKey: '',
	requestKey: '',
	itemKey: '',
	workflow: '',
	node: '',
	execution: '',
	run: '',
	round: null,
	item: null,
	owner: '',
	fields: '',
	note: '',
	extra: '',
};

/** A row of which only these cells are filled. */
export const newRow = (cells: Partial<BookRow> & Pick<BookRow, 'state'>): BookRow => ({ ...EMPTY, ...cells });

/** For n8n: what is empty becomes null, which takes no room. */
export const toCells = (row: Partial<BookRow>): Cells =>
	Object.fromEntries(
		Object.entries(row)
			.filter(([name]) => name in COLUMNS)
			.map(([name, value]) => [name, value === '' || value === undefined ? null : value]),
	);

const text = z.transform((value: unknown): string => (value === null || value === undefined ? '' : String(value)));

const number = z.transform((value: unknown): number | null => {
	const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof read === 'number' && Number.isFinite(read) ? read : null;
});

const flag = z.transform((value: unknown): boolean => value === true || value === 1 || value === 'true' || value === '1');

/** n8n gives a Date inside its process and ISO text over HTTP. */
const readDate = (value: unknown): string | null => {
	if (!(value instanceof Date) && typeof value !== 'string' && typeof value !== 'number') return null;
	const date = value === '' ? new Date(NaN) : new Date(value);
	return Number.isNaN(date.getTime()) ? null : date.toISOString();
};

const date = z.transform(readDate);

/** A state that a person has overwritten holds its keys: nothing is sent for a row that nobody understands. */
const state = z.transform((value: unknown): RowState =>
	value === 'waiting' || value === 'sending' || value === 'placed' ? value : 'unknown',
);

const rowId = z.transform((value: unknown, context): number => {
	const id = typeof value === 'string' ? Number(value) : value;
	if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id;
	context.issues.push({ code: 'custom', message: 'expected a row ID', input: value });
	return z.NEVER;
});

const instant = z.transform((value: unknown): string => readDate(value) ?? '');

const storedRow = z.object({
	order: text,
	state,
	status: text,
	finished: flag,
	service: text,
	link: text,
	quantity: number,
	charge: number,
	currency: text,
	start_count: number,
	remains: number,
	placedAt: date,
	startedAt: date,
	finishedAt: date,
	checkedAt: date,
	refill: text,
	refillStatus: text,
	refilledAt: date,
	changedAt: date,
	panel: text,
	account: text,
	idempotencyKey: text,
	userKey: text,
	requestKey: text,
	itemKey: text,
	workflow: text,
	node: text,
	execution: text,
	run: text,
	round: number,
	item: number,
	owner: text,
	fields: text,
	note: text,
	extra: text,
	id: rowId,
	createdAt: instant,
	updatedAt: instant,
});

/** The rows among what n8n gave. Without an ID it is none: n8n's stand-in for "no rows" is an empty object. */
export function readRows(values: readonly unknown[]): StoredRow[] {
	return values.flatMap((value) => {
		const read = z.safeParse(storedRow, value);
		return read.success ? [read.data] : [];
	});
}
