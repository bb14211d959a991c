import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Fault } from '../panel/faults.cts';
import { inputs, LINK, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** The key is in n8n's encrypted credential and in the panel's request body, and nowhere else. */

// Spelled differently in a URL, in JSON and in base64: each spelling is looked for
const KEY = 'Zk3y+very/Distinct="42"';

const stand = withN8n({ panel: { key: KEY }, env: { N8N_LOG_LEVEL: 'debug' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const SPELLINGS = [
	KEY,
	encodeURIComponent(KEY),
	new URLSearchParams({ key: KEY }).toString().slice('key='.length),
	JSON.stringify(KEY).slice(1, -1),
	Buffer.from(KEY).toString('base64'),
];

/** Everything under the user folder that n8n wrote, but for its copy of the editor. */
function written(): Array<{ file: string; content: Buffer }> {
	const { userFolder } = stand.n8n;
	return readdirSync(userFolder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(userFolder, join(entry.parentPath ?? entry.path, entry.name)))
		.filter((file) => !file.startsWith('.cache/') && !file.startsWith('.n8n/nodes/'))
		.map((file) => ({ file, content: readFileSync(join(userFolder, file)) }));
}

async function useEverything(): Promise<void> {
	const { panel, operate, api, credential } = stand;
	await operate(ORDER_FROM_INPUT, { items: inputs(100, 200) });
	await operate({ resource: 'service', operation: 'getAll', returnAll: true, simplify: false });
	await operate({ resource: 'balance', operation: 'get', simplify: false });
	const data = { apiUrl: panel.url, apiKey: KEY };
	await api.testCredential(credential.id, { name: credential.name, type: credential.type, data });
	await useWithFaults();
}

const SETTINGS = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;

/** Panels that repeat the request in their complaint, and faults that n8n itself words. */
const ECHOES: Fault[] = [
	{ kind: 'error', text: `Invalid key ${KEY}` },
	{ kind: 'shape', json: { message: KEY, you: [KEY] } },
	{ kind: 'redirect', location: `https://elsewhere.example/?key=${encodeURIComponent(KEY)}` },
	{ kind: 'html', body: `<html><title>Error</title>key=${encodeURIComponent(KEY)}</html>` },
	{ kind: 'status', status: 500, body: `failed for ${KEY}` },
	{ kind: 'dropBefore' },
];

async function useWithFaults(): Promise<void> {
	const { panel, operate } = stand;
	for (const echo of ECHOES) {
		panel.inject({ ...echo, times: 20 });
		// Where the node tries again for a while, one setting will do
		for (const onError of ['error', 'redirect'].includes(echo.kind) ? SETTINGS : SETTINGS.slice(0, 1)) {
			const { out, failed, error } = await operate({ resource: 'balance', operation: 'get' }, { onError });
			expect(error ?? out[0]?.error ?? failed[0]?.error).toBeTruthy();
		}
		await operate(ORDER_FROM_INPUT, { items: inputs(100), onError: 'continueRegularOutput' });
		panel.clearFaults();
	}
}

it('the key is in no file that n8n writes: database, executions, logs', async () => {
	await useEverything();
	await stand.n8n.stop();
	const files = written();
	// The search would find what is there: the orders' links are
	expect(files.filter(({ content }) => content.includes(LINK)).map(({ file }) => file)).toContain(
		'.n8n/database.sqlite',
	);
	const found = files.flatMap(({ file, content }) =>
		SPELLINGS.filter((spelling) => content.includes(spelling)).map((spelling) => `${spelling} in ${file}`),
	);
	expect(found).toEqual([]);
});

it('the key reached the panel in the form body only', () => {
	const requests = stand.panel.requests();
	expect(requests.length).toBeGreaterThan(10);
	for (const { path, headers } of requests) {
		const outside = `${path} ${JSON.stringify(headers)}`;
		expect(SPELLINGS.filter((spelling) => outside.includes(spelling))).toEqual([]);
	}
});
