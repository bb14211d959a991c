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
	const run = Number(context.getWorkflowDataProxy(0).$runIndex ?? 0);
	const store = context.getContext('node') as Record<string, Memory<T> | undefined>;
	const known = store.attempts;
	if (known?.run === run) return known.entries;
	const fresh: Memory<T> = { run, entries: {} };
	(store as IDataObject).attempts = fresh as unknown as IDataObject;
	// Read back, since the store may keep a copy
	return (store.attempts as Memory<T>).entries;
}

/** An entry of such a memory. IDs can be named like what every object has, such as `constructor`. */
export const remembered = <T>(memory: Record<string, T>, id: string): T | undefined =>
	Object.hasOwn(memory, id) ? memory[id] : undefined;

export function remember<T>(memory: Record<string, T>, id: string, value: T): void {
	// Assigning would not make an entry for `__proto__`
	Object.defineProperty(memory, id, { value, enumerable: true, configurable: true, writable: true });
}
