import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { createPanelClient } from '../panel/client';
import { PanelError } from '../panel/errors';
import { CREDENTIAL_TEST } from '../panel/policies';
import type { Transport } from '../panel/transport';
import { normalizeApiUrl } from '../panel/url';

/** What n8n's legacy request helper, the only one that credential tests have, resolves to. */
interface LegacyResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

const legacyTransport =
	(context: ICredentialTestFunctions, url: string, apiKey: string): Transport =>
	async ({ fields, timeoutMs }) => {
		const response = (await context.helpers.request({
			method: 'POST',
			uri: url,
			form: { ...fields, key: apiKey },
			headers: { accept: 'application/json' },
			timeout: timeoutMs,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			followAllRedirects: false,
		})) as LegacyResponse;
		const { statusCode, headers, body } = response;
		return {
			status: statusCode,
			headers,
			body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
		};
	};

/** Asks for the balance. Panels refuse a key with HTTP 200: what the user sees are the panel's own words. */
export async function smmPanelApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const apiUrlTyped = String(credential.data?.apiUrl ?? '');
	const apiKey = String(credential.data?.apiKey ?? '').trim();
	try {
		const apiUrl = normalizeApiUrl(apiUrlTyped);
		if (apiKey === '') return { status: 'Error', message: 'Enter the API key of your account at the panel.' };
		const client = createPanelClient({
			transport: legacyTransport(this, apiUrl, apiKey),
			clock: { now: () => Date.now(), sleep: async (ms) => await sleep(ms) },
			apiUrl,
			apiKey,
			readTimeoutMs: CREDENTIAL_TEST.timeoutMs,
			retry: CREDENTIAL_TEST.retry,
		});
		const { value } = await client.balance();
		return { status: 'OK', message: `Connected. Balance: ${value.balance} ${value.currency ?? ''}`.trim() };
	} catch (error) {
		const message =
			error instanceof PanelError ? `${sentence(error.message)} ${error.remedy}` : String(error);
		return { status: 'Error', message };
	}
}

/** A panel's own words may end without a full stop. */
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
