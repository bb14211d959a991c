/** What the editor shows: services to choose from, categories and types to filter by, and whether a credential works. */
import type { Fault } from '../panel/faults.cts';
import { loadOptions, searchServices, testCredential } from './editor.cts';
import { KEY, panelRuns, type PanelRun } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

const credentialOf = ({ panel }: PanelRun) => ({ apiUrl: panel.url, apiKey: KEY });

describe('the list of services', () => {
	let there: PanelRun;
	const search = async (filter?: string, page?: string) =>
		await searchServices(credentialOf(there), filter, page);
	beforeAll(async () => {
		there = await panelRun({ services: 230 });
		there.panel.addService({
			id: 4711,
			name: 'Hearts',
			category: 'TikTok Love',
			rate: '0.90',
			min: 50,
			max: 10000,
		});
	});

	test('shows ID, price, name and limits of each', async () => {
		const { results } = await search('4711');
		expect(results).toEqual([{ name: '4711 · 0.9 USD/1K · Hearts · 50–10K', value: '4711' }]);
	});

	test.each(['hearts', 'HEARTS tiktok', 'love', '  4711  '])('finds a service by "%s"', async (filter) => {
		expect((await search(filter)).results.map(({ value }) => value)).toContain('4711');
	});

	test('comes a hundred at a time, to the last one', async () => {
		const first = await search();
		const second = await search(undefined, String(first.paginationToken));
		const third = await search(undefined, String(second.paginationToken));
		expect([first, second, third].map(({ results }) => results.length)).toEqual([100, 100, 31]);
		expect(third.paginationToken).toBeUndefined();
		const ids = [first, second, third].flatMap(({ results }) => results.map(({ value }) => value));
		expect(new Set(ids).size).toBe(231);
	});

	test('asks the panel once, however much is typed', async () => {
		const before = there.asked('services');
		for (const typed of ['h', 'he', 'hea']) await search(typed);
		expect(there.asked('services')).toBe(before);
	});

	test('says why it is empty: in the panel’s words, with the remedy, without the key', async () => {
		const fresh = await panelRun();
		fresh.panel.setActive(false);
		const failed = await searchServices(credentialOf(fresh)).catch((error: unknown) => error as Error);
		expect(failed).toMatchObject({
			message: 'The panel does not accept the API key. (Your account is inactive)',
			description: expect.stringContaining('account is active') as string,
		});
		expect(JSON.stringify(failed)).not.toContain(KEY);
	});
});

test('categories and types come sorted, each with how many services it has', async () => {
	const there = await panelRun();
	there.panel.setCatalogue([]);
	for (const category of ['TikTok', 'Instagram', 'TikTok'])
		there.panel.addService({ category, type: 'Default' });
	there.panel.addService({ category: 'Instagram', type: 'Poll' });
	expect(await loadOptions(credentialOf(there), 'getCategories')).toEqual([
		{ name: 'Instagram', value: 'Instagram', description: '2 services' },
		{ name: 'TikTok', value: 'TikTok', description: '2 services' },
	]);
	expect(await loadOptions(credentialOf(there), 'getTypes')).toEqual([
		{ name: 'Default', value: 'Default', description: '3 services' },
		{ name: 'Poll', value: 'Poll', description: '1 service' },
	]);
});

describe('the test of a credential', () => {
	test.each(['', 'balance-number', 'balance-commas', 'text-html', 'success-status'])(
		'succeeds with the balance, in the dialect "%s"',
		async (dialect) => {
			const there = await panelRun({ balance: '1234.5', dialects: dialect === '' ? [] : [dialect] });
			const result = await testCredential(credentialOf(there));
			expect(result).toEqual({ status: 'OK', message: 'Connected. Balance: 1234.5 USD' });
			expect(there.panel.requests()).toMatchObject([
				{ method: 'POST', fields: { action: 'balance', key: KEY } },
			]);
		},
	);

	test.each<[string, string[], RegExp]>([
		['with HTTP 200', [], /\(Invalid API key\) Copy the API key anew .* into the credential/],
		['with HTTP 401', ['http-401'], /^The panel does not accept the API key\. \(Invalid API key\)/],
		['in other words', ['errors-wording-2', 'errors-msg'], /\(API key is incorrect\)/],
	])('shows the panel’s own words when the key is refused %s', async (_how, dialects, words) => {
		const there = await panelRun({ dialects });
		const result = await testCredential({ apiUrl: there.panel.url, apiKey: 'wr0ng-0f-the-t3st' });
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(words);
		expect(result.message).not.toContain('wr0ng-0f-the-t3st');
	});

	test.each<[string, Omit<Fault, 'times' | 'action'>]>([
		['a page that is not there', { kind: 'status', status: 404, body: '<h1>Not Found</h1>' }],
		[
			'Laravel’s router',
			{ kind: 'status', status: 404, body: '{"message":"The route x could not be found."}' },
		],
		[
			'a method that is not allowed',
			{ kind: 'status', status: 405, body: '{"detail":"Method Not Allowed"}' },
		],
		['a login page', { kind: 'html', body: '<html><title>Log in</title></html>' }],
		['null', { kind: 'null' }],
		[
			'a page whose number has 503 in it, as a port may',
			{ kind: 'status', status: 404, body: '<html><title>No page 45031</title></html>' },
		],
		['a redirect', { kind: 'redirect', location: 'https://elsewhere.example/login' }],
	])('tells a wrong address by %s', async (_name, fault) => {
		const there = await panelRun();
		there.panel.inject({ ...fault, action: 'balance', times: 9 });
		const { message } = await testCredential(credentialOf(there));
		expect(message).toMatch(/^This is not the address of a panel's API\./);
		expect(message).toMatch(/API URL/);
	});

	test('asks for the key where there is none', async () => {
		const result = await testCredential({ apiUrl: 'https://panel.example', apiKey: ' ' });
		expect(result).toEqual({
			status: 'Error',
			message: expect.stringMatching(/^Enter the API key/) as string,
		});
	});
});
