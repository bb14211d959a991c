/** What is said where no reply came, in n8n's words or in those of Node: never that the request should be sent again. */
import { networkError } from '../../nodes/SmmPanel/panel/networkErrors';

const reset = (message: string, code?: string) =>
	networkError(
		Object.assign(new Error(message), code === undefined ? {} : { code }),
		'panel.example',
		'key',
		'add',
	);

const N8N_1 =
	'The connection to the server was closed unexpectedly, perhaps it is offline. You can retry the request immediately or wait and retry later.';

test.each([
	[N8N_1, undefined],
	[N8N_1, 'ECONNRESET'],
	['socket hang up', 'ECONNRESET'],
	['write EPIPE', 'EPIPE'],
])('%s: the panel closed the connection, and what it did is unknown', (message, code) => {
	const error = reset(message, code);
	expect(error.message).toBe('panel.example closed the connection before it had answered.');
	expect(error).toMatchObject({ family: 'network', effect: 'unknown' });
});

test('advice to send it again is left out of words that are passed on', () => {
	expect(reset('The network is unstable. Please wait and retry later.').message).toBe(
		'The connection to panel.example failed: The network is unstable',
	);
});
