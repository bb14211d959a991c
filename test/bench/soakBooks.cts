/** The panel's books beside everything that came out of n8n. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { N8nApi } from '../sandbox/api.cts';
import type { Execution, ExecutionSummary } from '../sandbox/executions.cts';
import type { OrderRecord, RefillRecord } from '../panel/ledger.cts';
import { rowOf } from './soakLoad.cts';
import { PLACE } from './soakWorkflows.cts';

/** All executions of a workflow, the oldest first. */
export async function executionsOf(api: N8nApi, workflowId: string): Promise<Execution[]> {
	const ids: string[] = [];
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	let cursor: string | null | undefined;
	do {
		const path = `/rest/executions?limit=100&filter=${filter}${cursor ? `&cursor=${cursor}` : ''}`;
		const page = await api.session.call<{ results: ExecutionSummary[]; nextCursor?: string | null }>(
			'GET',
			path,
		);
		ids.push(...page.results.map(({ id }) => id));
		cursor = page.nextCursor;
	} while (cursor);
	const all: Execution[] = [];
	for (const id of ids.reverse()) all.push(await api.execution(id));
	return all;
}

/** What a node gave, or, where n8n was killed before that was stored, what its execution was started with. */
export function outputOf({ data }: Execution, name: string): IDataObject[] {
	const ran = data.resultData.runData[name]?.flatMap((run) => run.data?.main?.flat() ?? []);
	const stacked = data.executionData?.nodeExecutionStack ?? [];
	const started = stacked
		.filter(({ node }) => node.name === name)
		.flatMap((entry) => entry.data.main?.flat() ?? []);
	const items = ran ?? started;
	return items.filter((item): item is INodeExecutionData => item !== null).map(({ json }) => json);
}

export interface PlacingBooks {
	orders: number;
	/** In the output of an execution, by ID. */
	inOutput: number;
	/** Named as unknown by an error that says to look in the panel. */
	unknown: number;
	/** Its execution was killed; sent again, its row was called a duplicate. */
	cutOff: number;
	lost: string[];
	/** Rows with more than one order. */
	doubled: string[];
	/** Orders in the output that the books do not know. */
	invented: string[];
	duplicates: number;
}

export function comparePlacing(orders: OrderRecord[], executions: Execution[]): PlacingBooks {
	const output = executions.flatMap((execution) => outputOf(execution, PLACE));
	const placed = new Set(output.filter(({ order }) => order !== undefined).map(({ order }) => String(order)));
	const unknown = new Set(
		output.filter(({ outcome }) => outcome === 'unknown').map(({ link }) => rowOf(link)),
	);
	const again = output.filter(({ duplicate }) => duplicate === true).map(({ link }) => rowOf(link));
	const duplicates = new Set(again);
	const rows = orders.map(({ fields }) => rowOf(fields.link));
	const known = new Set(orders.map(({ id }) => id));
	const missing = orders.filter(({ id }) => !placed.has(id)).map(({ fields }) => rowOf(fields.link));
	const notNamed = missing.filter((row) => !unknown.has(row));
	return {
		orders: orders.length,
		inOutput: orders.length - missing.length,
		unknown: missing.length - notNamed.length,
		cutOff: notNamed.filter((row) => duplicates.has(row)).length,
		lost: notNamed.filter((row) => !duplicates.has(row)),
		doubled: rows.filter((row, index) => rows.indexOf(row) !== index),
		invented: [...placed].filter((id) => !known.has(id)),
		duplicates: again.length,
	};
}

export interface TransitionBooks {
	/** Statuses that the panel told the trigger and that call for an item. */
	expected: number;
	emitted: number;
	twice: string[];
	/** Told, but not emitted. */
	missing: string[];
}

type Told = Pick<OrderRecord | RefillRecord, 'id' | 'told'>;

/** `watchedFromStart`: those were on the list at the first check, where the first status is only remembered. */
export function compareTransitions(
	books: Told[],
	items: IDataObject[],
	noun: string,
	watchedFromStart: Set<string>,
): TransitionBooks {
	const result: TransitionBooks = { expected: 0, emitted: items.length, twice: [], missing: [] };
	const emitted = new Map<string, string[]>();
	for (const item of items) {
		const id = String(item[noun]);
		emitted.set(id, [...(emitted.get(id) ?? []), String(item.status)]);
	}
	for (const { id, told } of books) {
		const statuses = told.map(({ status }) => status);
		const skipsFirst = watchedFromStart.has(id) || statuses[0] === 'Pending';
		const expected = skipsFirst ? statuses.slice(1) : statuses;
		const got = emitted.get(id) ?? [];
		result.expected += expected.length;
		for (const status of new Set([...expected, ...got])) {
			const count = (list: string[]) => list.filter((one) => one === status).length;
			const name = `${noun} ${id}: ${status}`;
			if (count(got) > count(expected)) result.twice.push(name);
			if (count(got) < count(expected)) result.missing.push(name);
		}
	}
	return result;
}
