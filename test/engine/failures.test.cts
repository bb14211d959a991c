/** Bad input, a bad credential, address or panel: each error names the problem and the remedy, never the key. */
import type { IDataObject } from 'n8n-workflow';
import type { NodeOptions, NodeRun } from './engine.cts';
import { KEY, panelRuns, serviceById, type PanelRun } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

interface Input {
	resource: string;
	operation: string;
	parameters?: IDataObject;
	more?: Partial<NodeOptions>;
	/** What the panel is made to do before. */
	panel?: (there: PanelRun) => unknown;
	/** From the panel's own address, where the credential has another. */
	url?: (own: string) => string;
}

/** Name, input, what the error says, what its description says. */
type Failing = [string, Input, RegExp, RegExp];

const status = (orderIds: unknown, rest: Partial<Input> = {}): Input => ({
	resource: 'order',
	operation: 'getStatus',
	parameters: { orderIds: orderIds as string },
	...rest,
});

const balance = (rest: Partial<Input>): Input => ({ resource: 'balance', operation: 'get', ...rest });

async function fail({ resource, operation, parameters, more, panel, url }: Input): Promise<NodeRun> {
	const there = await panelRun();
	panel?.(there);
	const own = there.panel.url;
	const apiKey = more?.credentials?.apiKey ?? KEY;
	const credentials = more?.credentials === null ? null : { apiUrl: url?.(own) ?? own, apiKey };
	return await there.run(resource, operation, parameters, { ...more, credentials });
}

const link = 'https://example.com/p/1';
const services = (parameters: IDataObject): Input => ({
	resource: 'service',
	operation: 'getAll',
	parameters,
});
const create = (serviceId: unknown, value: IDataObject): Input => ({
	resource: 'order',
	operation: 'create',
	parameters: {
		serviceId: serviceId as IDataObject,
		orderFields: { mappingMode: 'defineBelow', value },
	},
});

const at = (url: string): Partial<Input> => ({ url: () => url });

const INPUTS: Failing[] = [
	['no order IDs at all', status(''), /Order IDs/, /^/],
	[
		'an expression that gives no ID for the second item',
		status('={{ $json.id }}', { more: { items: [{ id: 1 }, {}] } }),
		/No order ID given \[Item 1\]/,
		/'Order IDs'.*every input item/,
	],
	[
		'an empty list from an expression',
		status('={{ [] }}'),
		/No order ID given \[Item 0\]/,
		/at least one ID/,
	],
	[
		'letters in place of an order ID',
		status('abc'),
		/"abc" is not an ID of an order \[Item 0\]/,
		/separated by commas/,
	],
	[
		'no refill ID',
		{ resource: 'refill', operation: 'getStatus', parameters: { refillIds: '={{ null }}' } },
		/No refill ID given \[Item 0\]/,
		/'Refill IDs'/,
	],

	[
		'letters in place of a limit',
		services({ limit: '={{ "many" }}' }),
		/'Limit'.*\[Item 0\]/,
		/Correct what is named, or the expression/,
	],
	[
		'letters in place of a price',
		services({ filters: { maxRate: '={{ "cheap" }}' } }),
		/'Maximum Rate' is not an amount such as 25.5: cheap \[Item 0\]/,
		/Correct what is named, or the expression/,
	],
	['no service', create(serviceById(''), { link, quantity: 100 }), /Service/, /^/],
	[
		'a service that is not there',
		create(serviceById(99999), { link, quantity: 100 }),
		/service 99999.*\[Item 0\]/i,
		/Correct the item.*No order was placed/,
	],
	[
		'a service that is not there, to look at',
		{ resource: 'service', operation: 'get', parameters: { serviceId: serviceById('99999') } },
		/no service 99999 \[Item 0\]/,
		/Choose one from the list/,
	],

	['no credential', status('1', { more: { credentials: null } }), /credential/i, /^/],
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
// All at once: some of them take five tries, with pauses
let runs: Map<string, Promise<NodeRun | Error>>;
beforeAll(() => {
	runs = new Map(
		INPUTS.map(([name, input]) => [name, fail(input).catch((error: unknown) => error as Error)]),
	);
});

test.each(INPUTS)(
	'%s',
	async (name, _input, message, remedy) => {
		const outcome = await runs.get(name);
		if (!outcome || outcome instanceof Error) throw outcome ?? new Error('It was not run');
		expect(outcome.error?.message).toMatch(message);
		expect(outcome.error?.description ?? '').toMatch(remedy);
		expect(outcome.items).toEqual([]);
		expect(outcome.state).not.toContain('0f-the-t3st');
	},
	30_000,
);
