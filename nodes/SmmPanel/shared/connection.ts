/** From n8n's side to the panel's: credential, transport, catalogue. The only place that sends. */
import { sleep, type IExecuteFunctions, type ILoadOptionsFunctions, type IPollFunctions } from 'n8n-workflow';
import { cachedCatalogue } from '../panel/catalogue';
import { isRead } from '../panel/errors';
import { createPanelClient, type ClientOptions, type PanelClient } from '../panel/client';
import { Pace } from '../panel/pace';
import type { Catalogue } from '../panel/schemas';
import { decodeBody, normalizeApiUrl, type Transport } from '../panel/transport';
import { withinTime } from './times';
import { noteClient } from './problems';

type PanelContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

export interface Connection {
	client: PanelClient;
	/** Of the panel, with its port. */
	host: string;
	/** The name by which the order book knows whose orders these are. */
	account: string;
	/** The account's service list: at most a minute old or, where prices decide about money, read now. */
	catalogue(how?: { fresh: boolean }): Promise<Catalogue>;
}

export type Limits = Pick<
	ClientOptions,
	'batchSize' | 'concurrency' | 'requestsPerMinute' | 'readTimeoutMs' | 'writeTimeoutMs' | 'retry' | 'signal'
>;

interface PanelCredential {
	apiUrl: string;
	apiKey: string;
	account: string;
}

interface FullResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

/** n8n adds the key to a plain-object body with this content type; to any other body it silently adds none. */
const n8nTransport =
	(context: PanelContext, url: string): Transport =>
	async ({ fields, timeoutMs }) => {
		// When an execution is stopped, n8n ends a request under way, and with it the only reply about an order that may be
		// paid. n8n finds the stop signal by its getter in the context, which this context denies to have
		const withoutStop = new Proxy(context, {
			has: (target, name) => name !== 'getExecutionCancelSignal' && Reflect.has(target, name),
		});
		const asking = isRead(fields.action) ? context : withoutStop;
		const sending = context.helpers.httpRequestWithAuthentication.call(asking, 'smmPanelApi', {
			method: 'POST',
			url,
			headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
			body: fields,
			timeout: timeoutMs,
			// Bytes: panels also write in other encodings than UTF-8
			encoding: 'arraybuffer',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		});
		const { statusCode, headers, body } = (await withinTime(sending, timeoutMs)) as FullResponse;
		return { status: statusCode, headers, body: decodeBody(body, headers['content-type']) };
	};

const MOST_PACES = 100;

// Module state: a panel counts all requests with a key, whichever node or execution sends them
const paces = new Map<string, Pace>();

/**
 * The pace of this key at this panel. Only the key's fingerprint is kept; two keys with the same one would share a
 * pace.
 */
function paceOf(apiUrl: string, apiKey: string): Pace {
	const account = `${apiUrl} ${fingerprint(apiKey)}`;
	const pace = paces.get(account) ?? new Pace();
	paces.delete(account);
	paces.set(account, pace);
	const [oldest] = paces.keys();
	if (paces.size > MOST_PACES && oldest !== undefined) paces.delete(oldest);
	return pace;
}

/** The credential's `account`, else the panel's host with its port, so that a new key or credential goes on. */
const accountIn = ({ account, apiUrl }: PanelCredential): string =>
	String(account ?? '')
		.trim()
		.toLowerCase() || new URL(normalizeApiUrl(apiUrl)).host;

/** Whose orders the order book shows to this node, see `Connection`. Throws a PanelError for an unusable API URL. */
export const accountOf = async (context: PanelContext): Promise<string> =>
	accountIn(await context.getCredentials<PanelCredential>('smmPanelApi'));

/** Opens a run against the credential's panel. Throws a PanelError for an API URL that cannot be used. */
export async function connect(context: PanelContext, limits: Limits = {}): Promise<Connection> {
	const credential = await context.getCredentials<PanelCredential>('smmPanelApi');
	const apiUrl = normalizeApiUrl(credential.apiUrl);
	const apiKey = credential.apiKey.trim();
	const signal = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : limits.signal;
	const clock = {
		now: Date.now,
		sleep: async (ms: number, end = signal) => await sleep(ms, end).catch(() => undefined),
	};
	const client = createPanelClient({
		...limits,
		transport: n8nTransport(context, apiUrl),
		clock,
		apiUrl,
		apiKey,
		signal,
		pace: paceOf(apiUrl, apiKey),
	});
	noteClient(context, client);
	return {
		client,
		host: new URL(apiUrl).host,
		account: accountIn(credential),
		catalogue: async ({ fresh } = { fresh: false }) =>
			await cachedCatalogue({ apiUrl, apiKey }, client, clock.now(), fresh),
	};
}

/** A short fingerprint (FNV-1a) of settings that need not, or must not, be stored as they are. */
export function fingerprint(text: string): string {
	let hash = 0x811c9dc5;
	for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
	return (hash >>> 0).toString(36);
}
