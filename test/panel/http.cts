import type { IncomingMessage, ServerResponse } from 'node:http';
import { actionOf } from './actions.cts';
import { WRONG_SHAPES, type FaultKind, type Hit } from './faults.cts';
import type { Received } from './ledger.cts';
import { carryOut, withoutEffect, type Outgoing, type Panel } from './panel.cts';
import { catchUp } from './state.cts';

/** HTTP: reads, carries out, records and answers requests, or does what a fault demands; and serves control. */

type Send = (response: ServerResponse, reply: Outgoing, hit: Hit) => void;

const DRIP_MS = 200;

const MAINTENANCE = `<!DOCTYPE html>
<html lang="en"><head><title>We will be back soon</title></head>
<body><h1>Maintenance</h1><p>The panel is being updated. Please come back in a few minutes.</p></body></html>
`;

export function send(
	response: ServerResponse,
	{ status, headers, text }: Pick<Outgoing, 'status' | 'headers' | 'text'>,
): void {
	response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
	response.end(text);
}

const drop: Send = (response) => response.destroy();
const hang: Send = () => undefined;

const withText = (response: ServerResponse, reply: Outgoing, text: string) =>
	send(response, { ...reply, text });

const status: Send = (response, _reply, hit) => {
	const body = hit.body ?? JSON.stringify({ error: 'Service temporarily unavailable' });
	const headers: Record<string, string> = { 'content-type': 'application/json' };
	if (hit.retryAfter !== undefined) headers['retry-after'] = String(hit.retryAfter);
	send(response, { status: hit.status ?? 503, headers, text: body });
};

const html: Send = (response, _reply, hit) => {
	const headers = { 'content-type': 'text/html; charset=UTF-8' };
	send(response, { status: hit.status ?? 200, headers, text: hit.body ?? MAINTENANCE });
};

const redirect: Send = (response, _reply, hit) => {
	const headers = { location: hit.location ?? 'https://example.com/login', 'content-type': 'text/html' };
	send(response, { status: hit.status ?? 302, headers, text: hit.body ?? '<h1>Found</h1>' });
};

const error: Send = (response, _reply, hit) => {
	sendJson(response, hit.status ?? 200, { error: hit.text ?? 'Something went wrong' });
};

const garbage: Send = (response, reply, hit) => {
	const bytes = Buffer.from(Array.from({ length: 200 }, () => hit.random.whole(0, 255)));
	response.writeHead(hit.status ?? reply.status, { ...reply.headers, 'content-length': bytes.length });
	response.end(bytes);
};

const half = (text: string) => text.slice(0, Math.ceil(text.length / 2));

const slowBody: Send = (response, reply) => {
	response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.text) });
	response.write(half(reply.text));
};

const reset: Send = (response) => {
	response.socket?.resetAndDestroy();
};

/** JSON may begin with blanks: a client that counts only silence waits for ever. */
const drip: Send = (response, reply) => {
	response.writeHead(reply.status, reply.headers);
	const drop = () => response.write(' ');
	drop();
	const timer = setInterval(drop, DRIP_MS);
	response.on('close', () => clearInterval(timer));
};

const SENDERS: Record<FaultKind, Send> = {
	delay: send,
	dropBefore: drop,
	dropAfter: drop,
	hangBefore: hang,
	hangAfter: hang,
	status,
	html,
	redirect,
	error,
	reset,
	drip,
	garbage,
	slowBody,
	null: (response, reply) => withText(response, reply, 'null'),
	cut: (response, reply) => withText(response, reply, half(reply.text)),
	empty: (response, reply) => withText(response, reply, ''),
	shape: (response, reply, hit) =>
		withText(
			response,
			reply,
			JSON.stringify(hit.json === undefined ? hit.random.pick(WRONG_SHAPES) : hit.json),
		),
};

function sendWith(hit: Hit | undefined, response: ServerResponse, reply: Outgoing): void {
	if (response.destroyed || response.socket?.destroyed) return;
	if (hit) SENDERS[hit.kind](response, reply, hit);
	else send(response, reply);
}

const LARGEST_BODY = 10_000_000;
const USUAL_DELAY = 200;

function readBody(request: IncomingMessage): Promise<string> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size > LARGEST_BODY) request.destroy(new Error('Request body too large'));
			else chunks.push(chunk);
		});
		request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
		request.on('error', reject);
	});
}

/** Only a posted form has fields; JSON bodies and query strings are passed over, as the stock panel does. */
function fieldsOf(request: IncomingMessage, body: string): Record<string, string> {
	const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
	return request.method === 'POST' && isForm ? Object.fromEntries(new URLSearchParams(body)) : {};
}

/** Only changes are kept: an order polled a thousand times has one entry. */
function recordSightings(sightings: Outgoing['sightings']): void {
	for (const { told, status } of sightings) if (told.at(-1) !== status) told.push(status);
}

function record(panel: Panel, request: IncomingMessage, body: string, now: number): Received {
	return {
		seq: panel.log.nextSeq(),
		method: request.method ?? '',
		path: request.url ?? '',
		headers: request.headers,
		fields: fieldsOf(request, body),
		body,
		at: now,
		realAt: Date.now(),
		effect: true,
	};
}

function note(received: Received, hit: Hit | undefined, reply: Outgoing): void {
	if (hit) received.fault = { id: hit.id, kind: hit.kind };
	if (reply.limited) received.limited = true;
	received.effect = (hit?.effect ?? true) && !reply.limited;
	if (received.effect && reply.error) received.error = reply.error;
}

export async function answer(
	panel: Panel,
	request: IncomingMessage,
	response: ServerResponse,
	later: (ms: number, run: () => void) => void,
): Promise<void> {
	panel.log.began();
	response.on('close', panel.log.ended);
	const body = await readBody(request);
	const now = catchUp(panel.state);
	const received = record(panel, request, body, now);
	const { fields, seq } = received;
	const hit = panel.faults.hit(actionOf(fields.action), fields);
	const reply = hit?.effect === false ? withoutEffect(panel) : carryOut(panel, { fields, now, request: seq });
	note(received, hit, reply);
	panel.log.add(received);
	response.on('finish', () => {
		received.answeredAt = Date.now();
		received.status = response.statusCode;
		if (!hit || hit.kind === 'delay') recordSightings(reply.sightings);
	});
	const delay = hit?.ms ?? (hit?.kind === 'delay' ? USUAL_DELAY : 0);
	later(panel.latencyMs + delay, () => sendWith(hit, response, reply));
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
	const text = JSON.stringify(value ?? null);
	send(response, { status, headers: { 'content-type': 'application/json' }, text });
}

async function argumentsOf(request: IncomingMessage): Promise<unknown[]> {
	const body = await readBody(request);
	const given: unknown = body.trim() === '' ? [] : JSON.parse(body);
	if (!Array.isArray(given)) throw new Error('The arguments must be a JSON array');
	// JSON has no undefined: an argument left out arrives as null.
	return given.map((argument: unknown) => argument ?? undefined);
}

/** `POST /control/NAME` calls a function with the JSON array posted; GET calls it without arguments. */
export function createControl(controls: object) {
	return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		try {
			const name = new URL(request.url ?? '', 'http://panel').pathname.replace(/^\/control\/?/, '');
			const functions = new Map<string, unknown>(Object.entries(controls));
			const run = functions.get(name);
			if (typeof run !== 'function') {
				return sendJson(response, 404, {
					error: `No such function: ${name}`,
					functions: [...functions.keys()],
				});
			}
			const result: unknown = await run(...(await argumentsOf(request)));
			sendJson(response, 200, result);
		} catch (error) {
			sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
		}
	};
}
