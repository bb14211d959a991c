import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The repository. */
export const ROOT = resolve(__dirname, '../..');

/**
 * What belongs to this clone: n8n's user folders, tarballs, logs. Git ignores it; ESLint, whose configuration n8n
 * prescribes, leaves nothing alone but what is in a folder named node_modules.
 */
export const SANDBOX = process.env.SMM_PANEL_SANDBOX || join(ROOT, '.sandbox/node_modules');

/** What every clone shares: Node 24 and n8n, a folder for each version. */
export const cacheFolder = (): string =>
	join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-smm-panel');

/** n8n 2.x needs Node 24 or newer. */
export const NODE_VERSION = '24.21.0';

/** The one that everything here runs in. */
export const N8N_VERSION = '2.41.1';
