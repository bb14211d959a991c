/** All seven actions of the SMM panel API, version 2. Knows nothing of n8n: transport and time are handed in. */
import { PanelError } from './errors';
import type { JsonObject } from './json';
import { createRateLimiter, forEachLimited, type Clock } from './limiter';
import {
	parse,
	readCancels,
	readCatalogue,
	readOrderStatuses,
	readRefills,
	readRefillStatuses,
	unwrap,
	type Catalogue,
	type Outcome,
} from './replies';
import { DEFAULT_RETRY, mayRepeatRead, mayRepeatWrite, withRetry, type RetryPolicy } from './retry';
import {
	addedOrderSchema,
	balanceSchema,
	type Balance,
	type OrderStatus,
	type RefillStatus,
} from './schemas';
import { networkError, readResponse, type Transport } from './transport';

/** The API's own limit of IDs in one request. */
export const MAX_BATCH_SIZE = 100;

export interface ClientOptions {
	transport: Transport;
	clock: Clock;
	/** For messages only; the transport knows where to send. */
	apiUrl: string;
	/** Only to keep it out of messages. */
	apiKey: string;
	batchSize?: number;
	concurrency?: number;
	/** 0 or missing: no limit of our own. */
	requestsPerMinute?: number;
	/** Milliseconds to wait for a response to a read, and to a request that changes something. */
	readTimeoutMs?: number;
	writeTimeoutMs?: number;
	retry?: Partial<RetryPolicy>;
	/** Nothing is sent once it is aborted. */
	signal?: AbortSignal;
}

/** The answers by ID; every ID that was asked has one. */
export type Outcomes<T> = Map<string, Outcome<T>>;

export interface PanelClient {
	services(): Promise<Catalogue>;
	balance(): Promise<{ value: Balance; raw: JsonObject }>;
	/** Places one order and returns its ID. Never sent twice once it may have reached the panel. */
	add(fields: Record<string, string>): Promise<{ order: string; raw: JsonObject }>;
	status(orders: readonly string[]): Promise<Outcomes<OrderStatus>>;
	/** The value is the refill's ID. */
	refill(orders: readonly string[]): Promise<Outcomes<string>>;
	refillStatus(refills: readonly string[]): Promise<Outcomes<RefillStatus>>;
	cancel(orders: readonly string[]): Promise<Outcomes<string>>;
}

interface ListAction<T> {
	action: string;
	/** Field for several IDs, and for one where the API has such a form. */
	many: string;
	one?: string;
	writes: boolean;
	read: (reply: unknown, ids: readonly string[]) => Outcomes<T>;
}

const STATUS: ListAction<OrderStatus> = {
	action: 'status',
	many: 'orders',
	one: 'order',
	writes: false,
	read: readOrderStatuses,
};
const REFILL: ListAction<string> = {
	action: 'refill',
	many: 'orders',
	one: 'order',
	writes: true,
	read: readRefills,
};
const REFILL_STATUS: ListAction<RefillStatus> = {
	action: 'refill_status',
	many: 'refills',
	one: 'refill',
	writes: false,
	read: readRefillStatuses,
};
const CANCEL: ListAction<string> = {
	action: 'cancel',
	many: 'orders',
	writes: true,
	read: readCancels,
};

