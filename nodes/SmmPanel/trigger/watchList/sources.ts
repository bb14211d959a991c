/** What to watch: IDs that someone has typed, or a column of a data table, read anew at each poll. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { readId } from '../../panel/schemas';
import { fingerprint } from '../../shared/connection';
import { ID_TITLES, isId, parseIds, withoutHash, type IdNoun } from '../../shared/ids';
import { N8nApi } from '../../shared/n8nApi';
import { shorten, valueOf } from '../../shared/parameters';
import { inputProblem } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';
import { readFields, type Deadline } from '../event';
import type { LookedUp } from '../status/lookUp';
import type { StatusMemory } from '../status/memory';

export interface WatchList {
	/** By ID, in the list's order, each ID once: the row that it comes from, where there is one. */
	rows: Map<string, IDataObject | undefined>;
	/** Entries whose ID cannot be one, by what stands in its place. */
	unusable: Map<string, IDataObject | undefined>;
}

export const emptyList = (): WatchList => ({ rows: new Map(), unusable: new Map() });

/** Adds an entry's ID; an entry without one, such as a row not filled in yet, is left out. */
export function addEntry(list: WatchList, value: unknown, row?: IDataObject): void {
	const read = readId(value);
	if (read === undefined) return;
	const id = withoutHash(read);
	const [entries, key] = isId(id) ? [list.rows, id] : [list.unusable, id.slice(0, 64)];
	if (!entries.has(key)) entries.set(key, row);
}

/** A list whose entries the panel answers with a `T`. */
export interface Source<T = unknown> {
	/** Tells one list from another: table, column and filter. Typed IDs are one list, whatever they are. */
	identity: string;
	/**
	 * Whether someone typed the IDs. A list that comes from elsewhere may be wrong at one poll and right at the next.
	 */
	isTyped: boolean;
	/** Reads the list. `before` is what earlier polls have seen: some lists are asked for just these orders. */
	read(deadline: Deadline, before: StatusMemory | undefined): Promise<Result<WatchList>>;
	/** For a test event, where the list itself has nothing to show. */
	examples?(): Promise<Result<WatchList>>;
	/** When `read` began, for a source that is asked what has changed since. */
	readAt?: string;
	/** Writes what the panel said to where the list comes from. Never rejects. */
	record?(answers: ReadonlyMap<string, LookedUp<T>>, now: Date): Promise<void>;
	/** What there is to tell of an ID besides the panel's answer. */
	extraFields?(id: string, value: T, now: Date): IDataObject;
	/** What to do when there is nothing on it. */
	whenEmpty: string;
}

export const idsSource = (context: IPollFunctions, noun: IdNoun): Source => ({
	identity: 'ids',
	isTyped: !isExpression(context.getNode().parameters[`${noun}Ids`]),
	read: async () => readIds(context.getNodeParameter(`${noun}Ids`, ''), noun),
	whenEmpty: `Enter at least one ID in '${ID_TITLES[noun]}'.`,
});

/** n8n marks an expression by its first character. */
const isExpression = (parameter: unknown): boolean =>
	typeof parameter === 'string' && parameter.startsWith('=');

/** Reads typed IDs. A lone 0, or words such as "Not found", are no IDs, and no empty list either. */
function readIds(given: unknown, noun: IdNoun): Result<WatchList> {
	const title = ID_TITLES[noun];
	if ((Array.isArray(given) && given.length === 0) || given === '[]') return success(emptyList());
	const parsed = parseIds(given ?? '', noun);
	const isNumbered = (id: Result<string>) => id.ok && /[1-9]/.test(id.value);
	if (parsed.ok && parsed.value.every(isNumbered)) {
		const list = emptyList();
		for (const id of parsed.value) if (id.ok) addEntry(list, id.value);
		return success(list);
	}
	return unusable(
		parsed.ok
			? `'${title}' holds something other than IDs: ${shorten(given)}`
			: `There is nothing in '${title}'`,
		`Enter IDs as the panel gave them, separated by commas, spaces or lines. An expression may also give an array; an empty array means that there is nothing to watch.`,
	);
}

/** A failure that someone has to act on: it does not pass by itself. */
const unusable = (message: string, remedy: string): Result<never> => failure(inputProblem(message, remedy));

interface TableChoice {
	table: string;
	idColumn: string;
	filterColumn: string;
	filterValue: string;
}

function readTableChoice(context: IPollFunctions, noun: IdNoun): TableChoice {
	const fields = readFields(context, ['idColumn', 'filterColumn', 'filterValue']);
	const filterColumn = fields.text('filterColumn', 'Filter Column Name or ID');
	const choice: TableChoice = {
		table: String(context.getNodeParameter('dataTableId', '', { extractValue: true }) ?? '').trim(),
		idColumn: fields.text('idColumn', 'ID Column Name or ID') || noun,
		filterColumn,
		filterValue: filterColumn === '' ? '' : fields.text('filterValue', 'Filter Value'),
	};
	return valueOf(context, fields.result(choice));
}

export function tableSource(context: IPollFunctions, noun: IdNoun): Source {
	const choice = readTableChoice(context, noun);
	const { table, idColumn, filterColumn, filterValue } = choice;
	return {
		identity: `table ${fingerprint(JSON.stringify([table, idColumn, filterColumn, filterValue]))}`,
		isTyped: false,
		whenEmpty: `Add a row with an ID in the column "${idColumn}" to the data table${filterColumn && `, and "${filterValue}" in the column "${filterColumn}"`}.`,
		async read(deadline) {
			if (table === '') return unusable('No data table chosen', "Choose a table in 'Data Table'.");
			const rows = await new N8nApi(context).rows(table, deadline.listOver);
			return rows.ok ? rowsToList(rows.value, choice) : rows;
		},
	};
}

function rowsToList(
	rows: readonly IDataObject[],
	{ idColumn, filterColumn, filterValue }: TableChoice,
): Result<WatchList> {
	// Each row holds every column of its table, so that the first one shows whether the column is there
	const [row] = rows;
	const missing =
		row && [idColumn, filterColumn].find((column) => column !== '' && !Object.hasOwn(row, column));
	if (missing !== undefined) {
		return unusable(
			`The data table has no column "${missing}"`,
			`Its columns are: ${Object.keys(row ?? {}).join(', ')}. Choose the column anew.`,
		);
	}
	const list = emptyList();
	for (const entry of rows) {
		const wanted = filterColumn === '' || String(entry[filterColumn] ?? '').trim() === filterValue;
		if (wanted) addEntry(list, entry[idColumn], entry);
	}
	return success(list);
}
