/** What to do in n8n: the panel's own remedies name nothing of it. */
import type { ErrorFamily, PanelError } from '../panel/errors';

const REMEDIES: Partial<Record<ErrorFamily, string>> = {
	auth: 'Copy the API key anew from the account page of the panel into the credential, and check that the account is active and API access is enabled.',
	rateLimit: "Set the option 'Requests per Minute' to what the panel allows, or wait a minute.",
	request: 'The panel did not accept the request. Its words above say why.',
	network: "Check the API URL in the credential and that this computer can reach the panel's address.",
	protocol:
		'Check that the API URL in the credential is the address of the API (it usually ends in /api/v2), not that of the web page.',
	canceled: 'The execution was canceled: nothing more was sent.',
};

/** The remedy of a panel's error, in the words of n8n where they differ. */
export const remedyOf = (error: PanelError): string =>
	error.hasOwnRemedy ? error.remedy : (REMEDIES[error.family] ?? error.remedy);
