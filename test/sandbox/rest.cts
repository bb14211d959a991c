import { setTimeout as sleep } from 'node:timers/promises';

/** Of every sandbox. n8n wants eight characters with a digit and a capital. */
export const OWNER = {
	email: 'owner@example.com',
	password: 'SmmPanel123',
	firstName: 'Demo',
	lastName: 'Owner',
};

/** n8n said no: with its own words and the HTTP status. */
export class RestError extends Error {
	constructor(
		readonly status: number,
		readonly path: string,
		readonly body: unknown,
	) {
		const message = (body as { message?: unknown } | null)?.message;
		super(`${path}: HTTP ${status}: ${typeof message === 'string' ? message : JSON.stringify(body)}`);
	}
}

export interface Session {
	url: string;
	/** Becomes the owner, or logs in as the one there is. */
	login(): Promise<void>;
	/** Resolves what stands under `data` of n8n's answer. */
	call<T>(method: string, path: string, body?: unknown): Promise<T>;
	/** For a browser that is to be logged in. */
	cookie(): string;
}

/** What the editor's requests carry: the log-in cookie is bound to it. */
export const BROWSER_ID = 'n8n-nodes-smm-panel-sandbox';

export function createSession(url: string): Session {
	let cookie = '';

	async function send(method: string, path: string, body?: unknown): Promise<unknown> {
		const response = await fetch(`${url}${path}`, {
			method,
			headers: {
				'browser-id': BROWSER_ID,
				...(cookie !== '' && { cookie }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const set = response.headers.getSetCookie().find((line) => line.startsWith('n8n-auth='));
		if (set) cookie = set.split(';')[0] ?? '';
		const answer = parse(await response.text());
		if (!response.ok) throw new RestError(response.status, `${method} ${path}`, answer);
		return answer;
	}

	async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const answer = await send(method, path, body);
		const wrapped = typeof answer === 'object' && answer !== null && 'data' in answer;
		return (wrapped ? answer.data : answer) as T;
	}

	async function login(): Promise<void> {
		const { userManagement } = await call<{ userManagement: { showSetupOnFirstLoad?: boolean } }>(
			'GET',
			'/rest/settings',
		);
		if (userManagement.showSetupOnFirstLoad) return void (await call('POST', '/rest/owner/setup', OWNER));
		const { email, password } = OWNER;
		// n8n counts log-ins: a test that starts it often waits for its turn
		for (let attempt = 0; ; attempt++) {
			try {
				return void (await call('POST', '/rest/login', { emailOrLdapLoginId: email, password }));
			} catch (error) {
				if (!(error instanceof RestError) || error.status !== 429 || attempt >= 30) throw error;
				await sleep(2_000);
			}
		}
	}

	return { url, login, call, cookie: () => cookie };
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
