import { startPanel, type DevPanel, type PanelOptions } from '../panel/server.cts';
import type { N8nApi, SavedCredential } from './api.cts';
import { startN8n, type RunningN8n } from './n8n.cts';
import { installInto, packPackage } from './pack.cts';
import { freePort } from './ports.cts';

/** A real n8n with the packed package, and a development panel that its credential points to. */
export interface Stand {
	n8n: RunningN8n;
	api: N8nApi;
	panel: DevPanel;
	credential: SavedCredential;
	/** Starts n8n again in the same folder, after `n8n.stop()` or `n8n.kill()`. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

export interface StandOptions {
	userFolder: string;
	/** Packed anew if there is none. */
	tarball?: string;
	env?: Record<string, string>;
	panel?: PanelOptions;
	/** What n8n needs before its first start. */
	prepare?(userFolder: string): void;
}

/** Fills `stand` in, also where it fails half-way: what runs by then can be stopped. */
export async function openStand(options: StandOptions, stand = {} as Stand): Promise<Stand> {
	const { userFolder, tarball, env, prepare } = options;
	await installInto(userFolder, tarball ?? (await packPackage()));
	prepare?.(userFolder);
	// One port throughout: a credential may hold n8n's own address
	const port = await freePort();
	stand.restart = async () => {
		stand.n8n = await startN8n({ userFolder, port, ...(env && { env }) });
		stand.api = stand.n8n.api;
		await stand.api.login();
	};
	stand.stop = async () => {
		await stand.n8n?.stop();
		await stand.panel?.stop();
	};
	stand.panel = await startPanel({ speed: 0, ...options.panel });
	await stand.restart();
	stand.credential = await stand.api.connect(stand.panel);
	return stand;
}
