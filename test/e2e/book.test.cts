/** The order book's modules in real n8n, over its own Data Table node. */
import { newRow, type BookRow } from '../../nodes/SmmPanel/book/rows';
import { allOf, anyOf, where, type Filter } from '../../nodes/SmmPanel/book/store';
import { jsonOf } from '../sandbox/executions.cts';
import type { Script } from './bookProbe.cts';
import { withBook } from './bookStand.cts';

const stand = withBook();

const row = (cells: Partial<BookRow>): BookRow =>
	newRow({ state: 'waiting', link: 'https://Example.com/a%20b', ...cells });

it('is one table, although eight executions use it for the first time at once', async () => {
	const job = { calls: [['find', [[anyOf(where('requestKey', 'nothing'))]]]] };
	const outputs = await Promise.all(Array.from({ length: 8 }, async () => await stand.run(job)));
	for (const [output] of outputs) expect(output).toMatchObject({ results: [{ ok: true, value: [] }] });
	expect(await stand.tables()).toHaveLength(1);
});

it('finds, changes and deletes by conditions, and takes no text for an expression', async () => {
	const text = '={{ 1 + 1 }} }} "\\';
	const [k1, k2] = [where('requestKey', 'k1'), where('requestKey', 'k2')];
	const waiting = where('state', 'waiting');
	const find = (...filters: Filter[]): Script['calls'][number] => ['find', [filters]];
	const found = await stand.results([
		[
			'insertMany',
			[
				[
					row({ requestKey: 'k1', note: text, placedAt: '2026-01-02T03:04:05.678Z' }),
					row({ requestKey: 'k2', charge: 0.37, finished: true }),
				],
			],
		],
		find(anyOf(k1, k2)),
		find(allOf(where('note', text)), allOf(where('charge', 0.3, 'gt'), where('finished', true))),
		find(
			allOf(
				k1,
				where('link', '%example.COM/A%', 'ilike'),
				where('createdAt', '2026-01-01T00:00:00.000Z', 'gte'),
			),
		),
		find(allOf(k2, where('note', 'x', 'neq'))),
		['updateWhere', [allOf(k1, waiting), { state: 'sending', note: text, charge: 2 }]],
		['updateWhere', [allOf(k1, waiting), { state: 'sending' }]],
		['deleteWhere', [[allOf(k1, waiting), allOf(k2, waiting)]]],
		find(anyOf(k1, k2)),
	]);
	const keys = found.map(({ ok, value }) =>
		ok && Array.isArray(value) ? value.map(({ requestKey }) => requestKey) : ok,
	);
	expect(keys).toEqual([true, ['k1', 'k2'], ['k1', 'k2'], ['k1'], ['k2'], ['k1'], [], ['k2'], ['k1']]);
	expect(found[1]?.value[0]).toMatchObject({
		note: text,
		placedAt: '2026-01-02T03:04:05.678Z',
		charge: null,
		finished: false,
	});
	expect(found[8]?.value[0]).toMatchObject({ state: 'sending', note: text, charge: 2 });
});

it('starts what nobody else has, and shows the rival otherwise, in one call', async () => {
	const open = (owner: string): Script['calls'][number] => [
		'open',
		[
			{
				rows: [row({ owner, requestKey: 'o1' }), row({ owner, requestKey: 'o2' })],
				owner,
				keys: ['o1', 'o2'],
				look: [where('requestKey', 'o1'), where('requestKey', 'o2')],
				start: 1,
				changes: { state: 'sending' },
			},
		],
	];
	const [first, second, advanced] = await stand.results([
		open('a'),
		open('b'),
		[
			'advance',
			[
				{
					finals: [row({ owner: 'a', requestKey: 'o1', state: 'placed', order: '77' })],
					clear: allOf(where('owner', 'a'), where('state', 'sending')),
					start: {
						filter: allOf(where('owner', 'a'), where('state', 'waiting')),
						changes: { state: 'sending' },
					},
				},
			],
		],
	]);
	const brief = (found: typeof first) =>
		found?.value.map(({ owner, requestKey, state }) => [owner, requestKey, state]);
	expect(brief(first)).toEqual([
		['a', 'o1', 'sending'],
		['a', 'o2', 'waiting'],
	]);
	expect(brief(second)).toEqual([
		['a', 'o1', 'sending'],
		['a', 'o2', 'waiting'],
		['b', 'o1', 'waiting'],
		['b', 'o2', 'waiting'],
	]);
	expect(brief(advanced)).toEqual([['a', 'o2', 'sending']]);
});

