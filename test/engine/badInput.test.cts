/** Bad input: each error names the problem, the item where there is one, and the remedy; never the key. */
import type { IDataObject } from 'n8n-workflow';
import type { NodeOptions, NodeRun } from './engine.cts';
import { KEY, panelRuns, serviceById, type PanelRun } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

const DESCRIPTION = 'https://sosyalzirvemedya.com/api/v2';
const link = 'https://example.com/p/1';
const mapped = (value: IDataObject) => ({ mappingMode: 'defineBelow', value });

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

const status = (orderIds: unknown, rest: Partial<Input> = {}): Input => ({
	resource: 'order',
	operation: 'getStatus',
	parameters: { orderIds: orderIds as string },
	...rest,
});
const statusWith = (options: IDataObject): Input => status('1', { parameters: { orderIds: '1', options } });
const balance = (rest: Partial<Input>): Input => ({ resource: 'balance', operation: 'get', ...rest });
const services = (parameters: IDataObject): Input => ({ resource: 'service', operation: 'getAll', parameters });
const create = (serviceId: unknown, value: IDataObject): Input => ({
	resource: 'order',
	operation: 'create',
	parameters: { serviceId: serviceId as IDataObject, orderFields: mapped(value) },
});
const at = (url: string): Partial<Input> => ({ url: () => url });

const INPUTS: Array<[string, Input, RegExp, RegExp]> = [
	['no order IDs at all', status(''), /Order IDs/, /^/],
	['an expression that gives no ID for the second item', status('={{ $json.id }}', { more: { items: [{ id: 1 }, {}] } }), /No order ID given \[Item 1\]/, /'Order IDs'.*every input item/],
	['an empty list from an expression', status('={{ [] }}'), /No order ID given \[Item 0\]/, /at least one ID/],
	['commas and blanks in place of IDs', status(' , ,\n'), /No order ID given \[Item 0\]/, /'Order IDs'/],
	['a sentence in place of an ID', status('={{ "all of them!" }}'), /"them!" is not an ID of an order \[Item 0\]/, /separated by commas/],
	['an address in place of an ID', status('https://panel.example/orders'), /is not an ID of an order \[Item 0\]/, /IDs as the panel gave them/],
	['letters in place of an order ID', status('abc'), /Order abc: Incorrect order ID \[Item 0\]/, /Check the order ID/],
	['no refill ID', { resource: 'refill', operation: 'getStatus', parameters: { refillIds: '={{ null }}' } }, /No refill ID given \[Item 0\]/, /'Refill IDs'/],
	['an order of somebody else', status('999999'), /Order 999999: Incorrect order ID \[Item 0\]/, /belong to the account of this API key/],

	['letters in place of a limit', services({ limit: '={{ "many" }}' }), /'Limit'.*\[Item 0\]/, /Enter a number/],
	['a limit of 0', services({ limit: 0 }), /'Limit' is not a whole number of at least 1 \[Item 0\]/, /'Return All'/],
	['letters in place of a price', services({ filters: { maxRate: '={{ "cheap" }}' } }), /'Maximum Rate' is not a number \[Item 0\]/, /for example 1\.5/],
	['letters in place of a quantity', create(serviceById(1), { link, quantity: 'many' }), /Quantity.*"many" is not a whole number.*\[Item 0\]/, /[A-Z]/],
	['no service', create(serviceById(''), { link, quantity: 100 }), /Service/, /^/],
	['a service that is not there', create(serviceById(99999), { link, quantity: 100 }), /service 99999.*\[Item 0\]/i, /Correct the item.*No order was placed/],
	['an order without its link', create(serviceById(1), { quantity: 100 }), /Link.*\[Item 0\]/, /[A-Z]/],
	['a service that is not there, to look at', { resource: 'service', operation: 'get', parameters: { serviceId: serviceById('99999') } }, /no service 99999 \[Item 0\]/, /Choose one from the list/],

	['an unknown operation', { resource: 'order', operation: 'explode' }, /no operation "explode" for the resource "order"/, /from their lists/],
	['no credential', status('1', { more: { credentials: null } }), /credential/i, /^/],

	['a wrong key', status('1', { more: { credentials: { apiUrl: '', apiKey: 'wr0ng-key-0f-the-t3st' } } }), /Invalid API key/, /Copy the API key anew/],
	['an inactive account', balance({ panel: ({ panel }) => panel.setActive(false) }), /Your account is inactive/, /account is active and API access is enabled/],
	['an empty API URL', balance(at('')), /API URL in the credential is empty/, new RegExp(DESCRIPTION)],
	['an API URL with http://', balance(at('http://sosyalzirvemedya.com/api/v2')), /unencrypted.*Use https:\/\/sosyalzirvemedya\.com/, /Correct the API URL/],
	['an API URL that is none', balance(at('https://')), /not a valid API URL/, /Correct the API URL/],
	['an API URL with the key in it', balance(at(`https://panel.example/api/v2?key=${KEY}`)), /behind a question mark/, /Correct the API URL/],
	['the address of a page that is not there', balance({ url: (own) => own.replace('/api/v2', '/nothing') }), /web page instead of a reply \(HTTP 404\)/, /address of the API \(it usually ends in \/api\/v2\)/],
	['a redirect', balance({ panel: ({ panel }) => panel.inject({ kind: 'redirect', location: 'https://other.example/api/v2' }) }), /sends requests on to another address: https:\/\/other\.example\/api\/v2/, /If you trust that address/],
	['a dead host', balance(at('http://127.0.0.1:9/api/v2')), /127\.0\.0\.1:9 refused the connection/, /Check the API URL/],
	['a host that does not exist', balance(at('https://no-such-panel.invalid')), /no host named no-such-panel\.invalid/, /Check the API URL/],
	['a page in place of a reply', balance({ panel: ({ panel }) => panel.inject({ kind: 'html', times: 99 }) }), /web page instead of a reply \(HTTP 200\): We will be back soon/, /under maintenance.*API URL/],
	['null in place of a reply', balance({ panel: ({ panel }) => panel.inject({ kind: 'null', times: 99 }) }), /not JSON: null/, /Check that the API URL/],
	['another shape', balance({ panel: ({ panel }) => panel.inject({ kind: 'shape', json: { cash: 5 } }) }), /not one that this API gives.*\{"cash":5\}/, /Check that the API URL/],
	['a panel that asks for an hour', balance({ panel: ({ panel }) => panel.inject({ kind: 'status', status: 429, retryAfter: 3600, body: '{"error":"Too many requests"}' }) }), /Too many requests/, /'Requests per Minute'/],
	['words nobody knows', balance({ panel: ({ panel }) => panel.inject({ kind: 'error', text: `No, ${KEY}, not today` }) }), /No, \[API key\], not today/, /words/],
];

