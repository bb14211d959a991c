/** Mass orders, in n8n's engine. */
import type { IDataObject } from 'n8n-workflow';
import { runNode, type NodeOptions, type NodeRun } from './engine.cts';
import { jsonOf, pairsOf } from './panelRun.cts';
import { adds, bookOf, link, panel, panelForEach } from './placing.cts';
import { toolOn } from './tool.cts';

panelForEach({ min: 10 }, { services: 2 });
beforeEach(() => panel.changeService(2, { type: 'Package' }));

const placeMass = async (
	orders: unknown,
	{ options = {}, ...more }: Partial<NodeOptions> & { options?: IDataObject } = {},
): Promise<NodeRun> =>
	await runNode({
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		parameters: { resource: 'order', operation: 'createMass', orders: orders as string, options },
		...bookOf(panel),
		...more,
	});

const GOES_ON = { onError: 'continueRegularOutput' } as const;
const sentLinks = () => adds(panel).map(({ fields }) => fields.link);
const lineFor = (number: number, quantity: number | string = 100) => `1 | ${link(number)} | ${quantity}`;

it('places an order a line, each with its line, for every item', async () => {
	const items = [
		{ text: `${lineFor(0)}\r\n\r\n2|${link(1)}\r\n` },
		{ text: `Service ID\tLink\tQuantity\n1\t${link(2)}\t20\n${lineFor(2, 20)}` },
	];
	const { items: output, error } = await placeMass('={{ $json.text }}', { items });
	expect(error).toBeUndefined();
	expect(jsonOf(output)).toMatchObject([
		{ service: '1', link: link(0), quantity: '100', line: 1 },
		{ service: '2', link: link(1), line: 3 },
		{ service: '1', link: link(2), quantity: '20', line: 2 },
		{ service: '1', link: link(2), quantity: '20', line: 3 },
	]);
	expect(pairsOf(output)).toEqual([0, 0, 1, 1]);
	const placed = panel.orders().map(({ id }) => id);
	expect(jsonOf(output).map(({ order }) => order)).toEqual(placed);
	expect(
		bookOf(panel)
			.book.rows()
			.map(({ order, item }) => [order, item]),
	).toEqual(placed.map((order, at) => [order, at < 2 ? 0 : 1]));
});

const WRONG = [
	lineFor(0),
	lineFor(1, '1.000'),
	lineFor(2, 5),
	`99 | ${link(3)} | 100`,
	`1 | ${link(4)}`,
].join('\n');

it('names each wrong line before anything is sent', async () => {
	const { error } = await placeMass(WRONG);
	expect(error?.message).toMatch(
		/^Not sent, since 4 of 5 lines cannot be ordered\. Nothing was paid\. \[Item 0\]$/,
	);
	expect(error?.description?.split('<br>')).toEqual([
		'Line 2: Quantity (quantity): "1.000" may mean 1000 or 1: write it without a point',
		'Line 3: Quantity 5: service 1 allows 10 to 1000',
		expect.stringMatching(/^Line 4: The panel has no service 99/),
		expect.stringMatching(/^Line 5: Quantity \(quantity\) is missing/),
		expect.stringMatching(/^Correct these lines/),
	]);
	expect(adds(panel)).toHaveLength(0);
	expect(bookOf(panel).book.rows()).toHaveLength(0);
});

it('sends nothing then even where the run goes on', async () => {
	const { items } = await placeMass(WRONG, GOES_ON);
	expect(jsonOf(items).map(({ line, error }) => [line, String(error).split(/[ :]/)[0]])).toEqual([
		[1, 'Not'],
		[2, 'Quantity'],
		[3, 'Quantity'],
		[4, 'The'],
		[5, 'Quantity'],
	]);
	expect(adds(panel)).toHaveLength(0);
});

it('reads cells of a sheet, semicolons, and any line ends; an empty cell at the end is none', async () => {
	const text = `\uFEFF#1\t${link(0)}\t1,000\t\r\n2;${link(1)}\n\r 1|<${link(2)}>|\t20 `;
	const { items } = await placeMass(text);
	expect(
		jsonOf(items).map(({ line, service, link: url, quantity }) => [line, service, url, quantity]),
	).toEqual([
		[1, '1', link(0), '1000'],
		[2, '2', link(1), undefined],
		[4, '1', link(2), '20'],
	]);
});

