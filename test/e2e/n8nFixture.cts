import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { startPanel, type DevPanel, type PanelOptions } from '../panel/server.cts';
import type { N8nApi, SavedCredential, SavedWorkflow, WorkflowJson } from '../sandbox/api.cts';
import { errorOf, jsonOf, type Execution, type ShownError } from '../sandbox/executions.cts';
import { startN8n, type RunningN8n } from '../sandbox/n8n.cts';
import { installInto } from '../sandbox/pack.cts';
import { freePort } from '../sandbox/ports.cts';
import { manualTrigger, panelNode, workflow, type NodeExtras } from '../sandbox/workflow.cts';

export interface N8nFixtureOptions {
	env?: Record<string, string>;
	panel?: PanelOptions;
}

/** What one run of the package's node came to. */
export interface Outcome {
	status: string;
	/** What left by the first output. */
	out: IDataObject[];
	/** What left by the error output. */
	failed: IDataObject[];
	error: ShownError | undefined;
	execution: Execution;
}

export interface OperateOptions extends NodeExtras {
	/** Input items; default: one empty one. */
	items?: IDataObject[];
}

/** A real n8n with the packed package, and a development panel that its credential points to. */
export interface N8nFixture {
	n8n: RunningN8n;
	api: N8nApi;
	panel: DevPanel;
	credential: SavedCredential;
	/** Saves the workflow and runs it by hand, with these items in the place of its trigger's. */
	run(json: WorkflowJson, items?: IDataObject[]): Promise<Execution>;
	/** Runs the package's node alone. */
	operate(parameters: INodeParameters, options?: OperateOptions): Promise<Outcome>;
	/** Starts n8n again in the same folder, after `n8n.stop()` or `n8n.kill()`. */
	restart(): Promise<void>;
}

/** One n8n for all tests of a file. */
export function withN8n(options: N8nFixtureOptions = {}): N8nFixture {
	const stand = {} as N8nFixture;
	beforeAll(async () => {
		Object.assign(stand, await open(options, stand));
	}, 300_000);
	afterAll(async () => {
		await stand.n8n?.stop();
		await stand.panel?.stop();
	}, 60_000);
	return stand;
}

function fromSetup(name: string): string {
	const value = process.env[name];
	if (!value) throw new Error(`${name} is missing: run these tests with "npm run test:e2e".`);
	return value;
}

async function open({ env, panel: panelOptions }: N8nFixtureOptions, stand: N8nFixture): Promise<N8nFixture> {
	const userFolder = mkdtempSync(join(fromSetup('SMM_PANEL_E2E_FOLDER'), 'n8n-'));
	await installInto(userFolder, fromSetup('SMM_PANEL_TARBALL'));
	const panel = await startPanel({ speed: 0, ...panelOptions });
	// One port throughout: a credential may hold n8n's own address
	const port = await freePort();
	const start = async () => {
		const n8n = await startN8n({ userFolder, port, ...(env && { env }) });
		await n8n.api.login();
		return n8n;
	};
	const n8n = await start();
	const credential = await n8n.api.createCredential({
		name: 'Panel',
		type: 'smmPanelApi',
		data: { apiUrl: panel.url, apiKey: panel.key },
	});
	const run = async (json: WorkflowJson, items?: IDataObject[]) =>
		await stand.api.run(await saved(stand.api, json, items));
	return {
		n8n,
		api: n8n.api,
		panel,
		credential,
		run,
		async operate(parameters, { items, ...extras } = {}) {
			const json = workflow('Operation', [
				manualTrigger(),
				panelNode('Panel', parameters, credential, extras),
			]);
			const execution = await run(json, items);
			return outcomeOf(execution);
		},
		async restart() {
			const n8n = await start();
			Object.assign(stand, { n8n, api: n8n.api });
		},
	};
}

/** Pinned data stands in for whatever would bring the items in a user's workflow. */
export async function saved(api: N8nApi, json: WorkflowJson, items?: IDataObject[]): Promise<SavedWorkflow> {
	const trigger = json.nodes[0]?.name ?? '';
	const pinData = items && { [trigger]: items.map((item) => ({ json: item })) };
	return await api.createWorkflow({ ...json, ...(pinData && { pinData }) });
}

const outcomeOf = (execution: Execution): Outcome => ({
	status: execution.status,
	out: jsonOf(execution, 'Panel'),
	failed: jsonOf(execution, 'Panel', 1),
	error: errorOf(execution),
	execution,
});
