import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

interface Memory<T> {
	run: number;
	entries: Record<string, T>;
}

/**
 * What earlier tries of this run have done at the panel, by key. n8n's Retry On Fail runs the node again within the
 * same execution, and its context survives from try to try (also into a retry of the whole failed execution). In a
 * loop each round is a run of its own and starts with an empty memory. Entries must be plain JSON.
 */
export function earlierAttempts<T>(context: IExecuteFunctions): Record<string, T> {
	const store = context.getContext('node') as IDataObject & { attempts?: Memory<T> };
	const run = Number(context.getWorkflowDataProxy(0).$runIndex ?? 0);
	if (store.attempts?.run !== run) store.attempts = { run, entries: {} } as Memory<T> & IDataObject;
	return store.attempts.entries;
}
