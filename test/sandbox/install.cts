import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statfsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.cts';
import { npm, npmLogs } from './npm.cts';
import { WHOLE_INSTALLATION } from './npmEnvironment.cts';
import { cacheFolder, N8N_VERSION, NODE_VERSION } from './paths.cts';
import { messageOf, Problem } from './problem.cts';
import { say, step } from './progress.cts';

/** Written last: a folder without it is a leftover of an interrupted installation. */
const MARKER = '.installed';

export interface NodeInstall {
	/** The executable. */
	node: string;
	bin: string;
	/** Where native modules find the headers of this Node; undefined: node-gyp gets them itself. */
	headers: string | undefined;
}

export interface N8nInstall {
	node: NodeInstall;
	/** What Node is started with. */
	script: string;
}

/** Node 24: this machine's own, or one from the npm registry that is kept in the cache. */
export async function ensureNode(): Promise<NodeInstall> {
	if (Number(process.versions.node.split('.')[0]) === 24) return nodeAt(dirname(dirname(process.execPath)));
	if (process.platform === 'win32') {
		throw new Problem(
			'On Windows, install Node 24 first, or use WSL: n8n needs it, and this script brings it to Linux and macOS only.',
		);
	}
	const name = `node-${process.platform}-${process.arch}`;
	const folder = join(cacheFolder(), `node-${NODE_VERSION}`);
	const what = `Getting Node ${NODE_VERSION}`;
	await install(folder, {
		label: `${what}, which n8n needs`,
		gigabytes: 0.4,
		work: async (temp) =>
			void (await npm(['install', `${name}@${NODE_VERSION}`, '--ignore-scripts'], { cwd: temp, what })),
		lack: async (at) => await problemOf(join(at, 'node_modules', name, 'bin/node'), ['--version']),
	});
	return nodeAt(join(folder, 'node_modules', name));
}

function nodeAt(root: string): NodeInstall {
	const bin = join(root, 'bin');
	const headers = existsSync(join(root, 'include/node/node.h')) ? root : undefined;
	const node = join(bin, 'node');
	return existsSync(node)
		? { node, bin, headers }
		: { node: process.execPath, bin: dirname(process.execPath), headers };
}

let checked: Promise<N8nInstall> | undefined;

/**
 * A complete n8n with its native modules built: installed once for each version and machine, and anew where the
 * one in the cache does not load. A process checks it once.
 */
export async function ensureN8n(): Promise<N8nInstall> {
	return await (checked ??= completeN8n());
}

/** What has to be compiled here. */
const NATIVE = ['sqlite3', 'isolated-vm'];

async function completeN8n(): Promise<N8nInstall> {
	const node = await ensureNode();
	const folder = join(cacheFolder(), `n8n-${N8N_VERSION}`);
	const loads = NATIVE.map((name) => `require('${name}');`).join('');
	await install(folder, {
		label: `Installing n8n ${N8N_VERSION} (once, a few minutes)`,
		gigabytes: 4,
		work: (temp) => installN8n(node, temp),
		lack: async (at) => await problemOf(node.node, ['-e', `${loads}require.resolve('n8n/package.json')`], at),
	});
	return { node, script: join(folder, 'node_modules/n8n/bin/n8n') };
}

async function installN8n(node: NodeInstall, temp: string): Promise<void> {
	writeFileSync(join(temp, 'package.json'), JSON.stringify(MANIFEST, null, '\t'));
	const options = { cwd: temp, nodeBin: node.bin, what: `Installing n8n ${N8N_VERSION}` };
	// One of n8n's dependencies wants to download sources when installed: only what is needed runs its scripts
	await npm(['install', '--ignore-scripts', ...WHOLE_INSTALLATION], options);
	await npm(['rebuild', ...NATIVE, '--ignore-scripts=false', '--foreground-scripts'], {
		...options,
		what: `Compiling n8n's native modules`,
		env: { npm_config_jobs: 'max', ...(node.headers && { npm_config_nodedir: node.headers }) },
	});
}

