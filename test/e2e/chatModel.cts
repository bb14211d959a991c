import { serveJson } from '../sandbox/serve.cts';

/** A chat model on this computer that says what a test makes it say, over the API that OpenAI's clients speak. */

export interface ToolCall {
	name: string;
	arguments: Record<string, unknown>;
}

/** What the model has read, as the client sent it. */
export interface Message {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: unknown;
	tool_calls?: unknown[];
}

export interface Asked {
	messages: Message[];
	/** By name: the JSON schema of the tool's arguments. */
	tools: Record<string, unknown>;
	/** By name: what the tool is said to do. */
	descriptions: Record<string, string>;
}

/** Decides on the next turn: calls of tools, or the answer. */
export type Script = (asked: Asked) => ToolCall[] | string;

export interface ChatModel {
	/** What a credential of type `openAiApi` calls URL. */
	url: string;
	asked: Asked[];
	stop(): void;
}

interface Tool {
	function: { name: string; description: string; parameters: unknown };
}

function completion(turn: ToolCall[] | string, number: number) {
	const calls = typeof turn === 'string' ? [] : turn;
	return {
		id: `completion-${number}`,
		object: 'chat.completion',
		created: 0,
		model: 'scripted',
		choices: [
			{
				index: 0,
				finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
				message: {
					role: 'assistant',
					content: typeof turn === 'string' ? turn : null,
					...(calls.length > 0 && {
						tool_calls: calls.map((call, index) => ({
							id: `call-${number}-${index}`,
							type: 'function',
							function: { name: call.name, arguments: JSON.stringify(call.arguments) },
						})),
					}),
				},
			},
		],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

export async function startChatModel(script: Script): Promise<ChatModel> {
	const asked: Asked[] = [];
	const { url, close } = await serveJson(({ messages = [], tools = [] }) => {
		const byName = <T,>(part: (tool: Tool['function']) => T): Record<string, T> =>
			Object.fromEntries((tools as Tool[]).map((tool) => [tool.function.name, part(tool.function)]));
		const question: Asked = {
			messages: messages as Message[],
			tools: byName(({ parameters }) => parameters),
			descriptions: byName(({ description }) => description),
		};
		asked.push(question);
		return completion(script(question), asked.length);
	});
	return { url: `${url}/v1`, asked, stop: close };
}
