/** What concerns a whole run, or only n8n itself: with On Error set to go on, no item comes out as if all had gone well. */
import { jsonOf, panelRuns } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

const twoItems = [{ limit: 2 }, { limit: 'many' }];

test('a limit that is no number fails its item; the other gets its services', async () => {
	const { run } = await panelRun();
	const { items } = await run(
		'service',
		'getAll',
		{ limit: '={{ $json.limit }}' },
		{ items: twoItems, onError: 'continueRegularOutput' },
	);
	const json = jsonOf(items);
	expect(json).toHaveLength(3);
	expect(json[2]).toMatchObject({
		error: "'Limit' is not a whole number of at least 1: many",
		errorType: 'input',
	});
});

test('without a credential each item comes out with an error', async () => {
	const { run } = await panelRun();
	const { items } = await run(
		'balance',
		'get',
		{},
		{ items: twoItems, onError: 'continueRegularOutput', credentials: null },
	);
	const json = jsonOf(items);
	expect(json).toHaveLength(2);
	for (const item of json) expect(item.error).toMatch(/credential/i);
});

test.each(['unheardOf', 'toString'])(
	'an operation "%s" is named as unknown, and fails each item',
	async (operation) => {
		const { run } = await panelRun();
		const stopped = await run('balance', operation, {}, { items: twoItems });
		expect(stopped.error?.message).toContain(`no operation "${operation}"`);
		const { items } = await run(
			'balance',
			operation,
			{},
			{ items: twoItems, onError: 'continueRegularOutput' },
		);
		expect(jsonOf(items)).toEqual([
			expect.objectContaining({ error: expect.stringContaining(`no operation "${operation}"`) as string }),
			expect.objectContaining({ error: expect.stringContaining(`no operation "${operation}"`) as string }),
		]);
	},
);
