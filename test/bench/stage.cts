/** Where the jobs run: one real n8n with the packed package, and the development panel in the measuring process. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPanel, type DevPanel, type PanelOptions } from '../panel/server.cts';
import type { N8nApi } from '../sandbox/api.cts';
import { errorOf } from '../sandbox/executions.cts';
import { ensureN8n } from '../sandbox/install.cts';
import { N8N_VERSION, SANDBOX } from '../sandbox/paths.cts';
import { step } from '../sandbox/progress.cts';
import { serveJson } from '../sandbox/serve.cts';
import { openStand, type Stand } from '../sandbox/stand.cts';
import type { Spent } from './probeNodes.cts';
import { installProbes } from './probePackage.cts';
import { between, type Tested } from './workflows.cts';

export const SEED = 'bench';
export const LATENCY_MS = 50;
export const SERVICES = 6000;

export interface Stage extends Stand {
	/** Runs a workflow of its own around the node. Throws what it failed with, if it did. */
	measure(tested: Tested): Promise<Spent>;
}

const PANEL = { seed: SEED, latencyMs: LATENCY_MS, speed: 0, services: SERVICES, balance: '1000000000' };

export const startBenchPanel = async (options: PanelOptions): Promise<DevPanel> =>
	await startPanel({ ...PANEL, ...options });

export async function startStage(): Promise<Stage> {
	await ensureN8n();
	const userFolder = join(SANDBOX, 'bench');
	rmSync(userFolder, { recursive: true, force: true });
	const listener = await listen();
	const stand = {} as Stand;
	await step(
		`Packing and installing the package, and starting n8n ${N8N_VERSION}`,
		async () => await openStand({ userFolder, panel: PANEL, prepare: installProbes }, stand),
	).catch(async (error: unknown) => {
		await stand.stop?.();
		throw error;
	});
	return {
		...stand,
		measure: async (tested) => await measure(stand.api, listener, tested),
		async stop() {
			await stand.stop();
			listener.close();
		},
	};
}

/** Saves the workflow, runs it to its end and deletes it; n8n is asked nothing while the node under test works. */
async function measure(api: N8nApi, listener: Listener, tested: Tested): Promise<Spent> {
	const { id } = await api.createWorkflow(between(tested, listener.url));
	try {
		const execution = await api.startRun(await api.workflow(id));
		const spent = listener.spent(execution);
		const told = spent.then(() => true);
		// Seldom looked at while it runs
		while (!(await Promise.race([told, sleep(10_000, false)]))) {
			const status = await statusOf(api, execution);
			if (status !== 'success' && !GOES_ON.includes(status)) throw await failureOf(api, execution);
		}
		while (GOES_ON.includes(await statusOf(api, execution))) await sleep(20);
		return await spent;
	} finally {
		await api.deleteWorkflow(id);
	}
}

const GOES_ON = ['new', 'running', 'waiting'];

/** An n8n too busy to answer is running. */
const statusOf = async (api: N8nApi, id: string): Promise<string> =>
	await api.session.call<{ status: string }>('GET', `/rest/executions/${id}`).then(
		({ status }) => status,
		() => 'running',
	);

async function failureOf(api: N8nApi, id: string): Promise<Error> {
	const error = errorOf(await api.execution(id));
	return new Error(`Execution failed in ${error?.node?.name}: ${error?.message} ${error?.description ?? ''}`);
}

interface Listener {
	url: string;
	spent(execution: string): Promise<Spent>;
	close(): void;
}

/** Where the probes report to. */
async function listen(): Promise<Listener> {
	const waiting = new Map<string, (spent: Spent) => void>();
	const told = new Map<string, Spent>();
	const served = await serveJson((body) => {
		const spent = body as unknown as Spent;
		told.set(spent.execution, spent);
		waiting.get(spent.execution)?.(spent);
	});
	return {
		...served,
		spent: async (execution) =>
			told.get(execution) ?? (await new Promise<Spent>((done) => waiting.set(execution, done))),
	};
}
