/** What can go wrong with the order book, as data: who places orders decides what it means for them. */
import type { Result } from '../shared/result';
import { TABLE_NAME, type ColumnType } from './rows';

/** What a step of the book gave. */
export type StepResult<T> = Result<T, BookProblem>;

/** `unavailable`: nothing of this n8n can keep a book. All others: one that exists, or should, did not do its work. */
export type BookProblem =
	| { kind: 'unavailable'; reason: keyof typeof UNAVAILABLE }
	/** By name, with the type where it is known. */
	| { kind: 'missingColumns'; table: string; columns: string[] }
	| { kind: 'wrongType'; table: string; column: string; expected: ColumnType; found: string }
	| { kind: 'several'; tables: string[] }
	| { kind: 'gone'; table: string }
	| { kind: 'full'; detail: string }
	| { kind: 'refused'; detail: string; remedy?: string }
	/** The execution's time was over, so that n8n has left the step out, or a part of it. */
	| { kind: 'timedOut' }
	/** Anything else: the step may have been carried out, or may still be, although no reply came. */
	| { kind: 'failed'; detail: string; remedy?: string };

/** From inserting, and from the Data Table node's own check of conditions. */
const UNKNOWN_COLUMN = /(?:unknown column(?: name)?|column\(s\)) ['"]?([\w-]+(?:, [\w-]+)*)/i;

const WORDINGS: ReadonlyArray<readonly [RegExp, (detail: string) => BookProblem]> = [
	[
		/unrecognized node type|node type .* is not (known|installed)/i,
		() => ({ kind: 'unavailable', reason: 'nodeExcluded' }),
	],
	[/module is (disabled|not available)/i, () => ({ kind: 'unavailable', reason: 'moduleOff' })],
	[/cancell?ed because it timed out/i, () => ({ kind: 'timedOut' })],
	[/size limit|storage limit|limit exceeded/i, (detail) => ({ kind: 'full', detail })],
	[/could not find the data table|data table .*not found/i, () => ({ kind: 'gone', table: TABLE_NAME })],
	[
		UNKNOWN_COLUMN,
		(detail) => ({
			kind: 'missingColumns',
			table: TABLE_NAME,
			columns: (UNKNOWN_COLUMN.exec(detail)?.[1] ?? '').split(/,\s*/),
		}),
	],
	[
		/forbidden|not allowed|permission|unauthori[sz]ed|access denied/i,
		(detail) => ({ kind: 'refused', detail }),
	],
];

/** The problem behind n8n's own words. */
export function problemFrom(words: string): BookProblem {
	const detail = words.replace(/\s+/g, ' ').trim().slice(0, 400);
	const found = WORDINGS.find(([wording]) => wording.test(detail));
	return found?.[1](detail) ?? { kind: 'failed', detail };
}

const UNAVAILABLE = {
	noWorkflow: 'n8n runs this node alone here, without a workflow, as its agents do',
	oldN8n: 'n8n before 2.14 cannot keep an order book',
	moduleOff: 'Data tables are switched off in this n8n',
	nodeExcluded: "n8n's Data Table node is excluded on this instance",
} as const;

const EMPTY_COLUMN =
	'A column that is made anew is empty: orders whose key stood in it are not known again, so look in the panel before you repeat any of them.';

/** A problem in words: what is the matter, and what to do about it. */
export function explain(problem: BookProblem): { message: string; remedy: string } {
	switch (problem.kind) {
		case 'unavailable':
			return {
				message: `${UNAVAILABLE[problem.reason]}, and without an order book nothing is sent`,
				remedy:
					problem.reason === 'noWorkflow'
						? 'Place the order in a workflow, which an agent can call as its tool. Reading, Quote, Cancel and Refill work here.'
						: 'Use n8n 2.14 or newer with data tables and the Data Table node switched on. Reading, Quote, Cancel and Refill work without.',
			};
		case 'missingColumns':
			return {
				message: `The data table '${problem.table}' lacks ${list(problem.columns)}`,
				remedy: `Add what is missing to the table, with exactly this name and type. ${EMPTY_COLUMN}`,
			};
		case 'wrongType':
			return {
				message:
					`Column '${problem.column}' of the data table '${problem.table}' ` +
					`is of type ${problem.found}, not ${problem.expected}`,
				remedy: `Delete the column and add it with that type. ${EMPTY_COLUMN}`,
			};
		case 'several':
			return {
				message: `Several data tables can be the order book: ${problem.tables.join(', ')}`,
				remedy:
					"Only one of them can say what was ordered: delete the other, or at least its column 'owner'.",
			};
		case 'gone':
			return {
				message: `The data table '${problem.table}' has been deleted or moved`,
				remedy:
					'Move or restore it if you can. Where there is none, Create begins a new one, which knows no earlier ' +
					'order: look in the panel for what was placed before you order the same again.',
			};
		case 'full':
			return {
				message: `n8n's storage for data tables is full: ${problem.detail}`,
				remedy:
					'Delete finished rows or other data tables, or raise N8N_DATA_TABLES_MAX_SIZE_BYTES. On PostgreSQL, the space of deleted rows is free again only after VACUUM FULL.',
			};
		case 'refused':
			return {
				message: `n8n refused access to the order book: ${problem.detail}`,
				remedy:
					"Give the workflow's owner, or the API key, access to data tables and their rows in this project.",
			};
		case 'timedOut':
			return {
				message: "The workflow's time was over",
				remedy:
					"Raise the time-out in the workflow's settings. n8n's Retry runs nothing of an execution that timed out: look at the order book for what was placed before you order the rest.",
			};
		case 'failed':
			return {
				message: `n8n could not read or write the order book: ${problem.detail}`,
				remedy: "Check n8n's database, then retry this execution: what is in the book is not sent again.",
			};
	}
}

const list = (columns: string[]) =>
	`${columns.length === 1 ? 'the column' : 'the columns'} ${columns.map((name) => `'${name}'`).join(', ')}`;
