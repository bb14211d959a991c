/**
 * What `helpers.checkProcessedAndRecord` and `removeProcessed` keep, as n8n's own does: hashes in order of arrival,
 * for each workflow and node, in mode `entries`. A text holds the whole store, so that a restart can be simulated.
 */
import { createHash } from 'node:crypto';
import { DataDeduplicationService } from 'n8n-core';
import type {
	DeduplicationItemTypes,
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';

let entries = new Map<string, string[]>();

export const deduplication = {
	/** The whole store as text. */
	save: (): string => JSON.stringify([...entries]),
	/** Takes over a saved store; without one it is empty, as in a new n8n. */
	restore(saved?: string): void {
		entries = new Map(saved === undefined ? [] : (JSON.parse(saved) as Array<[string, string[]]>));
	},
	/** How many values are remembered in all. */
	count: (): number => [...entries.values()].reduce((sum, values) => sum + values.length, 0),
};

const hash = (value: DeduplicationItemTypes) => createHash('md5').update(String(value)).digest('base64');

function placeOf(scope: DeduplicationScope, { workflow, node }: ICheckProcessedContextData): string {
	if (!workflow.id) throw new Error('The workflow has no ID: it was never saved');
	return `${workflow.id} ${scope === 'node' ? `n:${node?.id}` : ''}`;
}

function onlyEntries({ mode }: ICheckProcessedOptions): void {
	if (mode !== 'entries') throw new Error(`Tests know the mode "entries" only, not "${mode}"`);
}

const inMemory: IDataDeduplicator = {
	async checkProcessedAndRecord(items, scope, context, options): Promise<IDeduplicationOutput> {
		onlyEntries(options);
		const place = placeOf(scope, context);
		const known = [...(entries.get(place) ?? [])];
		const output: IDeduplicationOutput = { new: [], processed: [] };
		// As it was before: what one call repeats is new each time
		const before = new Set(known);
		for (const item of items) {
			const seen = before.has(hash(item));
			output[seen ? 'processed' : 'new'].push(item);
			if (!seen) known.push(hash(item));
		}
		if (options.maxEntries) known.splice(0, known.length - options.maxEntries);
		entries.set(place, known);
		return output;
	},
	async removeProcessed(items, scope, context, options): Promise<void> {
		onlyEntries(options);
		const place = placeOf(scope, context);
		const known = [...(entries.get(place) ?? [])];
		for (const item of items) {
			const index = known.indexOf(hash(item));
			if (index >= 0) known.splice(index, 1);
		}
		entries.set(place, known);
	},
	async clearAllProcessedItems(scope, context): Promise<void> {
		entries.delete(placeOf(scope, context));
		await Promise.resolve();
	},
	async getProcessedDataCount(scope, context): Promise<number> {
		return await Promise.resolve(entries.get(placeOf(scope, context))?.length ?? 0);
	},
};

void DataDeduplicationService.init(inMemory);
