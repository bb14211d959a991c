import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { newRow, type BookRow } from '../../nodes/SmmPanel/book/rows';
import { allOf, anyOf, where, type Filter } from '../../nodes/SmmPanel/book/store';
import { errorOf, jsonOf } from '../sandbox/executions.cts';
import { startN8n, type RunningN8n } from '../sandbox/n8n.cts';
import { manualTrigger, node, workflow } from '../sandbox/workflow.cts';
import type { Script } from './bookProbe.cts';
import { BOOK_PROBE, installBookProbe } from './bookProbePackage.cts';

/** The order book's modules in real n8n, over its own Data Table node. */

let n8n: RunningN8n;
let ledger: Server;
/** Links that the ledger was sent, in order. */
const sent: string[] = [];

beforeAll(async () => {
	const userFolder = mkdtempSync(join(process.env.SMM_PANEL_E2E_FOLDER ?? '', 'book-'));
	installBookProbe(userFolder);
	n8n = await startN8n({ userFolder });
	await n8n.api.login();
	ledger = createServer((request, response) => {
		let body = '';
		request.on('data', (part) => (body += String(part)));
		request.on('end', () => response.end(String(sent.push(body))));
	});
	await new Promise<void>((resolve) => ledger.listen(0, '127.0.0.1', resolve));
}, 300_000);

afterAll(async () => {
	await n8n?.stop();
	ledger?.close();
}, 60_000);

const ledgerUrl = () => `http://127.0.0.1:${(ledger.address() as AddressInfo).port}/`;

/** A workflow of its own, which looks for the table itself. */
const saved = async (job: unknown, items: IDataObject[] = [{}]) =>
	await n8n.api.createWorkflow({
		...workflow('Book', [manualTrigger(), node('Book', BOOK_PROBE, { job: JSON.stringify(job) })]),
		pinData: { Start: items.map((json) => ({ json })) },
	});

async function run(job: unknown, items?: IDataObject[]): Promise<IDataObject[]> {
	const execution = await n8n.api.run(await saved(job, items));
	expect(errorOf(execution)).toBeUndefined();
	return jsonOf(execution, 'Book');
}

const row = (cells: Partial<BookRow>): BookRow =>
	newRow({ state: 'waiting', link: 'https://Example.com/a%20b', ...cells });

async function results(
	calls: Script['calls'],
): Promise<Array<{ ok: boolean; value: Array<Partial<BookRow> & { id: number }> }>> {
	const [output] = await run({ calls });
	return output?.results as unknown as Array<{
		ok: boolean;
		value: Array<Partial<BookRow> & { id: number }>;
	}>;
}

const tables = async () => {
	const { id } = await n8n.api.session.call<{ id: string }>('GET', '/rest/projects/personal');
	const { data } = await n8n.api.session.call<{ data: Array<{ id: string; name: string }> }>(
		'GET',
		`/rest/projects/${id}/data-tables`,
	);
	return data.filter(({ name }) => name === 'SMM Panel Orders');
};

it('is one table, although eight executions use it for the first time at once', async () => {
	const job = { calls: [['find', [[anyOf(where('requestKey', 'nothing'))]]]] };
	const outputs = await Promise.all(Array.from({ length: 8 }, async () => await run(job)));
	for (const [output] of outputs) expect(output).toMatchObject({ results: [{ ok: true, value: [] }] });
	expect(await tables()).toHaveLength(1);
});

