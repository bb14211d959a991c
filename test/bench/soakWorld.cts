/** What the endurance run runs in: a panel with faults, lists to watch, an n8n that is killed and started again. */
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { N8nApi } from '../sandbox/api.cts';
import { startN8n, type RunningN8n } from '../sandbox/n8n.cts';
import { installInto, packPackage } from '../sandbox/pack.cts';
import { startPanelProcess, type PanelProcess } from '../sandbox/panelProcess.cts';
import { SANDBOX } from '../sandbox/paths.cts';
import { freePort } from '../sandbox/ports.cts';
import { step } from '../sandbox/progress.cts';
import type { FaultKind } from '../panel/faults.cts';

/** An account for each workflow, so that the panel's books tell who was told what. */
export const ACCOUNTS = ['placing', 'table', 'refills', 'balance', 'services'] as const;
export type Account = (typeof ACCOUNTS)[number];

export interface World {
	panel: PanelProcess;
	/** Where the list of refills is. */
	listUrl: string;
	n8n(): RunningN8n;
	api(): N8nApi;
	start(): Promise<void>;
	/** SIGKILL. */
	kill(): Promise<void>;
	stop(): Promise<void>;
}

/** Everything but refusals that are a lie: what a panel refuses in words it has not done. */
const KINDS: FaultKind[] = [
	...([
		'delay',
		'dropBefore',
		'dropAfter',
		'hangBefore',
		'hangAfter',
		'status',
		'html',
		'null',
		'cut',
	] as const),
	...(['shape', 'empty', 'redirect', 'garbage', 'slowBody'] as const),
];

export async function armFaults({ panel: { control } }: World, seed: string): Promise<void> {
	await control.inject({ kind: 'error', text: 'Too many requests', probability: 0.01, seed });
	await control.inject({ kind: 'any', kinds: KINDS, probability: 0.09, seed });
}

/** The refills that the books hold now, as the rows of a data table behind n8n's public API. */
async function listServer(panel: PanelProcess): Promise<{ url: string; server: Server }> {
	const server = createServer((_request, response) => {
		const own = async () =>
			(await panel.control.refills()).filter(({ key }) => key === 'refills').map(({ id }) => id);
		own().then(
			(ids) => {
				const data = ids.map((refill, at) => ({ id: at + 1, refill }));
				response.end(JSON.stringify({ data, nextCursor: null }));
			},
			() => response.destroy(),
		);
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

export async function createSoakWorld(seed: string): Promise<World> {
	const userFolder = join(SANDBOX, 'soak');
	rmSync(userFolder, { recursive: true, force: true });
	await step(
		'Packing and installing the package',
		async () => await installInto(userFolder, await packPackage()),
	);
	const flags = ['--port', '0', '--latency', '50', '--speed', '20', '--services', '200', '--seed', seed];
	const panel = await startPanelProcess(...flags);
	for (const key of ACCOUNTS) await panel.control.addKey({ key, balance: '1000000' });
	const port = await freePort();
	const { url: listUrl, server } = await listServer(panel);
	let running: RunningN8n | undefined;
	const n8n = () => {
		if (running === undefined) throw new Error('n8n does not run');
		return running;
	};
	return {
		panel,
		listUrl,
		n8n,
		api: () => n8n().api,
		async start() {
			// One port throughout: n8n has its own address in a credential
			running = await startN8n({ userFolder, port, env: { N8N_METRICS: 'true' } });
			await running.api.login();
		},
		async kill() {
			await n8n().kill();
			running = undefined;
		},
		async stop() {
			await running?.stop();
			await panel.stop();
			server.close();
		},
	};
}
