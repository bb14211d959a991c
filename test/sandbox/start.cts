import { join } from 'node:path';
import { startPanel } from '../panel/server.cts';
import type { N8nApi, SavedCredential, SavedWorkflow, WorkflowJson } from './api.cts';
import { DEMO_NAME, placingDemo, readingDemo, WAIT, watchingDemo } from './demo.cts';
import { errorOf, type Execution } from './executions.cts';
import { ensureN8n } from './install.cts';
import { startN8n, type RunningN8n } from './n8n.cts';
import { installInto, packPackage } from './pack.cts';
import { N8N_VERSION, SANDBOX } from './paths.cts';
import { claimPort } from './ports.cts';
import { Problem, runMain } from './problem.cts';
import { say, step } from './progress.cts';
import { showRun } from './report.cts';
import { OWNER, RestError } from './rest.cts';

/** `npm start`: this package in a real n8n, with a panel to try it on. Ctrl-C ends everything. */

interface Panel {
	url: string;
	key: string;
	/** Somebody's account: nothing is placed there. */
	isReal: boolean;
}

const CREDENTIAL_NAME = 'SMM Panel (npm start)';

/** What has to be ended, the last started first. */
const running: Array<() => Promise<void>> = [];
let stopping = false;

async function main(): Promise<void> {
	const port = await claimPort(wantedPort(), 'end that program, or choose another port: PORT=5680 npm start');
	const real = realPanel();
	say(
		`n8n ${N8N_VERSION} with this package, and ${real ? `the panel at ${real.url}` : 'a development panel'}.\n`,
	);
	stopOnSignal();
	await ensureN8n();
	const tarball = await step('Building and packing the package', () => packPackage());
	const userFolder = join(SANDBOX, real ? 'n8n-real-panel' : 'n8n');
	await step('Installing it as n8n installs community nodes', () => installInto(userFolder, tarball));
	const panel = real ?? (await step('Starting the development panel', developmentPanel));
	const n8n = await step('Starting n8n', () => startN8n({ userFolder, port }));
	running.unshift(() => n8n.stop());

	await logIn(n8n);
	const credential = await saveCredential(n8n.api, panel);
	const demo = await saveWorkflow(n8n.api, panel.isReal ? readingDemo(credential) : placingDemo(credential));
	const id = await runDemo(n8n.api, demo);
	const watch = panel.isReal ? undefined : await startWatching(n8n.api, credential);
	await farewell(n8n, panel, demo, watch);
	if (watch) await tellTheEnd(n8n.api, demo, id).catch((error: unknown) => stopping || say(String(error)));
	await n8n.ended;
	if (stopping) return;
	throw new Problem(`n8n ended by itself. Its log: ${join(userFolder, 'n8n.log')}`);
}

function wantedPort(): number {
	const text = process.env.PORT ?? '5678';
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
	throw new Problem(`PORT is "${text}", which is not a port number. For example: PORT=5680 npm start`);
}

function realPanel(): Panel | undefined {
	const { SMM_PANEL_URL: url, SMM_PANEL_KEY: key } = process.env;
	if (!url && !key) return undefined;
	if (!url)
		throw new Problem(
			'SMM_PANEL_KEY is set, but SMM_PANEL_URL is not: set both, or neither for the development panel.',
		);
	if (!key)
		throw new Problem(
			'SMM_PANEL_URL is set, but SMM_PANEL_KEY is not: set both, or neither for the development panel.',
		);
	return { url, key, isReal: true };
}

const MINUTE = 60_000;

/** A second there is a minute, and every order goes well. */
async function developmentPanel(): Promise<Panel> {
	const steps = [
		{ at: 3 * MINUTE, status: 'In progress' },
		{ at: 20 * MINUTE, status: 'Completed' },
	];
	const { url, key, stop } = await startPanel({ speed: 60, lives: { kind: 'script', steps } });
	running.unshift(stop);
	return { url, key, isReal: false };
}

async function logIn(n8n: RunningN8n): Promise<void> {
	try {
		await n8n.api.login();
	} catch (error) {
		if (!(error instanceof RestError) || error.status !== 401) throw error;
		throw new Problem(
			`This sandbox's owner is not ${OWNER.email} with the password ${OWNER.password} any more: delete ${n8n.userFolder} to begin anew.`,
		);
	}
}

