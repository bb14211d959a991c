import type { Transport } from '../../nodes/SmmPanel/panel/transport';

/** The panel's transport without n8n: adds the key, follows no redirect, resolves whatever the status. */
export const fetchTransport =
	(url: string, key: string): Transport =>
	async ({ fields, timeoutMs }) => {
		const response = await fetch(url, {
			method: 'POST',
			body: new URLSearchParams({ ...fields, key }),
			redirect: 'manual',
			signal: AbortSignal.timeout(timeoutMs),
		});
		return {
			status: response.status,
			headers: Object.fromEntries(response.headers),
			body: await response.text(),
		};
	};
