import type { IDataObject } from 'n8n-workflow';
import type { SavedWorkflow } from './api.cts';
import { errorOf, type Execution } from './executions.cts';
import { table } from './table.cts';

/** What a run did, node by node, for someone who reads a terminal. */

const ROWS = 5;
/** What is worth a column: a wider table reads badly. */
const COLUMNS = new Set(
	(
		'notYet order service name rate min max state status remains quantity valid problems charge waited ' +
		'balance balanceAfter currency error'
	).split(' '),
);
/** Flow control: nothing of the package's to see. */
const SILENT = /\.(manualTrigger|stickyNote|limit|wait|filter|noOp)$/;

export function showRun(execution: Execution, { nodes }: Pick<SavedWorkflow, 'nodes'>): string {
	const { runData } = execution.data.resultData;
	const shown = nodes.filter(({ name, type }) => runData[name] && !SILENT.test(type));
	const parts = shown.map(({ name }) => {
		// Of several outputs, the one that something has left by
		const rows =
			runData[name]
				?.at(-1)
				?.data?.main?.find((output) => output?.length)
				?.map(({ json }) => json) ?? [];
		const error = errorOf(execution, name);
		const body = error ? `    failed: ${error.message}` : table(rows.slice(0, ROWS).map(pick), '    ');
		const more = rows.length > ROWS ? `\n    … and ${rows.length - ROWS} more` : '';
		return `  ${name}${rows.length > 1 ? ` (${rows.length} items)` : ''}\n${body}${more}`;
	});
	return [`What it did (execution ${execution.id}, ${seconds(execution)} s):`, ...parts].join('\n\n');
}

function pick(row: IDataObject): IDataObject {
	const known = Object.entries(row).filter(([name, value]) => COLUMNS.has(name) && !isEmpty(value));
	return known.length === 0 ? row : Object.fromEntries(known);
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

const seconds = ({ startedAt, stoppedAt }: Execution): string =>
	((Date.parse(stoppedAt ?? new Date().toISOString()) - Date.parse(startedAt)) / 1000).toFixed(1);