async function saveCredential(api: N8nApi, { url, key }: Panel): Promise<SavedCredential> {
	const json = { name: CREDENTIAL_NAME, type: 'smmPanelApi', data: { apiUrl: url, apiKey: key } };
	const existing = (await api.credentials()).find(({ name }) => name === json.name);
	const saved = existing ? await api.updateCredential(existing.id, json) : await api.createCredential(json);
	const { status, message } = await api.testCredential(saved.id, json);
	if (status !== 'OK') throw new Problem(`The panel at ${url} does not take the key: ${message}`);
	return saved;
}

async function saveWorkflow(api: N8nApi, json: WorkflowJson): Promise<SavedWorkflow> {
	const existing = (await api.workflows()).find(({ name }) => name === json.name);
	const { id } = existing ? await api.updateWorkflow(existing.id, json) : await api.createWorkflow(json);
	return await api.workflow(id);
}

/** Runs the demo until its orders are waited for, shows what came of it, and resolves the execution's ID. */
async function runDemo(api: N8nApi, demo: SavedWorkflow): Promise<string> {
	const id = await api.startRun(demo);
	const execution = await step(`Running the workflow "${DEMO_NAME}"`, () => api.waitForRest(id));
	say(`\n${showRun(execution, demo)}\n`);
	failOn(execution);
	return id;
}

function failOn(execution: Execution): void {
	const error = errorOf(execution);
	if (['success', 'waiting'].includes(execution.status)) return;
	const where = error?.node ? ` in "${error.node.name}"` : '';
	throw new Problem(
		`The demo workflow failed${where}: ${error?.message ?? execution.status} ${error?.description ?? ''}`,
	);
}

/** A minute later n8n looks again: by then the orders are finished. */
async function tellTheEnd(api: N8nApi, demo: SavedWorkflow, id: string): Promise<void> {
	const execution = await api.waitForExecution(id, 300_000);
	const late = demo.nodes.slice(demo.nodes.findIndex(({ name }) => name === WAIT));
	say(`\n${showRun(execution, { ...demo, nodes: late })}\n`);
	failOn(execution);
	say('Look at the Executions of both workflows, and into the order book. Ctrl-C ends it.');
}

async function startWatching(api: N8nApi, credential: SavedCredential): Promise<SavedWorkflow> {
	const tables = await api.createTablesCredential();
	const watch = await saveWorkflow(api, watchingDemo(credential, tables));
	return await step('Activating the workflow that waits for status changes', () => api.activate(watch.id));
}

async function farewell(n8n: RunningN8n, panel: Panel, demo: SavedWorkflow, watch?: SavedWorkflow) {
	const editor = `http://localhost:${n8n.port}`;
	const lines = [
		`n8n is running: ${editor}`,
		`Log in with   ${OWNER.email}`,
		`Password      ${OWNER.password}`,
		`The demo      ${editor}/workflow/${demo.id}`,
	];
	if (watch) {
		const book = await n8n.api.dataTable('SMM Panel Orders');
		lines.push(
			`The book      ${editor}/projects/${book?.projectId}/datatables/${book?.id} (a row for each order)`,
			`The trigger   ${editor}/workflow/${watch.id} (active: fires when an order of the book has moved on)`,
			`The panel     ${panel.url} with the key ${panel.key}; nothing it sells is real`,
		);
	}
	lines.push('To look at    click a node, "Execute workflow"; or add a node and search for "followers"');
	say(lines.join('\n  '));
	if (watch) say('\nThe orders are waited for: in about a minute the rest of the demo stands here.');
	say('\nCtrl-C ends it.');
}

function stopOnSignal(): void {
	const stop = () => {
		// A second Ctrl-C does not wait
		if (stopping) process.exit(130);
		stopping = true;
		say('\nStopping …');
		const all = running.reduce((before, end) => before.then(end), Promise.resolve());
		void all.catch(() => {}).then(() => process.exit(0));
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
}

runMain(main);
