import type { PanelClient } from './client';
import { PanelError } from './errors';
import { CATALOGUE_FRESH_MS } from './policies';
import type { Catalogue } from './schemas';

const MOST_CATALOGUES = 20;

interface Entry {
	fetchedAt: number;
	catalogue: Promise<Catalogue>;
	/** Services of the last good catalogue; undefined before there was one. */
	services?: number;
	/** How many services the last catalogue had that was not believed. */
	doubted?: number;
}

/**
 * Why a catalogue is not believed at first sight; undefined where it is. A panel in trouble leaves out what it cannot
 * read: `before` services the last time, less than half of them now. A second reading that agrees is believed.
 */
export function doubtOf(
	{ services, error }: Pick<Catalogue, 'services' | 'error'>,
	before: number | undefined,
	doubted: number | undefined,
): PanelError | undefined {
	const now = services.length;
	const isShort = before !== undefined && now < before / 2;
	if ((error === undefined && !isShort) || doubted === now) return undefined;
	const why =
		error === undefined
			? `${now} services instead of ${before} a moment ago`
			: `an error stands in it: ${error}`;
	return new PanelError(`The panel's list of services seems to be incomplete (${why}).`, {
		family: 'maintenance',
		effect: 'none',
		transient: true,
		action: 'services',
		remedy: 'Try again in a minute: what a second reading confirms is believed.',
	});
}

// Module state: the node, the trigger and the editor's lists ask for the same catalogue
const entries = new Map<string, Entry>();

/**
 * The catalogue of an account, fetched at most once a minute for each URL and key, whoever asks: prices can differ
 * from key to key. `fresh` fetches it now, for all. Failures are not kept. `now` is a time in milliseconds.
 */
export async function cachedCatalogue(
	account: { apiUrl: string; apiKey: string },
	client: Pick<PanelClient, 'services'>,
	now: number,
	fresh = false,
): Promise<Catalogue> {
	const key = `${account.apiUrl}\n${account.apiKey}`;
	const known = entries.get(key);
	const age = known ? now - known.fetchedAt : Infinity;
	if (known && age >= 0 && age < CATALOGUE_FRESH_MS && !fresh) {
		return await known.catalogue.catch(async (error: unknown) => {
			// That another execution was canceled is nothing to this one
			if (!(error instanceof PanelError) || error.family !== 'canceled') throw error;
			return await cachedCatalogue(account, client, now);
		});
	}
	const { services: before, doubted } = known ?? {};
	const entry: Entry = {
		fetchedAt: now,
		services: before,
		doubted,
		catalogue: client.services().then((catalogue) => {
			const doubt = doubtOf(catalogue, before, doubted);
			const count = catalogue.services.length;
			Object.assign(entry, doubt ? { doubted: count } : { services: count, doubted: undefined });
			return doubt ? Promise.reject(doubt) : catalogue;
		}),
	};
	entries.delete(key);
	entries.set(key, entry);
	const [oldest] = entries.keys();
	if (entries.size > MOST_CATALOGUES && oldest !== undefined) entries.delete(oldest);
	return await entry.catalogue.catch((error: unknown) => {
		// What was counted stays for the next reading; the failure does not
		if (entries.get(key) === entry) entry.fetchedAt = -Infinity;
		return Promise.reject(error as Error);
	});
}
