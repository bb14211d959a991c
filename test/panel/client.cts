import { startPanel, type DevPanel, type PanelOptions } from './server.cts';

/** Clients for tests, and what tests send. */

export interface HttpReply {
	status: number;
	headers: Headers;
	text: string;
	/** The parsed body; undefined when it is no JSON. */
	json: unknown;
}

export type Fields = Record<string, string | number>;

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export async function post(url: string, fields: Fields, timeoutMs = 20_000): Promise<HttpReply> {
	const body = new URLSearchParams();
	for (const [name, value] of Object.entries(fields)) body.set(name, String(value));
	const response = await fetch(url, {
		method: 'POST',
		body,
		redirect: 'manual',
		signal: AbortSignal.timeout(timeoutMs),
	});
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** Calls the API with the panel's own key: `call('add', {…})`. */
export const apiClient =
	({ url, key }: Pick<DevPanel, 'url' | 'key'>) =>
	async (action: string, fields: Fields = {}, timeoutMs?: number): Promise<unknown> =>
		(await post(url, { key, action, ...fields }, timeoutMs)).json;

/** Fields that are right for a type, by the name of the field. */
export const EXAMPLES: Readonly<Record<string, string>> = {
	link: 'https://example.com/p/1',
	quantity: '100',
	comments: 'Lovely\nGreat\r\nWow',
	keywords: 'shoes\nboots',
	usernames: 'anna\nbert',
	hashtags: 'summer\nsun',
	groups: 'https://example.com/g/1\nhttps://example.com/g/2',
	hashtag: 'summer',
	username: 'anna',
	media: 'https://example.com/p/2',
	answer_number: '2',
	min: '100',
	max: '200',
	delay: '0',
	country: 'TR',
	device: '1',
	type_of_traffic: '3',
};

/** A service that every test can rely on: 1,000 for 0.90, 1 to 10,000, with refill, cancel and drip-feed. */
export const cheapService = (panel: DevPanel, type = 'Default') =>
	panel.addService({ type, rate: '0.90', min: 1, max: 10000 });

export const orderFor = (service: { id: number }, more: Fields = {}): Fields => ({
	service: service.id,
	link: 'https://example.com/p/1',
	quantity: 1000,
	...more,
});

/** Starts panels for tests, with a clock that only moves when stepped unless told otherwise, and stops them all. */
export function testPanels() {
	const running: DevPanel[] = [];
	return {
		async panelWith(options: PanelOptions = {}) {
			const panel = await startPanel({ speed: 0, services: 40, balance: '100', ...options });
			running.push(panel);
			return { panel, call: apiClient(panel) };
		},
		stopAll: () => Promise.all(running.splice(0).map((panel) => panel.stop())),
	};
}
