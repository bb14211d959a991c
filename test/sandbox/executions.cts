import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INodeExecutionData, IRunExecutionData, ITaskData } from 'n8n-workflow';
import type { Session } from './rest.cts';

/** n8n writes execution data with it. Its types are those of an ES module, which this file cannot import. */
const { parse: parseFlatted } = require('flatted') as { parse(text: string): unknown };

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	status: string;
	mode: string;
	startedAt: string;
	stoppedAt: string | null;
}

export interface Execution extends ExecutionSummary {
	data: IRunExecutionData;
}

export const GOES_ON = new Set(['new', 'running', 'waiting']);

export const executionsApi = (session: Session) => ({
	/**
	 * The newest first. n8n gives a hundred at once, by when they started; its own cursor goes by their IDs, and leaves
	 * out what did not start in that order.
	 */
	async executions(workflowId?: string, limit = 100): Promise<ExecutionSummary[]> {
		const all = new Map<string, ExecutionSummary>();
		const size = Math.min(100, limit);
		for (let startedBefore: string | undefined; all.size < limit; ) {
			const filter = encodeURIComponent(JSON.stringify({ workflowId, startedBefore }));
			const address = `/rest/executions?limit=${size}&filter=${filter}`;
			const { results } = await session.call<{ results: ExecutionSummary[] }>('GET', address);
			const before = all.size;
			for (const one of results) all.set(one.id, one);
			if (results.length < size || all.size === before) break;
			startedBefore = results.at(-1)?.startedAt;
		}
		return [...all.values()].slice(0, limit);
	},

	async execution(id: string): Promise<Execution> {
		const raw = await session.call<Omit<Execution, 'data'> & { data?: string }>(
			'GET',
			`/rest/executions/${id}`,
		);
		if (raw.data === undefined) throw new Error(`n8n has no data of execution ${id}: ${JSON.stringify(raw)}`);
		return { ...raw, data: parseFlatted(raw.data) as IRunExecutionData };
	},

	async waitForExecution(id: string, timeoutMs = 120_000, goesOn = GOES_ON): Promise<Execution> {
		for (const started = Date.now(); Date.now() - started < timeoutMs; await sleep(50)) {
			// Empty where n8n lists the execution, but has not stored all of it yet
			const { status } = await session.call<Partial<ExecutionSummary>>('GET', `/rest/executions/${id}`);
			if (status !== undefined && !goesOn.has(status)) return await this.execution(id);
		}
		throw new Error(`Execution ${id} had not ended after ${timeoutMs / 1000} s.`);
	},

	/** Until it has ended or waits. */
	async waitForRest(id: string): Promise<Execution> {
		return await this.waitForExecution(id, undefined, new Set(['new', 'running']));
	},

	/** Resolves the new execution's ID, once that has ended or waits. `loadWorkflow`: with the workflow as it is now, not as it was. */
	async retryExecution(id: string, loadWorkflow = false): Promise<string> {
		const path = `/rest/executions/${id}/retry`;
		const retry = await session.call<{ id: string }>('POST', path, { loadWorkflow });
		return retry.id;
	},

	stopExecution: (id: string) => session.call('POST', `/rest/executions/${id}/stop`, {}),
});

const runOf = ({ data }: Execution, node: string): ITaskData | undefined =>
	data.resultData.runData[node]?.at(-1);

/** Items that left the node's given output in its last run. */
export const itemsOf = (execution: Execution, node: string, output = 0): INodeExecutionData[] =>
	runOf(execution, node)?.data?.main?.[output] ?? [];

export const jsonOf = (execution: Execution, node: string, output = 0): IDataObject[] =>
	itemsOf(execution, node, output).map(({ json }) => json);

export interface ShownError {
	message: string;
	description?: string | null;
	context?: IDataObject;
	node?: { name: string };
	[more: string]: unknown;
}

/** The error that the editor shows for the execution (or of one node of it). */
export function errorOf(execution: Execution, node?: string): ShownError | undefined {
	const error = node ? runOf(execution, node)?.error : execution.data.resultData.error;
	return error as unknown as ShownError | undefined;
}
