import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './exchange.cts';
import type { Outage, PanelFunctions } from './functionTypes.cts';
import { send } from './sending.cts';

/** The panel's functions over HTTP: `POST /control/NAME` with the arguments as a JSON array; GET without any. */

export type Controls = PanelFunctions & Outage;

function reply(response: ServerResponse, status: number, value: unknown): void {
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

export function createControl(controls: () => Controls) {
	return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		try {
			const name = new URL(request.url ?? '', 'http://panel').pathname.replace(/^\/control\/?/, '');
			const functions = new Map<string, unknown>(Object.entries(controls()));
			const run = functions.get(name);
			if (typeof run !== 'function') {
				return reply(response, 404, { error: `No such function: ${name}`, functions: [...functions.keys()] });
			}
			const result: unknown = await run(...(await argumentsOf(request)));
			reply(response, 200, result);
		} catch (error) {
			reply(response, 400, { error: error instanceof Error ? error.message : String(error) });
		}
	};
}
