import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { PanelOptions } from '../panel/server.cts';
import type { N8nApi, SavedWorkflow, WorkflowJson } from '../sandbox/api.cts';
import { errorOf, jsonOf, type Execution, type ShownError } from '../sandbox/executions.cts';
import { openStand, type Stand } from '../sandbox/stand.cts';
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

export interface N8nFixture extends Stand {
	/** Saves the workflow and runs it by hand, with these items in the place of its trigger's. */
	run(json: WorkflowJson, items?: IDataObject[]): Promise<Execution>;
	/** Runs the package's node alone. */
	operate(parameters: INodeParameters, options?: OperateOptions): Promise<Outcome>;
}

/** One n8n for all tests of a file. */
export function withN8n(options: N8nFixtureOptions = {}): N8nFixture {
	const stand = {
		run: async (json, items) => await stand.api.run(await saved(stand.api, json, items)),
		async operate(parameters, { items, ...extras } = {}) {
			const tested = panelNode('Panel', parameters, stand.credential, extras);
			return outcomeOf(await stand.run(workflow('Operation', [manualTrigger(), tested]), items));
		},
	} as N8nFixture;
	beforeAll(async () => void (await openStand({ ...options, ...preparedFolder('n8n-') }, stand)), 300_000);
	afterAll(async () => await stand.stop?.(), 60_000);
	return stand;
}

/** A folder for an n8n, and the package that all test files share. */
export const preparedFolder = (prefix: string) => ({
	userFolder: mkdtempSync(join(fromSetup('SMM_PANEL_E2E_FOLDER'), prefix)),
	tarball: fromSetup('SMM_PANEL_TARBALL'),
});

function fromSetup(name: string): string {
	const value = process.env[name];
	if (!value) throw new Error(`${name} is missing: run these tests with "npm run test:e2e".`);
	return value;
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
