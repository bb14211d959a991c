import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Servers of the tests' own, on this computer. */

export interface Served {
	url: string;
	close(): void;
}

export async function serve(
	handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Served> {
	const server = createServer(handle);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

/** Answers what comes as JSON, with JSON or with a text as it is. */
export const serveJson = async (
	answer: (body: Record<string, unknown>, request: IncomingMessage) => unknown,
): Promise<Served> =>
	await serve((request, response) => {
		void text(request).then((body) => {
			const given = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
			const answered = answer(given, request);
			const isText = typeof answered === 'string';
			response.setHeader('content-type', isText ? 'text/plain' : 'application/json');
			response.end(isText ? answered : JSON.stringify(answered ?? {}));
		});
	});
