/** A bad credential, address or panel: each error names the problem and the remedy, never the key. */
import { balance, status, testFailing, type Failing, type Input } from './failing.cts';
import { KEY } from './panelRun.cts';

const at = (url: string): Partial<Input> => ({ url: () => url });

const INPUTS: Failing[] = [
	[
		'a wrong key',
		status('1', { more: { credentials: { apiUrl: '', apiKey: 'wr0ng-key-0f-the-t3st' } } }),
		/Invalid API key/,
		/Copy the API key anew/,
	],
	[
		'an inactive account',
		balance({ panel: ({ panel }) => panel.setActive(false) }),
		/Your account is inactive/,
		/account is active and API access is enabled/,
	],
	[
		'an API URL with http://',
		balance(at('http://sosyalzirvemedya.com/api/v2')),
		/unencrypted.*Use https:\/\/sosyalzirvemedya\.com/,
		/Correct the API URL/,
	],
	[
		'the address of a page that is not there',
		balance({ url: (own) => own.replace('/api/v2', '/nothing') }),
		/web page instead of a reply \(HTTP 404\)/,
		/address of the API \(it usually ends in \/api\/v2\)/,
	],
	[
		'a redirect',
		balance({
			panel: ({ panel }) => panel.inject({ kind: 'redirect', location: 'https://other.example/api/v2' }),
		}),
		/sends requests on to another address: https:\/\/other\.example\/api\/v2/,
		/If you trust that address/,
	],
	[
		'a dead host',
		balance(at('http://127.0.0.1:9/api/v2')),
		/127\.0\.0\.1:9 refused the connection/,
		/Check the API URL/,
	],
	[
		'a host that does not exist',
		balance(at('https://no-such-panel.invalid')),
		/no host named no-such-panel\.invalid/,
		/Check the API URL/,
	],
	[
		'a page in place of a reply',
		balance({ panel: ({ panel }) => panel.inject({ kind: 'html', times: 99 }) }),
		/web page instead of a reply \(HTTP 200\): We will be back soon/,
		/under maintenance.*API URL/,
	],
	[
		'null in place of a reply',
		balance({ panel: ({ panel }) => panel.inject({ kind: 'null', times: 99 }) }),
		/not JSON: null/,
		/Check that the API URL/,
	],
	[
		'another shape',
		balance({ panel: ({ panel }) => panel.inject({ kind: 'shape', json: { cash: 5 } }) }),
		/not one that this API gives.*\{"cash":5\}/,
		/Check that the API URL/,
	],
	[
		'a panel that asks for an hour',
		balance({
			panel: ({ panel }) =>
				panel.inject({
					kind: 'status',
					status: 429,
					retryAfter: 3600,
					body: '{"error":"Too many requests"}',
				}),
		}),
		/Too many requests/,
		/'Requests per Minute'/,
	],
	[
		'words nobody knows',
		balance({ panel: ({ panel }) => panel.inject({ kind: 'error', text: `No, ${KEY}, not today` }) }),
		/No, \[API key\], not today/,
		/words/,
	],
];

testFailing(INPUTS);
