/** All seven actions of the SMM panel API, version 2. Knows nothing of n8n: transport and time are handed in. */
import { PanelError } from './errors';
import { unwrap } from './envelopes';
import type { JsonObject } from './json';
import { Lanes, ListAsker, type Outcomes } from './batching';
import { Pace, type Clock, type PaceReport } from './pace';
import { CONCURRENCY, DEFAULT_RETRY, TIMEOUT, type RetryPolicy } from './policies';
import { CANCEL, readAdded, REFILL, REFILL_STATUS, STATUS } from './replies';
import { mayRepeatRead, mayRepeatWrite, withRetry } from './retry';
import {
	balanceSchema,
	parse,
	readCatalogue,
	type Balance,
	type Catalogue,
	type OrderStatus,
	type RefillStatus,
} from './schemas';
import { networkError } from './networkErrors';
import { readResponse } from './reply';
import { parseUrl, type Transport } from './transport';

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
	balance(): Promise<{ value: Balance; raw: JsonObject }>;
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
	const { concurrency } = options;
	const mostReads = wholeOr(concurrency, CONCURRENCY.mostReads);
	const { read, write, waited, hasRoom } = createSender(options, mostReads);
	const lists = new ListAsker(async (fields, writes) => await (writes ? write(fields) : read(fields)), {
		batchSize: Math.min(MAX_BATCH_SIZE, wholeOr(options.batchSize, MAX_BATCH_SIZE)),
		reads: mostReads,
		writes: wholeOr(concurrency, CONCURRENCY.writes),
	});

	return {
		services: async () => readCatalogue(await read({ action: 'services' })),
		balance: async () => {
			const raw = unwrap(await read({ action: 'balance' }));
			return { value: parse(balanceSchema, 'balance', raw), raw: raw as JsonObject };
		},
		add: async (fields, order) => {
			const raw = await write({ ...fields, action: 'add' }, order);
			return { order: readAdded(raw), raw: raw as JsonObject };
		},
		status: async (orders) => await lists.ask(STATUS, orders),
		refill: async (orders) => await lists.ask(REFILL, orders),
		refillStatus: async (refills) => await lists.ask(REFILL_STATUS, refills),
		cancel: async (orders) => await lists.ask(CANCEL, orders),
		hasRoom,
		waited,
	};
}

/** A whole number of at least 1; anything else that came in place of one (an expression's text) is the fallback. */
function wholeOr(value: unknown, fallback: number): number {
	const number = Math.floor(Number(value ?? NaN));
	return Number.isFinite(number) && number >= 1 ? number : fallback;
}

/** Sends requests in turn, and again where nothing can have happened. */
function createSender(options: ClientOptions, mostReads: number) {
	const { transport, clock, apiKey, signal } = options;
	const host = parseUrl(options.apiUrl)?.host ?? options.apiUrl;
	const policy = { ...DEFAULT_RETRY, ...options.retry };
	const lanes = new Lanes(mostReads);
	const { turn, report, hasRoom } = (options.pace ?? new Pace()).join({
		clock,
		signal,
		// A fraction above 0 is meant as a limit, too
		perMinute: Number(options.requestsPerMinute) > 0 ? wholeOr(options.requestsPerMinute, 1) : Infinity,
		patienceMs: policy.rateLimitMs,
	});

	// Of a key that has worked, and of a balance that covers the order, a refusal may be that of the panel's supplier
	let keyHasWorked = false;

	async function send(
		fields: Record<string, string>,
		timeoutMs: number,
		{ coversOrder = false } = {},
	): Promise<unknown> {
		if (signal?.aborted) throw canceled(signal);
		const response = await transport({ fields, timeoutMs }).catch((error: unknown) =>
			Promise.reject(error instanceof PanelError ? error : networkError(error, host, apiKey, fields.action)),
		);
		const action = fields.action ?? '';
		const mayBeSuppliers =
			action === 'add'
				? [...(keyHasWorked ? (['auth'] as const) : []), ...(coversOrder ? (['funds'] as const) : [])]
				: undefined;
		const reply = readResponse(response, { action, host, key: apiKey, now: clock.now(), mayBeSuppliers });
		keyHasWorked = true;
		return reply;
	}

	/** The same, seen by the lanes. */
	async function sendRead(fields: Record<string, string>): Promise<unknown> {
		const sentAt = clock.now();
		const reply = await send(fields, options.readTimeoutMs ?? TIMEOUT.readMs).catch((error: unknown) => {
			if (error instanceof PanelError && error.transient) lanes.refused();
			return Promise.reject(error as Error);
		});
		lanes.answered(clock.now() - sentAt);
		return reply;
	}

	const sendWrite = async (fields: Record<string, string>, order?: OrderContext) =>
		await send(fields, options.writeTimeoutMs ?? TIMEOUT.writeMs, order);

	const shared = { turn, notSent: notSentBy(signal), policy, clock };
	const reading = { ...shared, mayRepeat: mayRepeatRead };
	const writing = { ...shared, mayRepeat: mayRepeatWrite };
	return {
		read: async (fields: Record<string, string>) =>
			await lanes.run(async () => await withRetry(async () => await sendRead(fields), reading)),
		write: async (fields: Record<string, string>, order?: OrderContext) =>
			await withRetry(async () => await sendWrite(fields, order), writing),
		hasRoom,
		waited: report,
	};
}

/** Where time is up, the panel's refusal says more than that. */
const notSentBy = (signal?: AbortSignal) => (refusal?: PanelError) => {
	if (signal?.aborted && (refusal === undefined || !isTimeout(signal.reason))) return canceled(signal);
	return refusal ?? refusedToAll();
};

const canceled = (signal: AbortSignal) =>
	new PanelError(
		isTimeout(signal.reason)
			? 'There was no time left for this request: it was not sent.'
			: 'The execution was canceled before this request was sent.',
		{ family: 'canceled', effect: 'none' },
	);

const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';

const refusedToAll = () =>
	new PanelError('Not sent: the panel has refused one request after the other as too many.', {
		family: 'rateLimit',
		effect: 'none',
		transient: true,
	});
