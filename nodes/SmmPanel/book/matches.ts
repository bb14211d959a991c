/** Which row stands for which order, by keys and content, never by position; and what it means for the order. */
import { BOOK } from '../panel/policies';
import type { Answer, ClaimPorts, Order } from './claimTypes';
import { packedHash, sameLinkForm } from './digest';
import { isRootless } from './identity';
import type { BookRow, StoredRow } from './rows';
import { hasKey, keysOf, where, type Condition } from './store';

/** Where a row of the same order could stand. */
export const keyConditions = ({ row, rootless }: Order): Condition[] => [
	...(['userKey', 'requestKey', 'itemKey'] as const)
		.filter((column) => row[column] !== '')
		.map((column) => where(column, row[column])),
	...(rootless ? [where('requestKey', rootless.requestKey), where('itemKey', rootless.itemKey)] : []),
];

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

/**
 * The runs of other rows that belong to the same root, although they are written differently: rows of executions that
 * could not read their root are compared by asking n8n about them, each once.
 */
export async function sameRunsAmong(
	rows: readonly StoredRow[],
	orders: readonly Order[],
	ports: Pick<ClaimPorts, 'sameRun'>,
): Promise<ReadonlySet<string>> {
	const own = new Set(orders.map(({ row }) => row.run));
	const rootless = [...own].some(isRootless);
	const keys = new Set(orders.flatMap(keyConditions).map(({ value }) => String(value)));
	const same = new Set<string>();
	for (const row of rows) {
		const { run } = row;
		if (own.has(run) || same.has(run) || !(rootless || isRootless(run)) || !hasKey(row, keys)) continue;
		if (await ports.sameRun(run)) same.add(run);
	}
	return same;
}

type Match =
	| { kind: 'same'; row: StoredRow }
	/** Rows and orders are both left over for its service and link: it may be one of them, changed since. */
	| Extract<Answer, { kind: 'doubtful' }>;

interface Matches {
	/** By `ref`; an order that is not in it is new. */
	of: ReadonlyMap<number, Match>;
	/** Rows that stand for none of the orders. */
	others: StoredRow[];
}

/**
 * All orders of a call with all rows that a look has found, one row for one order. A key that a user gave comes first;
 * otherwise equal orders are interchangeable. Then come the request keys, which number equal orders through. A row of the
 * execution that is left over was ordered under another number: it stands for the first order that equals it. Only after
 * these counts the key of the input item, by which an order is known whose service was changed since.
 */
export function matchRows(
	orders: readonly Order[],
	rows: readonly StoredRow[],
	sameRuns: ReadonlySet<string>,
): Matches {
	const open = new Set(eachOnce(rows));
	const of = new Map<number, Match>();
	const match = (
		placesOfRow: (row: StoredRow) => string[],
		placesOfOrder: (order: Order) => string[],
		fits: (order: Order, row: StoredRow) => boolean = () => true,
	) => {
		const index = indexBy(open, placesOfRow);
		for (const order of orders) {
			if (of.has(order.ref)) continue;
			const found = placesOfOrder(order).flatMap((place) => index.get(place) ?? []);
			const row = found.find((one) => open.has(one) && fits(order, one));
			if (row === undefined) continue;
			of.set(order.ref, { kind: 'same', row });
			open.delete(row);
		}
	};
	const inRun = (order: Order, keys: Array<string | undefined>) =>
		[order.row.run, ...sameRuns].flatMap((run) => keys.flatMap((key) => (key ? [`${run} ${key}`] : [])));
	const isEqual = (order: Order, row: StoredRow) => !differs(order.row, row);
	const ofUser = (order: Order) => (order.row.userKey === '' ? [] : [order.row.userKey]);
	// A key that two orders share stands for the one that equals its row
	match(({ userKey }) => [userKey], ofUser, isEqual);
	match(({ userKey }) => [userKey], ofUser);
	match(
		({ run, requestKey }) => [`${run} ${requestKey}`],
		(order) => inRun(order, [order.row.requestKey, order.rootless?.requestKey]),
	);
	const earlierRounds = orders.find(({ byContent }) => byContent)?.byContent?.earlierRounds;
	const placesOfRow = (row: StoredRow) => (earlierRounds?.has(row.requestKey) === true ? [] : groupsOf(row));
	const placesOfOrder = ({ byContent, row }: Order) => (byContent ? groupsOf(row) : []);
	match(placesOfRow, placesOfOrder, isEqual);
	match(
		({ run, itemKey }) => [`${run} ${itemKey}`],
		(order) => inRun(order, [order.row.itemKey, order.rootless?.itemKey]),
	);
	const left = indexBy(open, placesOfRow);
	for (const order of orders) {
		if (of.has(order.ref)) continue;
		const doubtful = placesOfOrder(order).flatMap((place) => left.get(place) ?? []);
		if (doubtful.length > 0) of.set(order.ref, { kind: 'doubtful', of: [...new Set(doubtful)] });
	}
	return { of, others: [...open] };
}

