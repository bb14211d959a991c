import type { IExecuteFunctions } from 'n8n-workflow';

// n8n keeps them as one list in its database: more would make every order slower
const OPTIONS = { mode: 'entries', maxEntries: 50_000 } as const;

/**
 * The idempotency keys this node has sent, in n8n's database: they outlive executions and restarts and are shared by
 * all workers. Two executions that ask for the same key at the very same moment may both be told that it is new.
 */
export const sentKeys = (context: IExecuteFunctions) => ({
	/** Records a key as sent; false where it was recorded before. */
	async claim(key: string): Promise<boolean> {
		const { processed } = await context.helpers.checkProcessedAndRecord([key], 'node', OPTIONS);
		return processed.length === 0;
	},
	/** Takes a key back whose order was certainly not placed. */
	async release(key: string): Promise<void> {
		await context.helpers.removeProcessed([key], 'node', OPTIONS);
	},
});
