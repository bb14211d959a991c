/** Which transitions a poll has found, as a function of what was remembered and what was read. */
import type { IDataObject } from 'n8n-workflow';
import { isFinal, spelling } from '../../panel/statuses';
import type { WatchList } from '../watchList/parse';
import type { Answer } from './lookUp';
import { packMemory, unpackMemory, type Progress, type StatusMemory } from './memory';

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
}

export interface StatusReading<T> {
	source: string;
	/** The whole list: what is not on it is forgotten. */
	list: WatchList;
	answers: ReadonlyMap<string, Answer<T>>;
	next?: string;
}

/** One item that a poll emits, before it is written out. */
export type Finding<T> =
	| { id: string; row?: IDataObject; value: T; previousStatus: string | null; progress?: number | null }
	| { id: string; row?: IDataObject; error: string };

/** An order that nobody has asked for yet is taken to have been in this status. */
const FIRST_STATUS = 'Pending';

/** The IDs to look up, beginning where the last poll stopped. Finished ones stay what they are. */
export function idsToLookUp(
	packed: IDataObject | undefined,
	list: WatchList,
	{ recheckFinished }: Pick<StatusRules, 'recheckFinished'>,
): string[] {
	const memory = packed && unpackMemory(packed);
	const isOpen = (id: string) => {
		const status = memory?.statuses.get(id);
		return status === undefined || recheckFinished || !isFinal(status);
	};
	const ids = [...list.rows.keys()];
	const start = memory?.next === undefined ? 0 : Math.max(0, ids.indexOf(memory.next));
	return [...ids.slice(start), ...ids.slice(0, start)].filter(isOpen);
}

/** Pure: the same memory, reading and rules give the same findings and the same next memory. */
export function statusChanges<T extends Followed>(
	packed: IDataObject | undefined,
	{ source, list, answers, next }: StatusReading<T>,
	rules: StatusRules,
): { memory: IDataObject; findings: Array<Finding<T>> } {
	const before = packed && unpackMemory(packed);
	const isFirstCheck = before?.source !== source;
	const after: StatusMemory = emptyMemory(source, next);
	const findings: Array<Finding<T>> = [];
	for (const [id, row] of [...list.rows, ...list.unusable]) {
		const answer = list.unusable.has(id) ? { rejected: `"${id}" is not an ID` } : answers.get(id);
		const seen: Seen = {
			id,
			known: before?.statuses.get(id),
			onlyRemember:
				rules.firstCheck === 'remember' ||
				(rules.firstCheck === 'newOnly' && (isFirstCheck || before.unread.has(id))),
			wasRejected: before?.rejected.has(id) ?? false,
			progress: before?.progress.get(id),
		};
		const found = follow(seen, answer, row, rules, after);
		if (found) findings.push({ ...found, ...(row && { row }) });
	}
	return { memory: packMemory(after), findings };
}

const emptyMemory = (source: string, next?: string): StatusMemory => ({
	source,
	statuses: new Map(),
	unread: new Set(),
	rejected: new Set(),
	progress: new Map(),
	next,
});

interface Seen {
	id: string;
	known: string | undefined;
	/** Whether a first status is no event. */
	onlyRemember: boolean;
	wasRejected: boolean;
	progress: Progress | undefined;
}

/** One ID: writes what is to be remembered of it to `after` and returns what there is to report. */
function follow<T extends Followed>(
	seen: Seen,
	answer: Answer<T> | undefined,
	row: IDataObject | undefined,
	rules: StatusRules,
	after: StatusMemory,
): Finding<T> | undefined {
	const { id, known } = seen;
	if (answer === undefined || 'rejected' in answer) {
		if (known !== undefined) after.statuses.set(id, known);
		else if (seen.onlyRemember && rules.firstCheck === 'newOnly') after.unread.add(id);
		if (seen.progress) after.progress.set(id, seen.progress);
		if (answer === undefined) {
			if (seen.wasRejected) after.rejected.add(id);
			return undefined;
		}
		after.rejected.add(id);
		return seen.wasRejected || rules.ignoreRejectedIds ? undefined : { id, error: answer.rejected };
	}
	const { value } = answer;
	const progress =
		rules.progressStep > 0 ? progressOf(value, row, seen.progress, rules.progressStep) : undefined;
	after.statuses.set(id, value.status);
	if (progress?.memory) after.progress.set(id, progress.memory);
	const previous = known ?? (seen.onlyRemember ? value.status : FIRST_STATUS);
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
