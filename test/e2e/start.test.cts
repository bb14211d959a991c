import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createApi } from '../sandbox/api.cts';
import { startPanel } from '../panel/server.cts';
import { isAlive } from '../sandbox/lock.cts';
import { N8N_VERSION, NODE_VERSION, ROOT } from '../sandbox/paths.cts';
import { freePort } from '../sandbox/ports.cts';

/** `npm start`, as somebody types it in a fresh clone. */

const sandbox = join(process.env.SMM_PANEL_E2E_FOLDER ?? '', 'start');

function npmStart(env: Record<string, string>) {
	const { SMM_PANEL_URL: _url, SMM_PANEL_KEY: _key, ...own } = process.env;
	const child = spawn(process.execPath, [join(ROOT, 'test/sandbox/start.cjs')], {
		cwd: ROOT,
		env: { ...own, SMM_PANEL_SANDBOX: sandbox, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let text = '';
	const code = new Promise<number | null>((done) => child.once('close', done));
	const until = (wanted: string) =>
		new Promise<void>((done, fail) => {
			const look = (chunk: Buffer) => {
				text += chunk.toString();
				if (text.includes(wanted)) done();
			};
			child.stdout.on('data', look);
			child.stderr.on('data', look);
			void code.then(() => fail(new Error(`npm start ended:\n${text}`)));
		});
	return { child, code, until, text: () => text };
}

const n8nPid = () => Number(readFileSync(join(sandbox, 'n8n/n8n.pid'), 'utf8'));

async function startAndStop(wanted: string): Promise<string> {
	const port = await freePort();
	const run = npmStart({ PORT: String(port) });
	await run.until(wanted);
	const pid = n8nPid();
	expect(isAlive(pid)).toBe(true);
	const api = createApi(`http://127.0.0.1:${port}`);
	await api.login();
	expect((await api.workflows()).filter(({ name }) => name === 'SMM Panel demo')).toHaveLength(1);
	run.child.kill('SIGINT');
	expect(await run.code).toBe(0);
	expect(isAlive(pid)).toBe(false);
	return run.text();
}

it('runs the demo to its end, prints its result and where to look, ends with Ctrl-C, and does so again', async () => {
	const text = await startAndStop('Look at the Executions');
	for (const shown of ['List services', 'Place orders', 'Wait Until Finished', 'Order book', 'Completed'])
		expect(text).toContain(shown);
	expect(text).toMatch(/Wait Until Finished \(3 items\)\s+order[^]*Order book \(3 items\)\n.*\n.*Completed/);
	expect(text).toMatch(/The book\s+http:\/\/localhost:\d+\/projects\/\w+\/datatables\/\w+/);
	expect(text).toContain('Password');
	expect(await startAndStop('Ctrl-C ends it.')).toContain('Place orders');
}, 300_000);

describe('ends at once with one sentence', () => {
	const complaint = async (env: Record<string, string>) => {
		const run = npmStart(env);
		run.until('\n').catch(() => {});
		expect(await run.code).toBe(1);
		return run.text().trim();
	};

	it('when the port is taken', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		await new Promise((done) => server.once('listening', done));
		const { port } = server.address() as AddressInfo;
		expect(await complaint({ PORT: String(port) })).toBe(
			`Port ${port} is in use by another program: end that program, or choose another port: PORT=5680 npm start`,
		);
		server.close();
	});

	it('when npm is killed while it installs, after what an earlier one left is cleared away', async () => {
		const home = mkdtempSync(join(sandbox, '../killed-'));
		writeFileSync(join(home, 'npm'), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
		const cache = join(home, 'n8n-nodes-smm-panel');
		for (const name of [`node-${NODE_VERSION}`, `n8n-${N8N_VERSION}`])
			mkdirSync(join(cache, `${name}.partial-1/node_modules`), { recursive: true });
		const said = await complaint({
			PORT: String(await freePort()),
			PATH: `${home}:${process.env.PATH}`,
			XDG_CACHE_HOME: home,
			npm_config_cache: join(home, '.npm'),
		});
		expect(said).toContain('Clearing away what an interrupted installation has left');
		expect(said.split('\n').at(-1)).toMatch(/failed: npm was ended by SIGKILL.*\.npm\/_logs/);
		expect(readdirSync(cache).filter((name) => name.endsWith('.partial-1'))).toHaveLength(1);
	});

	it('when a panel is named without its key', async () => {
		expect(await complaint({ SMM_PANEL_URL: 'https://panel.example/api/v2' })).toMatch(
			/^SMM_PANEL_URL is set, but[^\n]*$/,
		);
	});
});

it('only reads where it is given a panel of its own', async () => {
	const panel = await startPanel();
	const run = npmStart({
		PORT: String(await freePort()),
		SMM_PANEL_URL: panel.url,
		SMM_PANEL_KEY: panel.key,
	});
	await run.until('Ctrl-C ends it.');
	run.child.kill('SIGINT');
	expect(await run.code).toBe(0);
	expect(run.text()).toContain('List services');
	expect(panel.counts().byAction.services).toBeGreaterThan(0);
	expect(panel.requests().map(({ fields }) => fields.action)).not.toContain('add');
	expect(run.text()).not.toContain(panel.key);
	await panel.stop();
}, 120_000);
