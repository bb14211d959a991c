/** Which transitions a poll has found, as a function of what was remembered and what was read. */
import type { IDataObject } from 'n8n-workflow';
import { POLL } from '../../panel/policies';
import { isFinal, spelling } from '../../panel/statuses';
import { isId } from '../../shared/ids';
import type { WatchList } from '../watchList/sources';
import type { LookedUp } from './lookUp';
import { stallOf, type Followed, type Progress, type Seen, type Stall, type StatusMemory } from './memory';

export const FIRST_CHECKS = ['newOnly', 'fire', 'remember'] as const;
export type FirstCheck = (typeof FIRST_CHECKS)[number];

export interface StatusRules {
	firstCheck: FirstCheck;
	/** Spellings; empty: any. */
	from: ReadonlySet<string>;
	to: ReadonlySet<string>;
	recheckFinished: boolean;
	ignoreRejectedIds: boolean;
	/** Percent; without it progress is no change. */
	progressStep?: number;
	/** Milliseconds without a move after which an order is reported, once. Undefined: changes are reported instead. */
	stalledAfterMs?: number;
}

/** A list as it was read. */
export interface ListReading {
	/** Tells one list from another. */
	source: string;
	/** Whether the IDs were typed: those that are gone were taken out by someone, however many they are. */
	isTyped?: boolean;
	list: WatchList;
}

interface StatusReading<T> extends ListReading {
	answers: ReadonlyMap<string, LookedUp<T>>;
	next?: string;
	/** Milliseconds since 1970. */
	now: number;
	/** When the list was read, where the next poll has to know that. */
	readAt?: string;
}

type Found<T> =
	| { value: T; previousStatus: string | null; progress?: number | null; stall?: Stall }
	| { error: string };

/** One item that a poll emits, before it is written out. */
export type Finding<T> = { id: string; row?: IDataObject } & Found<T>;

/** An order that nobody has asked for yet is taken to have been in this status. */
const FIRST_STATUS = 'Pending';

/** The IDs to look up, beginning where the last poll stopped. Finished ones stay what they are. */
export function idsToLookUp(
	before: StatusMemory | undefined,
	reading: ListReading,
	{ recheckFinished }: Pick<StatusRules, 'recheckFinished'>,
): string[] {
	const isOpen = (id: string) => {
		const status = before?.seen.get(id)?.status;
		return status === undefined || recheckFinished || !isFinal(status);
	};
	// A change reported without its row is of no use: it waits until the list has the row again
	const rowless = before?.withRows === true ? [] : stillListed(before, reading).filter(isId);
	const ids = [...reading.list.rows.keys(), ...rowless];
	const start = before?.next === undefined ? 0 : Math.max(0, ids.indexOf(before.next));
	return [...ids.slice(start), ...ids.slice(0, start)].filter(isOpen);
}

/** Pure: the same memory, reading and rules give the same findings and the same next memory. */
export function statusChanges<T extends Followed>(
	before: StatusMemory | undefined,
	reading: StatusReading<T>,
	rules: StatusRules,
): { memory: StatusMemory; findings: Array<Finding<T>> } {
	const { source, list, answers, now, next } = reading;
	const isFirst = before?.source !== source;
	const missing = new Set(stillListed(before, reading));
	const watched = new Map<string, IDataObject | undefined>([...list.rows, ...list.unusable]);
	for (const id of missing) watched.set(id, undefined);
	const seen = new Map<string, Seen>();
	const findings: Array<Finding<T>> = [];
	for (const [id, row] of watched) {
		const last = before?.seen.get(id);
		const onlyRemember =
			rules.firstCheck === 'remember' ||
			(rules.firstCheck === 'newOnly' && (isFirst || last?.isUnread === true));
		const answer = list.unusable.has(id) ? { rejected: `"${id}" is not an ID` } : answers.get(id);
		const followed = follow({ last, answer, row, onlyRemember }, { ...rules, now });
		if (followed.seen) seen.set(id, { ...followed.seen, ...(missing.has(id) && { isMissing: true }) });
		if (followed.found) findings.push({ id, ...followed.found, ...(row && { row }) });
	}
	for (const [id, gone] of before ? departures(before, watched, now) : []) seen.set(id, gone);
	const hasRow = [...list.rows.values()].some((row) => row !== undefined);
	const memory = {
		source,
		next,
		withRows: hasRow || (list.rows.size === 0 && before?.withRows === true),
		// IDs that a poll did not get round to have to be on the next list, too
		readAt: next === undefined ? reading.readAt : before?.readAt,
		seen,
	};
	return { memory, findings };
}

interface Sighting<T> {
	last: Seen | undefined;
	answer: LookedUp<T> | undefined;
	row: IDataObject | undefined;
	/** Whether a first status is only remembered, and starts nothing. */
	onlyRemember: boolean;
}

