/** The order book's columns, and its rows between n8n's cells and exact types. */
import { isObject } from '../panel/json';

/** The table's name in the project of the workflow. */
export const TABLE_NAME = 'SMM Panel Orders';

export type ColumnType = 'string' | 'number' | 'boolean' | 'date';

/** All columns in the order in which people read them. Frozen: n8n's node cannot add one to an existing table. */
export const COLUMNS = {
	/** The order's ID at the panel. */
	order: 'string',
	state: 'string',
	status: 'string',
	finished: 'boolean',
	/** The user's own text for people, such as a customer or an invoice. */
	reference: 'string',
	service: 'string',
	serviceName: 'string',
	link: 'string',
	quantity: 'number',
	/** The panel's figure, empty until it names one. */
	charge: 'number',
	/** What the node expected the order to cost. */
	estimate: 'number',
	currency: 'string',
	start_count: 'number',
	remains: 'number',
	placedAt: 'date',
	startedAt: 'date',
	finishedAt: 'date',
	checkedAt: 'date',
	/** When `status` or `remains` was last seen to change. */
	changedAt: 'date',
	refill: 'string',
	refillStatus: 'string',
	refilledAt: 'date',
	note: 'string',
	/** The panel's host. */
	panel: 'string',
	/** The credential's `account`, else the panel's host: whose order it is. */
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
	/** How many equal orders earlier rounds of a loop have counted. */
	round: 'number',
	/** Index of the input item. */
	item: 'number',
	/** Random for each try. */
	owner: 'string',
	/** The fields as they were sent, as JSON. */
	fields: 'string',
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

/** With what n8n adds, and what stands in columns that people have added. */
export type StoredRow = BookRow & { id: number; createdAt: string; updatedAt: string; foreign?: Cells };

/** What n8n takes and gives. */
export type Cell = string | number | boolean | null;
export type Cells = Record<string, Cell>;

/** The columns as n8n wants them when it creates the table. */
export const columnList = (): Array<{ name: string; type: ColumnType }> =>
	Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));

/** By the column's type: n8n gives what its database gave, and a person may have typed anything. */
function readCell(type: ColumnType, value: unknown): Cell {
	switch (type) {
		case 'string':
			return value === null || value === undefined ? '' : String(value);
		case 'number': {
			const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			return typeof read === 'number' && Number.isFinite(read) ? read : null;
		}
		case 'boolean':
			return value === true || value === 1 || value === 'true' || value === '1';
		case 'date': {
			// A Date inside n8n's process, ISO text over HTTP
			const isTime = value instanceof Date || typeof value === 'string' || typeof value === 'number';
			const date = new Date(isTime && value !== '' ? value : NaN);
			return Number.isNaN(date.getTime()) ? null : date.toISOString();
		}
	}
}

/** Every column by its type; what is missing is empty. */
function readRow(cells: Readonly<Record<string, unknown>>): BookRow {
	const read = Object.entries(COLUMNS).map(([name, type]) => [name, readCell(type, cells[name])]);
	const { state, ...row } = Object.fromEntries(read) as BookRow;
	// A state that a person has overwritten holds its keys: nothing is sent for a row that nobody understands
	const isState = state === 'waiting' || state === 'sending' || state === 'placed';
	return { ...row, state: isState ? state : 'unknown' };
}

const EMPTY = readRow({});

/** A row of which only these cells are filled. */
export const newRow = (cells: Partial<BookRow> & Pick<BookRow, 'state'>): BookRow => ({ ...EMPTY, ...cells });

const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt']);

/** The rows among what n8n gave. Without an ID it is none: n8n's stand-in for "no rows" is an empty object. */
export const readRows = (values: readonly unknown[]): StoredRow[] =>
	values.flatMap((value) => {
		if (!isObject(value)) return [];
		const id = Number(value.id);
		if (!Number.isSafeInteger(id) || id <= 0) return [];
		const foreign = Object.entries(value).filter(
			([name]) => !Object.hasOwn(COLUMNS, name) && !SYSTEM_COLUMNS.has(name),
		);
		return {
			...readRow(value),
			id,
			createdAt: String(readCell('date', value.createdAt) ?? ''),
			updatedAt: String(readCell('date', value.updatedAt) ?? ''),
			...(foreign.length > 0 && { foreign: written(foreign) }),
		};
	});

/** For n8n. Columns that people have added go along. */
export const toCells = (row: Partial<BookRow> & { foreign?: Cells }): Cells => ({
	...row.foreign,
	...written(Object.entries(row).filter(([name]) => Object.hasOwn(COLUMNS, name))),
});

/** What is empty becomes null, which takes no room. PostgreSQL takes no text with U+0000. */
function written(cells: ReadonlyArray<readonly [string, unknown]>): Cells {
	const asCell = (value: unknown): Cell => {
		if (value instanceof Date) return value.toISOString();
		if (typeof value === 'string') return value === '' ? null : value.replaceAll('\u0000', '');
		return typeof value === 'number' || typeof value === 'boolean' ? value : null;
	};
	return Object.fromEntries(cells.map(([name, value]) => [name, asCell(value)]));
}
