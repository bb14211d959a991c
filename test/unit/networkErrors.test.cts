/** What is said where no reply came, in n8n's words or in those of Node: never that the request should be sent again. */
import { networkError } from '../../nodes/SmmPanel/panel/networkErrors';

const coded = (message: string, code?: string, more: object = {}) =>
	Object.assign(new Error(message), code === undefined ? {} : { code, ...more });
const reset = (message: string, code?: string) =>
	networkError(coded(message, code), 'panel.example', 'key', 'add');

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
	coded(`connect ${code}`, code, { syscall: 'connect', port: 443, ...more });
const failed = (cause: unknown) => networkError(new Error('n8n', { cause }), 'panel.example', 'key', 'add');
const several = (...errors: Error[]) => new AggregateError(errors);
const IN_HANDSHAKE = 'Client network socket disconnected before secure TLS connection was established';
const DEAD_PROXY = connecting('ECONNREFUSED', { address: '127.0.0.1', port: 9 });
const SSRF = new Error('The request was blocked because it resolves to a restricted IP address');

test.each([
	['no way', connecting('EHOSTUNREACH'), 'none', /no way to panel.example/],
	['time-out while connecting', connecting('ETIMEDOUT'), 'none', /did not answer in time/],
	['time-out after it', coded('read', 'ETIMEDOUT'), 'unknown', /in time/],
	['no address', several(connecting('ECONNREFUSED'), connecting('ENETUNREACH')), 'none', /refused the conn/],
	['one address reset', several(connecting('ECONNREFUSED'), coded('x', 'ECONNRESET')), 'unknown', /./],
	['http at an https address', coded('write EPROTO 0:ssl3', 'EPROTO'), 'none', /https/],
	['closed in the handshake', coded(IN_HANDSHAKE, 'ECONNRESET'), 'none', /before it was secured/],
	['a dead proxy', DEAD_PROXY, 'none', /proxy at 127.0.0.1:9/],
	['SSRF protection', SSRF, 'none', /SSRF protection/],
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
