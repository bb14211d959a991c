import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import type { Duplex } from 'node:stream';

/** What n8n's chat page does: says something, and listens on a WebSocket to what the workflow answers. */

export interface Review {
	text: string;
	buttons: Array<{ text: string; link: string }>;
}

export interface Conversation {
	executionId: string;
	/** The next message that the page would show. */
	next(): Promise<string>;
	/** The next message, which has to be one with buttons. */
	review(): Promise<Review>;
	close(): void;
}

const PATIENCE_MS = 30_000;

/** The texts in a server's frames; `rest` is the beginning of a frame that has not come in full. */
function unpack(data: Buffer): { texts: string[]; rest: Buffer } {
	const texts: string[] = [];
	let at = 0;
	while (data.length - at >= 2) {
		const short = (data[at + 1] ?? 0) & 0x7f;
		const header = short === 126 ? 4 : short === 127 ? 10 : 2;
		if (data.length - at < header) break;
		const length =
			short === 126
				? data.readUInt16BE(at + 2)
				: short === 127
					? Number(data.readBigUInt64BE(at + 2))
					: short;
		if (data.length - at < header + length) break;
		const isText = ((data[at] ?? 0) & 0x0f) === 1;
		if (isText) texts.push(data.toString('utf8', at + header, at + header + length));
		at += header + length;
	}
	return { texts, rest: data.subarray(at) };
}

const upgrade = (url: URL): Promise<{ socket: Duplex; head: Buffer }> =>
	new Promise((done, fail) => {
		const headers = {
			connection: 'Upgrade',
			upgrade: 'websocket',
			'sec-websocket-version': '13',
			'sec-websocket-key': randomBytes(16).toString('base64'),
		};
		get(url, { headers })
			.on('upgrade', (_, socket, head) => done({ socket, head }))
			.on('response', ({ statusCode }) => fail(new Error(`No WebSocket: HTTP ${statusCode}`)))
			.on('error', fail);
	});

/** Heartbeats and the like are for the page, not for the reader. */
const isForReaders = (text: string) => !text.startsWith('n8n|');

export async function say(chatUrl: string, chatInput: string, cookie: string): Promise<Conversation> {
	const sessionId = 'a-session';
	const response = await fetch(chatUrl, {
		method: 'POST',
		headers: { 'content-type': 'application/json', cookie },
		body: JSON.stringify({ action: 'sendMessage', sessionId, chatInput }),
	});
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	const { executionId, resumeToken } = (await response.json()) as {
		executionId: string;
		resumeToken: string;
	};
	const query = new URLSearchParams({ sessionId, executionId, isPublic: 'true', token: resumeToken });
	const { socket, head } = await upgrade(new URL(`/chat?${query.toString()}`, chatUrl));

	const messages: string[] = [];
	let rest: Buffer = Buffer.alloc(0);
	const receive = (chunk: Buffer) => {
		const unpacked = unpack(Buffer.concat([rest, chunk]));
		rest = unpacked.rest;
		messages.push(...unpacked.texts.filter(isForReaders));
	};
	receive(head);
	socket.on('data', receive).on('error', () => {});

	async function next(): Promise<string> {
		for (
			const started = Date.now();
			Date.now() - started < PATIENCE_MS;
			await new Promise((done) => setTimeout(done, 50))
		) {
			const message = messages.shift();
			if (message !== undefined) return message;
		}
		throw new Error('The workflow has not answered');
	}
	return {
		executionId,
		next,
		review: async () => {
			const message = await next();
			if (!message.startsWith('{')) throw new Error(`A review was expected, not: ${message}`);
			return JSON.parse(message) as Review;
		},
		close: () => socket.destroy(),
	};
}
