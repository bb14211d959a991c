/** Requests about many IDs: as few as the panel allows, several at once, with an answer for each ID. */
import { PanelError } from './errors';
import { readList, type ListAction, type Outcome } from './replies';
import { listLimitIn } from './words';
import { CONCURRENCY, LANES } from './policies';

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

type Request = (fields: Record<string, string>, writes: boolean) => Promise<unknown>;

/** Families of refusals that can be about one ID of a list, or about lists as such. */
const ABOUT_IDS = ['order', 'refill', 'cancel', 'request'];

/** What it learns about a panel's lists, it remembers as long as it is used: for one run. */
export class ListAsker {
	readonly #withoutLists = new Set<string>();
	readonly #largestList = new Map<string, number>();
	/** The field of one ID that a panel without lists turned out to read, by action. */
	readonly #singly = new Map<string, string>();
	/** A refused key or a canceled execution: further requests of this run are pointless. */
	#hopeless?: PanelError;

	readonly #request: Request;
	readonly #limits: ListLimits;

	constructor(request: Request, limits: ListLimits) {
		this.#request = request;
		this.#limits = limits;
	}

	/** The outcome of each ID, in the order of `ids`. */
	async ask<T>(list: ListAction<T>, ids: readonly string[]): Promise<Outcomes<T>> {
		const { batchSize, writes, reads } = this.#limits;
		const unique = [...new Set(ids)];
		const outcomes: Outcomes<T> = new Map();
		await forEachLimited(partsOf(unique, batchSize), list.writes ? writes : reads, async (batch) => {
			// Some panels answer with an array without IDs, in their own order, which is the ascending one
			for (const [id, outcome] of await this.#askBatch(list, [...batch].sort(byId)))
				outcomes.set(id, outcome);
		});
		const asAsked: Outcomes<T> = new Map();
		for (const id of unique) {
			const outcome = outcomes.get(id);
			if (outcome) asAsked.set(id, outcome);
		}
		return asAsked;
	}

	async #askBatch<T>(list: ListAction<T>, ids: readonly string[]): Promise<Outcomes<T>> {
		const { action } = list;
		const allowed = this.#withoutLists.has(action) ? 1 : (this.#largestList.get(action) ?? Infinity);
		if (ids.length > allowed) return await this.#askInParts(list, ids, allowed);
		const outcomes = await this.#settle(list, ids);
		const refused = sharedRefusal(outcomes);
		// "Cancel failed" and "Refill failed" are what panels answer that read only one ID
		const hasFailed = list.writes && /^(cancel\w*|refill) failed\W*$/i.test(refused?.panelText ?? '');
		if (refused === undefined || !(hasFailed || ABOUT_IDS.includes(refused.family))) return outcomes;
		// A server's fault is no answer to rely on with a second request that changes something
		const isOpen = refused.effect !== 'none' && !hasFailed;
		if (list.writes && (isOpen || (refused.httpStatus ?? 0) >= 500)) return outcomes;
		if (ids.length === 1) return await this.#askLast(list, ids, outcomes);
		const limit = listLimitIn(refused.panelText ?? '', ids.length);
		if (limit !== undefined) {
			this.#largestList.set(action, Math.min(limit, allowed));
			return await this.#askInParts(list, ids, limit);
		}
		// The list was refused as a whole: the panel knows no lists, or one of the IDs is wrong. One by one tells.
		const single = await this.#askInParts(list, ids, 1);
		if ([...single.values()].every(({ ok }) => ok)) this.#withoutLists.add(action);
		return single;
	}

	async #askInParts<T>(list: ListAction<T>, ids: readonly string[], size: number): Promise<Outcomes<T>> {
		const outcomes: Outcomes<T> = new Map();
		await forEachLimited(partsOf(ids, size), list.writes ? 1 : this.#limits.reads, async (part) => {
			for (const [id, outcome] of await this.#askBatch(list, part)) outcomes.set(id, outcome);
		});
		return outcomes;
	}

	/** One ID, for which the panel refused its list of one: some read only the field of one. */
	async #askLast<T>(list: ListAction<T>, [id = '']: readonly string[], refused: Outcomes<T>) {
		const { last, action } = list;
		if (last === undefined || this.#singly.has(action)) return refused;
		const outcomes = await this.#settle(list, [id], last);
		const own = outcomes.get(id);
		if (own?.ok) this.#singly.set(action, last);
		// The words about the list of one say more than those about a field that the panel does not know
		return own?.ok || (own && !own.ok && own.error.effect === 'unknown') ? outcomes : refused;
	}

	/** Asks once; a failed request is the outcome of each of its IDs, so that other IDs' outcomes are never lost. */
	async #settle<T>(list: ListAction<T>, ids: readonly string[], own?: string): Promise<Outcomes<T>> {
		if (this.#hopeless !== undefined) return allFailed(ids, notSent(this.#hopeless));
		return await this.#askOnce(list, ids, own).catch((error: unknown) => {
			if (!(error instanceof PanelError)) return Promise.reject(error as Error);
			if (error.family === 'auth' || error.family === 'canceled') this.#hopeless = error;
			return allFailed<T>(ids, error);
		});
	}

	async #askOnce<T>(list: ListAction<T>, ids: readonly string[], own?: string): Promise<Outcomes<T>> {
		const { action, one, many, writes } = list;
		const field = own ?? (ids.length === 1 ? (this.#singly.get(action) ?? one) : undefined) ?? many;
		return readList(list, await this.#request({ action, [field]: ids.join(',') }, writes), ids);
	}
}

/** Numbers by their size, whatever their length, before all other IDs. */
function byId(a: string, b: string): number {
	const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
	if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
	if (isNumberA && a.length !== b.length) return a.length - b.length;
	return a < b ? -1 : a > b ? 1 : 0;
}

function partsOf(ids: readonly string[], size: number): string[][] {
	const parts: string[][] = [];
	for (let at = 0; at < ids.length; at += size) parts.push(ids.slice(at, at + size));
	return parts;
}

/** Every ID of `ids` with the same failure: the request that asked for all of them got no answer. */
const allFailed = <T>(ids: readonly string[], error: PanelError): Outcomes<T> =>
	new Map(ids.map((id) => [id, { ok: false, error }]));

const notSent = (cause: PanelError) =>
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

/** Lanes of one run's reads: with each answer there are more, up to `most`; fewer where the panel slows down. */
export class Lanes {
	readonly #most: number;
	#open: number;
	#busy = 0;
	readonly #waiting: Array<() => void> = [];
	#fastestMs = Infinity;

	constructor(most: number) {
		this.#most = most;
		this.#open = Math.min(CONCURRENCY.reads, most);
	}

	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.#busy >= this.#open) await new Promise<void>((go) => this.#waiting.push(go));
		else this.#busy++;
		try {
			return await work();
		} finally {
			this.#busy--;
			for (; this.#busy < this.#open && this.#waiting.length > 0; this.#busy++) this.#waiting.shift()?.();
		}
	}

	answered(ms: number): void {
		this.#fastestMs = Math.min(ms, this.#fastestMs);
		if (ms > LANES.slower * this.#fastestMs + LANES.slowerMs) this.refused();
		else this.#open = Math.min(this.#most, this.#open + LANES.rise);
	}

	/** The panel has enough to do. */
	refused(): void {
		this.#open = Math.max(Math.min(CONCURRENCY.reads, this.#most), Math.floor(this.#open / 2));
	}
}
