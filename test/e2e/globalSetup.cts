import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureN8n } from '../sandbox/install.cts';
import { isAlive } from '../sandbox/lock.cts';
import { packPackage } from '../sandbox/pack.cts';
import { SANDBOX } from '../sandbox/paths.cts';
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
	await ensureN8n();
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
