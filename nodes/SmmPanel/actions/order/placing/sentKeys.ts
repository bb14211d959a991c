import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { turns } from '../../../shared/times';

// n8n keeps them as one list in its database: more would make every order slower
export const OPTIONS = { mode: 'entries', maxEntries: 50_000 } as const;

/** n8n's list of deduplicated values, of one node in one workflow. */
export interface KeyList {
	/** Tells this list from others in the same process. */
	place: string;
	/** Records keys; resolves to those that were not in the list. */
	record(keys: string[]): Promise<string[]>;
	remove(keys: string[]): Promise<void>;
}

export const keyListOf = (context: IExecuteFunctions): KeyList => ({
	place: `${context.getWorkflow().id} ${context.getNode().id}`,
	record: async (keys) => {
		const { new: fresh } = await context.helpers.checkProcessedAndRecord(keys, 'node', OPTIONS);
		return fresh.map(String);
	},
	remove: async (keys) => {
		await context.helpers.removeProcessed(keys, 'node', OPTIONS);
	},
});

/** A change of the list by another worker that began before ours has ended by then, and ours can be looked for. */
const LEAST_WAIT_MS = 150;
const LEAST_WAIT_AFTER_LOSS_MS = 1_500;
const MOST_WAIT_MS = 3_000;
const MOST_LOOKS = 40;

export interface SentKeys {
	/** Records a key as sent; false where it was recorded before. */
	claim(key: string): Promise<boolean>;
	/** Takes a key back whose order was certainly not placed. */
	release(key: string): Promise<void>;
	/** Resolves when the keys claimed here have been found in the list again; those that are gone are put back. */
	settle(): Promise<void>;
}

/**
 * The idempotency keys this node has sent, in n8n's database: they outlive executions and restarts and are shared by
 * all workers.
 *
 * n8n reads its list, changes it and writes it back: of two changes at the same time one is lost, and with it a key.
 * Within a process they wait for each other. Against other workers, a key counts as recorded only when it was found
 * again later than a change that crossed its recording can have been written: claims look for the keys before them,
 * `settle` for the last ones. What remains: two workers that ask for the same key at the very same moment may both be
 * told that it is new.
 */
export function sentKeys(list: KeyList): SentKeys {
	const { place } = list;
	/** Claimed and not surely recorded, with the time of the last recording. */
	const open = new Map<string, number>();

	/** Records `more` and what is open; returns what the list had not. */
	async function record(more: string[] = []): Promise<Set<string>> {
		const asked = [...open.keys()].filter((key) => !more.includes(key));
		const startedAt = Date.now();
		const missing = new Set(await recordOnce(list, [...more, ...asked]));
		const now = Date.now();
		const lost = asked.some((key) => missing.has(key));
		const least = lost ? LEAST_WAIT_AFTER_LOSS_MS : LEAST_WAIT_MS;
		const wait = Math.min(MOST_WAIT_MS, Math.max(waits.get(place) ?? 0, least, 5 * (now - startedAt)));
		waits.set(place, wait);
		for (const key of asked) {
			if (missing.has(key)) open.set(key, now);
			else if (startedAt - (open.get(key) ?? 0) >= wait) open.delete(key);
		}
		for (const key of more) if (missing.has(key)) open.set(key, now);
		return missing;
	}

	return {
		claim: async (key) => await inTurn(place, async () => (await record([key])).has(key)),
		release: async (key) =>
			await inTurn(place, async () => {
				open.delete(key);
				await list.remove([key]);
			}),
		async settle() {
			for (let look = 0; open.size > 0 && look < MOST_LOOKS; look++) {
				const newest = Math.max(...open.values());
				await sleep(Math.max(1, newest + (waits.get(place) ?? LEAST_WAIT_MS) - Date.now()));
				await inTurn(place, async () => await record());
			}
		},
	};
}

/** Where two workers make the list at the same moment, the database refuses the second one, whose turn comes now. */
async function recordOnce(list: KeyList, keys: string[]): Promise<string[]> {
	const record = async () => await list.record(keys);
	return await record().catch(async (error: unknown) => {
		const refused = error instanceof Error && /unique|duplicate key/i.test(error.message);
		return await (refused ? record() : Promise.reject(error));
	});
}

// Module state: executions of the same workflow that run in this process at the same time share it
const inTurn = turns();
/** How long a key is waited for: longer where recording is slow, and where one was lost, since there are other workers. */
const waits = new Map<string, number>();