it('finds, changes and deletes by conditions, and takes no text for an expression', async () => {
	const text = '={{ 1 + 1 }} }} "\\';
	const find = (...filters: Filter[]): Script['calls'][number] => ['find', [filters]];
	const found = await results([
		[
			'insertMany',
			[
				[
					row({ requestKey: 'k1', note: text, placedAt: '2026-01-02T03:04:05.678Z' }),
					row({ requestKey: 'k2', charge: 0.37, finished: true }),
				],
			],
		],
		find(anyOf(where('requestKey', 'k1'), where('requestKey', 'k2'))),
		find(allOf(where('note', text)), allOf(where('charge', 0.3, 'gt'), where('finished', true))),
		find(
			allOf(
				where('requestKey', 'k1'),
				where('link', '%example.COM/A%', 'ilike'),
				where('createdAt', '2026-01-01T00:00:00.000Z', 'gte'),
			),
		),
		find(allOf(where('requestKey', 'k2'), where('note', 'x', 'neq'))),
		[
			'updateWhere',
			[
				allOf(where('requestKey', 'k1'), where('state', 'waiting')),
				{ state: 'sending', note: text, charge: 2 },
			],
		],
		['updateWhere', [allOf(where('requestKey', 'k1'), where('state', 'waiting')), { state: 'sending' }]],
		[
			'deleteWhere',
			[
				[
					allOf(where('requestKey', 'k1'), where('state', 'waiting')),
					allOf(where('requestKey', 'k2'), where('state', 'waiting')),
				],
			],
		],
		find(anyOf(where('requestKey', 'k1'), where('requestKey', 'k2'))),
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
	const [first, second, advanced] = await results([
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

it('replaces a hundred rows in one call, but none whose ID stands for another order', async () => {
	const rows = (status: string) =>
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
	const own = where('owner', 'replacing');
	const [, inserted] = await results([
		['insertMany', [rows('Pending')]],
		['find', [[allOf(own)]]],
	]);
	const old = inserted?.value.map(({ id, order }) => ({ id, order })) ?? [];
	const [output] = await run({
		calls: [
			['replace', [{ rows: rows('Completed'), old }]],
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

	const [, afterwards] = await results([
		['replace', [{ rows: [row({ order: 'new', owner: 'replacing' })], old: [{ id: 0, order: 'r-0' }] }]],
		['find', [[allOf(own)]]],
	]);
	const [first] = afterwards?.value ?? [];
	const wrong = [{ id: first?.id ?? 0, order: 'another' }];
	const [, kept] = await results([
		['replace', [{ rows: [row({ order: 'new 2', owner: 'replacing' })], old: wrong }]],
		['find', [[allOf(where('id', first?.id ?? 0), own)]]],
	]);
	expect(kept?.value).toMatchObject([{ order: 'r-0', status: 'Completed' }]);
	expect(afterwards?.value).toHaveLength(101);
});

it('places a single order in two calls', async () => {
	const job = await saved({ ledger: ledgerUrl() }, [{ link: 'single' }]);
	const calls: unknown[] = [];
	for (let time = 0; time < 2; time++) calls.push(jsonOf(await n8n.api.run(job), 'Book')[0]?.calls);
	// The first of this workflow looks up the table
	expect(calls).toEqual([3, 2]);
	expect(sent.filter((link) => link === 'single')).toHaveLength(2);
});

it('sends each of 40 keys once, although three executions claim them at once', async () => {
	const items = Array.from({ length: 40 }, (_, at) => ({ link: `once-${at}`, key: `key-${at}` }));
	const job = await saved({ ledger: ledgerUrl(), firstWindow: 5 }, items);
	const started = Date.now();
	const executions = await Promise.all([1, 2, 3].map(async () => await n8n.api.run(job)));
	const kinds = executions.flatMap((execution) => jsonOf(execution, 'Book').map(({ kind }) => String(kind)));
	const count = (kind: string) => kinds.filter((one) => one === kind).length;
	process.stdout.write(
		`${JSON.stringify({ ms: Date.now() - started, sent: count('sent'), duplicate: count('duplicate'), all: kinds.length })}\n`,
	);
	const once = sent.filter((link) => link.startsWith('once-'));
	expect([...once].sort()).toEqual(items.map(({ link }) => link).sort());
	expect(count('sent')).toBe(40);
	expect(new Set(kinds)).toEqual(new Set(['sent', 'duplicate']));
}, 240_000);

it('is a problem when somebody has made the table by hand without its columns', async () => {
	for (const { id } of await tables()) await n8n.api.deleteDataTable(id);
	await n8n.api.createDataTable('SMM Panel Orders', [{ name: 'order', type: 'string' }]);
	const [output] = await run({ calls: [] });
	expect(output).toMatchObject({ problem: { kind: 'missingColumns', table: 'SMM Panel Orders' } });
});
