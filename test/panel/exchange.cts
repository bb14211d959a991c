import type { IncomingMessage, ServerResponse } from 'node:http';
import { actionOf } from './actions.cts';
import { carryOut, withoutEffect, type Panel, type Outgoing } from './panel.cts';
import type { Hit } from './faults.cts';
import type { Received } from './ledger.cts';
import { sendWith } from './sending.cts';
import { catchUp, type Sighting } from './state.cts';

/** One HTTP exchange with the API: read, met by a fault or not, carried out, recorded, answered. */

const LARGEST_BODY = 10_000_000;
const USUAL_DELAY = 200;

export function readBody(request: IncomingMessage): Promise<string> {
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

function recordSightings(sightings: Outgoing['sightings'], at: number): void {
	const realAt = Date.now();
	for (const { told, status } of sightings) {
		const sighting: Sighting = { status, at, realAt };
		// Only changes are kept: an order polled a thousand times has one entry.
		if (told[told.length - 1]?.status !== status) told.push(sighting);
	}
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
		if (!hit || hit.kind === 'delay') recordSightings(reply.sightings, now);
	});
	const delay = hit?.ms ?? (hit?.kind === 'delay' ? USUAL_DELAY : 0);
	later(panel.latencyMs + delay, () => sendWith(hit, response, reply));
}