const MANIFEST = {
	private: true,
	dependencies: { n8n: N8N_VERSION },
	// npm 11 asks for it, older ones ignore it
	allowScripts: Object.fromEntries(NATIVE.map((name) => [name, true])),
};

interface Installation {
	label: string;
	/** Free disk that it takes. */
	gigabytes: number;
	work(temp: string): Promise<void>;
	/** Why the installation in a folder does not load; undefined: it does. */
	lack(at: string): Promise<string | undefined>;
}

/** Installs into a temporary folder and moves it into place when nothing is lacking. */
async function install(folder: string, { label, gigabytes, work, lack }: Installation): Promise<void> {
	const flawOf = async () =>
		existsSync(join(folder, MARKER)) ? await lack(folder) : 'It is not installed yet.';
	if ((await flawOf()) === undefined) return;
	makeFolder(cacheFolder());
	await withLock(`${folder}.lock`, 'installing the same', async () => {
		const flaw = await flawOf();
		if (flaw === undefined) return;
		if (existsSync(folder)) say(`What is in ${folder} does not load, and is installed anew: ${flaw}`);
		const temp = `${folder}.partial-${process.pid}`;
		await dropPartial(folder);
		makeFolder(temp);
		checkRoom(temp, gigabytes);
		await step(label, () => work(temp), progressOf(temp));
		const left = await lack(temp);
		if (left !== undefined) throw new Problem(`${label} has ended, but it does not load: ${left}`);
		writeFileSync(join(temp, MARKER), `${new Date().toISOString()}\n`);
		await rm(folder, { recursive: true, force: true });
		renameSync(temp, folder);
	});
}

/** A hundred thousand files take minutes to delete. */
async function dropPartial(folder: string): Promise<void> {
	const parent = dirname(folder);
	const left = readdirSync(parent).filter((each) => each.startsWith(`${basename(folder)}.partial`));
	if (left.length === 0) return;
	await step('Clearing away what an interrupted installation has left', async () => {
		for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
	});
}

function makeFolder(folder: string): void {
	try {
		mkdirSync(folder, { recursive: true });
	} catch (error) {
		throw new Problem(
			`The cache folder ${folder} cannot be made: ${messageOf(error)}. Set XDG_CACHE_HOME to a folder that can be written.`,
		);
	}
}

function checkRoom(folder: string, gigabytes: number): void {
	const { bavail, bsize } = statfsSync(folder);
	const free = (bavail * bsize) / 1e9;
	if (free < gigabytes) {
		throw new Problem(
			`${dirname(folder)} needs ${gigabytes} GB of free disk, ${free.toFixed(1)} GB are left. Free some, or set XDG_CACHE_HOME to a folder on another disk.`,
		);
	}
}

/** Minutes without anything new after which one is told that it may have come to nothing: compiling takes two. */
const STILL = 4;

/** npm says nothing while it works, but its folder fills. */
function progressOf(temp: string): () => string {
	const modules = join(temp, 'node_modules');
	const reached = () => {
		const count = existsSync(modules) ? readdirSync(modules).length : 0;
		if (count === 0) return 'asking the registry';
		return existsSync(join(modules, '.package-lock.json')) ? 'compiling' : `${count} folders`;
	};
	let last = { reached: '', since: Date.now(), told: STILL - 1 };
	return () => {
		const now = reached();
		if (now !== last.reached) last = { reached: now, since: Date.now(), told: STILL - 1 };
		const minutes = Math.floor((Date.now() - last.since) / 60_000);
		if (minutes <= last.told) return now;
		last.told = minutes;
		return `${now}, and nothing new for ${minutes} minutes: if the newest log in ${npmLogs()} stands still, too, end this with Ctrl-C and start it again; what has been downloaded is used`;
	};
}

/** Why a program does not run, in its own words; undefined: it does. */
async function problemOf(file: string, args: string[], cwd?: string): Promise<string | undefined> {
	try {
		await promisify(execFile)(file, args, { cwd });
		return undefined;
	} catch (error) {
		const lines = messageOf(error).split('\n');
		return lines.find((line) => /Error:/.test(line)) ?? lines[0];
	}
}