it.each([
	[`1 | ${link(0)}?a=b|c | 100`, /There are 4 parts/],
	['1', /No link/],
	['1 | | 100', /No link/],
	[`likes! | ${link(0)} | 1`, /"likes!" is not a service ID/],
])('refuses the line %p', async (text, problem) => {
	const { error } = await placeMass(text);
	expect(error?.description).toMatch(problem);
	expect(adds(panel)).toHaveLength(0);
});

it('sends nothing again when it is retried, also with other lines', async () => {
	panel.inject({ action: 'add', kind: 'error', text: 'Bad link', fields: { link: link(2) } });
	const textOf = (numbers: number[]) => numbers.map((at) => lineFor(at)).join('\n');
	const items = [{ text: textOf([0, 1, 2, 3]) }];
	const failed = await placeMass('={{ $json.text }}', { items });
	expect(failed.error?.message).toMatch(/^Line 3: /);
	expect(failed.error?.description).toMatch(
		/Orders already placed in this run: \d+ \(line 1\), \d+ \(line 2\)/,
	);
	const stored = (numbers: number[]) => JSON.stringify(textOf(numbers)).slice(1, -1);
	const executionState = failed.state.replaceAll(stored([0, 1, 2, 3]), stored([3, 0, 2, 1]));
	const retried = await placeMass('={{ $json.text }}', { executionState });
	expect(sentLinks()).toEqual([link(0), link(1), link(2), link(3), link(2)]);
	const orderFor = (number: number) => panel.orders().find(({ fields }) => fields.link === link(number))?.id;
	expect(jsonOf(retried.items).map(({ order }) => order)).toEqual([3, 0, 2, 1].map(orderFor));
});

it('gives each line a key from the one of the user: what was placed before is a duplicate', async () => {
	const options = { idempotencyKey: 'week 7' };
	const first = await placeMass([lineFor(0), lineFor(0)].join('\n'), { options });
	const text = [lineFor(1), lineFor(0), lineFor(0), lineFor(0), lineFor(0, 200)].join('\n');
	const { items } = await placeMass(text, { options });
	expect(adds(panel)).toHaveLength(5);
	const known = jsonOf(first.items).map(({ order }) => order);
	expect(jsonOf(items).map(({ order, duplicate = false }) => [known.indexOf(order), duplicate])).toEqual([
		[-1, false],
		[0, true],
		[1, true],
		[-1, false],
		[-1, false],
	]);
	expect(jsonOf(items)[1]).toMatchObject({ idempotencyKey: 'week 7', line: 2 });
	expect(
		new Set(
			bookOf(panel)
				.book.rows()
				.map(({ idempotencyKey }) => idempotencyKey),
		),
	).toEqual(new Set(['week 7']));
});

it.each([{ maxPerDay: 5 }, { sameLink: 'skip' }])(
	'sends nothing with %p where there is no book',
	async (options) => {
		const without = await placeMass(lineFor(0), { options, book: undefined });
		expect(without.error?.message).toMatch(/^Not sent, because it could not be written down before/);
		expect(adds(panel)).toHaveLength(0);
	},
);

it('as a tool places what the user has fixed, once in an execution', async () => {
	const parameters = { resource: 'order', operation: 'createMass', options: {} };
	const { order } = toolOn(panel, bookOf(panel).book, {
		...parameters,
		orders: [lineFor(0), lineFor(0)].join('\n'),
	});
	const first = await order({});
	expect(panel.orders().map(({ id }) => first.includes(id))).toEqual([true, true]);
	expect(await order({})).toContain('"duplicate":true');
	expect(adds(panel)).toHaveLength(2);
	const open = toolOn(panel, bookOf(panel).book, { ...parameters, orders: '={{ $json.lines }}' });
	await expect(open.order({ lines: lineFor(1) })).rejects.toThrow('must not be filled by an AI agent');
	expect(adds(panel)).toHaveLength(2);
});
