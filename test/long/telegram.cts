/** A Telegram server of the tests' own: takes what n8n's bot sends, and brings it messages. */
import { setTimeout as sleep } from 'node:timers/promises';
import { serveJson } from '../sandbox/serve.cts';
import { until } from '../sandbox/until.cts';

export interface Telegram {
	url: string;
	/** Until n8n has told where messages go. */
	connected(): Promise<void>;
	/** What the bot has sent to a chat, in its order. */
	answersTo(chat: string): string[];
	/** Brings a message; the same `update` again is the same message again. */
	write(chat: string, message: string, update?: number): Promise<number>;
	close(): void;
}

interface Hook {
	url: string;
	secret_token: string;
}

async function deliver(hook: Hook, chat: string, message: string, update: number): Promise<Response> {
	const id = Number(chat);
	const from = { id, is_bot: false, first_name: 'Ada' };
	return await fetch(hook.url, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			'x-telegram-bot-api-secret-token': hook.secret_token,
		},
		body: JSON.stringify({
			update_id: update,
			message: { message_id: update, from, chat: { id, type: 'private' }, date: 0, text: message },
		}),
	});
}

/** What people read. Telegram refuses a message whose marks are left open. */
function asShown(message: string, mode: unknown): string {
	if (mode !== 'HTML') return /[_*[`]/.test(message) ? "Bad Request: can't parse entities" : message;
	if (message.includes('<')) return `Bad Request: ${message}`;
	return message.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export async function startTelegram(): Promise<Telegram> {
	const answers = new Map<string, string[]>();
	let hook: Hook = { url: '', secret_token: '' };
	let updates = 0;
	const { url, close } = await serveJson((given, request) => {
		const method = request.url?.split('/').at(-1) ?? '';
		if (method === 'setWebhook') hook = given as unknown as Hook;
		if (method === 'sendMessage') {
			const chat = String(given.chat_id);
			answers.set(chat, [...(answers.get(chat) ?? []), asShown(String(given.text), given.parse_mode)]);
		}
		return { ok: true, result: method === 'getWebhookInfo' ? { url: '' } : true };
	});
	return {
		url,
		close,
		connected: async () => await until(() => hook.url !== '', 'n8n says where messages go'),
		answersTo: (chat) => answers.get(chat) ?? [],
		async write(chat, message, update = ++updates) {
			// Telegram brings again what n8n, busy as it is, has not taken
			let response = await deliver(hook, chat, message, update);
			for (let tries = 1; !response.ok && tries < 20; tries++) {
				await sleep(1000);
				response = await deliver(hook, chat, message, update);
			}
			if (!response.ok) throw new Error(`n8n answers a message with HTTP ${response.status}`);
			return update;
		},
	};
}
