/** Which transitions a poll has found, as a function of what was remembered and what was read. */
import type { IDataObject } from 'n8n-workflow';
import { isFinal, spelling } from '../../panel/statuses';
import { isId } from '../../shared/ids';
import type { WatchList } from '../watchList/parse';
import { departures, doubtedIds, recall } from './departures';
import type { Answer } from './lookUp';
import { nothingSeen, packMemory, unpackMemory, type Move, type Progress, type StatusMemory } from './memory';
import { stallOf, type Stall } from './stalls';

/** What an order or a refill has to have to be followed. */
export interface Followed {
	status: string;
	finished: boolean;
	remains?: number | null;
}

export const FIRST_CHECKS = ['newOnly', 'fire', 'remember'] as const;
export type FirstCheck = (typeof FIRST_CHECKS)[number];

export interface StatusRules {
	firstCheck: FirstCheck;
	/** Spellings; empty: any. */
	from: ReadonlySet<string>;
	to: ReadonlySet<string>;
	recheckFinished: boolean;
	/** Percent; 0: progress is no change. */
	progressStep: number;
	ignoreRejectedIds: boolean;
	/** Milliseconds without a move after which an order is told, once; undefined: changes are told. */
	stalledAfterMs?: number;
}

/** A list as it was read. */
export interface ListReading {
	/** Tells one list from another. */
	source: string;
	/** Whether the IDs were typed: what is gone was taken out, however many they are. */
	isTyped?: boolean;
	list: WatchList;
}

export interface StatusReading<T> extends ListReading {
	answers: ReadonlyMap<string, Answer<T>>;
	next?: string;
	/** Milliseconds since 1970. */
	now: number;
	/** When the list was read, where the next poll has to know that. */
	readAt?: string;
}

/** One item that a poll emits, before it is written out. */
export type Finding<T> =
	| {
			id: string;
			row?: IDataObject;
			value: T;
			previousStatus: string | null;
			progress?: number | null;
			stall?: Stall;
	  }
	| { id: string; row?: IDataObject; error: string };

/** An order that nobody has asked for yet is taken to have been in this status. */
const FIRST_STATUS = 'Pending';
const DAY_MS = 86_400_000;

/** Whether the list is another one than the remembered IDs are from, or the first one. */
const isFirstCheck = (memory: StatusMemory | undefined, { source }: ListReading): boolean =>
	memory?.source !== source;

/** IDs that are not on the list, and still taken to be on it. */
const doubted = (memory: StatusMemory | undefined, reading: ListReading): Set<string> =>
	memory === undefined || reading.isTyped === true || isFirstCheck(memory, reading)
		? new Set()
		: doubtedIds(memory, reading.list);

const recallOf = (memory: StatusMemory | undefined) => (memory ? recall(memory) : () => undefined);

/** The IDs to look up, beginning where the last poll stopped. Finished ones stay what they are. */
export function idsToLookUp(
	packed: IDataObject | undefined,
	reading: ListReading,
	{ recheckFinished }: Pick<StatusRules, 'recheckFinished'>,
): string[] {
	const memory = packed && unpackMemory(packed);
	const seenOf = recallOf(memory);
	const isOpen = (id: string) => {
		const status = seenOf(id)?.statuses.get(id);
		return status === undefined || recheckFinished || !isFinal(status);
	};
	// A change that is told without its row is of no use: it waits until the list has the row again
	const rowless = memory?.withRows === true ? [] : [...doubted(memory, reading)].filter(isId);
	const ids = [...reading.list.rows.keys(), ...rowless];
	const start = memory?.next === undefined ? 0 : Math.max(0, ids.indexOf(memory.next));
	return [...ids.slice(start), ...ids.slice(0, start)].filter(isOpen);
}

