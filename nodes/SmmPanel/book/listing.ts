/** The order book as people look at it: newest first, page by page, each order once. */
import type { IDataObject } from 'n8n-workflow';
import { isObject, parseJson } from '../panel/json';
import { iso } from '../shared/times';
import { grouped } from './orders';
import type { StepResult } from './problems';
import { success } from '../shared/result';
import type { RowState, StoredRow } from './rows';
import { allOf, keysOf, where, type Condition } from './store';
import type { WorkflowBook } from './subworkflowStore';

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

export const LISTED_STATES: readonly ListedState[] = ['sending', 'unknown', 'placed'];

type Reader = Pick<WorkflowBook, 'find' | 'byPlacing'>;

export async function listOrders(store: Reader, listing: Listing): Promise<StepResult<StoredRow[]>> {
	const { states, account, onlyOpen, oldestFirst, limit } = listing;
	const all = [
		...(account === undefined ? [] : [where('account', account)]),
		...(onlyOpen ? [where('finished', true, 'neq')] : []),
	];
	const others =
		!states || states.has('sending') || states.has('unknown')
			? await store.find([allOf(...NOT_PLACED, ...all)])
			: success([]);
	if (!others.ok) return others;
	const placed = !states || states.has('placed') ? await placedRows(store, listing, all) : success([]);
	if (!placed.ok) return placed;
	const sign = oldestFirst ? 1 : -1;
	return success(
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

/** When an order was placed. While it is being sent, nobody has written that down yet, and its row's creation counts. */
export const timeOf = ({ placedAt, createdAt }: StoredRow): string => placedAt ?? createdAt;

function fits(row: StoredRow, { states, placedAfter, placedBefore, matches }: Listing): boolean {
	const at = Date.parse(timeOf(row));
	return (
		row.state !== 'waiting' &&
		states?.has(row.state) !== false &&
		!(at < (placedAfter ?? -Infinity)) &&
		!(at > (placedBefore ?? Infinity)) &&
		matches?.(row) !== false
	);
}

/** n8n's most for one page. */
const PAGE = 1000;
/** A page is read larger by so much, since some orders have two rows. */
const SPARE = 20;

async function placedRows(
	store: Reader,
	listing: Listing,
	all: readonly Condition[],
): Promise<StepResult<StoredRow[]>> {
	const { limit: most, matches, oldestFirst = false } = listing;
	const limit = matches ? PAGE : Math.min(PAGE, most + SPARE);
	const found = new Map<string, StoredRow>();
	let from = listing.placedAfter === undefined ? undefined : iso(listing.placedAfter);
	let to = listing.placedBefore === undefined ? undefined : iso(listing.placedBefore);
	let end: string | undefined;
	for (;;) {
		const within = [
			...(from === undefined ? [] : [where('placedAt', from, 'gte')]),
			...(to === undefined ? [] : [where('placedAt', to, 'lte')]),
		];
		const page = await store.byPlacing(allOf(where('state', 'placed'), ...all, ...within), {
			limit,
			oldestFirst,
		});
		if (!page.ok) return page;
		for (const [key, { row }] of grouped(page.value, identity)) {
			if (fits(row, listing)) found.set(key, row);
			else found.delete(key);
		}
		const last = page.value.findLast(({ placedAt }) => placedAt !== null)?.placedAt ?? undefined;
		const isEnd = page.value.length < limit || last === undefined || last === end;
		// Databases differ in where they sort what has no date
		const dated = [...found.values()].filter(({ placedAt }) => placedAt !== null);
		if (isEnd || dated.length >= most) return success([...found.values()]);
		end = last;
		// The next page begins with the moment at which this one ends: what shares it is looked at together
		if (oldestFirst) from = last;
		else to = last;
	}
}

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
