/** What the rows that a look into the book has found mean for an order. Pure. */
import { BOOK } from '../panel/policies';
import type { Answer, Order } from './claimTypes';
import { packedHash } from './digest';
import type { BookRow, StoredRow } from './rows';
import { where, type Condition } from './store';

export type Standing =
	/** This run's row waits, and nobody else has one: the order can be started. */
	| { kind: 'free'; own: StoredRow }
	/** Somebody has deleted this run's row, whose order was never sent. */
	| { kind: 'lost' }
	| { kind: 'held'; answer: Answer }
	/** Another one is sending, or has waited for less than five seconds with a lower ID. */
	| { kind: 'busy'; by: StoredRow }
	/** Waiting rows of others have to be deleted first. */
	| { kind: 'contested'; own: StoredRow; rivals: StoredRow[] };

/** What stands for an order, see matches.ts. */
export type Match =
	| { kind: 'same'; row: StoredRow }
	/** Rows and orders are both left over for its service and link: it may be one of them, changed since. */
	| { kind: 'doubtful'; rows: StoredRow[] };

export interface Look {
	rows: StoredRow[];
	/** Empty where the caller has no row of its own. */
	owner: string;
	/** Runs of other rows that belong to the same root, although they are written differently. */
	sameRuns: ReadonlySet<string>;
	now: number;
	/** Milliseconds since own rows were inserted. */
	sinceInsert: number;
}

/** Where a row of the same order could stand. */
export const keyConditions = ({ row, rootless }: Order): Condition[] => [
	...(['userKey', 'requestKey', 'itemKey'] as const)
		.filter((column) => row[column] !== '')
		.map((column) => where(column, row[column])),
	...(rootless ? [where('requestKey', rootless.requestKey), where('itemKey', rootless.itemKey)] : []),
];

/** Written by an execution that could not read its root. */
export const isRootless = (run: string): boolean => run.startsWith('exec:');

/**
 * Where rows of these orders could stand, in few values, since each costs as much as a look at the whole table: keys
 * other than the user's belong to one root, whose rows are found together by its run, unless that is written otherwise.
 */
export function placesToLook(orders: readonly Order[]): Condition[] {
	const places = new Map<string, Condition>();
	for (const order of orders) {
		const isNamedTwice = order.rootless !== undefined || isRootless(order.row.run);
		for (const place of [where('run', order.row.run), ...keyConditions(order)]) {
			if (isNamedTwice || place.column === 'run' || place.column === 'userKey')
				places.set(`${place.column} ${String(place.value)}`, place);
		}
	}
	return [...places.values()];
}

/** Rows by the places in which each stands. */
export function indexBy(
	rows: Iterable<StoredRow>,
	placesOf: (row: StoredRow) => string[],
): ReadonlyMap<string, StoredRow[]> {
	const index = new Map<string, StoredRow[]>();
	for (const row of rows) {
		for (const place of placesOf(row)) {
			const there = index.get(place);
			if (there) there.push(row);
			else index.set(place, [row]);
		}
	}
	return index;
}

/** An index over a look's rows: `${column} ${key}` to rows. */
export const byKey = (rows: readonly StoredRow[]): ReadonlyMap<string, StoredRow[]> =>
	indexBy(rows, (row) =>
		(['userKey', 'requestKey', 'itemKey'] as const).map((column) => `${column} ${row[column]}`),
	);

/** Rows with a key of the order, own ones included. */
function related(
	order: Order,
	index: ReadonlyMap<string, StoredRow[]>,
	sameRuns: ReadonlySet<string>,
): StoredRow[] {
	const found = new Map<number, StoredRow>();
	for (const { column, value } of keyConditions(order)) {
		for (const row of index.get(`${column} ${String(value)}`) ?? []) {
			// A user's key counts whatever execution wrote it; the others belong to one root
			if (column === 'userKey' || row.run === order.row.run || sameRuns.has(row.run)) found.set(row.id, row);
		}
	}
	return [...found.values()].sort((a, b) => a.id - b.id);
}

/** Where a key has several rows, placed wins over sending. */
export const STRENGTH = { placed: 3, unknown: 2, sending: 1, waiting: 0 } as const;

/** Whether two orders under one key differ in the service or in any field that is sent. */
export function differs(a: BookRow, b: BookRow): boolean {
	if (a.service.trim() !== b.service.trim()) return true;
	const [one, other] = [packedHash(a.fields), packedHash(b.fields)];
	if (one !== undefined && other !== undefined) return one !== other;
	// A person has written over the fields: the columns tell what they can
	return a.link.trim() !== b.link.trim() || a.quantity !== b.quantity;
}

/** Whether a row was written last so long ago that its sender counts as dead. */
const isOld = (row: StoredRow, now: number): boolean => now - Date.parse(row.updatedAt) > BOOK.sendingLimitMs;

/** Whether a row is an unknown order: it says so, or its sender has not been heard of for five minutes. */
export const isUnknown = (row: StoredRow, now: number): boolean =>
	row.state === 'unknown' || (row.state === 'sending' && isOld(row, now));

/** What a row in state `placed`, `unknown` or `sending` answers; undefined while it is being sent. */
export function answerOf(order: Order, held: StoredRow, now: number): Answer | undefined {
	const userKeyed = order.row.userKey !== '' && held.userKey === order.row.userKey;
	if (userKeyed && differs(order.row, held)) return { kind: 'mismatch', of: held };
	if (held.state === 'placed') return { kind: 'duplicate', of: held };
	return isUnknown(held, now) ? { kind: 'unknown', of: held } : undefined;
}

/** What the look says about one order, for which `match` stands. */
export function standing(
	order: Order,
	match: Match | undefined,
	look: Look,
	index: ReadonlyMap<string, StoredRow[]>,
): Standing {
	const rows = related(order, index, look.sameRuns);
	const own = rows.find((row) => look.owner !== '' && row.owner === look.owner);
	if (match?.kind === 'doubtful') return { kind: 'held', answer: { kind: 'doubtful', of: match.rows } };
	if (match) {
		const answer = answerOf(order, match.row, look.now);
		return answer ? { kind: 'held', answer } : { kind: 'busy', by: match.row };
	}
	const others = rows.filter((row) => row !== own && row.state === 'waiting');
	if (own === undefined) {
		const alive = others.find((row) => young(row, look));
		return alive ? { kind: 'busy', by: alive } : { kind: 'lost' };
	}
	const earlier = others.find((row) => row.id < own.id && young(row, look, own));
	if (earlier) return { kind: 'busy', by: earlier };
	return others.length > 0 ? { kind: 'contested', own, rivals: others } : { kind: 'free', own };
}

/** Ages are told by n8n's database where it wrote both rows, since clocks of machines differ. */
const young = (row: StoredRow, look: Look, own?: StoredRow): boolean => {
	const written = Date.parse(row.createdAt);
	const age = own ? Date.parse(own.createdAt) - written + look.sinceInsert : look.now - written;
	return age < BOOK.yieldMs;
};
