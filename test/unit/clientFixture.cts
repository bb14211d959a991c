/** What tests of the client share: a panel, a client of it, and a clock that waits for nobody. */
import type { Outcomes } from '../../nodes/SmmPanel/panel/batching';
import { createPanelClient, type ClientOptions, type PanelClient } from '../../nodes/SmmPanel/panel/client';
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import type { Clock } from '../../nodes/SmmPanel/panel/pace';
import type { PanelRequest, Transport } from '../../nodes/SmmPanel/panel/transport';
import { testPanels } from '../panel/client.cts';
import type { DevPanel, PanelOptions } from '../panel/server.cts';

/** Unlike anything a panel would say by itself. */
export const KEY = 'k3y-0f-the-t3st/s+ünd=9';

interface VirtualClock extends Clock {
	/** Every wait, in milliseconds. */
	waits: number[];
}

/** Sleeping takes no time: whenever all that is not asleep has had its turn, the next sleeper's time has come. */
export function virtualClock(start = Date.UTC(2026, 10, 23)): VirtualClock {
	let time = start;
	const waits: number[] = [];
	const sleepers: Array<{ until: number; wake: () => void }> = [];
	const wakeNext = () => {
		sleepers.sort((a, b) => a.until - b.until);
		const next = sleepers.shift();
		time = Math.max(time, next?.until ?? time);
		next?.wake();
	};
	return {
		waits,
		now: () => time,
		sleep: async (ms) =>
			await new Promise((wake) => {
				waits.push(ms);
				sleepers.push({ until: time + ms, wake });
				setImmediate(wakeNext);
			}),
	};
}

export interface ClientFixture {
	panel: DevPanel;
	client: PanelClient;
	clock: VirtualClock;
	/** When each request left, by the virtual clock. */
	sentAt: number[];
	/** Fields of the requests that arrived, newest last. */
	asked(action?: string): Array<Record<string, string>>;
	/** Another client, for another run, of the same panel. */
	clientWith(options?: Partial<ClientOptions>): PanelClient;
}

interface ClientFixtureOptions {
	panel?: PanelOptions;
	client?: Partial<ClientOptions>;
}

/** Panels of a test file; `stopAll` belongs into `afterEach` or `afterAll`. */
export function clientFixtures() {
	const { panelWith, stopAll } = testPanels();
	return {
		async stand({
			panel: panelOptions,
			client: clientOptions,
		}: ClientFixtureOptions = {}): Promise<ClientFixture> {
			const { panel } = await panelWith({
				services: 34,
				balance: '100000',
				key: KEY,
				lives: { kind: 'still' },
				...panelOptions,
			});
			return clientFixtureAt(panel, clientOptions);
		},
		stopAll,
	};
}

/** The panel's transport without n8n: adds the key, follows no redirect, resolves whatever the status. */
export const fetchTransport =
	(url: string, key: string): Transport =>
	async ({ fields, timeoutMs }) => {
		const body = new URLSearchParams({ ...fields, key });
		const signal = AbortSignal.timeout(timeoutMs);
		const response = await fetch(url, { method: 'POST', body, redirect: 'manual', signal });
		return {
			status: response.status,
			headers: Object.fromEntries(response.headers),
			body: await response.text(),
		};
	};

function clientFixtureAt(panel: DevPanel, clientOptions: Partial<ClientOptions> = {}): ClientFixture {
	const clock = virtualClock();
	const sentAt: number[] = [];
	const send = fetchTransport(panel.url, panel.key);
	const transport: Transport = async (request: PanelRequest) => {
		sentAt.push(clock.now());
		return await send(request);
	};
	const clientWith = (options: Partial<ClientOptions> = {}) =>
		createPanelClient({
			transport,
			clock,
			apiUrl: panel.url,
			apiKey: panel.key,
			readTimeoutMs: 10_000,
			writeTimeoutMs: 10_000,
			...clientOptions,
			...options,
		});
	return {
		panel,
		clock,
		sentAt,
		clientWith,
		client: clientWith(),
		asked: (action) =>
			panel
				.requests()
				.map(({ fields }) => fields)
				.filter((fields) => action === undefined || fields.action === action),
	};
}

/** A transport that answers from a list, one after the other and the last one for ever; no panel, no network. */
export function scripted(
	...answers: Array<{ status?: number; headers?: Record<string, unknown>; body: string } | Error>
) {
	const requests: PanelRequest[] = [];
	const transport: Transport = async (request) => {
		const answer = answers[Math.min(requests.length, answers.length - 1)];
		requests.push(request);
		await Promise.resolve();
		if (answer instanceof Error || answer === undefined) throw answer;
		return { status: 200, headers: {}, ...answer };
	};
	return { transport, requests };
}

/** The PanelError that a promise ends with; anything else fails the test. */
export async function failure(promise: Promise<unknown>): Promise<PanelError> {
	const error: unknown = await promise.then(
		(value) => new Error(`Succeeded with ${JSON.stringify(value)}`),
		(reason: unknown) => reason,
	);
	if (error instanceof PanelError) return error;
	throw error;
}

/** Outcomes as plain data: the value, or the family and words of the error. */
export const plain = <T,>(outcomes: Outcomes<T>): Record<string, unknown> =>
	Object.fromEntries(
		[...outcomes].map(([id, outcome]) => [
			id,
			outcome.ok ? outcome.value : { family: outcome.error.family, effect: outcome.error.effect },
		]),
	);

/** Everything of an error that anyone could come to see. */
export const everythingIn = (error: unknown): string => {
	const seen = error instanceof Error ? { ...error, message: error.message, stack: error.stack } : error;
	return JSON.stringify(seen, (_, value: unknown) => (value instanceof Map ? [...value] : value));
};