/** Rows by the places in which each stands. */
function indexBy(
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

/** Rows of one service and link: of the same execution, or under the same key for all lines of a mass order. */
function groupsOf({ run, workflow, node, account, idempotencyKey, service, link }: BookRow): string[] {
	const what = [service.trim(), sameLinkForm(link)];
	return [
		JSON.stringify([run, workflow, node, ...what]),
		...(idempotencyKey === '' ? [] : [JSON.stringify([account, idempotencyKey, ...what])]),
	];
}

/** Where a key has several rows, placed wins over sending. */
const STRENGTH = { placed: 3, unknown: 2, sending: 1, waiting: 0 } as const;

/** Of the rows that a crash has left of one order the one that says most; what waits was never sent. */
function eachOnce(rows: readonly StoredRow[]): StoredRow[] {
	const inOrder = [...rows].sort((a, b) => STRENGTH[b.state] - STRENGTH[a.state] || a.id - b.id);
	const byKeys = new Map<string, StoredRow>();
	for (const row of inOrder) {
		const keys = keysOf(row);
		if (row.state !== 'waiting' && !byKeys.has(keys)) byKeys.set(keys, row);
	}
	return [...byKeys.values()];
}

/** Whether two orders under one key differ in the service or in any field that is sent. */
function differs(a: BookRow, b: BookRow): boolean {
	if (a.service.trim() !== b.service.trim()) return true;
	const [one, other] = [packedHash(a.fields), packedHash(b.fields)];
	if (one !== undefined && other !== undefined) return one !== other;
	// A person has written over the fields: the columns tell what they can
	return a.link.trim() !== b.link.trim() || a.quantity !== b.quantity;
}

/** Whether a row is an unknown order: it says so, or its sender has not been heard of for five minutes. */
export const isUnknown = ({ state, updatedAt }: StoredRow, now: number): boolean =>
	state === 'unknown' || (state === 'sending' && now - Date.parse(updatedAt) > BOOK.sendingLimitMs);

/** What its match answers for an order. `beingSent` may be waited for. */
export function answerOf({ row }: Order, match: Match, now: number): Answer {
	if (match.kind === 'doubtful') return match;
	const of = match.row;
	if (row.userKey !== '' && of.userKey === row.userKey && differs(row, of)) return { kind: 'mismatch', of };
	if (of.state === 'placed') return { kind: 'duplicate', of };
	return { kind: isUnknown(of, now) ? 'unknown' : 'beingSent', of };
}

type Standing =
	/** This run's row waits: once the waiting rows of others are gone, the order can be started. */
	| { kind: 'open'; own: StoredRow; rivals: StoredRow[] }
	/** Somebody has deleted this run's row, whose order was never sent. */
	| { kind: 'lost' }
	| { kind: 'held'; answer: Answer }
	/** Another one is sending, or has waited for less than five seconds with a lower ID. */
	| { kind: 'busy'; by: StoredRow };

interface Look {
	rows: readonly StoredRow[];
	/** Empty where the caller has no row of its own. */
	owner: string;
	/** See `sameRunsAmong`. */
	sameRuns: ReadonlySet<string>;
	now: number;
	/** Milliseconds since own rows were inserted. */
	sinceInsert?: number;
}

/** What a look says about these orders. `all`: with the other orders of the call, which have rows as well. */
export function standings(
	orders: readonly Order[],
	all: readonly Order[],
	look: Look,
): Array<{ order: Order; at: Standing }> {
	const { of } = matchRows(all, look.rows, look.sameRuns);
	const waiting = indexBy(
		look.rows.filter(({ state }) => state === 'waiting'),
		(row) => (['userKey', 'requestKey', 'itemKey'] as const).map((column) => `${column} ${row[column]}`),
	);
	return orders.map((order) => {
		const match = of.get(order.ref);
		return { order, at: match ? heldBy(order, match, look.now) : claimedBy(order, waiting, look) };
	});
}

function heldBy(order: Order, match: Match, now: number): Standing {
	const answer = answerOf(order, match, now);
	return answer.kind === 'beingSent' ? { kind: 'busy', by: answer.of } : { kind: 'held', answer };
}

function claimedBy(order: Order, waiting: ReadonlyMap<string, StoredRow[]>, look: Look): Standing {
	const { owner, sameRuns, now, sinceInsert = 0 } = look;
	const rows = keyConditions(order).flatMap(({ column, value }) =>
		(waiting.get(`${column} ${String(value)}`) ?? []).filter(
			// A user's key counts whatever execution wrote it; the others belong to one root
			({ run }) => column === 'userKey' || run === order.row.run || sameRuns.has(run),
		),
	);
	const own = rows.find((row) => owner !== '' && row.owner === owner);
	const others = [...new Set(rows)].filter((row) => row !== own).sort((a, b) => a.id - b.id);
	// Ages are told by n8n's database where it wrote both rows, since clocks of machines differ
	const at = own ? Date.parse(own.createdAt) + sinceInsert : now;
	const earlier = others.find(
		({ id, createdAt }) => (own === undefined || id < own.id) && at - Date.parse(createdAt) < BOOK.yieldMs,
	);
	if (earlier) return { kind: 'busy', by: earlier };
	return own ? { kind: 'open', own, rivals: others } : { kind: 'lost' };
}
