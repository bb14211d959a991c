/** The key is in the body of requests and nowhere else: not in an error, whatever a panel makes of it. */
import { redactor, withoutKey } from '../../nodes/SmmPanel/panel/redaction';
import { cheapService } from '../panel/client.cts';
import type { Fault } from '../panel/faults.cts';
import { everythingIn, failure, KEY, clientFixtures } from './clientFixture.cts';

const { stand, stopAll } = clientFixtures();
afterAll(stopAll);

const FORM = new URLSearchParams({ key: KEY }).toString().slice(4);

/** The key as it can stand in a reply. */
const SPELLINGS: Array<[string, string]> = [
	['plain', KEY],
	['URL-encoded', encodeURIComponent(KEY)],
	['as in a form', FORM],
	['with PHP’s slashes', KEY.replaceAll('/', '\\/')],
	[
		'in JSON’s escapes',
		[...KEY].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
	],
];

type Echo = Omit<Fault, 'action'>;
const page = (body: string): Echo => ({ kind: 'html', body });
const failing = (status: number, body: string): Echo => ({ kind: 'status', status, body });
const ECHOES: Array<[string, (key: string) => Echo]> = [
	['in its error', (key) => page(`{"error":"The key ${key} is not valid"}`)],
	['in a message', (key) => page(`{"status":"error","message":"Request limit of ${key}"}`)],
	['in a refusal with HTTP 422', (key) => failing(422, `{"error":{"field":"${key}"}}`)],
	['in a page', (key) => page(`<html><title>Debug ${key}</title>key=${key}</html>`)],
	['in a page of a server fault', (key) => failing(500, `<pre>POST key=${key}</pre>`)],
	['in JSON of another shape', (key) => page(`{"request":{"key":"${key}"}}`)],
	['as a name in JSON of another shape', (key) => page(`{"${key}":1}`)],
	['in text', (key) => page(`Fatal error near ${key}`)],
	['in a client error without words', (key) => failing(400, `["${key}"]`)],
];

describe.each(SPELLINGS)('a panel that repeats the key, %s,', (_name, key) => {
	test.each(ECHOES)('%s, is quoted without it', async (_where, echo) => {
		const { client, panel } = await stand({ client: { retry: { attempts: 2 } } });
		panel.inject({ ...echo(key), action: 'add', times: 99 });
		panel.inject({ ...echo(key), action: 'status', times: 99 });
		panel.inject({ ...echo(key), action: 'services', times: 99 });
		const outcomes = await client.status(['1', '2']);
		for (const error of [
			await failure(client.add({})),
			await failure(client.services()),
			...[...outcomes.values()].map((outcome) => !outcome.ok && outcome.error),
		]) {
			const shown = everythingIn(error);
			for (const [, spelling] of SPELLINGS) expect(shown).not.toContain(spelling);
			expect(shown).not.toContain(KEY.slice(0, 12));
		}
	});
});

test.each([encodeURIComponent(KEY), FORM])(
	'a redirect to an address with the key, %s, is named without it',
	async (key) => {
		const { client, panel } = await stand();
		panel.inject({ kind: 'redirect', location: `https://elsewhere.example/?key=${key}`, action: 'balance' });
		const error = await failure(client.balance());
		expect(error.message).toContain('https://elsewhere.example/?key=[API key]');
		expect(everythingIn(error)).not.toContain(key);
	},
);

test('every request is one POST of a form with the key and the action in its body, and nothing in its URL', async () => {
	const there = await stand();
	const service = String(cheapService(there.panel, 'Custom Comments').id);
	const comments = 'Çok güzel 🔥 & "great"\r\n100% = a+b; ünïcode\n<b>';
	const { order } = await there.client.add({ service, link: 'https://example.com/p/1', comments });
	// Emoji, quotes, ampersands and line ends of both kinds arrive as they were written
	expect(there.panel.order(order)).toMatchObject({ units: 3, fields: { comments } });
	await there.client.balance();
	await there.client.status([order]);
	for (const { method, path, headers, fields } of there.panel.requests()) {
		expect([method, path, fields.key]).toEqual(['POST', '/api/v2', KEY]);
		expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
	}
});

test('what the panel answers reaches the output without the key', async () => {
	const { client, panel } = await stand();
	panel.inject({
		kind: 'html',
		action: 'balance',
		body: JSON.stringify({ balance: '1', currency: 'USD', account: KEY }),
	});
	expect(JSON.stringify(await client.balance())).not.toContain(KEY);
});

test('an error of the network layer that mentions the key comes out without it', async () => {
	const { clientWith } = await stand();
	const transport = async () =>
		await Promise.reject(new Error(`write failed: key=${encodeURIComponent(KEY)}&action=balance ${KEY}`));
	const shown = everythingIn(await failure(clientWith({ transport }).balance()));
	expect(shown).toContain('write failed');
	expect(shown).not.toContain(encodeURIComponent(KEY));
	expect(shown).not.toContain(KEY);
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[string, string]>([
	['upper-cased', KEY.toUpperCase()],
	['lower-cased', KEY.toLowerCase()],
	['in base64', base64(KEY)],
	['in hexadecimal', Buffer.from(KEY).toString('hex')],
	['in hexadecimal capitals', Buffer.from(`${KEY}!`).toString('hex').toUpperCase()],
	['in base64 of something longer', base64(`user:${KEY}`)],
	['in base64 between other bytes', base64(`ab${KEY}{}`)],
	['in base64 for addresses', Buffer.from(`x${KEY}`).toString('base64url')],
])('a key is found %s', (_how, spelled) => {
	const core = spelled.slice(4, -4);
	expect(redactor(KEY)(`The key ${spelled} is not valid`)).not.toContain(core);
	expect(redactor(KEY)(`The key ${spelled} is not valid`)).toMatch(/^The key .*\[API key\].* is not valid$/);
});

test.each(['abc12', '4711', '12345678', '42'])(
	'a key as short, or numeric, as "%s" is found as a word',
	(key) => {
		expect(redactor(key)(`The key ${key} is not valid`)).toBe('The key [API key] is not valid');
		expect(redactor(key)(`key=${key}&action=add`)).toBe('key=[API key]&action=add');
	},
);

test('what equals such a key is left where IDs and figures stand, and taken out elsewhere', () => {
	const body =
		'{"order":"4711","charge":4711,"orders":["4711"],"account":"4711","pin":4711,"4711":{"status":"x 4711"}}';
	expect(withoutKey(body, '4711').json).toEqual({
		order: '4711',
		charge: 4711,
		orders: ['4711'],
		account: '[API key]',
		pin: '[API key]',
		4711: { status: 'x [API key]' },
	});
});

test.each(['', '42', '1234567', '12345678'])('a key as short as "%s" does not tear figures apart', (key) => {
	expect(redactor(key)('{"order":123456789}')).toBe('{"order":123456789}');
});

test.each(['pass phrase of a test', 'ключ-0f-the-🔑-t3st', 'half \ud83d of a pair', '(.*)+[a-z]{2,}$|^\\w'])(
	'a key of any characters is found in each of its spellings: %s',
	(key) => {
		const unpaired = /\ud83d /.test(key);
		const spellings = [key, JSON.stringify(key).slice(1, -1), ...(unpaired ? [] : [encodeURIComponent(key)])];
		if (!unpaired) spellings.push(new URLSearchParams({ key }).toString().slice(4));
		for (const spelling of spellings) expect(redactor(key)(`a ${spelling} b`)).toBe('a [API key] b');
		expect(redactor(key)('nothing of it')).toBe('nothing of it');
	},
);
