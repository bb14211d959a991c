/** Redis and PostgreSQL from Debian, each on a port and in a folder of its own, for n8n's queue mode. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../sandbox/ports.cts';

export interface Server {
	port: number;
	stop(): Promise<void>;
}

function find(command: string, debianPackage: string, more: string[] = []): string {
	const folders = [...(process.env.PATH ?? '').split(delimiter), ...more];
	const found = folders.map((folder) => join(folder, command)).find((file) => existsSync(file));
	if (found) return found;
	throw new Error(
		`"${command}" is missing on this machine: install the Debian package ${debianPackage} (apt-get install ${debianPackage}). Its service need not run.`,
	);
}

const POSTGRES = '/usr/lib/postgresql';
const postgresFolders = () =>
	existsSync(POSTGRES)
		? readdirSync(POSTGRES)
				.sort()
				.reverse()
				.map((version) => join(POSTGRES, version, 'bin'))
		: [];

export async function startRedis(): Promise<Server> {
	const command = find('redis-server', 'redis-server');
	const port = await freePort();
	const folder = mkdtempSync(join(tmpdir(), 'smm-redis-'));
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
	args.push('--save', '', '--appendonly', 'no');
	const child = spawn(command, args, { stdio: 'ignore' });
	return { port, stop: ending(child, 'SIGTERM', folder) };
}

/** A database `postgres` of the user `postgres`, without a password. */
export async function startPostgres(): Promise<Server> {
	const initdb = find('initdb', 'postgresql', postgresFolders());
	const postgres = find('postgres', 'postgresql', postgresFolders());
	const port = await freePort();
	const folder = mkdtempSync(join(tmpdir(), 'smm-postgres-'));
	const user = userForPostgres();
	if (user) chownSync(folder, user.uid, user.gid);
	const options = { ...user, cwd: folder, stdio: 'ignore' as const };
	const data = join(folder, 'data');
	execFileSync(
		initdb,
		['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
		options,
	);
	const settings = [
		`port=${port}`,
		'listen_addresses=127.0.0.1',
		`unix_socket_directories=${folder}`,
		'fsync=off',
	];
	const child = spawn(postgres, ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], options);
	const server = { port, stop: ending(child, 'SIGINT', folder) };
	const ready = find('pg_isready', 'postgresql', postgresFolders());
	for (let attempt = 0; ; attempt++) {
		try {
			execFileSync(ready, ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
			return server;
		} catch {
			if (attempt >= 100 || child.exitCode !== null) throw new Error(`PostgreSQL did not start in ${folder}`);
			await sleep(100);
		}
	}
}

/** PostgreSQL refuses to run as root: there, the user that Debian's package has made. */
function userForPostgres(): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

function ending(child: ChildProcess, signal: NodeJS.Signals, folder: string): () => Promise<void> {
	const ended = new Promise<void>((done) => child.once('close', () => done()));
	const orphan = () => child.kill('SIGKILL');
	process.on('exit', orphan);
	return async () => {
		process.off('exit', orphan);
		if (child.exitCode === null && child.signalCode === null) {
			child.kill(signal);
			await ended;
		}
		rmSync(folder, { recursive: true, force: true });
	};
}
