import { actionOf, perform, type Action, type Answer } from './actions.cts';
import { dialectsNamed } from './dialects.cts';
import { createFaults, type Faults } from './faults.cts';
import { createLimiter, type Limiter, type RateLimit } from './limits.cts';
import { createRequestLog, type RequestLog } from './ledger.cts';
import { refusalText, refuse, type Refusal } from './refusals.cts';
import { createRenderer, type Renderer, type Reply } from './wire.cts';
import type { Account, Sighting, State } from './state.cts';

/** One panel as a whole, and what it makes of one request's fields. */

export interface Desk {
	state: State;
	faults: Faults;
	log: RequestLog;
	limiter?: Limiter;
	rateLimit?: RateLimit;
	latencyMs: number;
	dialects: string[];
	renderer: Renderer;
	/** The service list as text, until catalogue or dialect change: 6,000 rows are not written anew each time. */
	written?: { version: number; renderer: Renderer; reply: Reply; text: string };
}

export interface DeskOptions {
	latencyMs: number;
	rateLimit?: RateLimit;
	dialects: string[];
	maxRequests: number;
}

export function createDesk(state: State, options: DeskOptions): Desk {
	const desk: Desk = {
		state,
		faults: createFaults(state.options.seed),
		log: createRequestLog(options.maxRequests),
		latencyMs: options.latencyMs,
		dialects: [],
		renderer: createRenderer([]),
	};
	setDialects(desk, options.dialects);
	setRateLimit(desk, options.rateLimit);
	return desk;
}

export function setDialects(desk: Desk, names: string[]): void {
	desk.renderer = createRenderer(dialectsNamed(names));
	desk.dialects = names.filter((name) => name !== 'seed');
	desk.state.idPrefix = desk.renderer.idPrefix;
}

export function setRateLimit(desk: Desk, rules: RateLimit | undefined): void {
	desk.rateLimit = rules;
	desk.limiter = rules && createLimiter(rules);
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
	tells: Array<{ told: Sighting[]; status: string }>;
}

interface Asked {
	fields: Record<string, string>;
	now: number;
	request: number;
}

function whoAsks(desk: Desk, fields: Record<string, string>): Account | { refused: Refusal } {
	if (!fields.key) return refuse('missingKey');
	const account = desk.state.accounts.get(fields.key);
	if (!account) return refuse('key');
	return account.active ? account : refuse('inactive');
}

function write(desk: Desk, answer: Answer): { reply: Reply; text: string } {
	const { state, renderer, written } = desk;
	const isList = answer.kind === 'services';
	if (isList && written?.version === state.catalogueVersion && written.renderer === renderer) return written;
	const reply = renderer.render(answer);
	const text = JSON.stringify(reply.json);
	if (isList) desk.written = { version: state.catalogueVersion, renderer, reply, text };
	return { reply, text };
}

function told(desk: Desk, answer: Answer): Outgoing['tells'] {
	const { orders, refills } = desk.state;
	const of = (subject: { told: Sighting[] } | undefined, status: string) =>
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

function outgoing(desk: Desk, answer: Answer): Outgoing {
	const { reply, text } = write(desk, answer);
	return {
		status: reply.status,
		headers: { 'content-type': reply.contentType },
		text,
		error: answer.kind === 'refusal' ? refusalText(answer.refusal) : undefined,
		tells: told(desk, answer),
	};
}

function tooFast(desk: Desk, action: Action | undefined, wait: number): Outgoing {
	const reply = outgoing(desk, { kind: 'refusal', action, refusal: { reason: 'rate' } });
	const style = desk.rateLimit?.style ?? '429';
	if (style === '429RetryAfter') reply.headers['retry-after'] = String(Math.ceil(wait / 1000));
	return { ...reply, status: style === '200' ? 200 : 429, limited: true };
}

/** Carries the request out: what is answered, and all that it changes, happens here. */
export function carryOut(desk: Desk, { fields, now, request }: Asked): Outgoing {
	const action = actionOf(fields.action);
	const refusal = (refused: Refusal) => outgoing(desk, { kind: 'refusal', action, refusal: refused });
	const account = whoAsks(desk, fields);
	if ('refused' in account) return refusal(account.refused);
	const wait = desk.limiter?.waitFor(account.key, action ?? 'balance', Date.now()) ?? 0;
	if (wait > 0) return tooFast(desk, action, wait);
	if (!action) return refusal({ reason: fields.action ? 'action' : 'request' });
	const { state, renderer } = desk;
	return outgoing(desk, perform(action, { state, account, fields, now, request, quirks: renderer.quirks }));
}

/** What a request without effect would have been told; faults cut and bend it like any other reply. */
export function withoutEffect(desk: Desk): Outgoing {
	return outgoing(desk, { kind: 'refusal', refusal: { reason: 'request' } });
}
