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

const connecting = (code: string, more: object = {}) =>
	Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect', port: 443, ...more });
const failed = (cause: unknown) => networkError(new Error('n8n', { cause }), 'panel.example', 'key', 'add');

test.each([
	['no way', connecting('EHOSTUNREACH'), 'none', /no way to panel.example/],
	['time-out while connecting', connecting('ETIMEDOUT'), 'none', /did not answer in time/],
	['time-out after it', Object.assign(new Error('read'), { code: 'ETIMEDOUT' }), 'unknown', /in time/],
	[
		'every address refused',
		new AggregateError([connecting('ECONNREFUSED'), connecting('ENETUNREACH')]),
		'none',
		/refused the connection/,
	],
	[
		'one address reset',
		new AggregateError([connecting('ECONNREFUSED'), Object.assign(new Error('x'), { code: 'ECONNRESET' })]),
		'unknown',
		/./,
	],
	[
		'http at an https address',
		Object.assign(new Error('write EPROTO 0:ssl3'), { code: 'EPROTO' }),
		'none',
		/https/,
	],
	[
		'closed in the handshake',
		Object.assign(
			new Error('Client network socket disconnected before secure TLS connection was established'),
			{
				code: 'ECONNRESET',
			},
		),
		'none',
		/before it was secured/,
	],
	[
		'a dead proxy',
		connecting('ECONNREFUSED', { address: '127.0.0.1', port: 9 }),
		'none',
		/proxy at 127.0.0.1:9/,
	],
	[
		'SSRF protection',
		new Error('The request was blocked because it resolves to a restricted IP address'),
		'none',
		/SSRF protection/,
	],
])('%s', (_name, cause, effect, message) => {
	const error = failed(cause);
	expect(error.effect).toBe(effect);
	expect(error.message).toMatch(message);
});

test('SSRF protection is said at once, with the name of its variable', () => {
	const error = failed(new Error('resolves to a restricted IP address'));
	expect([error.transient, error.remedy]).toEqual([
		false,
		expect.stringContaining('N8N_SSRF_ALLOWED_IP_RANGES') as unknown,
	]);
});
