/** GET requests to what is not the panel: n8n's own API and list URLs. Failures are values, with what to do. */
import type { IHttpRequestOptions, IPollFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
import { textOf } from '../panel/encodings';
import { parseJson } from '../panel/json';
import { LIST_TIMEOUT_MS } from '../panel/policies';
import { inputProblem, type Problem } from './problems';
import { failure, success, type Result } from './result';
import { withinTime } from './withinTime';

export type Reader = IPollFunctions | ILoadOptionsFunctions;

export interface Fetched {
	status: number;
	text: string;
	/** Undefined where the text is not JSON. */
	json: unknown;
	location?: string;
}

interface FullResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

const request = (options: IHttpRequestOptions): IHttpRequestOptions => ({
	timeout: LIST_TIMEOUT_MS,
	encoding: 'arraybuffer',
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	...options,
});

/** Never rejects because of the network; `where` names the other side in messages. */
export async function fetchFrom(
	context: Reader,
	where: string,
	options: IHttpRequestOptions,
	credential?: string,
): Promise<Result<Fetched>> {
	const sending =
		credential === undefined
			? context.helpers.httpRequest(request(options))
			: context.helpers.httpRequestWithAuthentication.call(context, credential, request(options));
	const response = await withinTime(sending, LIST_TIMEOUT_MS).then(
		(full: unknown) => success(full as FullResponse),
		(error: unknown) => failure(notReached(where, error)),
	);
	if (!response.ok) return response;
	const { statusCode, headers, body } = response.value;
	const text = textOf(body, headers['content-type']);
	const { location } = headers;
	return success({
		status: statusCode,
		text,
		json: parseJson(text),
		...(typeof location === 'string' && { location }),
	});
}

/** What someone has to act on: it does not pass by itself. */
export const unusable = (message: string, remedy: string): Result<never> =>
	failure(inputProblem(message, remedy));

function notReached(where: string, error: unknown): Problem {
	const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as {
		code?: unknown;
		message?: unknown;
	};
	const why = typeof code === 'string' ? code : typeof message === 'string' ? message : 'no reply';
	return {
		message: `${where} cannot be reached: ${why}`,
		remedy: `Check the address, and that the computer n8n runs on can reach it.`,
		family: 'network',
		effect: 'none',
	};
}

/** 429, 5xx and web pages in place of data pass by themselves. Undefined for a status that is not one of these. */
export function passingFault(where: string, { status, text }: Fetched): Problem | undefined {
	const isPage = /^\s*<(!doctype|html|head|body|\?xml|!--)/i.test(text);
	if (status !== 429 && status < 500 && !(isPage && status < 300)) return undefined;
	return {
		message: `${where} answered with ${isPage ? 'a web page' : 'a fault'} instead of a list (HTTP ${status})`,
		remedy: 'Try again in a few minutes. If it stays so, check the address.',
		family: status === 429 ? 'rateLimit' : 'maintenance',
		effect: 'none',
		httpStatus: status,
	};
}