/** A hundred, one placed each second; of *Completed* ones ten are finished. */
const replacing = (status: string) =>
	Array.from({ length: 100 }, (_, at) =>
		row({
			order: `r-${at}`,
			owner: 'replacing',
			state: 'placed',
			status,
			finished: at < 10 && status === 'Completed',
			placedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString(),
		}),
	);

it('replaces a hundred rows in one call, but none whose ID stands for another order', async () => {
	const own = where('owner', 'replacing');
	const [, inserted] = await stand.results([
		['insertMany', [replacing('Pending')]],
		['find', [[allOf(own)]]],
	]);
	const old = inserted?.value.map(({ id, order }) => ({ id, order })) ?? [];
	const [output] = await stand.run({
		calls: [
			['replace', [{ rows: replacing('Completed'), old }]],
			['find', [[allOf(own, where('finished', true, 'neq'))]]],
			['find', [[allOf(own, where('updatedAt', new Date(Date.now() - 60_000).toISOString(), 'gte'))]]],
			['find', [[allOf(own, where('updatedAt', new Date(Date.now() + 60_000).toISOString(), 'gte'))]]],
			[
				'byPlacing',
				[[own, where('placedAt', '2026-01-01T00:00:50.000Z', 'lte')], { limit: 3, oldestFirst: false }],
			],
		],
	});
	const found = output?.results as Array<{ ok: boolean; value: Array<Partial<BookRow>> }>;
	process.stdout.write(`${JSON.stringify({ replaced: 100, took: output?.took, calls: output?.calls })}\n`);
	expect(output?.calls).toBe(6);
	expect(found.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
	expect(found[1]?.value).toHaveLength(90);
	expect(new Set(found[2]?.value.map(({ status }) => status))).toEqual(new Set(['Completed']));
	expect(found[2]?.value).toHaveLength(100);
	expect(found[3]?.value).toEqual([]);
	expect(found[4]?.value.map(({ order }) => order)).toEqual(['r-50', 'r-49', 'r-48']);

	const [, afterwards] = await stand.results([
		['replace', [{ rows: [row({ order: 'new', owner: 'replacing' })], old: [{ id: 0, order: 'r-0' }] }]],
		['find', [[allOf(own)]]],
	]);
	const [first] = afterwards?.value ?? [];
	const wrong = [{ id: first?.id ?? 0, order: 'another' }];
	const [, kept] = await stand.results([
		['replace', [{ rows: [row({ order: 'new 2', owner: 'replacing' })], old: wrong }]],
		['find', [[allOf(where('id', first?.id ?? 0), own)]]],
	]);
	expect(kept?.value).toMatchObject([{ order: 'r-0', status: 'Completed' }]);
	expect(afterwards?.value).toHaveLength(101);
});

it('places a single order in two calls', async () => {
	const job = await stand.saved({ ledger: stand.ledgerUrl() }, [{ link: 'single' }]);
	const calls: unknown[] = [];
	for (let time = 0; time < 2; time++) calls.push(jsonOf(await stand.n8n.api.run(job), 'Book')[0]?.calls);
	// The first of this workflow looks up the table
	expect(calls).toEqual([3, 2]);
	expect(stand.sent.filter((link) => link === 'single')).toHaveLength(2);
});

it('sends each of 40 keys once, although three executions claim them at once', async () => {
	const items = Array.from({ length: 40 }, (_, at) => ({ link: `once-${at}`, key: `key-${at}` }));
	const job = await stand.saved({ ledger: stand.ledgerUrl(), firstWindow: 5 }, items);
	const started = Date.now();
	const executions = await Promise.all([1, 2, 3].map(async () => await stand.n8n.api.run(job)));
	const kinds = executions.flatMap((execution) => jsonOf(execution, 'Book').map(({ kind }) => String(kind)));
	const count = (kind: string) => kinds.filter((one) => one === kind).length;
	process.stdout.write(
		`${JSON.stringify({ ms: Date.now() - started, sent: count('sent'), duplicate: count('duplicate'), all: kinds.length })}\n`,
	);
	const once = stand.sent.filter((link) => link.startsWith('once-'));
	expect([...once].sort()).toEqual(items.map(({ link }) => link).sort());
	expect(count('sent')).toBe(40);
	expect(new Set(kinds)).toEqual(new Set(['sent', 'duplicate']));
}, 240_000);

it('is a problem when somebody has made the table by hand without its columns', async () => {
	for (const { id } of await stand.tables()) await stand.n8n.api.deleteDataTable(id);
	await stand.n8n.api.createDataTable('SMM Panel Orders', [{ name: 'order', type: 'string' }]);
	const [output] = await stand.run({ calls: [] });
	expect(output).toMatchObject({ problem: { kind: 'missingColumns', table: 'SMM Panel Orders' } });
});
