/** n8n's queue mode: a main and two workers on Redis and PostgreSQL, each worker in a process that can be killed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PanelOptions } from '../panel/server.cts';
import { ensureN8n } from '../sandbox/install.cts';
import { environment, launch } from '../sandbox/n8n.cts';
import { until } from '../sandbox/until.cts';
import { startPostgres, startRedis, type Server } from './servers.cts';
import { withN8n, type N8nFixture } from './n8nFixture.cts';

const KEY = 'a-key-that-main-and-workers-share';
const WORKERS = ['worker-1', 'worker-2'];
const START_MS = 90_000;

export interface Worker {
	logFile: string;
	stop(): Promise<void>;
	/** Without a farewell (SIGKILL). */
	kill(): Promise<void>;
}

export interface QueueFixture {
	stand: N8nFixture;
	workers: Worker[];
	/** Kills one of the workers and starts another in its place. */
	replace(at: number): Promise<void>;
}

/** One main and two workers for all tests of a file. */
export function withQueue(panel: PanelOptions): QueueFixture {
	const env: Record<string, string> = {};
	const servers: Server[] = [];
	beforeAll(async () => {
		const postgres = await startPostgres();
		servers.push(postgres);
		const redis = await startRedis();
		servers.push(redis);
		Object.assign(env, settings(postgres.port, redis.port));
	}, 60_000);
	// Hooks run in the order of their registration: the servers stand before n8n starts
	const stand = withN8n({ env, panel });
	const workers: Worker[] = [];
	let started = WORKERS.length;
	beforeAll(async () => {
		workers.push(...(await Promise.all(WORKERS.map((name) => startWorker(stand, env, name)))));
	}, 120_000);
	afterAll(async () => {
		for (const worker of workers) await worker.stop();
	}, 60_000);
	afterAll(async () => {
		for (const server of servers) await server.stop();
	}, 60_000);
	async function replace(at: number): Promise<void> {
		await workers[at]?.kill();
		workers[at] = await startWorker(stand, env, `worker-${++started}`);
	}
	return { stand, workers, replace };
}

const settings = (postgres: number, redis: number): Record<string, string> => ({
	...postgresSettings(postgres),
	EXECUTIONS_MODE: 'queue',
	QUEUE_BULL_REDIS_HOST: '127.0.0.1',
	QUEUE_BULL_REDIS_PORT: String(redis),
	N8N_ENCRYPTION_KEY: KEY,
	OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
});

export const postgresSettings = (port: number): Record<string, string> => ({
	DB_TYPE: 'postgresdb',
	DB_POSTGRESDB_HOST: '127.0.0.1',
	DB_POSTGRESDB_PORT: String(port),
	DB_POSTGRESDB_DATABASE: 'postgres',
	DB_POSTGRESDB_USER: 'postgres',
	DB_POSTGRESDB_PASSWORD: 'unused',
	// By default two connections, for which a busy machine waits in vain
	DB_POSTGRESDB_POOL_SIZE: '10',
});

async function startWorker(stand: N8nFixture, env: Record<string, string>, name: string): Promise<Worker> {
	const install = await ensureN8n();
	const { userFolder } = stand.n8n;
	const logFile = join(userFolder, `${name}.log`);
	const own = await environment({ userFolder, env }, install, stand.n8n.port);
	const { child, ended } = launch(install, ['worker', '--concurrency=5'], {
		env: own,
		logFile,
		cwd: userFolder,
	});
	const isReady = () => /worker is now ready/i.test(readFileSync(logFile, 'utf8'));
	await until(isReady, `A worker starts (${logFile})`, START_MS);
	return {
		logFile,
		async stop() {
			child.kill('SIGTERM');
			const impatient = setTimeout(() => child.kill('SIGKILL'), 15_000);
			await ended;
			clearTimeout(impatient);
		},
		async kill() {
			child.kill('SIGKILL');
			await ended;
		},
	};
}
