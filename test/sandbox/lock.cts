import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './problem.cts';
import { say } from './progress.cts';

const BEAT_MS = 5_000;
/** A holder that has not touched its lock for so long is gone, even where its process number is in use again. */
const STALE_MS = 60_000;

/** Does the work while no other process holds the same lock. */
export async function withLock<T>(file: string, what: string, work: () => Promise<T>): Promise<T> {
	mkdirSync(dirname(file), { recursive: true });
	const mine = `${process.pid} ${randomUUID()}`;
	for (let waited = false; !take(file, mine); waited = true) {
		if (!waited) say(`  Waiting for another process that is ${what} …`);
		await sleep(500);
	}
	const release = () => rmSync(file, { force: true });
	const beat = setInterval(() => touch(file), BEAT_MS);
	process.on('exit', release);
	try {
		return await work();
	} finally {
		clearInterval(beat);
		process.off('exit', release);
		release();
	}
}

function take(file: string, mine: string): boolean {
	try {
		writeFileSync(file, mine, { flag: 'wx' });
		return true;
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw error;
	}
	const holder = read(file);
	if (holder !== undefined && isGone(file, holder)) setAside(file, holder);
	return false;
}

function isGone(file: string, holder: string): boolean {
	const pid = Number(holder.split(' ')[0]);
	if (pid > 0 && !isAlive(pid)) return true;
	try {
		return Date.now() - statSync(file).mtimeMs > STALE_MS;
	} catch {
		return false;
	}
}

/** Renaming succeeds for one process only, and what another has taken meanwhile is put back. */
function setAside(file: string, holder: string): void {
	const aside = `${file}.${randomUUID()}`;
	try {
		renameSync(file, aside);
		if (read(aside) === holder) rmSync(aside, { force: true });
		else renameSync(aside, file);
	} catch {
		// Another process was faster
	}
}

function read(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return undefined;
	}
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return codeOf(error) === 'EPERM';
	}
}

function touch(file: string): void {
	try {
		utimesSync(file, new Date(), new Date());
	} catch {
		// Gone: nothing to keep fresh
	}
}
