import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { createPanelClient } from '../panel/client';
import { headlineOf, PanelError } from '../panel/errors';
import { CREDENTIAL_TEST } from '../panel/policies';
import { decodeBody, normalizeApiUrl, type Transport } from '../panel/transport';
import { remedyOf } from '../shared/problems';
import { withinTime } from '../shared/times';

/** What n8n's legacy request helper, the only one that credential tests have, resolves to. */
interface LegacyResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

const legacyTransport =
	(context: ICredentialTestFunctions, url: string, apiKey: string): Transport =>
	async ({ fields, timeoutMs }) => {
		const request = context.helpers.request({
			method: 'POST',
			uri: url,
			form: { ...fields, key: apiKey },
			headers: { accept: 'application/json' },
			timeout: timeoutMs,
			// Bytes: panels also write in other encodings than UTF-8
			encoding: null,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			followAllRedirects: false,
		}) as Promise<LegacyResponse>;
		const { statusCode, headers, body } = await withinTime(request, timeoutMs);
		return { status: statusCode, headers, body: decodeBody(body, headers['content-type']) };
	};

const CLOSED = /maintenance|back soon|bakim|bakım|\b503\b|unavailable|just a moment/i;

/** Whether the answer is none that an API of a panel gives, nor one that passes by itself. */
function isWrongAddress({ family, httpStatus = 0, panelText, message }: PanelError): boolean {
	const isWrong = family === 'protocol' || httpStatus === 404 || httpStatus === 405;
	const isPage = family === 'maintenance' && httpStatus < 400 && panelText === undefined;
	return (isWrong || isPage) && !CLOSED.test(message);
}

/** Asks for the balance. Panels refuse a key with HTTP 200: what the user sees are the panel's own words. */
export async function smmPanelApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const apiKey = String(credential.data?.apiKey ?? '').trim();
	try {
		const apiUrl = normalizeApiUrl(String(credential.data?.apiUrl ?? ''));
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
		return { status: 'Error', message: error instanceof PanelError ? messageFor(error) : String(error) };
	}
}

/** Explains an error to the user. A wrong address has to be corrected; a panel under maintenance is waited for. */
function messageFor(error: PanelError): string {
	if (isWrongAddress(error)) {
		const remedy = error.hasOwnRemedy && error.httpStatus !== 200 ? error.remedy : ADDRESS_REMEDY;
		return `This is not the address of a panel's API. (${error.message}) ${remedy}`;
	}
	// What is wrong with the URL itself was found before anything was sent; it may end without a full stop
	const own = error.message.replace(/[^.!?…]$/, '$&.');
	return `${error.action === undefined ? own : headlineOf(error)} ${remedyOf(error)}`;
}

const ADDRESS_REMEDY =
	"Copy the API URL from the panel's API page into the credential: it usually ends in /api/v2.";
