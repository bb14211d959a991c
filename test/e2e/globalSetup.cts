import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureN8n, ensureNode } from '../sandbox/install.cts';
import { isAlive } from '../sandbox/lock.cts';
import { packPackage } from '../sandbox/pack.cts';
import { DEFAULT_N8N, OLD_N8N, SANDBOX, type N8nVersion } from '../sandbox/paths.cts';
import { setQuiet } from '../sandbox/progress.cts';

const RUNS = join(SANDBOX, 'e2e');

/**
 * Installs n8n where it is missing, says in a sentence what the one at hand lacks and installs that anew, and packs the
 * package once, for all test files.
 */
export default async function setup(): Promise<void> {
	dropOldRuns();
	const folder = join(RUNS, String(process.pid));
	mkdirSync(folder, { recursive: true });
	const newN8n = (process.env.N8N_VERSION as N8nVersion | undefined) ?? DEFAULT_N8N;
	// At the same time: one waits for the registry while the other compiles
	await ensureNode();
	await Promise.all([ensureN8n(newN8n), ensureN8n(OLD_N8N)]);
	setQuiet(true);
	process.env.SMM_PANEL_TARBALL = await packPackage(join(folder, 'package'));
	process.env.SMM_PANEL_E2E_FOLDER = folder;
	endWhatIsLeft(folder);
}

/** Logs and databases of a run stay until the next one, for whoever looks for the reason of a failure. */
function dropOldRuns(): void {
	for (const name of existsSync(RUNS) ? readdirSync(RUNS) : []) {
		if (!isAlive(Number(name))) rmSync(join(RUNS, name), { recursive: true, force: true });
	}
}

/** Tests see a copy of `process`: only from here an interrupted run can end its n8n. */
function endWhatIsLeft(folder: string): void {
	process.once('exit', () => {
		for (const name of existsSync(folder) ? readdirSync(folder) : []) {
			const file = join(folder, name, 'n8n.pid');
			if (!existsSync(file)) continue;
			try {
				process.kill(-Number(readFileSync(file, 'utf8')), 'SIGKILL');
			} catch {
				// It has ended, as it should
			}
		}
	});
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
}