async function fail({ resource, operation, parameters, more, panel, url }: Input): Promise<NodeRun> {
	const there = await panelRun();
	panel?.(there);
	const own = there.panel.url;
	const credentials =
		more?.credentials === null ? null : { apiUrl: url?.(own) ?? own, apiKey: more?.credentials?.apiKey ?? KEY };
	return await there.run(resource, operation, parameters, { ...more, credentials });
}

// All at once: some of them take five tries, with pauses
let runs: Map<string, Promise<NodeRun | Error>>;
beforeAll(() => {
	runs = new Map(INPUTS.map(([name, input]) => [name, fail(input).catch((error: unknown) => error as Error)]));
});

test.each(INPUTS)('%s', async (name, _input, message, remedy) => {
	const outcome = await runs.get(name);
	if (!outcome || outcome instanceof Error) throw outcome ?? new Error('It was not run');
	expect(outcome.error?.message).toMatch(message);
	expect(outcome.error?.description ?? '').toMatch(remedy);
	expect(outcome.items).toEqual([]);
	expect(outcome.state).not.toContain('0f-the-t3st');
}, 30_000);

test.each([
	["letters in place of a batch size", statusWith({ batchSize: '={{ "abc" }}' })],
	['letters in place of a concurrency', statusWith({ concurrency: '={{ "abc" }}' })],
	['letters in place of requests per minute', statusWith({ requestsPerMinute: '={{ "abc" }}' })],
	['letters in place of a timeout', statusWith({ timeout: '={{ "abc" }}' })],
])('%s: the question is put all the same, or refused by name', async (_name, input) => {
	const { error } = await fail(input);
	expect(error?.message).toMatch(/Order 1: Incorrect order ID \[Item 0\]|Batch Size|Concurrency|Requests per Minute|Timeout/);
});
