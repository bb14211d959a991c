/** All seven actions of the SMM panel API, version 2. Knows nothing of n8n: transport and time are handed in. */
import { PanelError } from './errors';
import type { JsonObject } from './json';
import { createRateLimiter, wholeOr, type Clock } from './pace';
import { createListAsker, type ListAction, type Outcomes } from './batching';
import {
	parse,
	readAdded,
	readCancels,
	readCatalogue,
	readOrderStatuses,
	readRefills,
	readRefillStatuses,
	unwrap,
	type Catalogue,
} from './replies';
import { repeatWithRequestId } from './requestId';
import { DEFAULT_RETRY, mayRepeatRead, mayRepeatWrite, withRetry, type RetryPolicy } from './retry';
import { balanceSchema, type Balance, type OrderStatus, type RefillStatus } from './schemas';
import { networkError, readResponse, type Transport } from './transport';

export type { Outcomes };

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
	/** The field under which this panel takes a value that makes repeats of `add` harmless; none without it. */
	requestIdField?: string;
}

export interface PanelClient {
	services(): Promise<Catalogue>;
	balance(): Promise<{ value: Balance; raw: JsonObject }>;
	/**
	 * Places one order and returns its ID. Never sent twice once it may have reached the panel, except where the panel
	 * has a `requestIdField` and `requestId` is the order's own value for it: then a lost reply is asked for again.
	 */
	add(fields: Record<string, string>, requestId?: string): Promise<{ order: string; raw: JsonObject }>;
	status(orders: readonly string[]): Promise<Outcomes<OrderStatus>>;
	/** The value is the refill's ID. */
	refill(orders: readonly string[]): Promise<Outcomes<string>>;
	refillStatus(refills: readonly string[]): Promise<Outcomes<RefillStatus>>;
	cancel(orders: readonly string[]): Promise<Outcomes<string>>;
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
	last: 'order',
	writes: true,
	read: readCancels,
};

/** One client serves one run: its limits and what it learns about list support last as long as it does. */
export function createPanelClient(options: ClientOptions): PanelClient {
	const { transport, clock, apiKey } = options;
	const host = URL.canParse(options.apiUrl) ? new URL(options.apiUrl).host : options.apiUrl;
	const policy = { ...DEFAULT_RETRY, ...options.retry };
	const untilAllowed = createRateLimiter(options.requestsPerMinute, clock);

	async function send(fields: Record<string, string>, timeoutMs: number): Promise<unknown> {
		throwIfCanceled(options.signal);
		const response = await transport({ fields, timeoutMs }).catch((error: unknown) =>
			Promise.reject(error instanceof PanelError ? error : networkError(error, host, apiKey, fields.action)),
		);
		const action = fields.action ?? '';
		return readResponse(response, { action, host, key: apiKey, now: clock.now() });
	}

	const repeated = async (
		fields: Record<string, string>,
		timeoutMs: number,
		mayRepeat: (error: PanelError) => boolean,
	) => await withRetry(async () => await send(fields, timeoutMs), mayRepeat, policy, clock, untilAllowed);

	const read = async (fields: Record<string, string>) =>
		await repeated(fields, options.readTimeoutMs ?? 30_000, mayRepeatRead);

	const write = async (fields: Record<string, string>) =>
		await repeated(fields, options.writeTimeoutMs ?? 60_000, mayRepeatWrite);

	const askAll = createListAsker(async (fields, writes) => await (writes ? write(fields) : read(fields)), {
		batchSize: Math.min(MAX_BATCH_SIZE, wholeOr(options.batchSize, MAX_BATCH_SIZE)),
		concurrency: wholeOr(options.concurrency, 3),
	});

	return {
		services: async () => readCatalogue(await read({ action: 'services' })),
		balance: async () => {
			const raw = unwrap(await read({ action: 'balance' }));
			return { value: parse(balanceSchema, 'balance', raw), raw: raw as JsonObject };
		},
		add: async (fields, requestId) => {
			const field = options.requestIdField?.trim();
			const isRepeatable = field && requestId;
			const body = { ...fields, ...(isRepeatable && { [field]: requestId }), action: 'add' };
			const place = async (sent: Promise<unknown>) => {
				const raw = await sent;
				return { order: readAdded(raw), raw: raw as JsonObject };
			};
			if (!isRepeatable) return await place(write(body));
			const once = async () => await place(send(body, options.writeTimeoutMs ?? 60_000));
			return await repeatWithRequestId(once, { clock, untilAllowed });
		},
		status: async (orders) => await askAll(STATUS, orders),
		refill: async (orders) => await askAll(REFILL, orders),
		refillStatus: async (refills) => await askAll(REFILL_STATUS, refills),
		cancel: async (orders) => await askAll(CANCEL, orders),
	};
}

function throwIfCanceled(signal: AbortSignal | undefined): void {
	if (signal?.aborted) {
		throw new PanelError('Canceled before this request was sent.', {
			family: 'canceled',
			effect: 'none',
		});
	}
}
