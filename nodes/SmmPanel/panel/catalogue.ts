import type { PanelClient } from './client';
import { PanelError } from './errors';
import type { Catalogue } from './replies';

const FRESH_MS = 60_000;
const MOST_CATALOGUES = 20;

interface Entry {
	fetchedAt: number;
	catalogue: Promise<Catalogue>;
}

// Module state: the node, the trigger and the editor's lists ask for the same catalogue
const entries = new Map<string, Entry>();

/**
 * The catalogue of an account, fetched at most once a minute for each URL and key, whoever asks: prices can differ
 * from key to key. Failures are not kept. `now` is a time in milliseconds.
 */
export async function cachedCatalogue(
	account: { apiUrl: string; apiKey: string },
	client: Pick<PanelClient, 'services'>,
	now: number,
): Promise<Catalogue> {
	const key = `${account.apiUrl}\n${account.apiKey}`;
	const known = entries.get(key);
	const age = known ? now - known.fetchedAt : Infinity;
	if (known && age >= 0 && age < FRESH_MS) {
		return await known.catalogue.catch(async (error: unknown) => {
			// That another execution was canceled is nothing to this one
			if (!(error instanceof PanelError) || error.family !== 'canceled') throw error;
			return await cachedCatalogue(account, client, now);
		});
	}
	const entry: Entry = { fetchedAt: now, catalogue: client.services() };
	entries.delete(key);
	entries.set(key, entry);
	const [oldest] = entries.keys();
	if (entries.size > MOST_CATALOGUES && oldest !== undefined) entries.delete(oldest);
	return await entry.catalogue.catch((error: unknown) => {
		if (entries.get(key) === entry) entries.delete(key);
		return Promise.reject(error as Error);
	});
}
