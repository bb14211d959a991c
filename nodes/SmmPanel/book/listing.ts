/** The order book as people look at it: newest first, page by page, each order once. */
import { iso } from '../shared/times';
import { grouped, keysOf } from './orders';
import { done, type Result } from './problems';
import type { RowState, StoredRow } from './rows';
import { allOf, where, type Condition } from './store';
import type { WorkflowBook } from './subworkflowStore';
import type { IDataObject } from 'n8n-workflow';
import { isObject, parseJson } from '../panel/json';

/** What waits was certainly not sent, and is gone in a moment: it is no order. */
export type ListedState = Exclude<RowState, 'waiting'>;

export interface Listing {
	/** Whose orders, as `Connection` has it; undefined: all accounts. */
	account?: string | undefined;
	/** Default: all. */
	states?: ReadonlySet<ListedState>;
	onlyOpen?: boolean;
	/** Milliseconds, inclusive. */
	placedAfter?: number | undefined;
	placedBefore?: number | undefined;
	/** A filter that the table itself cannot apply, if there is one. */
	matches?: ((row: StoredRow) => boolean) | undefined;
	limit: number;
	oldestFirst?: boolean;
}

const STATES: ReadonlySet<ListedState> = new Set(['sending', 'unknown', 'placed']);

type Reader = Pick<WorkflowBook, 'find' | 'byPlacing'>;

export async function listOrders(store: Reader, listing: Listing): Promise<Result<StoredRow[]>> {
	const { states = STATES, oldestFirst = false, limit } = listing;
	const wantsOthers = states.has('sending') || states.has('unknown');
	const others = wantsOthers ? await store.find([allOf(...NOT_PLACED, ...common(listing))]) : done([]);
	if (!others.ok) return others;
	const placed = states.has('placed') ? await placedRows(store, listing) : done([]);
	if (!placed.ok) return placed;
	const sign = oldestFirst ? 1 : -1;
	return done(
		[...others.value.filter((row) => fits(row, listing)), ...placed.value]
			.sort((a, b) => sign * (timeOf(a).localeCompare(timeOf(b)) || a.id - b.id))
			.slice(0, limit),
	);
}

/** Being sent, or unknown. */
export const NOT_PLACED: [Condition, Condition] = [
	where('state', 'placed', 'neq'),
	where('state', 'waiting', 'neq'),
];

/**
 * When an order was placed. While it is being sent, nobody has written that down yet, and its row's creation counts.
 */
export const timeOf = ({ placedAt, createdAt }: StoredRow): string => placedAt ?? createdAt;

function common({ account, onlyOpen }: Listing): Condition[] {
	return [
		...(account === undefined ? [] : [where('account', account)]),
		...(onlyOpen ? [where('finished', true, 'neq')] : []),
	];
}

function fits(row: StoredRow, { states = STATES, placedAfter, placedBefore, matches }: Listing): boolean {
	const at = Date.parse(timeOf(row));
	return (
		row.state !== 'waiting' &&
		states.has(row.state) &&
		!(at < (placedAfter ?? -Infinity)) &&
		!(at > (placedBefore ?? Infinity)) &&
		matches?.(row) !== false
	);
}

/** n8n's most for one page. */
const PAGE = 1000;
/** A page is read larger by so much, since some orders have two rows. */
const SPARE = 20;

async function placedRows(store: Reader, listing: Listing): Promise<Result<StoredRow[]>> {
	const { limit, matches, oldestFirst = false } = listing;
	const size = matches ? PAGE : Math.min(PAGE, limit + SPARE);
	const found = new Map<string, StoredRow>();
	let { placedAfter: from, placedBefore: to } = listing;
	let end: string | undefined;
	for (;;) {
		const page = await store.byPlacing(
			allOf(
				where('state', 'placed'),
				...common(listing),
				...(from === undefined ? [] : [where('placedAt', iso(from), 'gte')]),
				...(to === undefined ? [] : [where('placedAt', iso(to), 'lte')]),
			),
			{ limit: size, oldestFirst },
		);
		if (!page.ok) return page;
		for (const [key, { row }] of grouped(page.value, identity)) {
			if (fits(row, listing)) found.set(key, row);
			else found.delete(key);
		}
		const last = page.value.findLast(({ placedAt }) => placedAt !== null)?.placedAt ?? undefined;
		const isEnd = page.value.length < size || last === undefined || last === end;
		if (isEnd || dated(found) >= limit) return done([...found.values()]);
		end = last;
		// The next page begins with the moment at which this one ends: what shares it is looked at together
		if (oldestFirst) from = Date.parse(last);
		else to = Date.parse(last);
	}
}

/** Databases differ in where they sort what has no date. */
const dated = (rows: ReadonlyMap<string, StoredRow>): number =>
	[...rows.values()].filter(({ placedAt }) => placedAt !== null).length;

/** A row without an order's ID stands for itself. */
const identity = (row: StoredRow): string =>
	row.order === '' ? String(row.id) : JSON.stringify([row.account, row.order, keysOf(row)]);

/** By these columns the node recognises its orders; nobody else has a use for them. */
const INTERNAL = new Set(['userKey', 'requestKey', 'itemKey', 'run', 'round', 'owner', 'extra']);

/** The row's ID is called `row`: as `id` it would be taken for an order's. What is empty is null. */
export function rowJson({ id, fields, foreign, ...row }: StoredRow): IDataObject {
	const sent = parseJson(fields);
	const shown = Object.entries(row).filter(([name]) => !INTERNAL.has(name));
	return {
		row: id,
		...foreign,
		...Object.fromEntries(shown.map(([name, value]) => [name, value === '' ? null : value])),
		fields: isObject(sent) ? (sent as IDataObject) : null,
	};
}
