import type { DevPanel } from '../panel/server.cts';
import type { PanelResponse, Transport } from '../../nodes/SmmPanel/panel/transport';

/** The panel's transport without n8n: adds the key, follows no redirect, resolves whatever the status. */
export const fetchTransport =
	(url: string, key: string): Transport =>
	async ({ fields, timeoutMs }) =>
		await send(url, { ...fields, key }, AbortSignal.timeout(timeoutMs));

/**
 * The same with a time-out that has no patience, for so many requests: it is over as soon as the panel has read the
 * request and done what it will do. So nothing waits in vain, however busy the machine.
 */
export const impatientTransport = (panel: DevPanel, times: number): Transport => {
	const patient = fetchTransport(panel.url, panel.key);
	let left = times;
	return async (request) => {
		if (left-- <= 0) return await patient(request);
		const timeout = new AbortController();
		const before = panel.counts().total;
		const watch = setInterval(() => {
			if (panel.counts().total > before)
				timeout.abort(new DOMException('The operation timed out', 'TimeoutError'));
		}, 10);
		return await send(panel.url, { ...request.fields, key: panel.key }, timeout.signal).finally(() =>
			clearInterval(watch),
		);
	};
};

async function send(
	url: string,
	fields: Record<string, string>,
	signal: AbortSignal,
): Promise<PanelResponse> {
	const body = new URLSearchParams(fields);
	const response = await fetch(url, { method: 'POST', body, redirect: 'manual', signal });
	return {
		status: response.status,
		headers: Object.fromEntries(response.headers),
		body: await response.text(),
	};
}