/** One client serves one run: its limits and what it learns about list support last as long as it does. */
export function createPanelClient(options: ClientOptions): PanelClient {
	const { transport, clock, apiKey } = options;
	const host = URL.canParse(options.apiUrl) ? new URL(options.apiUrl).host : options.apiUrl;
	const policy = { ...DEFAULT_RETRY, ...options.retry };
	const concurrency = Math.max(1, options.concurrency ?? 3);
	const batchSize = Math.min(MAX_BATCH_SIZE, Math.max(1, options.batchSize ?? MAX_BATCH_SIZE));
	const untilAllowed = createRateLimiter(options.requestsPerMinute ?? 0, clock);
	const withoutLists = new Set<string>();
	/** A refused key or a canceled execution: further requests of this run are pointless. */
	let hopeless: PanelError | undefined;

	async function send(fields: Record<string, string>, timeoutMs: number): Promise<unknown> {
		throwIfCanceled(options.signal);
		await untilAllowed();
		throwIfCanceled(options.signal);
		const response = await transport({ fields, timeoutMs }).catch((error: unknown) =>
			Promise.reject(error instanceof PanelError ? error : networkError(error, host, apiKey)),
		);
		const action = fields.action ?? '';
		return readResponse(response, { action, host, key: apiKey, now: clock.now() });
	}

	const read = async (fields: Record<string, string>) =>
		await withRetry(
			async () => await send(fields, options.readTimeoutMs ?? 30_000),
			mayRepeatRead,
			policy,
			clock,
		);

	const write = async (fields: Record<string, string>) =>
		await withRetry(
			async () => await send(fields, options.writeTimeoutMs ?? 60_000),
			mayRepeatWrite,
			policy,
			clock,
		);

	async function askOnce<T>(list: ListAction<T>, ids: readonly string[], single: boolean) {
		const field = single && list.one ? list.one : list.many;
		const request = { action: list.action, [field]: ids.join(',') };
		return list.read(await (list.writes ? write(request) : read(request)), ids);
	}

	/** Every ID of `ids` with the same failure: the request that asked for all of them got no answer. */
	const allFailed = <T>(ids: readonly string[], error: PanelError): Outcomes<T> =>
		new Map(ids.map((id) => [id, { ok: false, error }]));

	async function askBatch<T>(list: ListAction<T>, ids: readonly string[]): Promise<Outcomes<T>> {
		if (ids.length === 1) return await settle(list, ids, true);
		if (withoutLists.has(list.action)) return await askOneByOne(list, ids);
		const outcomes = await settle(list, ids, false);
		const refused = sharedRefusal(outcomes);
		if (refused === undefined || !['order', 'refill', 'request'].includes(refused.family)) return outcomes;
		// The panel refused the list as a whole: either it knows no lists, or every ID is wrong. One by one tells.
		const single = await askOneByOne(list, ids);
		if ([...single.values()].some(({ ok }) => ok)) withoutLists.add(list.action);
		return single;
	}

	/** Asks once; a failed request is the outcome of each of its IDs, so that other IDs' outcomes are never lost. */
	async function settle<T>(list: ListAction<T>, ids: readonly string[], single: boolean): Promise<Outcomes<T>> {
		if (hopeless !== undefined) return allFailed(ids, notSent(hopeless));
		return await askOnce(list, ids, single).catch((error: unknown) => {
			if (!(error instanceof PanelError)) return Promise.reject(error as Error);
			if (error.family === 'auth' || error.family === 'canceled') hopeless = error;
			return allFailed<T>(ids, error);
		});
	}

	async function askOneByOne<T>(list: ListAction<T>, ids: readonly string[]): Promise<Outcomes<T>> {
		const outcomes: Outcomes<T> = new Map();
		for (const id of ids) {
			for (const [, outcome] of await settle(list, [id], true)) outcomes.set(id, outcome);
		}
		return outcomes;
	}

	async function askAll<T>(list: ListAction<T>, ids: readonly string[]): Promise<Outcomes<T>> {
		const unique = [...new Set(ids)];
		const batches: string[][] = [];
		for (let at = 0; at < unique.length; at += batchSize) batches.push(unique.slice(at, at + batchSize));
		const outcomes: Outcomes<T> = new Map();
		await forEachLimited(batches, concurrency, async (batch) => {
			for (const [id, outcome] of await askBatch(list, batch)) outcomes.set(id, outcome);
		});
		return outcomes;
	}

	return {
		services: async () => readCatalogue(await read({ action: 'services' })),
		balance: async () => {
			const raw = unwrap(await read({ action: 'balance' }));
			return { value: parse(balanceSchema, 'balance', raw, 'none'), raw: raw as JsonObject };
		},
		add: async (fields) => {
			const raw = await write({ ...fields, action: 'add' });
			return { order: parse(addedOrderSchema, 'add', raw, 'unknown'), raw: raw as JsonObject };
		},
		status: async (orders) => await askAll(STATUS, orders),
		refill: async (orders) => await askAll(REFILL, orders),
		refillStatus: async (refills) => await askAll(REFILL_STATUS, refills),
		cancel: async (orders) => await askAll(CANCEL, orders),
	};
}

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
	return [...outcomes.values()].every((outcome) => !outcome.ok && outcome.error === error) ? error : undefined;
}

function throwIfCanceled(signal: AbortSignal | undefined): void {
	if (signal?.aborted) {
		throw new PanelError('The execution was canceled before this request was sent.', {
			family: 'canceled',
			effect: 'none',
		});
	}
}
