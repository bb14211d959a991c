import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApi, type N8nApi } from './api.cts';
import { isAlive } from './lock.cts';
import { ensureN8n, type N8nInstall } from './install.cts';
import { claimPort, freePort } from './ports.cts';
import { Problem } from './problem.cts';

export interface N8nOptions {
	/** Holds the database, the settings and the installed package: a second start with it goes on where the first ended. */
	userFolder: string;
	/** Default: a free one. */
	port?: number;
	env?: Record<string, string>;
}

export interface RunningN8n {
	url: string;
	port: number;
	pid: number;
	userFolder: string;
	api: N8nApi;
	/** Lets n8n finish, as a user's Ctrl-C does. */
	stop(): Promise<void>;
	/** SIGKILL, n8n's own children included. */
	kill(): Promise<void>;
	/** All that n8n has printed in this user folder. */
	log(): string;
	/** Resolves when the process has ended, however that came. */
	ended: Promise<void>;
}

const PID_FILE = 'n8n.pid';
const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 20_000;

export async function startN8n(options: N8nOptions): Promise<RunningN8n> {
	const install = await ensureN8n();
	const port = options.port ?? (await freePort());
	await claimPort(port, 'stop that program, or choose another port with PORT=…');
	const url = `http://127.0.0.1:${port}`;
	mkdirSync(options.userFolder, { recursive: true });
	claimFolder(options.userFolder);
	const logFile = join(options.userFolder, 'n8n.log');
	const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
	const env = await environment(options, install, port);
	const { child, ended } = launch(install, ['start'], { env, logFile, cwd: options.userFolder });
	// At once, so that whoever cleans up after an interruption finds it
	const pidFile = join(options.userFolder, PID_FILE);
	writeFileSync(pidFile, String(child.pid));
	void ended.then(() => rmSync(pidFile, { force: true }));
	const stop = () => stopGently(child, ended);
	const kill = async () => {
		signalGroup(child, 'SIGKILL');
		await ended;
	};
	try {
		await ready(url, child);
	} catch (error) {
		await kill();
		throw error instanceof Problem
			? new Problem(`${error.message} Its log: ${logFile}\n${tail(log())}`)
			: error;
	}
	const pid = child.pid as number;
	return {
		url,
		port,
		pid,
		userFolder: options.userFolder,
		api: createApi(url),
		stop,
		kill,
		log,
		ended,
	};
}

/** Two n8n on one database would spoil it. */
function claimFolder(userFolder: string): void {
	const file = join(userFolder, PID_FILE);
	const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
	if (pid > 0 && isAlive(pid)) {
		throw new Problem(
			`An n8n that was started earlier still runs here: end process ${pid} first (or delete ${file}, if that is something else).`,
		);
	}
}

/** Starts an n8n process (`start`, `worker` …) in a group of its own, so that its task runner goes with it. */
export function launch(
	install: N8nInstall,
	args: string[],
	{ env, logFile, cwd }: { env: NodeJS.ProcessEnv; logFile: string; cwd: string },
): { child: ChildProcess; ended: Promise<void> } {
	const output = openSync(logFile, 'a');
	const child = spawn(install.node.node, [install.script, ...args], {
		cwd,
		env,
		stdio: ['ignore', output, output],
		detached: true,
	});
	closeSync(output);
	const orphan = () => signalGroup(child, 'SIGKILL');
	process.on('exit', orphan);
	const ended = new Promise<void>((done) =>
		child.once('close', () => {
			process.off('exit', orphan);
			// Whatever n8n left of its group when it went
			signalGroup(child, 'SIGKILL');
			done();
		}),
	);
	return { child, ended };
}

/** What a machine's own settings say of n8n stays out: a sandbox is the same everywhere. */
const FOREIGN = /^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|GENERIC_|NODES_|npm_|NODE_OPTIONS$|NODE_ENV$|JEST_)/i;

export async function environment(
	{ userFolder, env }: N8nOptions,
	install: N8nInstall,
	port: number,
): Promise<NodeJS.ProcessEnv> {
	const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));
	return {
		...own,
		PATH: `${install.node.bin}:${process.env.PATH ?? ''}`,
		NODE_ENV: 'production',
		N8N_USER_FOLDER: userFolder,
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_EDITOR_BASE_URL: `http://localhost:${port}`,
		WEBHOOK_URL: `http://127.0.0.1:${port}/`,
		N8N_RUNNERS_ENABLED: 'true',
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		DB_TYPE: 'sqlite',
		N8N_SECURE_COOKIE: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		// A sandbox tells nobody anything and asks nothing of n8n's servers
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_DISABLED_MODULES: 'mcp-registry',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		N8N_LOG_LEVEL: 'info',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '10',
		...env,
	};
}

/** n8n answers its health check before it answers questions: only a real answer counts. */
async function ready(url: string, child: ChildProcess): Promise<void> {
	for (const started = Date.now(); Date.now() - started < READY_WITHIN_MS; await sleep(200)) {
		if (child.exitCode !== null || child.signalCode !== null)
			throw new Problem('n8n ended while it started.');
		if (await answers(`${url}/rest/settings`)) return;
	}
	throw new Problem(`n8n was not ready within ${READY_WITHIN_MS / 1000} seconds.`);
}

async function answers(url: string): Promise<boolean> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
		return response.ok && typeof ((await response.json()) as { data?: unknown }).data === 'object';
	} catch {
		return false;
	}
}

async function stopGently(child: ChildProcess, ended: Promise<void>): Promise<void> {
	if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
	const impatient = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_WITHIN_MS);
	await ended;
	clearTimeout(impatient);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, signal);
	} catch {
		// Already gone
	}
}

const tail = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');
