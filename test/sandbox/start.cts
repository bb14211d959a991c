import { join } from 'node:path';
import type { N8nApi, SavedCredential, SavedWorkflow, WorkflowJson } from './api.cts';
import { DEMO_NAME, placingDemo, readingDemo, WATCH_NAME, watchingDemo } from './demo.cts';
import { errorOf } from './executions.cts';
import { ensureN8n } from './install.cts';
import { startN8n, type RunningN8n } from './n8n.cts';
import { installInto, packPackage, readManifest } from './pack.cts';
import { startPanelProcess } from './panelProcess.cts';
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
	/** The development panel hurries while the demo runs, so that its orders come to an end. Then it slows down, and
	 * gets new orders to watch. Resolves their IDs. */
	afterDemo(): Promise<string[]>;
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
	await runDemo(n8n.api, demo);
	const orderIds = await panel.afterDemo();
	const watch = orderIds.length > 0 ? await startWatching(n8n.api, credential, orderIds) : undefined;
	farewell(n8n, panel, demo, watch);
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
	return { url, key, isReal: true, afterDemo: async () => [] };
}

const MINUTE = 60_000;

/** Its orders go well until the demo is over; what becomes of those placed later is up to chance. */
async function developmentPanel(): Promise<Panel> {
	const { url, key, control, stop } = await startPanelProcess('--port', '0');
	running.unshift(stop);
	const steps = [
		{ at: 3 * MINUTE, status: 'In progress' },
		{ at: 20 * MINUTE, status: 'Completed' },
	];
	await control.configure({ speed: 300, lives: { kind: 'script', steps } });
	const afterDemo = async () => {
		await control.configure({ speed: 60, lives: { kind: 'usual' } });
		return await control.seedOrders({ count: 3 });
	};
	return { url, key, isReal: false, afterDemo };
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

/** Runs the demo and shows what came of it. */
async function runDemo(api: N8nApi, demo: SavedWorkflow): Promise<void> {
	const execution = await step(`Running the workflow "${DEMO_NAME}"`, () => api.run(demo));
	say(`\n${showRun(execution, demo)}\n`);
	const error = errorOf(execution);
	if (execution.status !== 'success') {
		const where = error?.node ? ` in "${error.node.name}"` : '';
		throw new Problem(
			`The demo workflow failed${where}: ${error?.message ?? execution.status} ${error?.description ?? ''}`,
		);
	}
}

async function startWatching(
	api: N8nApi,
	credential: SavedCredential,
	orderIds: string[],
): Promise<SavedWorkflow | undefined> {
	const isThere = readManifest().n8n.nodes.some((file) => file.endsWith('/SmmPanelTrigger.node.js'));
	if (!isThere) return undefined;
	// Made anew: what the last one remembers are orders of a panel that is gone
	const old = (await api.workflows()).find(({ name }) => name === WATCH_NAME);
	if (old) await api.deleteWorkflow(old.id);
	const watch = await api.createWorkflow(watchingDemo(credential, orderIds));
	return await step('Activating the workflow that waits for status changes', () => api.activate(watch.id));
}

function farewell({ port }: RunningN8n, panel: Panel, demo: SavedWorkflow, watch?: SavedWorkflow): void {
	const editor = `http://localhost:${port}`;
	say(`n8n is running: ${editor}
  Log in with   ${OWNER.email}
  Password      ${OWNER.password}
  The demo      ${editor}/workflow/${demo.id}`);
	if (watch)
		say(
			`  The trigger   ${editor}/workflow/${watch.id} (active: watch its Executions, it looks at three new orders once a minute)`,
		);
	if (!panel.isReal)
		say(
			`  The panel     ${panel.url} with the key ${panel.key}; nothing it sells is real, a second there is a minute`,
		);
	say(
		`  To look at    open the demo, click a node, "Execute workflow"; or add a node and search for "followers"\n\nCtrl-C ends it.`,
	);
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
