/** What n8n's public API answers in place of data, and what to do about it. */
import { isObject, parseJson } from '../panel/json';
import { inputProblem, type Problem } from './problems';

export const IN_CREDENTIAL = "in the credential 'SMM Panel N8n API'";

interface N8nReply {
	status: number;
	text: string;
	location: unknown;
}

/** Nothing listens there: nearly always another port, or a container's own `localhost`. */
const REFUSED = `Nothing listens at that address and port. Check the port of 'Base URL' ${IN_CREDENTIAL}: it is the one on which n8n itself listens (N8N_PORT, 5678 unless set), not the one that Docker or a proxy shows outside. In Docker, localhost is the container itself: enter http://localhost:5678 where this container runs n8n, and the main container's name, such as http://n8n:5678, from a worker.`;

/** n8n puts the code of what it caught into `httpCode`, and words of its own in place of the message. */
export function notReached(address: string, error: unknown): Problem {
	const { httpCode, code, message } = error as { httpCode?: unknown; code?: unknown; message?: unknown };
	const why = [httpCode, code, message].find((text) => typeof text === 'string' && text !== '');
	return {
		message: `n8n at ${address} cannot be reached: ${String(why ?? 'no reply')}`,
		remedy:
			why === 'ECONNREFUSED'
				? REFUSED
				: `Check 'Base URL' ${IN_CREDENTIAL}, and that the computer n8n runs on can reach this address.`,
		family: 'network',
		effect: 'none',
	};
}

/** What n8n answered in place of data. */
export function faultOf(address: string, { status, text, location }: N8nReply): Problem {
	const isPage = /^\s*<[a-z!?]/i.test(text) && (status < 300 || status === 401 || status === 403);
	// These, and a firewall's web page, pass by themselves; all else is something that someone has to act on
	if (status === 429 || status >= 500 || isPage) {
		return {
			message: `n8n at ${address} answered with ${isPage ? 'a web page' : 'a fault'} instead of data (HTTP ${status})`,
			remedy: `Try again in a few minutes. If it stays so, check 'Base URL' ${IN_CREDENTIAL}.`,
			family: status === 429 ? 'rateLimit' : 'maintenance',
			effect: 'none',
			httpStatus: status,
		};
	}
	const json = parseJson(text);
	const words = isObject(json) && typeof json.message === 'string' ? json.message : '';
	const detail = words && `: ${words}`;
	if (typeof location === 'string' && status >= 300 && status < 400) {
		return inputProblem(
			`n8n at ${address} sends requests on to ${location}`,
			`Enter that address, without a path, as 'Base URL' ${IN_CREDENTIAL}.`,
		);
	}
	if (status === 401) {
		return inputProblem(
			`n8n refused the API key${detail}`,
			`Create an API key in n8n under Settings > n8n API and put it ${IN_CREDENTIAL.replace('in', 'into')}.`,
		);
	}
	if (status === 403) {
		return inputProblem(
			`n8n's API key may not do this with data tables${detail}`,
			"Give the API key the scopes dataTable:list, dataTable:read and dataTableRow:create, :read, :update and :delete, or let its user into the table's project.",
		);
	}
	if (status === 404 && words !== '' && !/^not found$/i.test(words)) {
		return inputProblem(`n8n has no such data table${detail}`, "Choose the table anew in 'Data Table'.");
	}
	return inputProblem(
		`n8n at ${address} gives no data tables through its API (HTTP ${status})${detail}`,
		`Check 'Base URL' ${IN_CREDENTIAL}. Data tables need n8n 2.x with its public API switched on.`,
	);
}