/** Pure: the same memory, reading and rules give the same findings and the same next memory. */
export function statusChanges<T extends Followed>(
	packed: IDataObject | undefined,
	reading: StatusReading<T>,
	rules: StatusRules,
): { memory: IDataObject; findings: Array<Finding<T>> } {
	const { list, answers } = reading;
	const before = packed && unpackMemory(packed);
	const isFirst = isFirstCheck(before, reading);
	const missing = doubted(before, reading);
	const watched = new Map([...list.rows, ...list.unusable]);
	for (const id of missing) watched.set(id, undefined);
	const seenOf = recallOf(before);
	const after = nextMemory(before, reading, missing, watched);
	const findings: Array<Finding<T>> = [];
	for (const [id, row] of watched) {
		const answer = list.unusable.has(id) ? { rejected: `"${id}" is not an ID` } : answers.get(id);
		const seen = seenOf(id);
		const last: LastSeen = {
			id,
			known: seen?.statuses.get(id),
			onlyRemember:
				rules.firstCheck === 'remember' ||
				(rules.firstCheck === 'newOnly' && (isFirst || seen?.unread.has(id) === true)),
			wasRejected: seen?.rejected.has(id) ?? false,
			progress: seen?.progress.get(id),
			move: seen?.moves.get(id),
		};
		const found = follow(last, answer, row, { ...rules, now: reading.now }, after);
		if (found) findings.push({ ...found, ...(row && { row }) });
	}
	return { memory: packMemory(after), findings };
}

/** What is remembered from now on, but for the watched IDs themselves. */
function nextMemory<T>(
	before: StatusMemory | undefined,
	{ source, list, next, now, readAt }: StatusReading<T>,
	missing: Set<string>,
	watched: ReadonlyMap<string, unknown>,
): StatusMemory {
	const hasRow = [...list.rows.values()].some((row) => row !== undefined);
	return {
		...nothingSeen(),
		source,
		next,
		withRows: hasRow || (list.rows.size === 0 && before?.withRows === true),
		missing,
		// What a poll did not get round to has to be on the next list, too
		readAt: next === undefined ? readAt : before?.readAt,
		left: before ? departures(before, watched, Math.floor(now / DAY_MS)) : [],
	};
}

interface LastSeen {
	id: string;
	known: string | undefined;
	/** Whether a first status is no event. */
	onlyRemember: boolean;
	wasRejected: boolean;
	progress: Progress | undefined;
	move: Move | undefined;
}

/** One ID: writes what is to be remembered of it to `after` and returns what there is to report. */
function follow<T extends Followed>(
	last: LastSeen,
	answer: Answer<T> | undefined,
	row: IDataObject | undefined,
	rules: StatusRules & { now: number },
	after: StatusMemory,
): Finding<T> | undefined {
	const { id, known } = last;
	if (answer === undefined || 'rejected' in answer) {
		if (known !== undefined) after.statuses.set(id, known);
		else if (last.onlyRemember && rules.firstCheck === 'newOnly') after.unread.add(id);
		if (last.progress) after.progress.set(id, last.progress);
		if (last.move) after.moves.set(id, last.move);
		if (answer === undefined) {
			if (last.wasRejected) after.rejected.add(id);
			return undefined;
		}
		after.rejected.add(id);
		return last.wasRejected || rules.ignoreRejectedIds ? undefined : { id, error: answer.rejected };
	}
	const { value } = answer;
	if (rules.stalledAfterMs !== undefined) {
		const { move, stall } = stallOf(last, value, row, { now: rules.now, afterMs: rules.stalledAfterMs });
		after.statuses.set(id, value.status);
		if (move) after.moves.set(id, move);
		return stall && { id, value, previousStatus: known ?? value.status, stall };
	}
	const progress =
		rules.progressStep > 0 ? progressOf(value, row, last.progress, rules.progressStep) : undefined;
	after.statuses.set(id, value.status);
	if (progress?.memory) after.progress.set(id, progress.memory);
	const previous = known ?? (last.onlyRemember ? value.status : FIRST_STATUS);
	const moved = spelling(previous) !== spelling(value.status);
	if (!moved && !progress?.stepped) return undefined;
	if (!matches(rules.from, previous) || !matches(rules.to, value.status)) return undefined;
	const previousStatus = known ?? (moved ? null : previous);
	return { id, value, previousStatus, ...(progress && { progress: progress.percent }) };
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
): { percent: number | null; stepped: boolean; memory?: Progress } {
	if (remains === null || remains === undefined) {
		return { percent: null, stepped: false, ...(before && !finished && { memory: before }) };
	}
	const quantity = Number(row?.quantity);
	const total = Math.max(Number.isFinite(quantity) ? quantity : 0, before?.total ?? 0, remains);
	// Some panels say that nothing remains while an order still waits
	if (total === 0) return { percent: null, stepped: false };
	const percent = Math.floor(((total - remains) / total) * 1000) / 10;
	const steps = Math.max(Math.floor(percent / step), before?.steps ?? 0);
	return {
		percent,
		stepped: before !== undefined && steps > before.steps,
		...(!finished && { memory: { total, steps } }),
	};
}
