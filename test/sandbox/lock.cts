import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './problem.cts';
import { say } from './progress.cts';

/** Does the work while no other process holds the same lock: a file with the holder's process number. */
export async function withLock<T>(file: string, what: string, work: () => Promise<T>): Promise<T> {
	mkdirSync(dirname(file), { recursive: true });
	for (let waited = false; !take(file); waited = true) {
		if (!waited) say(`  Waiting for another process that is ${what} …`);
		await sleep(500);
	}
	const release = () => rmSync(file, { force: true });
	process.on('exit', release);
	try {
		return await work();
	} finally {
		process.off('exit', release);
		release();
	}
}

function take(file: string): boolean {
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw error;
	}
	try {
		const holder = readFileSync(file, 'utf8');
		// Empty for a moment, until its holder has written into it
		if (holder !== '' && !isAlive(Number(holder))) rmSync(file, { force: true });
	} catch {
		// Released meanwhile
	}
	return false;
}

export function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return codeOf(error) === 'EPERM';
	}
}
