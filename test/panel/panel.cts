import { actionOf, perform, type Action, type Answer } from './actions.cts';
import { dialectsNamed } from './dialects.cts';
import { createFaults, type Faults } from './faults.cts';
import { createRequestLog, type RequestLog } from './ledger.cts';
import { refusalText, refuse, type Refusal } from './refusals.cts';
import { catchUp, type Account, type State, type StateOptions } from './state.cts';
import { createRenderer, type Renderer, type Reply } from './replies.cts';

/** One panel as a whole, and what it makes of one request's fields. */

export interface Panel {
	state: State;
	faults: Faults;
	log: RequestLog;
	limiter?: Limiter;
	rateLimit?: RateLimit;
	latencyMs: number;
	renderer: Renderer;
	/** The service list as text, until catalogue or dialect change: writing 6,000 rows takes long. */
	written?: { version: number; renderer: Renderer; reply: Reply; text: string };
}

/** Limits per key by the real clock, in a sliding window; a refused request does not count. */
export interface RateLimit {
	perMinute?: number;
	/** How a refusal is answered: HTTP 429, with `Retry-After` as well, or HTTP 200 with the error only. */
	style?: '429' | '429RetryAfter' | '200';
}

type Limiter = ReturnType<typeof createLimiter>;

function createLimiter({ perMinute = Infinity }: RateLimit) {
	const passed = new Map<string, number[]>();
	return {
		/** Milliseconds until the next request is allowed; 0 lets this one pass and counts it. */
		waitFor(key: string, now: number): number {
			const times = (passed.get(key) ?? []).filter((time) => time > now - 60_000);
			passed.set(key, times);
			if (times.length >= perMinute) return (times[times.length - perMinute] ?? now) + 60_000 - now;
			times.push(now);
			return 0;
		},
	};
}

/** What can be changed while the panel runs. */
export interface Settings extends Partial<Omit<StateOptions, 'seed' | 'services' | 'firstOrderId'>> {
	latencyMs?: number;
	/** null: none. */
	rateLimit?: RateLimit | null;
}

export interface PanelSetup extends Pick<Settings, 'latencyMs' | 'rateLimit'> {
	dialects?: string[];
	/** How many requests are remembered. */
	maxRequests?: number;
}

export function createPanel(state: State, setup: PanelSetup): Panel {
	const panel: Panel = {
		state,
		faults: createFaults(state.options.seed),
		log: createRequestLog(setup.maxRequests ?? 20_000),
		latencyMs: setup.latencyMs ?? 0,
		renderer: createRenderer([]),
	};
	setDialects(panel, setup.dialects ?? []);
	setRateLimit(panel, setup.rateLimit);
	return panel;
}

export function setDialects(panel: Panel, names: string[]): void {
	panel.renderer = createRenderer(dialectsNamed(names));
	panel.state.idPrefix = panel.renderer.idPrefix;
}

function setRateLimit(panel: Panel, rules: RateLimit | null | undefined): void {
	panel.rateLimit = rules ?? undefined;
	panel.limiter = rules ? createLimiter(rules) : undefined;
}

export function configure(panel: Panel, settings: Settings): void {
	const { latencyMs, speed, rateLimit, ...options } = settings;
	catchUp(panel.state);
	if (latencyMs !== undefined) panel.latencyMs = latencyMs;
	if (speed !== undefined) panel.state.clock.setSpeed(speed);
	if (rateLimit !== undefined) setRateLimit(panel, rateLimit);
	const unknown = Object.keys(options).find((name) => !(name in panel.state.options));
	if (unknown !== undefined) throw new Error(`No such setting: ${unknown}`);
	Object.assign(panel.state.options, options);
}

/** A reply as it goes out when nothing interferes. */
export interface Outgoing {
	status: number;
	headers: Record<string, string>;
	text: string;
	/** The refusal in the stock panel's words, whatever the dialect. */
	error?: string;
	limited?: true;
	/** Statuses that the client learns from it. */
	sightings: Array<{ told: string[]; status: string }>;
}

interface ApiRequest {
	fields: Record<string, string>;
	now: number;
	request: number;
}

function accountFor(panel: Panel, fields: Record<string, string>): Account | { refused: Refusal } {
	if (!fields.key) return refuse('missingKey');
	const account = panel.state.accounts.get(fields.key);
	if (!account) return refuse('key');
	return account.active ? account : refuse('inactive');
}

function write(panel: Panel, answer: Answer): { reply: Reply; text: string } {
	const { state, renderer, written } = panel;
	const isList = answer.kind === 'services';
	if (isList && written?.version === state.catalogueVersion && written.renderer === renderer) return written;
	const reply = renderer.render(answer);
	const text = JSON.stringify(reply.json);
	if (isList) panel.written = { version: state.catalogueVersion, renderer, reply, text };
	return { reply, text };
}

function sightingsIn(panel: Panel, answer: Answer): Outgoing['sightings'] {
	const { orders, refills } = panel.state;
	const of = (subject: { told: string[] } | undefined, status: string) =>
		subject ? [{ told: subject.told, status }] : [];
	switch (answer.kind) {
		case 'status':
			return of(orders.get(answer.figures.id), answer.figures.status);
		case 'statuses':
			return answer.items.flatMap((item) =>
				'value' in item ? of(orders.get(item.value.id), item.value.status) : [],
			);
		case 'refillStatus':
			return of(refills.get(answer.refill), answer.status);
		case 'refillStatuses':
			return answer.items.flatMap((item) => ('value' in item ? of(refills.get(item.id), item.value) : []));
		default:
			return [];
	}
}

function outgoing(panel: Panel, answer: Answer): Outgoing {
	const { reply, text } = write(panel, answer);
	return {
		status: reply.status,
		headers: { 'content-type': reply.contentType },
		text,
		error: answer.kind === 'refusal' ? refusalText(answer.refusal) : undefined,
		sightings: sightingsIn(panel, answer),
	};
}

function tooFast(panel: Panel, action: Action | undefined, wait: number): Outgoing {
	const reply = outgoing(panel, { kind: 'refusal', action, refusal: { reason: 'rate' } });
	const style = panel.rateLimit?.style ?? '429';
	if (style === '429RetryAfter') reply.headers['retry-after'] = String(Math.ceil(wait / 1000));
	return { ...reply, status: style === '200' ? 200 : 429, limited: true };
}

/** Carries the request out: what is answered, and all that it changes, happens here. */
export function carryOut(panel: Panel, { fields, now, request }: ApiRequest): Outgoing {
	const action = actionOf(fields.action);
	const refusal = (refused: Refusal) => outgoing(panel, { kind: 'refusal', action, refusal: refused });
	const account = accountFor(panel, fields);
	if ('refused' in account) return refusal(account.refused);
	const wait = panel.limiter?.waitFor(account.key, Date.now()) ?? 0;
	if (wait > 0) return tooFast(panel, action, wait);
	if (!action) return refusal({ reason: fields.action ? 'action' : 'request' });
	const { state, renderer } = panel;
	return outgoing(panel, perform(action, { state, account, fields, now, request, quirks: renderer.quirks }));
}

/** What a request without effect would have been told; faults cut and bend it like any other reply. */
export function withoutEffect(panel: Panel): Outgoing {
	return outgoing(panel, { kind: 'refusal', refusal: { reason: 'request' } });
}
