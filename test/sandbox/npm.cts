import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { npmEnvironment } from './npmEnvironment.cts';
import { SANDBOX } from './paths.cts';
import { codeOf, Problem } from './problem.cts';

export interface NpmOptions {
	cwd: string;
	/** What this is for, as it stands in "… failed". */
	what: string;
	/** Folder whose `node` npm and its scripts run with. */
	nodeBin?: string;
	env?: Record<string, string>;
}

/** Runs npm; resolves its standard output. */
export async function npm(args: string[], { cwd, what, nodeBin, env }: NpmOptions): Promise<string> {
	const path = nodeBin ? `${nodeBin}${delimiter}${process.env.PATH ?? ''}` : process.env.PATH;
	const child = spawn('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], {
		cwd,
		env: { ...npmEnvironment(process.env), ...env, PATH: path },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const stop = () => child.kill();
	process.on('exit', stop);
	const said = { out: '', all: '' };
	child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk: Buffer) => (said.all += chunk.toString()));
	let signal: NodeJS.Signals | null = null;
	try {
		const ended = new Promise<number | null>((done, fail) =>
			child.on('error', fail).on('close', (code, by) => {
				signal = by;
				done(code);
			}),
		);
		if ((await ended) === 0) return said.out;
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw error;
		throw new Problem(
			`${what} failed: there is no "npm" on this machine's PATH. Install Node.js with npm, then try again.`,
		);
	} finally {
		process.off('exit', stop);
	}
	const file = join(SANDBOX, 'npm-failure.log');
	mkdirSync(SANDBOX, { recursive: true });
	writeFileSync(file, `npm ${args.join(' ')}\n\n${said.all}`);
	const reason = signal
		? `npm was ended by ${signal}${signal === 'SIGKILL' ? ', as Linux does when memory runs out' : ''}.`
		: reasonOf(said.all);
	throw new Problem(`${what} failed: ${reason} (npm's output: ${file}; its logs: ${npmLogs()})`);
}

/** Where npm writes down what it does, also while it does it. */
export const npmLogs = (): string => join(process.env.npm_config_cache || join(homedir(), '.npm'), '_logs');

const REASONS: Array<[RegExp, string]> = [
	[/ENOSPC/, 'the disk is full.'],
	[/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT/, 'the npm registry cannot be reached from here.'],
	[/EACCES|EPERM/, 'npm was not allowed to write there.'],
	[/not found: (make|g\+\+)|gyp ERR! find Python/i, 'compiling needs python3, make and a C++ compiler.'],
];

function reasonOf(output: string): string {
	const known = REASONS.find(([pattern]) => pattern.test(output));
	const line = output.split('\n').find((text) => /^npm (error|ERR!)/.test(text));
	return known?.[1] ?? line ?? 'npm gave no reason.';
}
