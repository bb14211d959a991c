/** All seven actions of the SMM panel API, version 2. Knows nothing of n8n: transport and time are handed in. */
import { isRead, PanelError } from './errors';
import { unwrap } from './envelopes';
import type { JsonObject } from './json';
import { ListAsker, type Outcomes } from './batching';
import { networkError } from './networkErrors';
import { Pace, type Clock, type PaceReport, type Runner } from './pace';
import { CONCURRENCY, DEFAULT_RETRY, TIMEOUT, type RetryPolicy } from './policies';
import { CANCEL, REFILL, REFILL_STATUS, STATUS } from './replies';
import { readResponse } from './reply';
import {
	addedSchema,
	balanceSchema,
	parse,
	readCatalogue,
	type Balance,
	type Catalogue,
	type OrderStatus,
	type RefillStatus,
} from './schemas';
import { Lanes, notSent, withRetry } from './sending';
import { parseUrl, type Fields, type Transport } from './transport';

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
	/** At most so many requests at once; without it, reads take as many as the panel bears. */
	concurrency?: number;
	/** 0 or missing: only the panel's own limit, as it is learned. */
	requestsPerMinute?: number;
	/** That of all requests with this key; without it, the client has one of its own. */
	pace?: Pace;
	/** Milliseconds to wait for a response to a read, and to a request that changes something. */
	readTimeoutMs?: number;
	writeTimeoutMs?: number;
	retry?: Partial<RetryPolicy>;
	/** Nothing is sent once it is aborted. */
	signal?: AbortSignal;
}

/** What is known of an order when it leaves. */
interface OrderContext {
	/** Whether the account's balance certainly covers it: words about funds may then be the supplier's. */
	coversOrder?: boolean;
}

export interface PanelClient {
	services(): Promise<Catalogue>;
	/** `signal` gives the reading up: nothing more is sent for it. */
	balance(signal?: AbortSignal): Promise<{ value: Balance; raw: JsonObject }>;
	/** Places one order and returns its ID. Never sent twice once it may have reached the panel. */
	add(fields: Record<string, string>, order?: OrderContext): Promise<{ order: string; raw: JsonObject }>;
	status(orders: readonly string[]): Promise<Outcomes<OrderStatus>>;
	/** The value is the refill's ID. */
	refill(orders: readonly string[]): Promise<Outcomes<string>>;
	refillStatus(refills: readonly string[]): Promise<Outcomes<RefillStatus>>;
	cancel(orders: readonly string[]): Promise<Outcomes<string>>;
	/** Whether the panel's limit has room for a request that could be left out. */
	hasRoom(): boolean;
	/** What this run has waited for the panel's limit; undefined: nothing. */
	waited(): PaceReport | undefined;
}

/** One client serves one run: what it learns about list support lasts as long as it does, the pace outlives it. */
export function createPanelClient(options: ClientOptions): PanelClient {
	const { transport, clock, apiKey: key, apiUrl, signal, concurrency, retry, pace = new Pace() } = options;
	const { readTimeoutMs = TIMEOUT.readMs, writeTimeoutMs = TIMEOUT.writeMs } = options;
	const host = parseUrl(apiUrl)?.host ?? apiUrl;
	const policy = { ...DEFAULT_RETRY, ...retry };
	// A fraction above 0 is meant as a limit, too
	const perMinute = Number(options.requestsPerMinute) > 0 ? wholeOr(options.requestsPerMinute, 1) : Infinity;
	const waited = { ms: 0, until: 0 };
	const runner: Runner = { clock, signal, perMinute, patienceMs: policy.rateLimitMs, waited };
	const mostReads = wholeOr(concurrency, CONCURRENCY.mostReads);
	const lanes = new Lanes(mostReads);
	// Of a key that has worked, and of a balance that covers the order, a refusal may be that of the panel's supplier
	let keyHasWorked = false;

	async function send(fields: Fields, timeoutMs: number, order: OrderContext = {}): Promise<unknown> {
		if (signal?.aborted) throw notSent(signal);
		const { action } = fields;
		const response = await transport({ fields, timeoutMs }).catch((error: unknown) =>
			Promise.reject(error instanceof PanelError ? error : networkError(error, host, key, action)),
		);
		const mayBeSuppliers = [
			...(keyHasWorked ? ['auth' as const] : []),
			...(order.coversOrder ? ['funds' as const] : []),
		];
		const isAdd = action === 'add';
		const asked = { action, host, key, now: clock.now(), ...(isAdd && { mayBeSuppliers }) };
		const reply = readResponse(response, asked);
		keyHasWorked = true;
		return reply;
	}

	async function request(fields: Fields, order?: OrderContext, end?: AbortSignal): Promise<unknown> {
		const { action } = fields;
		const signals = [signal, end].filter((one) => one !== undefined);
		const own = end === undefined ? runner : { ...runner, signal: AbortSignal.any(signals) };
		const how = { action, pace, runner: own, policy };
		if (!isRead(action)) return await withRetry(async () => await send(fields, writeTimeoutMs, order), how);
		const reading = async () => {
			const sentAt = clock.now();
			const reply = await send(fields, readTimeoutMs).catch((error: unknown) => {
				if (error instanceof PanelError && error.transient) lanes.answered(Infinity);
				return Promise.reject(error as Error);
			});
			lanes.answered(clock.now() - sentAt);
			return reply;
		};
		return await lanes.run(async () => await withRetry(reading, how));
	}

	const lists = new ListAsker(request, {
		batchSize: Math.min(MAX_BATCH_SIZE, wholeOr(options.batchSize, MAX_BATCH_SIZE)),
		reads: mostReads,
		writes: wholeOr(concurrency, CONCURRENCY.writes),
	});

	return {
		services: async () => readCatalogue(await request({ action: 'services' })),
		balance: async (end) => {
			const raw = unwrap(await request({ action: 'balance' }, undefined, end));
			return { value: parse(balanceSchema, 'balance', raw), raw: raw as JsonObject };
		},
		add: async (fields, order) => {
			const raw = await request({ ...fields, action: 'add' }, order);
			return { order: parse(addedSchema, 'add', raw), raw: raw as JsonObject };
		},
		status: async (orders) => await lists.ask(STATUS, orders),
		refill: async (orders) => await lists.ask(REFILL, orders),
		refillStatus: async (refills) => await lists.ask(REFILL_STATUS, refills),
		cancel: async (orders) => await lists.ask(CANCEL, orders),
		hasRoom: () => pace.hasRoom(runner),
		waited: () => (waited.ms > 0 ? { waitedMs: waited.ms, perMinute: pace.perMinute() } : undefined),
	};
}

/** A whole number of at least 1; anything else that came in place of one (an expression's text) is the fallback. */
function wholeOr(value: unknown, fallback: number): number {
	const number = Math.floor(Number(value ?? NaN));
	return Number.isFinite(number) && number >= 1 ? number : fallback;
}
