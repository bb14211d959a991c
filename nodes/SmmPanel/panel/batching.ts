/** Requests about many IDs: as few as the panel allows, several at once, with an answer for each ID. */
import { isRead, PanelError } from './errors';
import { readList, type ListAction, type Outcome } from './replies';
import type { Fields } from './transport';
import { listLimitIn } from './words';

/** The answers by ID; every ID that was asked has one. */
export type Outcomes<T> = Map<string, Outcome<T>>;

/** What the panel has answered, without what failed. */
export const answersIn = <T>(outcomes: Outcomes<T>): Map<string, T> =>
	new Map([...outcomes].flatMap(([id, outcome]) => (outcome.ok ? [[id, outcome.value] as const] : [])));

interface ListLimits {
	batchSize: number;
	/** How many requests at once: of those that only read, and of those that change something. */
	reads: number;
	writes: number;
}

/** Families of refusals that can be about one ID of a list, or about lists as such. */
const ABOUT_IDS = ['order', 'refill', 'cancel', 'request'];

/** What it learns about a panel's lists, it remembers as long as it is used: for one run. */
export class ListAsker {
	/** The longest list that a panel takes, by action; 1: it knows no lists. */
	readonly #longest = new Map<string, number>();
	/** The field of one ID that a panel without lists turned out to read, by action. */
	readonly #singly = new Map<string, string>();
	/** A refused key or a canceled execution: further requests of this run are pointless. */
	#hopeless?: PanelError;

	constructor(
		private readonly request: (fields: Fields) => Promise<unknown>,
		private readonly limits: ListLimits,
	) {}

	/** The outcome of each ID, in the order of `ids`. */
	async ask<T>(list: ListAction<T>, ids: readonly string[]): Promise<Outcomes<T>> {
		const { batchSize, writes, reads } = this.limits;
		const unique = [...new Set(ids)];
		const atOnce = isRead(list.action) ? reads : writes;
		const outcomes = await this.#askInParts(list, unique, batchSize, atOnce);
		return new Map(
			unique.flatMap((id) => {
				const outcome = outcomes.get(id);
				return outcome ? [[id, outcome]] : [];
			}),
		);
	}

	async #askInParts<T>(
		list: ListAction<T>,
		ids: readonly string[],
		size: number,
		atOnce: number,
	): Promise<Outcomes<T>> {
		const outcomes: Outcomes<T> = new Map();
		const starts = Array.from({ length: Math.ceil(ids.length / size) }, (_, part) => part * size);
		await forEachLimited(starts, atOnce, async (start) => {
			// Some panels answer with an array without IDs, in their own order, which is the ascending one
			const part = ids.slice(start, start + size).sort(byId);
			for (const [id, outcome] of await this.#askBatch(list, part)) outcomes.set(id, outcome);
		});
		return outcomes;
	}

	async #askBatch<T>(list: ListAction<T>, ids: readonly string[]): Promise<Outcomes<T>> {
		const { action, last } = list;
		const atOnce = isRead(action) ? this.limits.reads : 1;
		const longest = this.#longest.get(action) ?? Infinity;
		if (ids.length > longest) return await this.#askInParts(list, ids, longest, atOnce);
		const outcomes = await this.#askOnce(list, ids);
		const refused = sharedRefusal(outcomes);
		// "Cancel failed" and "Refill failed" are what panels answer that read only one ID
		const hasFailed = !isRead(action) && /^(cancel\w*|refill) failed\W*$/i.test(refused?.panelText ?? '');
		if (refused === undefined || !(hasFailed || ABOUT_IDS.includes(refused.family))) return outcomes;
		// A server's fault is no answer to rely on with a second request that changes something
		const isOpen = (refused.effect !== 'none' && !hasFailed) || (refused.httpStatus ?? 0) >= 500;
		if (!isRead(action) && isOpen) return outcomes;
		if (ids.length > 1) {
			const limit = listLimitIn(refused.panelText ?? '', ids.length);
			if (limit !== undefined) this.#longest.set(action, Math.min(limit, longest));
			// Refused as a whole: the panel knows no lists, or one of the IDs is wrong. One by one tells.
			const parts = await this.#askInParts(list, ids, limit ?? 1, atOnce);
			if (limit === undefined && [...parts.values()].every(({ ok }) => ok)) this.#longest.set(action, 1);
			return parts;
		}
		// One ID, for which the panel refused its list of one: some read only the field of one
		if (last === undefined || this.#singly.has(action)) return outcomes;
		const singly = await this.#askOnce(list, ids, last);
		const [own] = singly.values();
		if (own?.ok) this.#singly.set(action, last);
		// The words about the list of one say more than those about a field that the panel does not know
		return own?.ok || own?.error.effect === 'unknown' ? singly : outcomes;
	}

	/** Asks once; a failed request is the outcome of each of its IDs, so that other IDs' outcomes are never lost. */
	async #askOnce<T>(list: ListAction<T>, ids: readonly string[], own?: string): Promise<Outcomes<T>> {
		const { action, one, many } = list;
		if (this.#hopeless !== undefined) return allFailed(ids, notSentBecause(this.#hopeless));
		const field = own ?? (ids.length === 1 ? (this.#singly.get(action) ?? one) : undefined) ?? many;
		return await this.request({ action, [field]: ids.join(',') }).then(
			(reply) => readList(list, reply, ids),
			(error: unknown) => {
				if (!(error instanceof PanelError)) return Promise.reject(error as Error);
				if (error.family === 'auth' || error.family === 'canceled') this.#hopeless = error;
				return allFailed<T>(ids, error);
			},
		);
	}
}

/** Numbers by their size, whatever their length, before all other IDs. */
function byId(a: string, b: string): number {
	const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
	if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
	if (isNumberA && a.length !== b.length) return a.length - b.length;
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Every ID of `ids` with the same failure: the request that asked for all of them got no answer. */
const allFailed = <T>(ids: readonly string[], error: PanelError): Outcomes<T> =>
	new Map(ids.map((id) => [id, { ok: false, error }]));

const notSentBecause = (cause: PanelError) =>
	new PanelError(`Not sent, because an earlier request of this run failed: ${cause.message}`, {
		family: cause.family,
		effect: 'none',
		panelText: cause.panelText,
		remedy: cause.remedy,
	});

/** The one error that all IDs share because the panel answered the whole list with it. */
function sharedRefusal<T>(outcomes: Outcomes<T>): PanelError | undefined {
	const [first] = outcomes.values();
	if (first === undefined || first.ok || first.error.panelText === undefined) return undefined;
	const { error } = first;
	return [...outcomes.values()].every((outcome) => !outcome.ok && outcome.error === error)
		? error
		: undefined;
}

/** Runs `work` over all entries, at most `concurrency` at a time, started in order. */
export async function forEachLimited<T>(
	entries: readonly T[],
	concurrency: number,
	work: (entry: T, index: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < entries.length; index = next++) await work(entries[index] as T, index);
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, entries.length) }, worker));
}
