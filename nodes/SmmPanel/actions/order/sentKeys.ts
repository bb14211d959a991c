import type { IExecuteFunctions } from 'n8n-workflow';

// n8n keeps them as one list in its database: more would make every order slower
const OPTIONS = { mode: 'entries', maxEntries: 50_000 } as const;

export interface SentKeys {
	/** Records a key as sent; false where it was recorded before. */
	claim(key: string): Promise<boolean>;
	/** Takes a key back whose order was certainly not placed. */
	release(key: string): Promise<void>;
}

/**
 * The idempotency keys this node has sent, in n8n's database: they outlive executions and restarts and are shared by
 * all workers. Two workers that ask for the same key at the very same moment may both be told that it is new.
 */
export function sentKeys(context: IExecuteFunctions): SentKeys {
	const place = `${context.getWorkflow().id} ${context.getNode().id}`;
	return {
		claim: async (key) =>
			await inTurn(place, async () => {
				const { processed } = await context.helpers.checkProcessedAndRecord([key], 'node', OPTIONS);
				return processed.length === 0;
			}),
		release: async (key) =>
			await inTurn(place, async () => await context.helpers.removeProcessed([key], 'node', OPTIONS)),
	};
}

// Module state: executions of the same workflow that run in this process at the same time share it
const lines = new Map<string, Promise<unknown>>();

/**
 * n8n reads its list, changes it and writes it back: of two changes at the same time one is lost, and with it a key.
 * Within this process they wait for each other.
 */
async function inTurn<T>(place: string, work: () => Promise<T>): Promise<T> {
	const mine = (lines.get(place) ?? Promise.resolve()).then(work, work);
	lines.set(place, mine);
	try {
		return await mine;
	} finally {
		if (lines.get(place) === mine) lines.delete(place);
	}
}
