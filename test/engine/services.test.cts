/** The operations on services in n8n's engine: parameters and items in, the contract's items out. */
import { jsonOf, pairsOf, panelRuns, serviceById, type PanelRun } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

test('service: getAll says in a hint how many rows of the list it had to leave out', async () => {
	const { panel, run } = await panelRun();
	const row = { service: 1, name: 'Likes', type: 'Default', category: 'A', rate: '1.20', min: 1, max: 10 };
	const body = JSON.stringify([row, null, { ...row, service: 2, rate: 'Free' }]);
	panel.inject({ kind: 'status', status: 200, body, times: 1 });
	const { items, state } = await run('service', 'getAll');
	expect(jsonOf(items).map(({ service }) => service)).toEqual(['1']);
	expect(state).toContain("2 of the panel's services could not be read");
});

test.each([
	['get', { serviceId: serviceById('99999') }],
	['getAll', { limit: '={{ "abc" }}' }],
])('service: %s only reads, so that its failure has no outcome (%j)', async (operation, parameters) => {
	const { run } = await panelRun();
	const { items } = await run('service', operation, parameters, { onError: 'continueRegularOutput' });
	expect(jsonOf(items)).toEqual([expect.objectContaining({ errorType: 'input', error: expect.any(String) })]);
	expect(items[0]?.json).not.toHaveProperty('outcome');
});

describe('service: getAll', () => {
	let there: PanelRun;
	beforeAll(async () => {
		there = await panelRun({ services: 120 });
		there.panel.addService({
			id: 501,
			name: 'TikTok Hearts',
			category: 'TikTok',
			type: 'Package',
			rate: '0.00190',
			min: 1,
			max: 1,
			refill: false,
			cancel: false,
			dripfeed: false,
		});
	});
	const run = async (parameters: object, items?: Array<Record<string, string>>) =>
		await there.run('service', 'getAll', { ...parameters }, { items });

	test('says why nothing comes out', async () => {
		const { items, state } = await run({ filters: { search: 'nobody sells this' } });
		expect(items).toEqual([]);
		expect(state).toContain("None of the panel's 121 services fits all filters");
	});

	test('gives 50 services unless told otherwise, each with numbers for amounts and booleans for flags', async () => {
		const { items, error } = await run({});
		expect([error, items.length, new Set(pairsOf(items))]).toEqual([undefined, 50, new Set([0])]);
		const [first] = there.panel.services();
		expect(items[0]?.json).toEqual({
			service: '1',
			name: first?.name,
			type: first?.type,
			category: first?.category,
			rate: Number(first?.rate),
			min: first?.min,
			max: first?.max,
			refill: first?.refill,
			cancel: first?.cancel,
			dripfeed: first?.dripfeed,
		});
	});

	test.each<[string, object, (service: Record<string, unknown>) => boolean]>([
		[
			'search',
			{ search: 'instagram FOLLOWERS' },
			({ name, category }) =>
				/instagram/i.test(`${name} ${category}`) && /followers/i.test(`${name} ${category}`),
		],
		['types', { types: ['Poll', 'SEO'] }, ({ type }) => type === 'Poll' || type === 'SEO'],
		['categories', { categories: ['TikTok'] }, ({ category }) => category === 'TikTok'],
		['maxRate', { maxRate: 0.5 }, ({ rate }) => Number(rate) <= 0.5],
		['refill', { refill: true }, ({ refill }) => refill === true],
		['no cancel', { cancel: false }, ({ cancel }) => cancel === false],
		['dripfeed', { dripfeed: true }, ({ dripfeed }) => dripfeed === true],
		[
			'several at once',
			{ types: ['Default'], refill: true, cancel: true, maxRate: 20 },
			({ type, refill, cancel, rate }) =>
				type === 'Default' && refill === true && cancel === true && Number(rate) <= 20,
		],
	])('keeps to the filter: %s', async (_name, filters, fits) => {
		const { items } = await run({ returnAll: true, filters });
		const all = jsonOf((await run({ returnAll: true })).items);
		expect(items.length).toBeGreaterThan(0);
		expect(items.length).toBeLessThan(all.length);
		expect(jsonOf(items)).toEqual(all.filter(fits));
	});

	test('sorts by rate or name, and takes the limit from what is sorted', async () => {
		const all = jsonOf((await run({ returnAll: true, sort: 'panel' })).items);
		expect(all).toEqual(jsonOf((await run({ returnAll: true })).items));
		const byRate = [...all].sort((a, b) => Number(a.rate) - Number(b.rate));
		expect(jsonOf((await run({ limit: 9, sort: 'rate' })).items)).toEqual(byRate.slice(0, 9));
		const names = jsonOf((await run({ returnAll: true, sort: 'name' })).items).map(({ name }) =>
			String(name),
		);
		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
		expect(names).toHaveLength(all.length);
	});

	test('answers each input item on its own, from one service list', async () => {
		const before = there.asked('services');
		const { items } = await run({ returnAll: true, filters: { search: '={{ $json.wanted }}' } }, [
			{ wanted: 'hearts' },
			{ wanted: 'nothing like it' },
			{ wanted: '501' },
		]);
		expect([jsonOf(items).map(({ service }) => service), pairsOf(items)]).toEqual([
			['501', '501'],
			[0, 2],
		]);
		expect(there.asked('services')).toBe(before);
	});
});

describe('service: get', () => {
	test.each(['id', 'list'])('gives one service, chosen by %s', async (mode) => {
		const { run } = await panelRun();
		const { items } = await run('service', 'get', { serviceId: { __rl: true, mode, value: '3' } });
		expect(jsonOf(items)).toMatchObject([
			{ service: '3', rate: expect.any(Number) as number, refill: expect.any(Boolean) as boolean },
		]);
	});
});