/** Follows one ID: what to remember of it, and what to report. */
function follow<T extends Followed>(
	{ last, answer, row, onlyRemember }: Sighting<T>,
	rules: StatusRules & { now: number },
): { seen?: Seen; found?: Found<T> } {
	if (answer === undefined || 'rejected' in answer) {
		const isUnread = last?.status === undefined && onlyRemember && rules.firstCheck === 'newOnly';
		const { status, isRejected, progress, move } = last ?? {};
		const kept: Seen = { status, progress, move, ...(isUnread && { isUnread }) };
		if (answer === undefined)
			return last || isUnread ? { seen: { ...kept, ...(isRejected && { isRejected }) } } : {};
		const isTold = isRejected === true || rules.ignoreRejectedIds;
		return { seen: { ...kept, isRejected: true }, ...(!isTold && { found: { error: answer.rejected } }) };
	}
	const { value } = answer;
	const { status } = value;
	if (rules.stalledAfterMs !== undefined) {
		const { move, stall } = stallOf(last, value, row, { now: rules.now, afterMs: rules.stalledAfterMs });
		const found = stall && { value, previousStatus: last?.status ?? status, stall };
		return { seen: { status, move }, found };
	}
	const progress = rules.progressStep
		? progressOf(value, row, last?.progress, rules.progressStep)
		: undefined;
	const previous = last?.status ?? (onlyRemember ? status : FIRST_STATUS);
	const hasMoved = spelling(previous) !== spelling(status);
	const isWanted = matches(rules.from, previous) && matches(rules.to, status);
	const previousStatus = last?.status ?? (hasMoved ? null : previous);
	return {
		seen: { status, progress: progress?.memory },
		...((hasMoved || progress?.isStep === true) &&
			isWanted && { found: { value, previousStatus, ...(progress && { progress: progress.percent }) } }),
	};
}

const matches = (wanted: ReadonlySet<string>, status: string): boolean =>
	wanted.size === 0 || wanted.has(spelling(status));

/**
 * How much is delivered, in percent. The API does not tell an order's quantity: it is taken from the row's `quantity`,
 * else the most that ever remained is what was to be delivered.
 */
function progressOf(
	{ remains, finished }: Followed,
	row: IDataObject | undefined,
	before: Progress | undefined,
	step: number,
): { percent: number | null; isStep: boolean; memory?: Progress } {
	if (remains === null || remains === undefined) {
		return { percent: null, isStep: false, ...(before && !finished && { memory: before }) };
	}
	const quantity = Number(row?.quantity);
	const total = Math.max(Number.isFinite(quantity) ? quantity : 0, before?.total ?? 0, remains);
	// Some panels say that nothing remains while an order still waits
	if (total === 0) return { percent: null, isStep: false };
	const percent = Math.floor(((total - remains) / total) * 1000) / 10;
	const steps = Math.max(Math.floor(percent / step), before?.steps ?? 0);
	return {
		percent,
		isStep: before !== undefined && steps > before.steps,
		...(!finished && { memory: { total, steps } }),
	};
}

/** About half a megabyte: n8n writes the state with each execution. */
export const MOST_REMEMBERED = 50_000;
/** Ten orders that are closed at once are an evening's work. */
const BELIEVED_AT_ONCE = 10;

/**
 * IDs that are gone from the list but still taken to be on it. Where more than half of all, and more than ten, are gone
 * at once, half a list or an empty one may have been read by mistake: they have left only if the next list lacks them,
 * too. IDs of another list never were on this one.
 */
function stillListed(before: StatusMemory | undefined, { source, isTyped, list }: ListReading): string[] {
	if (before?.source !== source || isTyped === true) return [];
	let listed = 0;
	const gone: string[] = [];
	for (const [id, { leftOn, isMissing }] of before.seen) {
		if (leftOn !== undefined) continue;
		const isThere = list.rows.has(id) || list.unusable.has(id);
		if (isThere || isMissing !== true) listed++;
		if (!isThere && isMissing !== true) gone.push(id);
	}
	return gone.length > BELIEVED_AT_ONCE && gone.length * 2 > listed ? gone : [];
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What was seen of the IDs that have left the list: for a week, and of the newest where they are too many. */
function departures(
	{ seen: before }: StatusMemory,
	watched: ReadonlyMap<string, unknown>,
	now: number,
): Array<[string, Seen]> {
	const today = dayOf(now);
	const oldest = dayOf(now - POLL.rememberedMs);
	const left: Array<[string, Seen]> = [];
	for (const [id, seen] of before) {
		if (watched.has(id) || (seen.leftOn ?? today) < oldest) continue;
		left.push([id, seen.leftOn === undefined ? { ...seen, isMissing: undefined, leftOn: today } : seen]);
	}
	if (left.length <= MOST_REMEMBERED) return left;
	return left.sort(([, a], [, b]) => ((a.leftOn ?? '') < (b.leftOn ?? '') ? -1 : 1)).slice(-MOST_REMEMBERED);
}
