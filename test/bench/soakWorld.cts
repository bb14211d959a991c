/** What the endurance run runs in: a panel with faults, triggers and a webhook, an n8n that is killed and started again. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startN8n, type RunningN8n } from '../sandbox/n8n.cts';
import { installInto, packPackage } from '../sandbox/pack.cts';
import { startPanelProcess, type PanelProcess } from '../sandbox/panelProcess.cts';
import { SANDBOX } from '../sandbox/paths.cts';
import { freePort } from '../sandbox/ports.cts';
import { step } from '../sandbox/progress.cts';
import {
	fieldsByHand,
	node,
	panelNode,
	reference,
	serviceById,
	SMM_PANEL_TRIGGER,
	workflow,
} from '../sandbox/workflow.cts';
import type { FaultKind } from '../panel/faults.cts';

export const TRIGGER = 'Trigger';
export const WEBHOOK = 'soak';

export interface World {
	panel: PanelProcess;
	n8n(): RunningN8n;
	start(): Promise<void>;
	/** SIGKILL. */
	kill(): Promise<void>;
	stop(): Promise<void>;
}

/** Everything but refusals that are a lie: what a panel refuses in words it has not done. */
const KINDS: FaultKind[] = [
	...(['delay', 'dropBefore', 'dropAfter', 'hangBefore', 'hangAfter', 'status', 'html'] as const),
	...(['null', 'cut', 'shape', 'empty', 'redirect', 'garbage', 'slowBody'] as const),
];

export async function armFaults({ panel: { control } }: World, seed: string): Promise<void> {
	await control.inject({ kind: 'error', text: 'Too many requests', probability: 0.01, seed });
	await control.inject({ kind: 'any', kinds: KINDS, probability: 0.09, seed });
}

export async function createSoakWorld(seed: string): Promise<World> {
	const userFolder = join(SANDBOX, 'soak');
	rmSync(userFolder, { recursive: true, force: true });
	await step(
		'Packing and installing the package',
		async () => await installInto(userFolder, await packPackage()),
	);
	const flags = ['--port', '0', '--latency', '50', '--speed', '20', '--services', '200', '--seed', seed];
	const panel = await startPanelProcess(...flags, '--balance', '1000000');
	const port = await freePort();
	let running: RunningN8n | undefined;
	const n8n = () => {
		if (running === undefined) throw new Error('n8n does not run');
		return running;
	};
	return {
		panel,
		n8n,
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
		},
	};
}

/** A webhook that places orders, and a trigger for each kind of event. Resolves the ID of the one on the order book. */
export async function createWorkflows(world: World): Promise<string> {
	const { api } = world.n8n();
	const data = { apiUrl: world.panel.url, apiKey: world.panel.key };
	const credential = await api.createCredential({ name: 'Panel', type: 'smmPanelApi', data });
	const tables = await api.createTablesCredential();
	const active = async (json: Parameters<typeof api.createWorkflow>[0]) => {
		const { id } = await api.createWorkflow(json);
		await api.activate(id);
		return id;
	};
	const hook = { httpMethod: 'POST', path: WEBHOOK, responseMode: 'lastNode', responseData: 'allEntries' };
	const order = {
		resource: 'order',
		operation: 'create',
		serviceId: serviceById('={{ $json.service }}'),
		orderFields: fieldsByHand({ link: '={{ $json.link }}', quantity: 100 }),
		// A tenth of what is asked is never answered
		options: { idempotencyKey: '={{ $json.link }}', timeout: 3 },
	};
	await active(
		workflow('Soak: placing', [
			node('Webhook', 'webhook', hook, { typeVersion: 2, webhookId: WEBHOOK }),
			node('Rows', 'splitOut', { fieldToSplitOut: 'body.rows', options: {} }),
			panelNode('Place', order, credential, { onError: 'continueRegularOutput' }),
		]),
	);
	const credentials = { smmPanelApi: reference(credential), smmPanelN8nApi: reference(tables) };
	const watching = async (event: string) => {
		const parameters = { pollTimes: { item: [{ mode: 'everyMinute' }] }, event, threshold: 1_000 };
		const trigger = node(TRIGGER, SMM_PANEL_TRIGGER, parameters, { credentials });
		return await active(workflow(`Soak: ${event}`, [trigger, node('Next', 'noOp')]));
	};
	await watching('balanceBelow');
	await watching('servicesChanged');
	return await watching('orderStatusChanged');
}
