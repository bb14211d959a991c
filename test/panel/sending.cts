import type { ServerResponse } from 'node:http';
import type { Outgoing } from './panel.cts';
import { WRONG_SHAPES, type FaultKind, type Hit } from './faults.cts';

/** Puts a reply on the wire, or what a fault makes of it. */

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

const ENVELOPES: Record<NonNullable<Hit['envelope']>, (text: string) => object> = {
	error: (error) => ({ error }),
	msg: (msg) => ({ status: 'error', msg }),
	message: (message) => ({ message }),
	code: (error) => ({ error, status: '102' }),
};

const status: Send = (response, _reply, hit) => {
	const body = hit.body ?? JSON.stringify({ error: 'Service temporarily unavailable' });
	const headers: Record<string, string> = { 'content-type': hit.contentType ?? 'application/json' };
	if (hit.retryAfter !== undefined) headers['retry-after'] = String(hit.retryAfter);
	send(response, { status: hit.status ?? 503, headers, text: body });
};

const html: Send = (response, _reply, hit) => {
	const headers = { 'content-type': hit.contentType ?? 'text/html; charset=UTF-8' };
	send(response, { status: hit.status ?? 200, headers, text: hit.body ?? MAINTENANCE });
};

const redirect: Send = (response, _reply, hit) => {
	const headers = { location: hit.location ?? 'https://example.com/login', 'content-type': 'text/html' };
	send(response, { status: hit.status ?? 302, headers, text: hit.body ?? '<h1>Found</h1>' });
};

const error: Send = (response, _reply, hit) => {
	const body = ENVELOPES[hit.envelope ?? 'error'](hit.text ?? 'Something went wrong');
	const headers = { 'content-type': 'application/json' };
	send(response, { status: hit.status ?? 200, headers, text: JSON.stringify(body) });
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

export function sendWith(hit: Hit | undefined, response: ServerResponse, reply: Outgoing): void {
	if (response.destroyed || response.socket?.destroyed) return;
	if (hit) SENDERS[hit.kind](response, reply, hit);
	else send(response, reply);
}
