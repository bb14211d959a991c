/** Where the jobs run: one real n8n with the packed package, and the development panel as a process of its own. */
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nApi, SavedCredential } from '../sandbox/api.cts';
import { errorOf } from '../sandbox/executions.cts';
import { ensureN8n } from '../sandbox/install.cts';
import { startN8n } from '../sandbox/n8n.cts';
import { installInto, packPackage } from '../sandbox/pack.cts';
import { startPanelProcess, type PanelProcess } from '../sandbox/panelProcess.cts';
import { N8N_VERSION, SANDBOX } from '../sandbox/paths.cts';
import { step } from '../sandbox/progress.cts';
import type { Spent } from './probeNodes.cts';
import { installProbes } from './probePackage.cts';
import { between, type Tested } from './workflows.cts';

export const SEED = 'bench';
export const LATENCY_MS = 50;
export const SERVICES = 6000;

export interface Stage {
	panel: PanelProcess;
	api: N8nApi;
	credential: SavedCredential;
	/** Runs a workflow of its own around the node. Throws what it failed with, if it did. */
	measure(tested: Tested): Promise<Spent>;
	/** n8n's own process. */
	pid: number;
	stop(): Promise<void>;
}

export const startBenchPanel = async (...flags: string[]): Promise<PanelProcess> =>
	await startPanelProcess(
		...['--port', '0', '--seed', SEED, '--latency', String(LATENCY_MS), '--speed', '0'],
		...['--services', String(SERVICES), '--balance', '1000000000'],
		...flags,
	);

export async function startStage(): Promise<Stage> {
	await ensureN8n();
	const userFolder = join(SANDBOX, 'bench');
	rmSync(userFolder, { recursive: true, force: true });
	await step(
		'Packing and installing the package',
		async () => await installInto(userFolder, await packPackage()),
	);
	installProbes(userFolder);
	const panel = await step('Starting the development panel', async () => await startBenchPanel());
	const n8n = await step(`Starting n8n ${N8N_VERSION}`, async () => await startN8n({ userFolder })).catch(
		async (error: unknown) => {
			await panel.stop();
			throw error;
		},
	);
	const { api } = n8n;
	const listener = await listen();
	await api.login();
	const credential = await api.createCredential({
		name: 'Development panel',
		type: 'smmPanelApi',
		data: { apiUrl: panel.url, apiKey: panel.key },
	});
	return {
		panel,
		api,
		credential,
		pid: n8n.pid,
		measure: async (tested) => await measure(api, listener, tested),
		async stop() {
			await n8n.stop();
			await panel.stop();
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
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			const spent = JSON.parse(body) as Spent;
			told.set(spent.execution, spent);
			waiting.get(spent.execution)?.(spent);
			response.end();
		});
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		spent: async (execution) =>
			told.get(execution) ?? (await new Promise<Spent>((done) => waiting.set(execution, done))),
		close: () => server.close(),
	};
}
